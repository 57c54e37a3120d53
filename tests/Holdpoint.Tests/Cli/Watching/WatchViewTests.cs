using System.Text.Json;
using Holdpoint.Cli;
using Holdpoint.Cli.Runs;
using Holdpoint.Cli.Watching;
using Holdpoint.Expressions;
using Holdpoint.Metrics;
using Holdpoint.Records;

namespace Holdpoint.Tests.Cli.Watching;

/// <summary>What a person sees of a watch, from a hand-made picture.</summary>
public sealed class WatchViewTests
{
    private static readonly DateTimeOffset s_start = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    private static readonly ManualTime s_time = new();

    private static readonly WatchPicture s_picture = new("20260302-090000-production-7f3a", "Web shop", "1.5.0", "production", s_start.AddMinutes(60))
    {
        Ending = new(null, "In progress", "Version 1.5.0 is in watch on production.", "it is in watch", Tone.Neutral),
        Began = s_start.AddMinutes(5),
        Ends = s_start.AddMinutes(155),
        Watch = new(s_start.AddMinutes(5), 7200, 3300, null) { Extensions = [new(s_start.AddMinutes(30), "cy", "the batch", 1800)] },
        Driver = "process 4711 on deploy-1",
        LookedLast = s_start.AddMinutes(60),
        Metrics = [Metric("errors", Dimension.Ratio, 0.05, "rollback when errors > 5% for 2m", i => i >= 50 ? 0.06 : 0.01, s_start.AddMinutes(50)), Metric("latency_p95", Dimension.Duration, 0.4, "hold when latency_p95 > 400ms", _ => 0.2, null)],
        Rules =
        [
            new("slow", "hold when latency_p95 > 400ms", "quiet", null, "latency_p95 (200ms) > 400ms", 0),
            new("errors", "rollback when errors > 5% for 2m", "breaching", s_start.AddMinutes(59), "errors (6%) > 5%", 0),
            new("orders", "rollback when orders < 1 for 5m", "blind", s_start.AddMinutes(40), "no answer from db", 0.36),
            new("asked", "rollback when asked", "asked", null, ""),
        ],
        Availability = new(true, s_start.AddMinutes(30), "status (503)", new(3300, 44, 0.9995, 31 * 86_400d, []) { Missed = ["day"] }),
        Tail = [new(s_start.AddMinutes(59), Sign.Warned, "errors", "breaching: errors (6%) > 5%")],
    };

    [Fact]
    public void At_80_by_24_everything_is_there() => Assert.Equal(
        """
        Web shop  1.5.0 → production                                            10:00:00
        ▸ In progress  watched for 55m00s, 1h35m left, extended by 30m  run 20260302-09…
        errors  6%  next in 8s  · baseline 1%  ╌ 5% rollback when errors > 5% for 2m
              8%│
              5%│╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌⢀⡏⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉⠉
                │                                                          ⡼
              1%│·⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠃············
                └──D────────────────────────────────────────────────────────!!!!!!!!!!!!
        latency_p95  200ms  next in 8s  · baseline 80ms  ╌ 400ms hold when latency_p95 …
           400ms│╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌
                │
                │ ⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒⠒
            80ms│·······································································
                └──D────────────────────────────────────────────────────────────────────
                 09:00:00                       09:30:00                        10:00:00
        ! breaching for 1m00s  rollback when errors > 5% for 2m  errors (6%) > 5%
        ? blind for 20m00s  rollback when orders < 1 for 5m  no answer from db  blind 3…
        ✓ quiet  hold when latency_p95 > 400ms  latency_p95 (200ms) > 400ms
        ✗ availability up for 30m00s  98.6% of 55m watched, down 44s
          error budget at 99.95%: a day's 43.2s overspent by 800ms, 21m 35s left of the
          month's 22m 19s
        09:59:00 ! errors: breaching: errors (6%) > 5%
        holdpoint hold | extend --for 30m | end-watch | rollback, each with --reason …
        """, string.Join('\n', Lines(s_picture, 80, 24)), ignoreLineEndingDifferences: true);

    [Fact]
    public void No_line_is_wider_and_no_picture_higher_than_the_terminal()
    {
        foreach (var width in (int[])[40, 60, 80, 200])
            foreach (var height in (int[])[10, 16, 24, 60])
            {
                var lines = Lines(s_picture, width, height);
                Assert.InRange(lines.Count, 1, height);
                Assert.All(lines, l => Assert.InRange(Columns.Of(l), 0, width));
            }
    }

