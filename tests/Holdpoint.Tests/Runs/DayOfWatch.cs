using Holdpoint.Expressions;
using Holdpoint.Probes;
using Holdpoint.Runs;
using Outcome = Holdpoint.Runs.Outcome;
using Stage = Holdpoint.Plans.Stage;

namespace Holdpoint.Tests.Runs;

/// <summary>A checklist that deploys, is watched for a day by a rule, and goes back.</summary>
internal static class DayOfWatch
{
    public const string Checklist = """
        ## Before

        - [ ] Room `? disk / free > 1GB` #id=room

        ## Out

        **Stage:** deploy

        - [ ] New version `! deploy web` #id=out

        ## The day after

        **Stage:** watch

        **Watch:** every 15m until 2h, every 1h until 24h

        - [ ] Answers `? http http://shop/health` #id=answers
        - [ ] Back on errors `! rollback when errors > 5% for 1m RULE` #id=back-on-errors

        ## Back

        **Stage:** rollback

        - [ ] Previous version back `! rollback web` #id=back
        - [ ] It answers `? http http://shop/old` #id=old
        """;

    public const string Telling = ConductorBench.Configuration + "channels: { ops: { file: { path: ops.txt } } }\ntell: [{ on: [held, blind, waiting], to: ops }]\n";

    public static readonly TimeSpan TwoDays = TimeSpan.FromDays(2);

    public static readonly TimeSpan Long = TimeSpan.FromMinutes(30);

    public static Task<ConductorBench> StartAsync(ManualTime time, string rule = "", string configuration = Telling) =>
        ConductorBench.StartAsync(time, Checklist.Replace(" RULE", rule, StringComparison.Ordinal), configuration);

    /// <summary>The number is this from the watch's start plus so long on, until so long.</summary>
    public static Func<string, double?> Errors(ManualTime time, Func<Run?> run, double? value, TimeSpan from, TimeSpan until) => _ =>
        run()?.Entered.TryGetValue(Stage.Watch, out var watch) == true && time.Now - watch is var since && since >= from && since < until ? value : 0.01;
}
