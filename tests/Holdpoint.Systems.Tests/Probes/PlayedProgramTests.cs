using Holdpoint.Processes;
using Holdpoint.Systems.Tests.Servers;

namespace Holdpoint.Systems.Tests.Probes;

/// <summary>systemd and gpu: whole marks, with programs on PATH that write what systemctl and nvidia-smi write where there are units and devices.</summary>
public sealed class PlayedProgramTests : ProbeScratch
{
    private RuntimeMark Marks => new(new CommandsWithEnvironment(Runner, new Dictionary<string, string?> { ["PATH"] = $"{Root}:{Environment.GetEnvironmentVariable("PATH")}" }), Root);

    [Fact]
    public async Task A_unit_passes_fails_and_is_unknown()
    {
        await PlayAsync("systemctl", """
            for unit; do :; done
            case "$1 $unit" in
              "show nginx") printf 'Id=nginx.service\nLoadState=loaded\nActiveState=active\nSubState=running\nNRestarts=3\nMemoryCurrent=52428800\nActiveEnterTimestamp=Sun 2026-03-01 11:30:00 UTC\n' ;;
              "show old") printf 'Id=old.service\nLoadState=loaded\nActiveState=failed\nSubState=failed\nResult=exit-code\nNRestarts=5\nMemoryCurrent=[not set]\n' ;;
              "show ngnix") printf 'Id=ngnix.service\nLoadState=not-found\nActiveState=inactive\n' ;;
              list-unit-files*) printf 'cron.service enabled enabled\nnginx.service enabled enabled\n' ;;
              *) echo 'System has not been booted with systemd as init system (PID 1).' >&2; exit 1 ;;
            esac
            """);

        await Marks.PassesAsync("systemd nginx up and memory < 100MB and age > 1m");
        await Marks.FailsAsync("systemd nginx restarts == 0", "restarts is 3");
        Assert.Contains("Result=exit-code", await Marks.FailsAsync("systemd old", "up is false"), StringComparison.Ordinal);
        await Marks.FailsAsync("systemd old not up and memory < 1GB", "old.service is failed");
        await Marks.UnknownAsync("systemd ngnix", "did you mean `nginx.service`?");
        await Marks.UnknownAsync("systemd other", "systemd does not run on this machine");
    }

    [Fact]
    public async Task Devices_pass_fail_and_are_unknown()
    {
        await PlayAsync("nvidia-smi", "printf '0, NVIDIA L4, 95, 2304, 23034\\n1, NVIDIA L4, 3, 0, 23034\\n'");
        await Marks.PassesAsync("gpu");
        await Marks.FailsAsync("gpu used < 90%", "used is 95%");
        await Marks.FailsAsync("gpu devices == 4", "devices is 2");

        await PlayAsync("nvidia-smi", "echo No devices were found; exit 6");
        await Marks.FailsAsync("gpu", "devices is 0");

        await PlayAsync("nvidia-smi", "echo 'Failed to initialize NVML: Driver/library version mismatch'; exit 18");
        await Marks.UnknownAsync("gpu", "Driver/library version mismatch");

        await PlayAsync("nvidia-smi", $"sleep {Long}");
        await Marks.UnknownAsync("gpu timeout 1s", "within 1s");
        Assert.Equal(0, Sleepers());
    }

    [Fact]
    public async Task Without_the_program_there_is_no_answer()
    {
        var nothing = new RuntimeMark(new CommandsWithEnvironment(Runner, new Dictionary<string, string?> { ["PATH"] = Root }), Root);

        await nothing.UnknownAsync("gpu devices == 0", "nvidia-smi: not found on PATH");
        await nothing.UnknownAsync("systemd nginx", "systemctl: not found on PATH");
        await nothing.UnknownAsync("docker db", "docker: not found on PATH");
        await nothing.UnknownAsync("compose project=shop", "docker: not found on PATH");
    }

    private async Task PlayAsync(string program, string script)
    {
        await File.WriteAllTextAsync(At(program), $"#!/bin/sh\n{script}\n", Cancel);
        await RunAsync(new Command("chmod", ["+x", At(program)]));
    }
}
