using System.Globalization;
using Holdpoint.Backtesting;
using Holdpoint.Expressions;

namespace Holdpoint.Cli.Backtesting;

/// <summary>A backtest as a person reads it: a line for each rule, then when it fired.</summary>
internal static class BacktestText
{
    /// <summary>More firings of a rule than this are in the JSON and on the page.</summary>
    private const int MostFirings = 5;

    public static IEnumerable<string> Lines(BacktestResult result, BacktestOf of, Terminal terminal)
    {
        yield return terminal.Paint(Ink.Strong, $"{of.Title}, {Units.Duration(result.Request.To - result.Request.From)} from {Moment.Show(result.Request.From)} to {Moment.Show(result.Request.To)} UTC");
        yield return terminal.Paint(Ink.Faint, Terminal.Clean($"{of.Source} · {BacktestWords.Deployments(result)}"));
        yield return "";
        foreach (var line in (result.Request.Deployments is null ? InTime(result) : ByDeployment(result)).Lines(terminal))
            yield return line;
        foreach (var skipped in of.Skipped)
            yield return terminal.Paint(Ink.Faint, Terminal.Clean($"-  {skipped}"));
        foreach (var line in result.Rules.SelectMany(r => Story(r, terminal)))
            yield return line;
        foreach (var line in Suggested(result, terminal))
            yield return line;
    }

    private static TextTable InTime(BacktestResult result)
    {
        var table = new TextTable("fired", "a week", "longest", "in all", "blind", "worst", "rule");
        foreach (var rule in result.Rules)
        {
            var (sign, ink) = !rule.WasJudged ? ("?", Ink.Unsure) : rule.Fired > 0 ? ("✗", Ink.Bad) : ("✓", Ink.Good);
            table.Add(sign, ink,
                rule.WasJudged ? rule.Fired.ToString(CultureInfo.InvariantCulture) : "–",
                rule.WasJudged ? (rule.PerDay * 7).ToString("0.#", CultureInfo.InvariantCulture) : "–",
                rule.Fired > 0 ? Units.Duration(rule.LongestHeld) : "–",
                rule.Fired > 0 ? Units.Duration(rule.Held) : "–",
                BacktestWords.Share(rule.BlindShare), rule.Worst?.Value.ToString() ?? "–", Terminal.Clean(rule.Rule.Text));
        }

        return table;
    }

    private static TextTable ByDeployment(BacktestResult result)
    {
        var table = new TextTable("hits", "misses", "false", "quiet", "blind", "precision", "recall", "found in", "worst", "rule");
        foreach (var rule in result.Rules)
        {
            var score = rule.Score;
            var (sign, ink) = !rule.WasJudged ? ("?", Ink.Unsure) : score.FalseAlarms > 0 ? ("✗", Ink.Bad) : score.Misses > 0 ? ("!", Ink.Warning) : ("✓", Ink.Good);
            table.Add(sign, ink, [.. Cells(score), rule.Worst?.Value.ToString() ?? "–", Terminal.Clean(rule.Rule.Text)]);
        }

        if (result.Rules.Count > 1 && result.Together is { } together)
            table.Add(" ", Ink.Plain, [.. Cells(together), "", "all rules together"]);
        return table;

        static string[] Cells(RuleScore score) =>
        [
            Number(score.Hits), Number(score.Misses), Number(score.FalseAlarms), Number(score.Quiets), Number(score.Blind),
            BacktestWords.Share(score.Precision), BacktestWords.Share(score.Recall), score.Detection is { } time ? Units.Duration(time) : "–",
        ];
    }

