using Holdpoint.Probes;
using Holdpoint.Processes;

namespace Holdpoint.Tests.Probes;

/// <summary>Logs that programs have: what they are asked, and what is made of their answers.</summary>
public sealed class LogCommandTests
{
    private readonly ScriptedCommands _commands = new();

    private ProbeContext Context => NetworkQuestion.Context(new SteppingTime()) with { Commands = _commands };

    [Fact]
    public async Task Both_streams_of_a_container_are_its_log()
    {
        _commands.Exits(0, "/web running\n").Exits(0, "INFO ready\nERROR no\n");

        Assert.StartsWith("failed: errors is 1", await VerdictAsync("logs docker:web over 90s"), StringComparison.Ordinal);
        Assert.Equal("sh -c 'exec docker logs --since \"$1\" -- \"$2\" 2>&1' docker-logs 90s web", _commands.Asked[1].ToString());
    }

    [Fact]
    public async Task A_container_that_does_not_run_is_not_quiet()
    {
        _commands.Exits(0, "/web exited\n").Exits(0);
        Assert.Equal("unknown: web (exited) does not run and logged nothing in the last 5m: start it, or look further back with over", await VerdictAsync("logs docker:web"));

        _commands.Exits(1, "", "Error: No such container: web\n");
        Assert.Equal("unknown: docker inspect ended with 1: Error: No such container: web", await VerdictAsync("logs docker:web"));

        _commands.Exits(0, "/web running\n").Exits(1, "Error response from daemon: configured logging driver does not support reading\n");
        Assert.Contains("does not support reading", await VerdictAsync("logs docker:web"), StringComparison.Ordinal);

        Assert.Equal("unknown: docker can't be asked: docker is not on PATH", await VerdictAsync("logs docker:web"));
    }

    [Fact]
    public async Task Compose_is_a_plug_in_or_a_program()
    {
        _commands.Exits(0, "a1\nb2\n").Exits(0, "/shop-api-1 running\n/shop-web-1 running\n").Exits(0, "INFO a\n").Exits(0, "ERROR b\n");
        Assert.StartsWith("passed", await VerdictAsync("logs compose project=shop service=api file=prod.yml lines == 2 and errors == 1"), StringComparison.Ordinal);
        Assert.Equal("docker compose --file prod.yml --project-name shop ps --all --quiet api", _commands.Asked[0].ToString());

        _commands.Exits(1, "", "docker: unknown command: docker compose\n").Exits(0, "a1\n").Exits(0, "/shop_api_1 running\n").Exits(0, "INFO a\n");
        Assert.StartsWith("passed", await VerdictAsync("logs compose project=shop"), StringComparison.Ordinal);
        Assert.Equal("docker-compose --project-name shop ps --quiet", _commands.Asked[5].ToString());
    }

    [Fact]
    public async Task A_project_without_containers_is_not_quiet()
    {
        _commands.Exits(0);
        Assert.Equal("unknown: compose has no container of api, so there is no log: is it up, and is project= right?", await VerdictAsync("logs compose service=api"));

        _commands.Exits(14, "", "no configuration file provided: not found\n");
        Assert.Equal("unknown: compose ps ended with 14: no configuration file provided: not found", await VerdictAsync("logs compose"));

        Assert.Equal("unknown: neither docker compose nor docker-compose is on PATH", await VerdictAsync("logs compose"));
    }

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
        Assert.StartsWith("passed", await VerdictAsync("logs pod:app=api cluster=prod namespace=shop container=api lines == 2 and errors == 1"), StringComparison.Ordinal);
        Assert.Equal("kubectl get pods --selector app=api --context prod --namespace shop --output=name", _commands.Asked[0].ToString());
        Assert.Equal("kubectl logs pod/api-2 --context prod --namespace shop --container api --since=300s --tail=-1", _commands.Asked[2].ToString());

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
