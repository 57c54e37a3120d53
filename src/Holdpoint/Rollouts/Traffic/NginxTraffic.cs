using Holdpoint.Expressions;
using Holdpoint.Processes;

namespace Holdpoint.Rollouts;

/// <summary>
/// Units as servers of an nginx upstream, in a file of its own that is written anew, tested and reloaded. nginx tells nobody what it has under way for a server;
/// that old workers have ended is what shows it, and they finish everything else that they have as well.
/// A request under way is never cut. But with each reload old workers close the connections of clients that stand idle, and a request that is sent on one of them
/// in that moment is reset: clients have to repeat it, as browsers do, or connect anew for each (<c>keepalive_timeout 0</c>). HAProxy, which is not reloaded, has no such moment.
/// </summary>
/// <param name="servers">Each unit's address; every unit is in it.</param>
/// <param name="test">Ends well where nginx can read its files.</param>
/// <param name="reload">Has nginx read them.</param>
/// <param name="pidFile">Of nginx's master process; null: its workers can't be seen.</param>
internal sealed class NginxTraffic(NginxFile file, string upstream, IReadOnlyDictionary<string, string> servers, Command test, Command reload, string? pidFile, RolloutContext context) : Traffic
{
    /// <summary>What a test or a reload may take, and after it nginx to start new workers: 30 s each.</summary>
    public static TimeSpan Limit { get; } = TimeSpan.FromSeconds(30);

    /// <summary>Shares down to a thousandth.</summary>
    private const int GreatestWeight = 1000;

    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(100);

    public override Task<IReadOnlyDictionary<string, UnitTraffic>> LookAsync(CancellationToken cancel)
    {
        if (pidFile is not null)
            NginxWorkers.Look(pidFile);
        var now = Read();
        double all = now.Servers.Where(s => !s.IsDown && !s.IsBackup).Sum(s => s.Weight);
        return Task.FromResult<IReadOnlyDictionary<string, UnitTraffic>>(servers.ToDictionary(u => u.Key, u =>
            new UnitTraffic(now.Servers.First(s => s.Address == u.Value) is { IsDown: false } server ? server.Weight / all : 0, null)));
    }

    public override async Task<Verdict> AdmitAsync(IReadOnlyList<string> units, CancellationToken cancel) =>
        await ChangeAsync(now => units.ToDictionary(u => servers[u], u => now.Servers.First(s => s.Address == servers[u]).Weight), cancel)
        ?? new Verdict.Passed($"{Take(units)} requests");

    public override async Task<Verdict> WithdrawAsync(IReadOnlyList<string> units, TimeSpan drain, CancellationToken cancel)
    {
        var began = context.Time.GetTimestamp();
        if (await ChangeAsync(_ => units.ToDictionary(u => servers[u], _ => 0), cancel) is { } failed)
            return failed;
        while (true)
        {
            var leaving = pidFile is null ? null : NginxWorkers.Look(pidFile).Leaving;
            if (leaving is { Count: 0 })
                return new Verdict.Passed($"{Take(units)} no requests, and none is under way");
            var left = drain - context.Time.GetElapsedTime(began);
            if (left <= TimeSpan.Zero)
                return leaving is null
                    ? new Verdict.Passed($"{Take(units)} no requests; those under way had {Units.Duration(drain)} (without `pid` nginx does not show when they end)")
                    : new Verdict.Warned($"still under way after {Units.Duration(drain)}: requests in {leaving.Count} worker{(leaving.Count == 1 ? "" : "s")} of nginx; {Take(units)} no new ones");
            await Task.Delay(left < Between ? left : Between, context.Time, cancel);
        }
    }

    public override async Task<Verdict> SplitAsync(IReadOnlyDictionary<string, double> shares, CancellationToken cancel)
    {
        var weights = TrafficWeights.Of(servers.Keys.ToDictionary(u => u, u => shares.GetValueOrDefault(u)), GreatestWeight);
        if (Read().Servers.FirstOrDefault(s => !s.IsDown && !s.IsBackup && !servers.Values.Contains(s.Address)) is { } stranger)
            return new Verdict.Failed($"requests to {upstream} go to {string.Join(", ", servers.Keys)} alone", $"{stranger.Address} ({file.Path}, line {stranger.Line}), which is none of these units, takes requests too");
        return await ChangeAsync(_ => weights.ToDictionary(w => servers[w.Key], w => w.Value), cancel)
            ?? new Verdict.Passed(string.Join(", ", servers.Keys.Select(u => $"{Units.Ratio((double)weights[u] / weights.Values.Sum())} to {u}")));
    }

