namespace Holdpoint.Runs;

/// <summary>When the version that a run put out showed how it does: the last hour of its watch, up to the run's end, its rollback, or now; never from before its last deploy had ended.</summary>
public static class Aftermath
{
    /// <summary>As long as the hour of last week that it may be compared with.</summary>
    public static TimeSpan Longest { get; } = TimeSpan.FromHours(1);

    /// <param name="history">The run's events in their order; null for one of a newer format.</param>
    /// <returns>Null where nothing was deployed.</returns>
    public static (DateTimeOffset From, DateTimeOffset To)? WindowOf(IEnumerable<(Event? Happened, DateTimeOffset At)> history, DateTimeOffset now)
    {
        List<(Event? Happened, DateTimeOffset At)> events = [.. history];
        DateTimeOffset? end = events.Where(e => e.Happened is Event.RollbackDecided or Event.Finished).Select(e => (DateTimeOffset?)e.At).FirstOrDefault();
        var to = end ?? now;
        return DeployedAt(events) is not { } from ? null : (from > to - Longest ? from : to - Longest, to);
    }

    /// <summary>When the last deploy had ended, ahead of a rollback; null: none has.</summary>
    public static DateTimeOffset? DeployedAt(IEnumerable<(Event? Happened, DateTimeOffset At)> history)
    {
        var deploys = new HashSet<string>(StringComparer.Ordinal);
        DateTimeOffset? deployed = null;
        foreach (var (happened, at) in history)
            switch (happened)
            {
                case Event.ActionStarted { Verb: "deploy" } e:
                    deploys.Add(e.Step);
                    break;
                case Event.ActionEnded e when deploys.Contains(e.Step):
                    deployed = at;
                    break;
                case Event.RollbackDecided or Event.Finished:
                    return deployed;
            }

        return deployed;
    }
}
