using Holdpoint.Expressions;

namespace Holdpoint.Rollouts;

/// <summary>
/// Units as servers of one HAProxy backend, moved through its stats socket while it runs. What is moved so lasts until HAProxy is restarted or reloaded:
/// then its own file counts again, unless it has a <c>server-state-file</c>.
/// </summary>
/// <param name="tell">Gives HAProxy commands and looks at all servers right after them.</param>
/// <param name="servers">Each unit's server; every unit is in it.</param>
internal sealed class HaproxyTraffic(Func<IReadOnlyList<string>, CancellationToken, Task<HaproxyStats>> tell, string backend, IReadOnlyDictionary<string, string> servers, TimeProvider time) : Traffic
{
    /// <summary>How long a server that is told to take requests may take to be found well by HAProxy: 30 s.</summary>
    public static TimeSpan TakenInWithin { get; } = TimeSpan.FromSeconds(30);

    private const int GreatestWeight = 256;

    private static readonly TimeSpan Between = TimeSpan.FromMilliseconds(100);

    public override async Task<IReadOnlyDictionary<string, UnitTraffic>> LookAsync(CancellationToken cancel)
    {
        var now = await TellAsync([], cancel);
        // A backup gets requests only where no other server takes any, and then the first of them gets all.
        var taking = now.Values.Where(s => s.TakesRequests && !s.IsBackup).ToList();
        if (taking.Count == 0)
            taking = [.. now.Values.Where(s => s.TakesRequests).Take(1)];
        double all = taking.Sum(s => s.Weight);
        return servers.ToDictionary(u => u.Key, u =>
        {
            var server = now[u.Value];
            return new UnitTraffic(taking.Contains(server) ? server.Weight / all : 0, server.UnderWay) { Counted = (server.Answers, server.Failures) };
        });
    }

    public override async Task<Verdict> AdmitAsync(IReadOnlyList<string> units, CancellationToken cancel)
    {
        var began = time.GetTimestamp();
        if (await BringUpAsync(units, _ => [], began, cancel) is { } failed)
            return failed;
        var now = await WithWeightAsync(units, cancel);
        now = await TellAsync([.. units.Where(u => !now[servers[u]].TakesRequests).Select(u => Set(u, "state ready"))], cancel);
        return await UntilTakenInAsync(units, now, s => s.TakesRequests, began, cancel) ?? new Verdict.Passed($"{Take(units)} requests");
    }

    public override async Task<Verdict> WithdrawAsync(IReadOnlyList<string> units, TimeSpan drain, CancellationToken cancel)
    {
        var began = time.GetTimestamp();
        var now = await TellAsync([], cancel);
        // One in maintenance stays there: whoever repeats this has it so already.
        now = await TellAsync([.. units.Where(u => !now[servers[u]].IsInMaintenance).Select(u => Set(u, "state drain"))], cancel);
        // Twice in a row: a request that was just given to it may not be counted yet.
        for (var quiet = 0; ; now = await TellAsync([], cancel))
        {
            quiet = units.All(u => now[servers[u]].UnderWay == 0) ? quiet + 1 : 0;
            var left = drain - time.GetElapsedTime(began);
            if (quiet == 2 || left <= TimeSpan.Zero)
                break;
            await Task.Delay(left < Between ? left : Between, time, cancel);
        }

        now = await TellAsync([.. units.Select(u => Set(u, "state maint"))], cancel);
        if (units.Where(u => !now[servers[u]].IsInMaintenance).ToList() is { Count: > 0 } others)
            return new Verdict.Failed($"{string.Join(", ", others)} in maintenance", string.Join(", ", others.Select(u => now[servers[u]].Condition)));
        var busy = units.Where(u => now[servers[u]].UnderWay > 0).ToList();
        return busy.Count == 0
            ? new Verdict.Passed($"{Take(units)} no requests, and none is under way")
            : new Verdict.Warned($"still under way after {Units.Duration(drain)}: {string.Join(", ", busy.Select(u => $"{now[servers[u]].UnderWay} on {u}"))}; no new ones come");
    }

