using System.Text;
using Holdpoint.Journal;
using Holdpoint.Metrics;
using Holdpoint.Runs;
using Stage = Holdpoint.Plans.Stage;

namespace Holdpoint.Tests.Runs;

/// <summary>A run in a record folder: deployed at once and watched for two hours, with 20 % errors in the first, then as told.</summary>
internal sealed record EarlierRun(string Id)
{
    private const string Configuration = "holdpoint: 1\nenvironments: { production: {}, staging: {} }\ntargets: { web: { command: { now: \"true\", deploy: \"true\", rollback: \"true\" } } }\nmetrics: { errors: { unit: ratio, command: x } }\n";

    /// <summary>Null: it has not ended.</summary>
    public Outcome? Outcome { get; init; } = Holdpoint.Runs.Outcome.Passed;

    public double Errors { get; init; } = 0.02;

    public string Environment { get; init; } = "production";

    public bool Deploys { get; init; } = true;

    /// <summary>Its rule was breaching in the second hour.</summary>
    public bool Breaches { get; init; }

    public string? Rehearsal { get; init; }

    /// <summary>What it journaled on entering deploy; null: nothing.</summary>
    public Event.BaselineTaken? Before { get; init; }

    public async Task<string> WriteAsync(RunStore store, ManualTime time)
    {
        var cancel = TestContext.Current.CancellationToken;
        var start = time.Now;
        await using var journal = store.CreateRun(Id);
        var definition = Story.DefinitionOf("## A\n\n- [ ] out `! deploy web` #id=out\n- [ ] r `! hold when errors > 50%` #id=r\n", Configuration);
        await using var session = await RunSession.StartAsync(journal, time, new Event.Started(Id, Environment, "2.1", null, "ana", definition, "holdpoint 1", 1, null, null, null) { Rehearsal = Rehearsal }, cancel);
        await TellAsync(new Event.Driven(1, "ana", "host", 1));
        if (Before is { } before)
            await TellAsync(before);
        await TellAsync(new Event.StageEntered(Stage.Deploy));
        if (Deploys)
            await TellAsync(new Event.BeforeRecorded("web", "2.0", false), new Event.ActionStarted("out", 1, "actions/1", "deploy", "web", false), new Event.ActionEnded("out", new("passed", ""), 1, []));
        var samples = Enumerable.Range(1, 120).Select(i => new Sample.Measured(start.AddMinutes(i), i <= 60 ? 0.2 : Errors));
        var chunk = await journal.StoreEvidenceAsync("samples.csv", Encoding.UTF8.GetBytes(SeriesChunk.Write(samples)), cancel);
        await TellAsync(new Event.Sampled("errors", [chunk], 120));
        await time.AdvanceAsync(TimeSpan.FromMinutes(90));
        if (Breaches)
            await TellAsync(new Event.RuleChanged("r", "breaching", "errors (60%) > 50%", time.Now, false));
        await time.AdvanceAsync(TimeSpan.FromMinutes(30));
        if (Outcome is { } ended)
            await TellAsync(new Event.Finished(ended, "as told"));
        return Id;

        async Task TellAsync(params Event[] events) => await session.AppendAsync("driver", _ => events, cancel);
    }
}
