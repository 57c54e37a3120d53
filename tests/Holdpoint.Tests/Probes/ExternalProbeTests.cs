using Holdpoint.Expressions;
using Holdpoint.Probes;
using Holdpoint.Processes;

namespace Holdpoint.Tests.Probes;

public sealed class ExternalProbeTests : IDisposable
{
    private const string Description = """
        {
          "summary": "A queue.",
          "arguments": [{"name": "QUEUE", "summary": "Its name."}],
          "options": [{"name": "server", "summary": "Where it lives."}],
          "facts": [
            {"name": "ready", "dimension": "count", "summary": "Messages that wait."},
            {"name": "oldest.age", "dimension": "duration", "summary": "Age of the oldest."},
            {"name": "size", "dimension": "bytes", "summary": "Size."},
            {"name": "filled", "dimension": "ratio", "summary": "Share of its limit."},
            {"name": "release", "dimension": "version", "summary": "The broker's version."},
            {"name": "durable", "dimension": "boolean", "summary": "Survives a restart."}
          ],
          "default": "ready < 100",
          "example": "queue orders ready < 10"
        }
        """;

    private const string Answer = """{"facts": {"ready": 3, "oldest.age": {"seconds": 12}, "size": 4096, "filled": 0.5, "release": "3.12.1", "durable": true}}""";

    private readonly Machine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public async Task A_program_on_path_describes_itself_once()
    {
        var probes = Programs("queue");
        _machine.Commands.Exits(0, Description);

        var probe = Assert.IsType<ExternalLookup.Found>(await probes.TryDescribeAsync("queue", TestContext.Current.CancellationToken)).Probe;
        await probes.TryDescribeAsync("queue", TestContext.Current.CancellationToken);

        Assert.Equal(["--describe"], Assert.Single(_machine.Commands.Asked).Arguments);
        Assert.Equal("queue", probe.Signature.Name);
        Assert.True(probe.Signature.IsExternal);
        Assert.Equal("QUEUE", Assert.Single(probe.Signature.Arguments).Name);
        Assert.Equal(Dimension.Duration, probe.Signature.Fact("oldest.age")!.Dimension);
        Assert.Equal("ready < 100", probe.Signature.DefaultCondition);
    }

    [Fact]
    public async Task A_call_gives_words_as_arguments_and_reads_facts_by_their_dimensions()
    {
        var probe = await ProbeAsync();
        _machine.Commands.Exits(0, Answer);

        var facts = await _machine.MeasureAsync(probe, ["orders"], new() { ["server"] = "main" });

        Assert.Equal(["orders", "server=main"], _machine.Commands.Asked[^1].Arguments);
        Assert.Equal(Value.Count(3), facts["ready"]);
        Assert.Equal(Value.Duration(TimeSpan.FromSeconds(12)), facts["oldest.age"]);
        Assert.Equal(Value.Bytes(4096), facts["size"]);
        Assert.Equal(Value.Ratio(0.5), facts["filled"]);
        Assert.Equal("3.12.1", Assert.IsType<Value.Version>(facts["release"]).Parsed.Text);
        Assert.Equal(Value.Of(true), facts["durable"]);
    }

    [Theory]
    [InlineData("filled", "0.5", "50", "filled is 50, not a ratio from 0 to 1")]
    [InlineData("ready", "3", "\"3\"", "ready is \"3\", not a number")]
    [InlineData("durable", "true", "1", "durable is 1, not true or false")]
    [InlineData("release", "\"3.12.1\"", "3.12", "release is 3.12, not a version, written as a text")]
    [InlineData("size", "4096", "{\"unknown\": \"no permission\"}", "size: no permission")]
    public async Task A_value_of_another_kind_is_unknown(string fact, string right, string wrong, string because)
    {
        var probe = await ProbeAsync();
        _machine.Commands.Exits(0, Answer.Replace($"\"{fact}\": {right}", $"\"{fact}\": {wrong}", StringComparison.Ordinal));

        Assert.StartsWith(because, (await _machine.MeasureAsync(probe, ["orders"])).Unknown(fact), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, "{\"unknown\": \"the broker is silent\"}", "", "holdpoint-probe-queue: the broker is silent")]
    [InlineData(0, "{\"facts\": {\"ready\": 3}}", "", "holdpoint-probe-queue answers without the fact oldest.age, which it declares")]
    [InlineData(0, "{}", "", "holdpoint-probe-queue answers with JSON that has no \"facts\"")]
    [InlineData(0, "ready 3", "", "holdpoint-probe-queue answers with something that is not JSON")]
    [InlineData(2, "", "no such queue\n", "holdpoint-probe-queue ended with 2: no such queue")]
    public async Task What_is_no_answer_says_why(int exit, string output, string error, string because)
    {
        var probe = await ProbeAsync();
        _machine.Commands.Exits(exit, output, error);

        Assert.StartsWith(because, await _machine.RefusalAsync(probe, ["orders"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_program_that_hangs_is_no_answer()
    {
        var probe = await ProbeAsync();
        _machine.Commands.Answers(new CommandResult.TimedOut(TimeSpan.FromSeconds(10), CapturedOutput.Nothing, CapturedOutput.Nothing, TimeSpan.FromSeconds(10)));

        Assert.Contains("did not end within 10s", await _machine.RefusalAsync(probe, ["orders"]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("usage: …", "not JSON")]
    [InlineData("[]", "no JSON object")]
    [InlineData("""{"summary": "x", "example": "queue"}""", "declares no facts")]
    [InlineData("""{"summary": "x", "example": "queue", "facts": [{"name": "ready", "dimension": "seconds", "summary": "x"}]}""", "the dimension \"seconds\" is none of")]
    [InlineData("""{"summary": "x", "example": "queue", "facts": [{"name": "Ready!", "dimension": "count", "summary": "x"}]}""", "the name \"Ready!\"")]
    [InlineData("""{"example": "queue", "facts": [{"name": "ready", "dimension": "count", "summary": "x"}]}""", "\"summary\" is missing")]
    public async Task A_description_that_can_not_be_used_is_told(string description, string because)
    {
        var probes = Programs("queue");
        _machine.Commands.Exits(0, description);

        Assert.Contains(because, Assert.IsType<ExternalLookup.Broken>(await probes.TryDescribeAsync("queue", TestContext.Current.CancellationToken)).Because, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_programs_count()
    {
        var probes = Programs("queue");
        _machine.Write("holdpoint-probe-readme", "not executable");

        Assert.Equal(["queue"], ExternalProbes.Find(_machine.Commands, [_machine.Directory, _machine.Path("nowhere")]).Names);
        Assert.IsType<ExternalLookup.Missing>(await probes.TryDescribeAsync("readme", TestContext.Current.CancellationToken));
    }

    private ExternalProbes Programs(string name)
    {
        var program = _machine.Write($"holdpoint-probe-{name}", "#!/bin/sh\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return ExternalProbes.Find(_machine.Commands, [_machine.Directory]);
    }

    private async Task<ExternalProbe> ProbeAsync()
    {
        _machine.Commands.Exits(0, Description);
        return Assert.IsType<ExternalLookup.Found>(await Programs("queue").TryDescribeAsync("queue", TestContext.Current.CancellationToken)).Probe;
    }
}