    public override async Task<Verdict> SplitAsync(IReadOnlyDictionary<string, double> shares, CancellationToken cancel)
    {
        var began = time.GetTimestamp();
        var weights = TrafficWeights.Of(servers.Keys.ToDictionary(u => u, u => shares.GetValueOrDefault(u)), GreatestWeight);
        List<string> given = [.. weights.Where(w => w.Value > 0).OrderByDescending(w => w.Value).Select(w => w.Key)];
        var now = await TellAsync([], cancel);
        if (now.Values.FirstOrDefault(s => s.TakesRequests && !s.IsBackup && !servers.Values.Contains(s.Name)) is { } stranger)
            return new Verdict.Failed($"requests to {backend} go to {string.Join(", ", servers.Keys)} alone", $"{backend}/{stranger.Name}, which is none of these units, takes requests too");
        if (given.FirstOrDefault(u => now[servers[u]].IsBackup) is { } backup)
            return new Verdict.Failed($"{backup} can be given a share", $"{Path(backup)} is a backup server");
        if (await BringUpAsync(given, u => [Set(u, $"weight {weights[u]}")], began, cancel) is { } failed)
            return failed;

        // One line, so that HAProxy does it in one go; who is let in comes ahead of who is let go, so that there is always somebody.
        now = await TellAsync(
        [
            .. given.Select(u => Set(u, $"weight {weights[u]}")),
            .. given.Select(u => Set(u, "state ready")),
            .. servers.Keys.Where(u => weights[u] == 0 && !now[servers[u]].IsInMaintenance).Select(u => Set(u, "state drain")),
        ], cancel);
        if (servers.Keys.Where(u => weights[u] == 0 && now[servers[u]].TakesRequests).ToList() is { Count: > 0 } still)
            return new Verdict.Failed($"{Take(still)} no requests", string.Join(", ", still.Select(u => now[servers[u]].Condition)));
        return await UntilTakenInAsync(given, now, s => s.TakesRequests && weights.Any(w => servers[w.Key] == s.Name && w.Value == s.OwnWeight), began, cancel)
            ?? new Verdict.Passed(string.Join(", ", servers.Keys.Select(u => $"{Units.Ratio((double)weights[u] / weights.Values.Sum())} to {u}")));
    }

    /// <summary>Who comes out of maintenance is let in without requests first, so that HAProxy's health checks have found it well before the first one comes.</summary>
    /// <param name="ahead">Commands ahead of that.</param>
    /// <returns>Null: all are well, or as well as HAProxy can tell.</returns>
    private async Task<Verdict?> BringUpAsync(IReadOnlyList<string> units, Func<string, IEnumerable<string>> ahead, long began, CancellationToken cancel)
    {
        var now = await TellAsync([], cancel);
        now = await TellAsync([.. units.Where(u => now[servers[u]].IsInMaintenance).SelectMany(u => ahead(u).Append(Set(u, "state drain")))], cancel);
        var failed = await UntilTakenInAsync(units, now, s => (s.IsUp || s.IsDraining) && !s.IsInDoubt, began, cancel);
        if (failed is null)
            return null;
        // Checks that are far apart leave a doubt for longer; HAProxy itself counts it as well.
        now = await TellAsync([], cancel);
        return units.All(u => now[servers[u]].IsUp || now[servers[u]].IsDraining) ? null : failed;
    }

    private async Task<Verdict?> UntilTakenInAsync(IReadOnlyList<string> units, IReadOnlyDictionary<string, HaproxyServer> now, Func<HaproxyServer, bool> isIn, long began, CancellationToken cancel)
    {
        while (units.Where(u => !isIn(now[servers[u]])).ToList() is { Count: > 0 } others)
        {
            if (time.GetElapsedTime(began) >= TakenInWithin)
                return new Verdict.Failed($"{Take(others)} requests within {Units.Duration(TakenInWithin)}", string.Join(", ", others.Select(u => $"{Path(u)} is {now[servers[u]].Condition}")));
            await Task.Delay(Between, time, cancel);
            now = await TellAsync([], cancel);
        }

        return null;
    }

    /// <summary>Gives units of weight 0 the one that HAProxy's file has for them, and where that is 0 too, the greatest of the others'.</summary>
    private async Task<IReadOnlyDictionary<string, HaproxyServer>> WithWeightAsync(IReadOnlyList<string> units, CancellationToken cancel)
    {
        var now = await TellAsync([], cancel);
        if (Weightless() is { Count: > 0 } some)
            now = await TellAsync([.. some.Select(u => Set(u, "weight 100%"))], cancel);
        var usual = Math.Max(1, now.Values.Max(s => s.OwnWeight));
        return Weightless() is { Count: > 0 } rest ? await TellAsync([.. rest.Select(u => Set(u, $"weight {usual}"))], cancel) : now;

        List<string> Weightless() => [.. units.Where(u => now[servers[u]].OwnWeight == 0)];
    }

    /// <summary>Every unit's server is in the answer.</summary>
    private async Task<IReadOnlyDictionary<string, HaproxyServer>> TellAsync(IReadOnlyList<string> commands, CancellationToken cancel)
    {
        var now = (await tell(commands, cancel)).Of(backend);
        return servers.FirstOrDefault(u => !now.ContainsKey(u.Value)) is not { Key: { } unit, Value: var server }
            ? now
            : throw new Unreachable($"backend {backend} of HAProxy has no server {server} for {unit}; it has {(now.Count > 0 ? string.Join(", ", now.Keys.Take(8)) : "none")}: name it under servers, {unit}: …");
    }

    private string Set(string unit, string what) => $"set server {Path(unit)} {what}";

    private string Path(string unit) => $"{backend}/{servers[unit]}";

    private static string Take(IReadOnlyList<string> units) => $"{string.Join(", ", units)} {(units.Count == 1 ? "takes" : "take")}";
}
