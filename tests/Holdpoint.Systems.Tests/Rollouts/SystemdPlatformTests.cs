using Holdpoint.Expressions;
using Holdpoint.Probes;
using Holdpoint.Processes;
using Holdpoint.Rollouts;
using Holdpoint.Systems.Tests.Processes;
using Holdpoint.Systems.Tests.Servers;

namespace Holdpoint.Systems.Tests.Rollouts;

/// <summary>systemd as a platform: the real one, its journal, symlinks and processes. Each test has units of its own.</summary>
public sealed class SystemdPlatformTests : Scratch, IClassFixture<SystemdMachine>
{
    /// <summary>Its process shows no release: a shell reads a script and becomes a program of the machine.</summary>
    private string Blind => $"[Service]\nExecStart=/bin/sh {Root}/current-%i/run\nTimeoutStopSec=20\n";

    private readonly SystemdMachine _machine;
    private readonly string _name = "web" + Guid.NewGuid().ToString("N")[..6];

    public SystemdPlatformTests(SystemdMachine machine)
    {
        _machine = machine;
        foreach (var release in (string[])["v1", "v2", "v3"])
            Release(release, $"echo serving {release}; exec sleep 100000");
        Release("bad", "echo warming up; echo no such table: orders >&2; exit 3");
    }

    private string One => $"{_name}@1";

    private string Two => $"{_name}@2";

    [Fact]
    public async Task A_release_comes_to_one_unit_after_the_other_and_the_recorded_one_back()
    {
        await _machine.UnitAsync($"{_name}@.service", Blind);
        var web = Web("current-%i");
        Assert.Equal(UnitState.Nothing("inactive, dead"), (await web.LookAsync(Cancel))[One]);

        await ChangedAsync(web.Run([One, Two], Holdpoint.Rollouts.Release.New("v1")));
        var before = await ReadyAsync(web, One, "v1");
        Assert.Equal((At("releases/v1"), "active, running", 0L), (before.Pin, before.Condition, before.Restarts));
        Assert.NotNull(before.Since);

        await ChangedAsync(web.Run([One], Holdpoint.Rollouts.Release.New("v2")));
        Assert.Equal(At("releases/v2"), (await ReadyAsync(web, One, "v2")).Pin);
        await ReadyAsync(web, Two, "v1");

        var back = new Release("v1", new Dictionary<string, string> { [One] = before.Pin });
        await ChangedAsync(web.Run([One], back));
        await ChangedAsync(web.Run([One], back));
        Assert.True((await ReadyAsync(web, One, "v1")).IsOf(One, back));

        await ChangedAsync(web.Stop([One, Two]));
        await ChangedAsync(web.Stop([One, Two]));
        Assert.All((await web.LookAsync(Cancel)).Values, s => Assert.Equal("", s.Version));
    }

    [Fact]
    public async Task With_one_link_for_all_units_the_one_that_is_not_restarted_still_runs_the_older_release()
    {
        await _machine.UnitAsync($"{_name}@.service", Blind.Replace("-%i", "", StringComparison.Ordinal));
        var web = Web("current");
        await ChangedAsync(web.Run([One, Two], Holdpoint.Rollouts.Release.New("v1")));
        await ReadyAsync(web, Two, "v1");

        await ChangedAsync(web.Run([One], Holdpoint.Rollouts.Release.New("v2")));
        await ReadyAsync(web, One, "v2");
        var still = (await web.LookAsync(Cancel))[Two];
        Assert.Equal(("v1", At("releases/v1"), false, "active, running (v2 not started)"), (still.Version, still.Pin, still.IsReady, still.Condition));

        // Twice before it is restarted: the release of its start is still known.
        await ChangedAsync(web.Run([One], Holdpoint.Rollouts.Release.New("v3")));
        Assert.Equal(("v1", "active, running (v3 not started)"), ((await web.LookAsync(Cancel))[Two].Version, (await web.LookAsync(Cancel))[Two].Condition));
        await ChangedAsync(web.Run([Two], Holdpoint.Rollouts.Release.New("v3")));
        await ReadyAsync(web, Two, "v3");
    }

