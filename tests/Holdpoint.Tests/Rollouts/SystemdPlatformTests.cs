using Holdpoint.Expressions;
using Holdpoint.Processes;
using Holdpoint.Rollouts;
using Holdpoint.Tests.Configuration;
using Holdpoint.Tests.Probes;

namespace Holdpoint.Tests.Rollouts;

/// <summary>What is made of systemd's words. The real one is tried in the tests of systems.</summary>
public sealed class SystemdPlatformTests
{
    private readonly ScriptedCommands _commands = new();

    [Fact]
    public async Task A_unit_runs_the_release_that_its_link_led_to_when_it_was_started()
    {
        Answers(Unit("web@1") + Unit("web@2"), "link\t0\t1772362799.5\t/srv/releases/v1", "link\t1\t1772362800.4\t/srv/releases/v2", "earlier\t1\t1772300000.0\t/srv/releases/v0", "earlier\t1\t1772350000.0\t/srv/releases/v1");

        var states = await Web().LookAsync(TestContext.Current.CancellationToken);
        Assert.Equal(new UnitState("v1", "/srv/releases/v1", true, "active, running") { Restarts = 0, Since = new(2026, 3, 1, 11, 0, 1, TimeSpan.Zero) }, states["web@1"]);
        Assert.Equal(("v1", "/srv/releases/v1", false, "active, running (v2 not started)"), (states["web@2"].Version, states["web@2"].Pin, states["web@2"].IsReady, states["web@2"].Condition));
    }

    [Theory]
    [InlineData("/srv/releases/v1/bin/web", "/", "v1")]
    [InlineData("/usr/bin/python3.11", "/srv/releases/v1", "v1")]
    [InlineData("/srv/releases/v1/web (deleted)", "/srv/releases/v2", "v1")]
    [InlineData("/usr/bin/node", "/srv/releases-old/v9", "v2")]
    [InlineData("", "", "v2")]
    public async Task A_process_that_shows_its_release_is_believed_before_any_clock(string program, string folder, string version)
    {
        Answers(Unit("web@1"), "link\t0\t1772300000.0\t/srv/releases/v2", $"process\t0\t{program}\t{folder}");
        Assert.Equal(version, (await LookAsync("web@1")).Version);
    }

    [Theory]
    [InlineData("Sun 2026-03-01 11:00:00 UTC", true)]
    [InlineData("Sun 2026-03-01 10:59:59 UTC", false)]
    [InlineData("Sun 2026-03-01 11:00:00.399999 UTC", false)]
    [InlineData("Sun 2026-03-01 11:00:00.400001 UTC", true)]
    public async Task An_older_systemd_tells_whole_seconds_and_the_same_second_counts(string started, bool isReady)
    {
        Answers(Unit("web@1", started), "link\t0\t1772362800.400000000\t/srv/releases/v2", "earlier\t0\t1772300000.0\t/srv/releases/v1");
        Assert.Equal(isReady, (await LookAsync("web@1")).IsReady);
    }

    [Fact]
    public async Task A_unit_that_does_not_run_runs_nothing_and_says_why()
    {
        Answers(Unit("web@1").Replace("ActiveState=active\nSubState=running\nResult=success", "ActiveState=failed\nSubState=failed\nResult=exit-code").Replace("ExecMainStatus=0", "ExecMainStatus=3"), "said\t0\tno such table: orders");
        Assert.Equal("it failed (exit-code, status 3): no such table: orders", (await LookAsync("web@1")).Lost);
        Answers(Unit("web@1").Replace("ActiveState=active\nSubState=running", "ActiveState=inactive\nSubState=dead"));
        Assert.Equal(UnitState.Nothing("inactive, dead"), await LookAsync("web@1"));
        Answers(Unit("web@1").Replace("LoadState=loaded", "LoadState=not-found").Replace("active", "inactive"));
        Assert.Equal("systemd has no unit web@1.service", (await LookAsync("web@1")).Lost);
        Answers(Unit("web@1").Replace("LoadState=loaded", "LoadState=masked").Replace("active", "inactive"));
        Assert.Equal("systemd can't load web@1.service, which is masked: systemctl status web@1.service tells why", (await LookAsync("web@1")).Lost);
    }