    private static IEnumerable<string> Story(RulePast rule, Terminal terminal)
    {
        var told = rule.Watches.SelectMany(w => Told(w, terminal)).ToList();
        if (!rule.WasJudged || rule.BlindShare > 0.01)
            told.Add($"  {terminal.Paint(Ink.Unsure, rule.WasJudged ? $"blind for {Units.Duration(rule.Blind)}:" : "never judged:")} {Terminal.Clean(rule.BlindBecause ?? "there was no moment to look at")}");
        if (told.Count == 0)
            yield break;
        yield return "";
        yield return terminal.Paint(Ink.Strong, Terminal.Clean(rule.Rule.Text));
        foreach (var line in told.Take(MostFirings))
            yield return line;
        if (told.Count > MostFirings)
            yield return terminal.Paint(Ink.Faint, $"  and {told.Count - MostFirings} more: --json and --html FILE have all");
    }

    private static IEnumerable<string> Told(WatchPast watch, Terminal terminal)
    {
        foreach (var firing in watch.Firings)
        {
            var after = watch.Deployment is { } d ? $"{Units.Duration(firing.At - d.Start)} after {d.Name}, {BacktestWords.Of(watch.Judged)}: " : "";
            yield return Terminal.Clean($"  {Moment.Show(firing.At)}  {after}held {Units.Duration(firing.Held)}  {firing.Shown}");
        }

        if (watch is { Deployment: { } missed, Judged: Judged.Miss })
            yield return Terminal.Clean($"  {Moment.Show(missed.Start)}  missed: {missed.Name}{(watch.Worst is { } worst ? $", at worst {worst.Operand} {worst.Value} at {Moment.Show(worst.At)}" : "")}");
        if (watch is { Deployment: { } blind, Judged: Judged.Blind })
            yield return Terminal.Clean($"  {Moment.Show(blind.Start)}  blind during {blind.Name}: {watch.BlindBecause}");
        if (watch is { Deployment: { } breached, BreachedBefore: true })
            yield return terminal.Paint(Ink.Faint, Terminal.Clean($"  {Moment.Show(breached.Start)}  breached already before {breached.Name}: a run would have held there"));
    }

    private static IEnumerable<string> Suggested(BacktestResult result, Terminal terminal)
    {
        if (result.Suggestions.Count == 0)
            yield break;
        var deployments = result.Request.Deployments is not null;
        yield return "";
        yield return terminal.Paint(Ink.Strong, $"Limits for at most {BacktestWords.Rate(result.Request.Suggest!)}; the file stays as it is");
        var table = deployments ? new TextTable("now", "false", "hits", "proposed", "false", "hits", "rule") : new TextTable("now", "fires", "proposed", "fires", "rule");
        foreach (var s in result.Suggestions)
        {
            string[] cells = s is { Now: { } now, Proposed: { } proposed }
                ? deployments
                    ? [now.Limit.ToString(), Of(now.FalseAlarms, s.Good), Of(now.Hits, s.Bad), Proposed(s), Of(proposed.FalseAlarms, s.Good), Of(proposed.Hits, s.Bad)]
                    : [now.Limit.ToString(), Number(now.FalseAlarms), Proposed(s), Number(proposed.FalseAlarms)]
                : [.. Enumerable.Repeat("–", deployments ? 6 : 4)];
            var lost = s.Now is { } a && s.Proposed is { } b && b.Hits < a.Hits;
            table.Add(s.Proposed is null ? "?" : lost ? "!" : s.Stays ? "✓" : "→", s.Proposed is null ? Ink.Unsure : lost ? Ink.Warning : Ink.Good, [.. cells, Terminal.Clean(s.Rule.Text + (s.Because is { } why ? $": {why}" : ""))]);
        }

        foreach (var line in table.Lines(terminal))
            yield return line;

        static string Proposed(LimitSuggestion s) => s.Stays ? "stays" : s.Proposed!.Limit.ToString();
        static string Of(int part, int whole) => $"{Number(part)}/{Number(whole)}";
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}

/// <summary>What a backtest is of, beside its numbers.</summary>
/// <param name="Title">File and environment.</param>
/// <param name="Source">Where the numbers came from.</param>
/// <param name="Skipped">Rules that can't be replayed, each with its reason.</param>
internal sealed record BacktestOf(string Title, string Source, IReadOnlyList<string> Skipped);