    [Fact]
    public async Task A_link_that_somebody_moved_by_hand_is_told_by_the_process_or_not_at_all()
    {
        await _machine.UnitAsync($"{_name}@.service", $"[Service]\nWorkingDirectory={Root}/current-%i\nExecStart=/bin/sh run\n");
        var web = Web("current-%i");
        await ChangedAsync(web.Run([One, Two], Holdpoint.Rollouts.Release.New("v1")));
        await ReadyAsync(web, One, "v1");
        await MoveAsync("current-1", "v2");
        Assert.Equal(("v1", "active, running (v2 not started)"), ((await web.LookAsync(Cancel))[One].Version, (await web.LookAsync(Cancel))[One].Condition));

        await _machine.UnitAsync($"{_name}@.service", Blind);
        await _machine.SystemctlAsync("restart", One);
        await ReadyAsync(web, One, "v2");
        await MoveAsync("current-1", "v3");
        Assert.Equal($"{One}.service was started before {Root}/current-1 led to v3, and which release it runs is not to be seen: systemctl restart {One}.service",
            (await Assert.ThrowsAsync<Unreachable>(() => web.LookAsync(Cancel))).Message);
    }

    [Fact]
    public async Task A_release_that_ends_is_lost_with_its_last_word_and_the_one_of_before_comes_back()
    {
        await _machine.UnitAsync($"{_name}@.service", Blind);
        var web = Web("current-%i");
        await ChangedAsync(web.Run([One], Holdpoint.Rollouts.Release.New("v1")));
        await ReadyAsync(web, One, "v1");

        await ChangedAsync(web.Run([One], Holdpoint.Rollouts.Release.New("bad")));
        var lost = await UntilAsync(web, One, s => s.Lost is { } why && why.Contains("orders", StringComparison.Ordinal));
        Assert.Equal(("", false, "it failed (exit-code, status 3): no such table: orders"), (lost.Version, lost.IsReady, lost.Lost));

        await ChangedAsync(web.Run([One], Holdpoint.Rollouts.Release.New("v1")));
        await ReadyAsync(web, One, "v1");
    }

    [Fact]
    public async Task One_that_systemd_starts_again_and_again_is_given_up()
    {
        await _machine.UnitAsync($"{_name}@.service", "[Unit]\nStartLimitIntervalSec=0\n" + Blind + "Restart=always\nRestartSec=50ms\n");
        var web = Web("current-%i");
        await ChangedAsync(web.Run([One], Holdpoint.Rollouts.Release.New("bad")));
        Assert.Matches("^it ended \\(exit-code, status 3\\) and was restarted [0-9]+ times", (await UntilAsync(web, One, s => s.Lost is not null)).Lost);
        await ChangedAsync(web.Stop([One]));
    }

