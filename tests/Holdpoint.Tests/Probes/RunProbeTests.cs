using Holdpoint.Checklists;
using Holdpoint.Expressions;
using Holdpoint.Probes;
using Holdpoint.Processes;

namespace Holdpoint.Tests.Probes;

public sealed class RunProbeTests : IDisposable
{
    private static readonly Fence Script = new("bash", "docker compose logs\n", new Position(3, 1));

    private readonly Machine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public async Task The_end_the_output_and_the_time_of_a_script_are_its_facts()
    {
        _machine.Commands.Exits(0, "{\"ready\": true}\n", "a warning\n");

        var facts = await _machine.MeasureAsync(new RunProbe(), [], body: Script);

        Assert.Equal(0, facts.Number("exit"));
        Assert.Equal("{\"ready\": true}", facts.Text("output"));
        Assert.Equal("a warning", facts.Text("stderr"));
        Assert.Equal(1, facts.Number("lines"));
        Assert.Equal(Value.Duration(TimeSpan.FromSeconds(1.5)), facts["time"]);
        Assert.Equal(Value.Of(true), facts.Select(new JsonPath("$.ready")));
        Assert.Equal(_machine.Directory, Assert.Single(_machine.Commands.Asked).WorkingDirectory);
    }

    [Fact]
    public async Task A_script_that_fails_keeps_its_exit_code_and_its_words()
    {
        _machine.Commands.Exits(3, "", "disk full\n");

        var reading = await _machine.AskAsync(new RunProbe(), [], body: Script);

        Assert.Equal(3, Assert.IsType<Reading.Measured>(reading).Facts.Number("exit"));
        Assert.Contains("disk full", reading.Evidence("output.txt"), StringComparison.Ordinal);
        Assert.Contains("exit 3", reading.Evidence("output.txt"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_script_that_does_not_end_in_time_is_unknown_and_its_output_is_kept()
    {
        var limit = TimeSpan.FromSeconds(10);
        _machine.Commands.Answers(new CommandResult.TimedOut(limit, ScriptedCommands.Captured("half of it"), CapturedOutput.Nothing, limit));

        var reading = await _machine.AskAsync(new RunProbe(), [], body: Script);

        Assert.Equal("did not end within 10s; its process group was ended", Assert.IsType<Reading.NoAnswer>(reading).Because);
        Assert.Contains("half of it", reading.Evidence("output.txt"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lines_that_match_are_counted_once_for_each_text()
    {
        _machine.Commands.Exits(0, "error: a\nall is well\npanic: b\nerror and error\n");

        var facts = await _machine.MeasureAsync(new RunProbe(), [], wants: ["matching\"error|panic\"", "matching\"^all\"", "matching\"(?<=is )well\""], body: Script);

        Assert.Equal(3, facts.Number("matching\"error|panic\""));
        Assert.Equal(1, facts.Number("matching\"^all\""));
        Assert.Equal(1, facts.Number("matching\"(?<=is )well\""));
    }

    [Fact]
    public async Task An_invalid_expression_is_named_before_anything_runs()
    {
        var because = await _machine.RefusalAsync(new RunProbe(), [], wants: ["matching\"(\""], body: Script);

        Assert.StartsWith("matching\"(\" is no regular expression", because, StringComparison.Ordinal);
        Assert.Empty(_machine.Commands.Asked);
    }

    [Fact]
    public async Task Output_with_a_hole_in_it_is_unknown_and_not_half_a_text()
    {
        var whole = ScriptedCommands.Captured("head … tail");
        _machine.Commands.Answers(new CommandResult.Exited(0, whole with { Characters = 5_000_000 }, CapturedOutput.Nothing, TimeSpan.Zero));

        var facts = await _machine.MeasureAsync(new RunProbe(), [], body: Script);

        Assert.Contains("longer than what is kept", facts.Unknown("output"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_missing_folder_is_named()
    {
        Assert.Equal($"{_machine.Path("web")}: no such folder to run in", await _machine.RefusalAsync(new RunProbe(), [], new() { ["dir"] = "web" }, body: Script));
    }

    [Fact]
    public async Task A_mark_without_a_fence_is_told_the_mend()
    {
        Assert.Contains("has no fence", await _machine.RefusalAsync(new RunProbe(), []), StringComparison.Ordinal);
    }

    [Fact]
    public async Task As_another_user_it_runs_through_sudo_and_keeps_names_of_variables_only()
    {
        _machine.Variables["HOLDPOINT_VERSION"] = "1.2.3";
        _machine.Commands.Exits(0).Exits(0, "ok\n");

        await _machine.MeasureAsync(new RunProbe(), [], new() { ["as"] = "deploy-user" }, body: Script);

        Assert.Equal(["-n", "-u", "deploy-user", "--preserve-env=HOLDPOINT_VERSION", "--", "true"], _machine.Commands.Asked[0].Arguments);
        Assert.Equal("sudo", _machine.Commands.Asked[1].Program);
        Assert.Equal(["--", "bash"], _machine.Commands.Asked[1].Arguments.Skip(4).Take(2));
        Assert.DoesNotContain(_machine.Commands.Asked[1].Arguments, a => a.Contains("1.2.3", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_user_who_can_not_be_become_is_unknown_with_the_mend()
    {
        _machine.Commands.Exits(1, "", "sudo: a password is required\n");

        var because = await _machine.RefusalAsync(new RunProbe(), [], new() { ["as"] = "deploy-user" }, body: Script);

        Assert.Contains("may not run as deploy-user: sudo: a password is required", because, StringComparison.Ordinal);
        Assert.Contains("sudoers", because, StringComparison.Ordinal);
        Assert.Single(_machine.Commands.Asked);
    }

    [Fact]
    public async Task A_user_name_can_not_bring_options_for_sudo()
    {
        Assert.Equal("as=-i is no name of a user", await _machine.RefusalAsync(new RunProbe(), [], new() { ["as"] = "-i" }, body: Script));
        Assert.Empty(_machine.Commands.Asked);
    }

    [Fact]
    public async Task Sh_runs_its_line_as_it_stands()
    {
        _machine.Commands.Exits(1);

        var facts = await _machine.MeasureAsync(new ShProbe(), ["test -f /srv/x && echo \"${version}\""]);

        Assert.Equal(1, facts.Number("exit"));
        Assert.Contains("test -f /srv/x && echo \"${version}\"", _machine.Commands.Asked[0].Arguments);
    }

    [Fact]
    public async Task An_interpreter_that_is_missing_is_unknown()
    {
        Assert.Equal("bash is not on PATH", await _machine.RefusalAsync(new ShProbe(), ["true"]));
    }
}