    [Theory]
    [InlineData("activating", "start"), InlineData("deactivating", "stop-sigterm"), InlineData("active", "exited"), InlineData("reloading", "reload")]
    public async Task Only_what_is_active_and_running_is_ready(string active, string sub)
    {
        Answers(Unit("web@1").Replace("ActiveState=active\nSubState=running", $"ActiveState={active}\nSubState={sub}"), "link\t0\t1772300000.0\t/srv/releases/v2");
        var state = await LookAsync("web@1");
        Assert.Equal((false, "v2", $"{active}, {sub}"), (state.IsReady, state.Version, state.Condition));
    }

    [Fact]
    public async Task Three_restarts_in_a_row_are_given_up()
    {
        string Restarted(int times) => Unit("web@1").Replace("ActiveState=active\nSubState=running\nResult=success\nNRestarts=0", $"ActiveState=activating\nSubState=auto-restart\nResult=exit-code\nNRestarts={times}");
        Answers(Restarted(2), "link\t0\t1772300000.0\t/srv/releases/v2");
        Assert.Null((await LookAsync("web@1")).Lost);
        Answers(Restarted(3), "link\t0\t1772300000.0\t/srv/releases/v2");
        Assert.Equal("it ended (exit-code) and was restarted 3 times", (await LookAsync("web@1")).Lost);
    }

    [Fact]
    public async Task What_runs_and_can_t_be_told_is_no_answer()
    {
        Answers(Unit("web@1"), "link\t0\t1772369999.0\t/srv/releases/v2");
        Assert.Equal("web@1.service was started before /srv/current-1 led to v2, and which release it runs is not to be seen: systemctl restart web@1.service", await UnreachableAsync("web@1"));
        Answers(Unit("web@1"));
        Assert.Equal("web@1.service runs, and /srv/current-1 is not there to say what: is current: right?", await UnreachableAsync("web@1"));
        Answers(Unit("web@1"), "folder\t0");
        Assert.Equal("/srv/current-1 is no symlink: move it to a release, and let a symlink lead there", await UnreachableAsync("web@1"));
    }

    [Fact]
    public async Task No_answer_and_half_an_answer_are_told()
    {
        _commands.Exits(1, "", "System has not been booted with systemd as init system (PID 1). Can't operate.");
        Assert.Equal("systemd gives no answer: System has not been booted with systemd as init system (PID 1). Can't operate.", await UnreachableAsync("web@1"));
        _commands.Exits(127);
        Assert.Equal("systemctl is not on PATH: is this machine run by systemd?", await UnreachableAsync("web@1"));
        _commands.Exits(0, "Id=web@1.service\nActiveState=act");
        Assert.Equal("systemctl show does not tell the state of web@1.service", await UnreachableAsync("web@1"));
        Answers(Unit("web@1"));
        Assert.Equal("systemctl show does not tell the state of web@1.service and web@2.service", await UnreachableAsync("web@1", "web@2"));
        _commands.Answers(new CommandResult.TimedOut(TimeSpan.FromSeconds(20), CapturedOutput.Nothing, CapturedOutput.Nothing, TimeSpan.FromSeconds(20)));
        Assert.Equal("systemctl show did not end within 20s", await UnreachableAsync("web@1"));
    }

