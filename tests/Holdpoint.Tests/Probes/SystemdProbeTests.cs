using Holdpoint.Expressions;
using Holdpoint.Probes;
using Holdpoint.Processes;

namespace Holdpoint.Tests.Probes;

public sealed class SystemdProbeTests : IDisposable
{
    private readonly Machine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public async Task An_active_unit_tells_restarts_memory_and_age()
    {
        // The clock here goes on by the attempt's limit when that is set: it is ten seconds past twelve.
        Shows("Id=nginx.service\nLoadState=loaded\nActiveState=active\nSubState=running\nNRestarts=2\nMemoryCurrent=5242880\nActiveEnterTimestamp=Sun 2026-03-01 11:30:10 UTC\n");

        var reading = await _machine.AskAsync(new SystemdProbe(), ["nginx"]);

        var facts = reading.Facts();
        Assert.Equal(Value.Of(true), facts["up"]);
        Assert.Equal(2, facts.Number("restarts"));
        Assert.Equal(5242880, facts.Number("memory"));
        Assert.Equal(1800, facts.Number("age"));
        Assert.Contains("SubState=running", reading.Evidence("unit.txt"), StringComparison.Ordinal);
        var asked = Assert.Single(_machine.Commands.Asked);
        Assert.Equal(["--", "nginx"], asked.Arguments.TakeLast(2));
        Assert.Equal("UTC", asked.Environment["TZ"]);
    }

    [Theory]
    [InlineData("failed"), InlineData("inactive"), InlineData("activating"), InlineData("deactivating")]
    public async Task A_unit_that_is_not_active_is_not_up(string state)
    {
        Shows($"Id=worker@2.service\nLoadState=loaded\nActiveState={state}\nNRestarts=7\nMemoryCurrent=[not set]\nActiveEnterTimestamp=Sun 2026-03-01 11:30:00 UTC\n");

        var facts = await _machine.MeasureAsync(new SystemdProbe(), ["worker@2.service"]);

        Assert.Equal(Value.Of(false), facts["up"]);
        Assert.Equal(7, facts.Number("restarts"));
        Assert.Equal($"worker@2.service is {state}", facts.Unknown("memory"));
        Assert.Equal($"worker@2.service is {state}", facts.Unknown("age"));
    }

    [Theory]
    [InlineData("[not set]"), InlineData("18446744073709551615"), InlineData("")]
    public async Task Memory_that_is_not_accounted_for_is_unknown(string memory)
    {
        Shows($"Id=backup.timer\nLoadState=loaded\nActiveState=active\nMemoryCurrent={memory}\nActiveEnterTimestamp=\n");

        var facts = await _machine.MeasureAsync(new SystemdProbe(), ["backup.timer"]);

        Assert.Contains("MemoryAccounting=yes", facts.Unknown("memory"), StringComparison.Ordinal);
        Assert.Contains("does not count restarts of backup.timer", facts.Unknown("restarts"), StringComparison.Ordinal);
        Assert.Contains("since when backup.timer is active", facts.Unknown("age"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_unit_that_is_not_there_is_no_answer_and_the_nearest_is_offered()
    {
        Shows("Id=ngnix.service\nLoadState=not-found\nActiveState=inactive\n");
        _machine.Commands.Exits(0, "cron.service enabled enabled\nnginx.service enabled enabled\n");

        Assert.Equal("systemd has no unit ngnix.service; did you mean `nginx.service`?", await _machine.RefusalAsync(new SystemdProbe(), ["ngnix"]));
    }

    [Fact]
    public async Task No_systemd_no_systemctl_and_half_an_answer_are_no_answer()
    {
        _machine.Commands.Exits(1, "", "System has not been booted with systemd as init system (PID 1). Can't operate.\nFailed to connect to bus: Host is down\n");
        Assert.StartsWith("systemd does not run on this machine: ", await _machine.RefusalAsync(new SystemdProbe(), ["nginx"]), StringComparison.Ordinal);

        _machine.Commands.Exits(0, "Id=nginx.service\nLoadState=loa");
        Assert.Equal("systemctl show does not tell the state of nginx", await _machine.RefusalAsync(new SystemdProbe(), ["nginx"]));

        Shows("Id=nginx.service\nLoadState=bad-setting\nActiveState=inactive\n");
        Assert.Contains("can't load nginx.service (bad-setting)", await _machine.RefusalAsync(new SystemdProbe(), ["nginx"]), StringComparison.Ordinal);

        _machine.Commands.Exits(1, "", "Invalid unit name \"a b\" escaped\n");
        Assert.Equal("systemctl show ended with 1: Invalid unit name \"a b\" escaped", await _machine.RefusalAsync(new SystemdProbe(), ["a b"]));

        _machine.Commands.Answers(new CommandResult.TimedOut(TimeSpan.FromSeconds(10), CapturedOutput.Nothing, CapturedOutput.Nothing, TimeSpan.FromSeconds(10)));
        Assert.Equal("systemctl show did not end within 10s", await _machine.RefusalAsync(new SystemdProbe(), ["nginx"]));

        Assert.Equal("systemctl is not on PATH: is this machine run by systemd?", await _machine.RefusalAsync(new SystemdProbe(), ["nginx"]));
    }

    private void Shows(string properties) => _machine.Commands.Exits(0, properties);
}