    /// <summary>Writes, tests and reloads, the last two also where there is nothing to write: a driver that died may have come as far as that.</summary>
    /// <param name="weights">By address; 0 is down.</param>
    /// <returns>Null: nginx has taken it. Otherwise the file is as it was.</returns>
    private async Task<Verdict?> ChangeAsync(Func<NginxUpstream, IReadOnlyDictionary<string, int>> weights, CancellationToken cancel)
    {
        var before = Read();
        var after = before.With(weights(before), upstream);
        var former = pidFile is null ? null : NginxWorkers.Look(pidFile);
        if (after.Text != before.Text)
            file.Replace(before, after);
        var reloading = false;
        try
        {
            var failed = await RunAsync(test, "nginx reads its files", cancel);
            reloading = true;
            failed ??= await RunAsync(reload, "nginx reloads", cancel) ?? (former is null ? null : await UntilTakenAsync(former, cancel));
            return failed is null ? null : failed with { Actual = $"{failed.Actual}; {Restore(after, before)}" };
        }
        catch (OperationCanceledException) when (!reloading)
        {
            // Untested, it must not wait for somebody else's reload.
            Restore(after, before);
            throw;
        }
        catch (Unreachable gone)
        {
            throw new Unreachable($"{gone.Message}; {Restore(after, before)}");
        }
    }

    private string Restore(NginxUpstream after, NginxUpstream before)
    {
        if (after.Text == before.Text)
            return $"{file.Path} is as it was";
        try
        {
            file.Replace(after, before);
            return $"{file.Path} is back as it was before";
        }
        catch (Unreachable e)
        {
            return $"and the file could not be put back: {e.Message}";
        }
    }

    /// <summary>A reload is only a signal: that it worked shows by new workers and the old ones' leaving.</summary>
    private async Task<Verdict.Failed?> UntilTakenAsync(NginxWorkers former, CancellationToken cancel)
    {
        for (var began = context.Time.GetTimestamp(); ;)
        {
            var now = NginxWorkers.Look(pidFile!);
            if (now.Active.Count > 0 && !now.Active.Any(former.Active.Contains))
                return null;
            if (context.Time.GetElapsedTime(began) >= Limit)
                return new($"nginx takes its new files within {Units.Duration(Limit)}", "its old workers go on (its error log says why)");
            await Task.Delay(Between, context.Time, cancel);
        }
    }

    private async Task<Verdict.Failed?> RunAsync(Command command, string expected, CancellationToken cancel) =>
        await context.Commands.RunAsync(command, Limit, cancel) switch
        {
            CommandResult.Exited { ExitCode: 0 } => null,
            CommandResult.Exited e => new(expected, $"exit {e.ExitCode}: {Reason(e)}"),
            CommandResult.TimedOut => new(expected, $"no end within {Units.Duration(Limit)}"),
            CommandResult.NotStarted n => new(expected, n.Because),
            var other => throw new InvalidOperationException($"no such result: {other.GetType().Name}"),
        };

    /// <summary>The first line that nginx marks as the reason; its last one only says that it has failed.</summary>
    private static string Reason(CommandResult.Exited ended)
    {
        var lines = $"{ended.Error.Text}\n{ended.Output.Text}".Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return lines.FirstOrDefault(l => l.Contains("[emerg]", StringComparison.Ordinal) || l.Contains("[alert]", StringComparison.Ordinal) || l.Contains("[error]", StringComparison.Ordinal))
            ?? lines.LastOrDefault() ?? "it says nothing";
    }

    /// <summary>Every unit's server is in the answer.</summary>
    private NginxUpstream Read()
    {
        var now = file.Read();
        foreach (var (unit, address) in servers)
            if (now.Servers.FirstOrDefault(s => s.Address == address) is not { } server)
                throw new Unreachable($"{file.Path} has no server {address} for {unit}; it has {(now.Servers.Count > 0 ? string.Join(", ", now.Servers.Select(s => s.Address).Take(8)) : "none")}: add it, or mend servers: {unit}");
            else if (server.IsBackup)
                throw new Unreachable($"{file.Path}, line {server.Line}: {unit} is a backup server, which can't be given a share: remove 'backup'");
        return now;
    }

    private static string Take(IReadOnlyList<string> units) => $"{string.Join(", ", units)} {(units.Count == 1 ? "takes" : "take")}";
}