    [Fact]
    public void A_change_names_unit_link_and_release_and_what_is_returned_to_is_the_recorded_folder()
    {
        var back = new Release("v1", new Dictionary<string, string> { ["web@2"] = "/elsewhere/v1" });
        Assert.Equal(["--system", "", "web@1.service", "/srv/current-1", "/srv/releases/v2"], Own(Web().Run(["web@1"], Release.New("v2"))));
        Assert.Equal(["--system", "", "web@2.service", "/srv/current-2", "/elsewhere/v1"], Own(Web().Run(["web@2"], back)));
        Assert.Equal(["--user", "reload", "blog.service", "/srv/blog.service/100%", "/srv/releases/v2"], Own(Web(["blog.service"], "%n/100%%", ("user", "true"), ("reload", "true")).Run(["blog.service"], Release.New("v2"))));
        Assert.Equal(["--system", "web@1.service", "web@2.service"], Own(Web().Stop(["web@1", "web@2"])));

        static IEnumerable<string> Own(Command command) => command.Arguments.SkipWhile(a => a != "holdpoint-systemd").Skip(1);
    }

    [Theory]
    [InlineData("../secrets"), InlineData(".."), InlineData(""), InlineData("-rf")]
    public async Task A_version_that_can_be_no_folder_changes_nothing(string version)
    {
        var step = Assert.IsType<RolloutStep.Do>(Assert.Single(Web().Prepare(["web@1"], version)));
        Assert.Equal($"the version is '{version}'", Assert.IsType<Verdict.Failed>(await step.Doing(TestContext.Current.CancellationToken)).Actual);
        Assert.Empty(_commands.Asked);
    }

    [Theory]
    [InlineData("blog", "current-%i", "`blog` is no instance of a template, so current: can't have %i", "write %n, or a path without either")]
    [InlineData("web@", "current", "`web@` is a template", "name its instances, web@1")]
    [InlineData("web.timer", "current", "`web.timer` is a timer; only services run releases", "name a service")]
    [InlineData("web one", "current", "`web one` can't be the name of a unit", "letters, digits and : - _ . \\ @")]
    public void A_unit_that_can_not_be_is_told_where_it_stands(string unit, string current, string what, string fix)
    {
        var problem = Assert.Single(Yaml.Problems($"targets: {{ web: {{ systemd: {{ units: ['{unit}'], releases: r, current: '{current}' }} }} }}\n"));
        Assert.Equal((what, fix), (problem.What, problem.Fix));
        Assert.StartsWith($"systemd: {what}", Assert.Throws<ArgumentException>(() => Web([unit], current)).Message, StringComparison.Ordinal);
    }

    private static string Unit(string name, string started = "Sun 2026-03-01 11:00:00.100000 UTC") =>
        // In an order of systemd's own, which is not that of the question.
        $"MainPID=42\nExecMainStartTimestamp={started}\nExecMainStatus=0\nId={name}.service\nLoadState=loaded\nActiveState=active\nSubState=running\nResult=success\nNRestarts=0\nActiveEnterTimestamp=Sun 2026-03-01 11:00:01 UTC\n\n";

    private void Answers(string shown, params string[] told) => _commands.Exits(0, $"{shown.TrimEnd('\n')}\n\nreleases\t/srv/releases\n{string.Concat(told.Select(t => t + "\n"))}");

    private async Task<UnitState> LookAsync(string unit) => (await Web([unit]).LookAsync(TestContext.Current.CancellationToken))[unit];

    private async Task<string> UnreachableAsync(params string[] units) => (await Assert.ThrowsAsync<Unreachable>(() => Web(units).LookAsync(TestContext.Current.CancellationToken))).Message;

    private Platform Web(string[]? units = null, string current = "current-%i", params (string Key, string Value)[] more) => new SystemdPlatformKind().Create(
        new(new Dictionary<string, IReadOnlyList<string>>(more.Select(m => new KeyValuePair<string, IReadOnlyList<string>>(m.Key, [m.Value])))
        {
            ["units"] = units ?? ["web@1", "web@2"], ["releases"] = ["releases"], ["current"] = [current],
        }),
        new() { Target = "web", Directory = "/srv", RunFolder = "/tmp", Variables = new Dictionary<string, string?>(), Commands = _commands, Time = TimeProvider.System });
}
