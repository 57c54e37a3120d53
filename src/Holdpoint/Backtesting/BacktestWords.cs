using System.Globalization;
using Holdpoint.Expressions;

namespace Holdpoint.Backtesting;

/// <summary>What people read of a backtest, on the terminal and on the page.</summary>
public static class BacktestWords
{
    public static string Name(Judged judged) => judged switch
    {
        Judged.Hit => "hit",
        Judged.Miss => "miss",
        Judged.FalseAlarm => "false alarm",
        Judged.Quiet => "quiet",
        Judged.Blind => "blind",
        Judged.Uncounted => "not counted",
        _ => throw new InvalidOperationException($"no such judgement: {judged}"),
    };

    public static string Counted(int count, Judged judged) => $"{count} {Name(judged)}{(count == 1 ? "" : judged switch { Judged.Hit or Judged.FalseAlarm => "s", Judged.Miss => "es", _ => "" })}";

    /// <summary>In a sentence.</summary>
    public static string Of(Judged judged) => judged is Judged.Hit or Judged.Miss or Judged.FalseAlarm ? $"a {Name(judged)}" : Name(judged);

    public static string Share(double? share) => share switch
    {
        null => "–",
        0 => "0%",
        > 0 and < 0.0005 => "<0.1%",
        < 1 and >= 0.9995 => ">99.9%",
        { } s => (s * 100).ToString(s < 0.0995 ? "0.#" : "0", CultureInfo.InvariantCulture) + "%",
    };

    public static string Deployments(BacktestResult result)
    {
        if (result.Request.Deployments is not { } all)
            return "all of it counts as one healthy watch";
        var seen = all.Except(result.LeftOut).ToList();
        var (good, bad, open) = (seen.Count(d => d.Good == true), seen.Count(d => d.Good == false), seen.Count(d => d.Good is null));
        return $"{seen.Count} {(seen.Count == 1 ? "deployment" : "deployments")}: {good} good, {bad} bad{(open > 0 ? $", {open} of unknown outcome" : "")}{(result.LeftOut.Count > 0 ? $"; {result.LeftOut.Count} outside of this time" : "")}";
    }

    public static string Rate(SuggestRate rate) => rate switch
    {
        SuggestRate.OfDeployments r => $"{Units.Ratio(r.Share)} false alarms per good deployment",
        SuggestRate.InTime r => $"{r.Times.ToString("0.##", CultureInfo.InvariantCulture)} false {(r.Times == 1 ? "alarm" : "alarms")} in {Units.Duration(r.Span)}",
        _ => throw new InvalidOperationException($"no such rate: {rate}"),
    };
}