    [Fact]
    public void What_is_worst_stands_first_and_nothing_needs_colour()
    {
        var text = string.Join('\n', Lines(s_picture, 140, 40));
        string[] inOrder =
        [
            "! breaching for 1m00s  rollback when errors > 5% for 2m  errors (6%) > 5%",
            "? blind for 20m00s  rollback when orders < 1 for 5m  no answer from db  blind 36% of the watch",
            "✓ quiet  hold when latency_p95 > 400ms  latency_p95 (200ms) > 400ms",
            "✗ availability up for 30m00s  98.6% of 55m watched, down 44s",
            "error budget at 99.95%: a day's 43.2s overspent by 800ms, 21m 35s left of the month's 22m 19s",
            "09:59:00 ! errors: breaching: errors (6%) > 5%",
            "holdpoint hold | extend --for 30m | end-watch | rollback, each with --reason …",
        ];
        Assert.Equal(inOrder, inOrder.OrderBy(l => text.IndexOf(l, StringComparison.Ordinal)));
        Assert.All(inOrder, l => Assert.Contains(l, text, StringComparison.Ordinal));
        Assert.DoesNotContain('\e', text);
        Assert.DoesNotContain("when asked", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_low_terminal_shows_a_line_for_each_metric_and_counts_what_has_no_room()
    {
        var many = s_picture with { Metrics = [.. Enumerable.Range(0, 9).Select(i => Metric($"metric_{i}", Dimension.Count, 5, "limit", _ => i, null))] };
        var lines = Lines(many, 80, 16);
        Assert.Contains(lines, l => l.StartsWith("metric_0 0 ╌ 5 ▁▁▁", StringComparison.Ordinal));
        Assert.Contains(lines, l => l.Contains("more: a higher window shows them, or --metric NAME", StringComparison.Ordinal));
    }

    [Fact]
    public void A_metric_without_a_number_says_why_and_a_driver_that_is_gone_is_told()
    {
        var blind = s_picture with { Driver = null, Metrics = [new(s_picture.Metrics[0].Chart with { Samples = [new Sample.Missing(s_start, "connection refused")] }, null)] };
        var text = string.Join('\n', Lines(blind, 100, 30));
        Assert.Contains("errors  ? connection refused", text, StringComparison.Ordinal);
        Assert.Contains("! nobody drives it and nobody looks: holdpoint resume 20260302-090000-production-7f3a", text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_was_ended_early_is_never_a_whole_watch()
    {
        var ended = s_picture with { Ending = new(Holdpoint.Runs.Outcome.Passed, "Passed", "", "every gate passed; bo ended the watch ahead of its time: quiet", Tone.Good), Ends = null, Watch = s_picture.Watch! with { EndedBy = "bo", EndedBecause = "quiet" } };
        var lines = Lines(ended, 100, null);
        Assert.StartsWith("✓ Passed  watched 55m00s of 2h 30m, ended early by bo", lines[1], StringComparison.Ordinal);
        Assert.DoesNotContain(lines, l => l.Contains("extend --for", StringComparison.Ordinal));
    }

    [Fact]
    public void What_steers_a_terminal_does_not_get_through()
    {
        var hostile = s_picture with { Title = "\e[2Jshop", Rules = [new("x", "a\nb\e]0;title\a", "fired", s_start, "c\rd")], Holds = ["held: \e[31mred → do\nit"] };
        Assert.DoesNotContain(Lines(hostile, 100, 30), l => l.Any(char.IsControl));
    }

    [Fact]
    public void As_JSON_every_sample_and_transition_is_one_line_and_told_once()
    {
        var lines = new WatchLines();
        var plan = Holdpoint.Tests.Runs.Story.Read("## Before\n\n- [ ] Room `? disk / free > 1GB` #id=room\n").Plan!;
        var story = Holdpoint.Tests.Runs.Story.Of("## Before\n\n- [ ] Room `? disk / free > 1GB` #id=room\n").Happened(new Holdpoint.Runs.Event.GlassBroken("bo", "it burns"));
        var news = lines.News(s_picture, plan, story.Entries).Select(l => JsonDocument.Parse(l).RootElement).ToList();
        Assert.Equal(122, news.Count(l => l.GetProperty("type").GetString() == "sample"));
        Assert.Equal("bo broke the glass: it burns", news.Last(l => l.GetProperty("type").GetString() == "transition").GetProperty("text").GetString());
        Assert.Empty(lines.News(s_picture, plan, story.Entries));

        var state = JsonDocument.Parse(WatchLines.State(s_picture)).RootElement;
        Assert.Equal(5700, state.GetProperty("left_seconds").GetDouble());
        Assert.Equal("breaching", state.GetProperty("rules")[1].GetProperty("state").GetString());
        Assert.Equal(0.05, state.GetProperty("metrics")[0].GetProperty("limits")[0].GetProperty("value").GetDouble());
        Assert.Equal("day", state.GetProperty("availability").GetProperty("missed")[0].GetString());
        Assert.DoesNotContain('\n', WatchLines.State(s_picture));
    }

    private static WatchedMetric Metric(string name, Dimension dimension, double limit, string rule, Func<int, double> value, DateTimeOffset? breach) => new(
        new(name, dimension, s_start, s_start.AddMinutes(60), [.. Enumerable.Range(0, 61).Select(i => new Sample.Measured(s_start.AddMinutes(i).AddSeconds(-7), value(i)))])
        {
            Limits = [new(limit, rule)],
            Baseline = new(name, dimension, limit / 5, 0, 40, s_start, s_start),
            Markers = [new(s_start.AddMinutes(2), "deploy web", MarkerKind.Deploy)],
            Breaches = breach is { } from ? [new(from, null, rule)] : [],
        }, TimeSpan.FromSeconds(15));

    private static List<string> Lines(WatchPicture picture, int width, int? height) => [.. new WatchView(width, TimeSpan.FromHours(1), s_time).Render(picture, height).Select(l => l.Plain)];

    [Fact]
    public void Baselines_of_sections_stand_beside_the_one_of_before()
    {
        var picture = s_picture with { Metrics = [s_picture.Metrics[0] with { Elsewhere = [("last week", 0.009), ("staging", 0.02)] }] };
        Assert.Contains(Lines(picture, 120, 24), l => l.Contains("· baseline 1%  · last week 0.9%  · staging 2%", StringComparison.Ordinal));
        using var json = JsonDocument.Parse(WatchLines.State(picture));
        Assert.Equal(0.009, json.RootElement.GetProperty("metrics")[0].GetProperty("baselines").GetProperty("last week").GetDouble());
    }
}
