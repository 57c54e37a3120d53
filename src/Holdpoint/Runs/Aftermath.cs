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
        var deploys = new HashSet<string>(StringComparer.Ordinal);
        DateTimeOffset? deployed = null;
        DateTimeOffset? end = null;
        foreach (var (happened, at) in history)
            switch (happened)
            {
                case Event.ActionStarted { Verb: "deploy" } e:
                    deploys.Add(e.Step);
                    break;
                case Event.ActionEnded e when end is null && deploys.Contains(e.Step):
                    deployed = at;
                    break;
                case Event.RollbackDecided or Event.Finished:
                    end ??= at;
                    break;
            }

        var to = end ?? now;
        return deployed is not { } from ? null : (from > to - Longest ? from : to - Longest, to);
    }
}
