using Holdpoint.Probes;
using Holdpoint.Processes;

namespace Holdpoint.Tests.Probes;

/// <summary>Logs that programs have: what they are asked, and what is made of their answers.</summary>
public sealed class LogCommandTests
{
    private readonly ScriptedCommands _commands = new();

    private ProbeContext Context => NetworkQuestion.Context(new SteppingTime()) with { Commands = _commands };

    [Fact]
    public async Task A_journal_s_priority_is_the_level()
    {
        _commands.Exits(0, """
            {"__CURSOR":"s=1","PRIORITY":"6","MESSAGE":"started"}
            {"__CURSOR":"s=2","PRIORITY":"3","MESSAGE":"disk failed"}
            {"__CURSOR":"s=3","PRIORITY":"6","MESSAGE":"level=error msg=\"no answer\""}
            {"__CURSOR":"s=4","PRIORITY":"6","MESSAGE":[104,105]}
            """);

        Assert.StartsWith("passed", await VerdictAsync("logs unit:shop.service lines == 4 and errors == 2 and matching \"^hi$\" == 1"), StringComparison.Ordinal);
        Assert.Equal("journalctl --unit shop.service --since=-300s --output=json --all --no-pager", _commands.Asked[0].ToString());
    }

    [Fact]
    public async Task An_empty_journal_proves_something_only_of_a_unit_that_runs()
    {
        _commands.Exits(0).Exits(0, "LoadState=loaded\nActiveState=active\n");
        Assert.StartsWith("passed", await VerdictAsync("logs unit:shop.service"), StringComparison.Ordinal);

        _commands.Exits(0).Exits(0, "LoadState=loaded\nActiveState=failed\n");
        Assert.Equal("unknown: shop.service is failed and logged nothing in the last 5m: start it, or look further back with over", await VerdictAsync("logs unit:shop.service"));

        _commands.Exits(0).Exits(0, "LoadState=not-found\nActiveState=inactive\n");
        Assert.Equal("unknown: systemd has no unit shop.service (not-found)", await VerdictAsync("logs unit:shop.service"));

        _commands.Exits(0).Exits(1, "", "System has not been booted with systemd as init system (PID 1). Can't operate.\n");
        Assert.Contains("not been booted with systemd", await VerdictAsync("logs unit:shop.service"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_journal_that_may_not_be_read_is_not_quiet()
    {
        _commands.Exits(0, "", "Hint: You are currently not seeing messages from other users and the system.\n");
        Assert.Contains("systemd-journal", await VerdictAsync("logs unit:shop.service"), StringComparison.Ordinal);

        _commands.Exits(0, "Jan 02 12:00:00 web shop[7]: not JSON\n");
        Assert.Contains("no entries of a journal", await VerdictAsync("logs unit:shop.service"), StringComparison.Ordinal);

        _commands.Answers(new CommandResult.TimedOut(TimeSpan.FromSeconds(10), CapturedOutput.Nothing, CapturedOutput.Nothing, TimeSpan.FromSeconds(10)));
        Assert.Equal("unknown: journalctl did not end within 10s", await VerdictAsync("logs unit:shop.service"));
    }

    [Fact]
    public async Task Pods_are_looked_up_before_their_logs_are_counted()
    {
        _commands.Exits(0, "pod/api-1\npod/api-2\n").Exits(0, "INFO a\n").Exits(0, "ERROR b\n");
        Assert.StartsWith("passed", await ObservedMark.VerdictAsync("logs pod:app=api cluster=main container=api lines == 2 and errors == 1", Context.With("kubernetes", ("context", "prod"), ("namespace", "shop"))), StringComparison.Ordinal);
        Assert.Equal("kubectl get pods --selector app=api --output=name --context=prod --namespace=shop --request-timeout=8s", _commands.Asked[0].ToString());
        Assert.Equal("kubectl logs pod/api-2 --container api --since=300s --tail=-1 --context=prod --namespace=shop --request-timeout=8s", _commands.Asked[2].ToString());

        _commands.Exits(0, "", "No resources found in shop namespace.\n");
        Assert.Equal("unknown: no pod has the label app=api: are label and namespace= right?", await VerdictAsync("logs pod:app=api"));

        _commands.Exits(1, "", "Error from server (NotFound): pods \"api-1\" not found\n");
        Assert.Equal("unknown: kubectl get ended with 1: Error from server (NotFound): pods \"api-1\" not found", await VerdictAsync("logs pod:api-1"));

        Assert.Contains("by their label", await VerdictAsync("logs pod:deployment/api"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_of_a_host_come_over_its_shell()
    {
        var host = Context with { Host = "web1" };
        var now = Context.Time.GetUtcNow();
        var log = "2026-03-01T11:50:00Z ERROR long ago\n2026-03-01T11:59:00Z ERROR new\n";
        _commands.Exits(0, $"{now.AddMinutes(-1).ToUnixTimeSeconds()} {log.Length} /var/log/app.log\n{now.AddDays(-1).ToUnixTimeSeconds()} 70 /var/log/app.log.1\n").Exits(0, log).Exits(0, log);

        Assert.Equal("failed: errors is 1, expected errors == 0", await ObservedMark.VerdictAsync("logs /var/log/app.log", host));
        Assert.Equal(["-c", "exec tail -c \"$2\" -- \"$1\"", "tail", "/var/log/app.log", "67108864"], _commands.Asked[2].Arguments);

        _commands.Exits(0);
        Assert.Equal("unknown: /var/log/app.log: no file matches on the host", await ObservedMark.VerdictAsync("logs /var/log/app.log", host));
    }

    private Task<string> VerdictAsync(string mark) => ObservedMark.VerdictAsync(mark, Context);
}