    [Fact]
    public async Task What_can_t_be_done_changes_nothing_and_says_why()
    {
        await _machine.UnitAsync($"{_name}@.service", Blind);
        var web = Web("current-%i");
        await ChangedAsync(web.Run([One], Holdpoint.Rollouts.Release.New("v1")));

        Assert.Equal($"the release {Root}/releases/v9 is not there", await RefusalAsync(web.Run([One], Holdpoint.Rollouts.Release.New("v9"))));
        await ReadyAsync(web, One, "v1");
        Directory.CreateDirectory(At("current-2"));
        Assert.Equal($"{Root}/current-2 is no symlink: move it to a release, and let a symlink lead there", await RefusalAsync(web.Run([Two], Holdpoint.Rollouts.Release.New("v1"))));

        Assert.Contains("it is not there; did you mean", (await PrepareAsync(web, "v11")).Message, StringComparison.Ordinal);
        Assert.Equal($"{Root}/releases/v2 is there", Assert.IsType<Verdict.Passed>(await PrepareAsync(web, "v2")).Shown);
        Assert.Contains("systemd has no unit nobody.service", (await PrepareAsync(Web("current", "nobody"), "v2", "nobody")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_rolling_change_stops_at_a_release_that_fails_and_the_probe_tells_what_runs()
    {
        await _machine.UnitAsync($"{_name}@.service", Blind);
        var web = Web("current-%i");
        await ChangedAsync(web.Run([One, Two], Holdpoint.Rollouts.Release.New("v1")));
        await ReadyAsync(web, Two, "v1");
        var target = new RolloutTarget("web", web, null, new() { Within = TimeSpan.FromMinutes(2) }, new Dictionary<string, Func<CancellationToken, Task<Verdict>>>(), null, TimeProvider.System);
        var before = Assert.IsType<RunsNow.Version>(await target.NowAsync(Cancel)).State;

        Assert.Contains("no such table: orders", Assert.IsType<Verdict.Failed>(await GoAsync(target.Deploy("bad", before, new Dictionary<string, string>()))).Message, StringComparison.Ordinal);
        var seen = Assert.IsType<TargetSight.OfUnits>(await target.SeeAsync(Cancel));
        Assert.Equal([(One, "", false), (Two, "v1", true)], seen.Units.Select(u => (u.Name, u.Version, u.IsReady)));

        Assert.Null(await GoAsync(target.Return(before)));
        Assert.True((await target.NowAsync(Cancel)).Is(before));
        Assert.Null(await GoAsync(target.Deploy("v2", before, new Dictionary<string, string>())));
        Assert.Equal("v2", Assert.IsType<RunsNow.Version>(await target.NowAsync(Cancel)).Text);
    }

    [Fact]
    public async Task The_probe_of_a_unit_reads_the_real_systemd_too()
    {
        await _machine.UnitAsync($"{_name}@.service", Blind);
        await ChangedAsync(Web("current-%i").Run([One], Holdpoint.Rollouts.Release.New("v1")));
        var reading = await new SystemdProbe().MeasureAsync(
            new([One], new Dictionary<string, string>(), []) { Timeout = TimeSpan.FromMinutes(2), Context = new() { Commands = _machine.Commands, Time = TimeProvider.System, Directory = Root } }, Cancel);
        var facts = Assert.IsType<Reading.Measured>(reading).Facts;
        Assert.Equal((Value.Of(true), Value.Count(0)), (facts["up"], facts["restarts"]));
        Assert.IsType<Value.Number>(facts["age"]);
    }

    private Platform Web(string current, params string[] units) => new SystemdPlatformKind().Create(
        new(new Dictionary<string, IReadOnlyList<string>> { ["units"] = units.Length > 0 ? units : [One, Two], ["releases"] = ["releases"], ["current"] = [current] }),
        new() { Target = "web", Directory = Root, RunFolder = Root, Variables = new Dictionary<string, string?>(), Commands = _machine.Commands, Time = TimeProvider.System });

    private void Release(string version, string script)
    {
        Directory.CreateDirectory(At($"releases/{version}"));
        File.WriteAllText(At($"releases/{version}/run"), script + "\n");
    }

    /// <summary>As a person does it, well after the unit's start: a file system's clock goes in steps of some milliseconds.</summary>
    private async Task MoveAsync(string link, string release)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, Cancel);
        await ChangedAsync(new("ln", ["-sfn", At($"releases/{release}"), At(link)]));
    }

    private async Task<CommandResult.Exited> ChangeAsync(Command command) => Assert.IsType<CommandResult.Exited>(await _machine.Commands.RunAsync(command, TimeSpan.FromMinutes(2), Cancel));

    private async Task ChangedAsync(Command command)
    {
        var ended = await ChangeAsync(command);
        Assert.True(ended.ExitCode == 0, ended.Error.Text);
    }

    private async Task<string> RefusalAsync(Command command)
    {
        var ended = await ChangeAsync(command);
        Assert.NotEqual(0, ended.ExitCode);
        return ended.Error.Text.Trim();
    }

    private async Task<Verdict> PrepareAsync(Platform web, string version, string? unit = null) => await Assert.IsType<RolloutStep.Do>(Assert.Single(web.Prepare([unit ?? One], version))).Doing(Cancel);

    private static Task<UnitState> ReadyAsync(Platform web, string unit, string version) => UntilAsync(web, unit, s => s.IsReady && s.Version == version);

    private static async Task<UnitState> UntilAsync(Platform web, string unit, Func<UnitState, bool> holds)
    {
        var began = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var state = (await web.LookAsync(Cancel))[unit];
            if (holds(state))
                return state;
            Assert.True(TimeProvider.System.GetElapsedTime(began) < TimeSpan.FromMinutes(2), $"within two minutes {unit} was not as wanted: {state}");
            await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, Cancel);
        }
    }

    /// <summary>Goes through the steps of a way as a run does, without a journal. An answer: how the first one ended that failed.</summary>
    private async Task<Verdict?> GoAsync(Way way)
    {
        foreach (var step in Assert.IsType<Way.Steps>(way).List)
        {
            Verdict verdict = new Verdict.Passed("");
            if (step is RolloutStep.Change change && (change.Unless is null || await change.Unless(Cancel) is null))
                verdict = await ChangeAsync(change.Command) is { ExitCode: not 0 } failed ? new Verdict.Failed(step.Name, failed.Error.Text) : verdict;
            else if (step is RolloutStep.Do it)
                verdict = await it.Doing(Cancel);
            if (verdict.Holds)
                return verdict;
        }

        return null;
    }
}
