using Holdpoint.Backtesting;
using Holdpoint.Cli.Runs;
using Holdpoint.Journal;
using Holdpoint.Plans;
using Outcome = Holdpoint.Runs.Outcome;

namespace Holdpoint.Cli.Backtesting;

/// <summary>Deployments of the past as this project's own runs tell them.</summary>
internal static class RunDeployments
{
    public static async Task<IReadOnlyList<Deployment>> ReadAsync(CommandContext context, string folder, string environment, DateTimeOffset from, DateTimeOffset to)
    {
        var runs = await RunList.ReadAsync(new RunStore(folder, context.Time), environment, int.MaxValue, context.Stop);
        foreach (var unreadable in runs.Where(r => r.Run is null))
            context.Terminal.Say($"holdpoint: {context.Terminal.PaintError(Ink.Warning, "warning:")} run {unreadable.Id} is left out: {Terminal.Clean(unreadable.Problem ?? "")} (holdpoint audit {unreadable.Id} tells more)");
        return
        [
            .. runs.Select(r => r.Run).OfType<Holdpoint.Runs.Run>()
                .Where(r => r.Changed && r.Entered.TryGetValue(Stage.Deploy, out var at) && at >= from && at < to)
                .Select(r => new Deployment($"{r.Start.Version} ({r.Id})", r.Entered[Stage.Deploy], r.EndedAt, GoodOf(r.End?.Outcome)))
                .OrderBy(d => d.Start),
        ];
    }

    /// <summary>What was aborted, superseded or never proven is neither.</summary>
    private static bool? GoodOf(Outcome? outcome) => outcome switch
    {
        Outcome.Passed => true,
        Outcome.Failed or Outcome.RolledBack or Outcome.RollbackFailed => false,
        _ => null,
    };
}
