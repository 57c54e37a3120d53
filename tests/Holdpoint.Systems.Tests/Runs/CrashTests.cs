using System.Globalization;
using Holdpoint.Plans;
using Holdpoint.Processes;
using Holdpoint.Runs;
using Holdpoint.Systems.Tests.Processes;

namespace Holdpoint.Systems.Tests.Runs;

/// <summary>A driver is killed after each event of its journal in turn; whoever resumes ends in the same state, and no action runs twice.</summary>
public sealed class CrashTests
{
    private static readonly string Checklist = $"""
        # Shop

        ## Before

        - [ ] There is room `? disk / free > 1MB`
        {Counted("dump", "prepare")}

        ## Roll out

        **Stage:** deploy

        {string.Join("\n", Enumerable.Range(1, 5).Select(i => Counted($"step{i}", "deploy")))}
        - [ ] New version out `! deploy web` #critical

        ## Verify

        **Stage:** verify

        {string.Join("\n", Enumerable.Range(6, 5).Select(i => Counted($"step{i}", "verify")))}
        - [ ] It is the new one `? file web.version files == 1`

        ## Going back

        **Stage:** rollback

        - [ ] Previous version back `! rollback web`
        """;

    /// <summary>Counts its runs outside, and has a postcondition that only it fulfils.</summary>
    private static string Counted(string name, string stage) => $"""
        - [ ] Do {name} in {stage} `! run` `? file {name}.done files == 1`

          ```bash
          echo {name} >> counter
          sleep 0.05
          touch {name}.done
          ```

        """;

    /// <summary>A run is mostly waiting for its actions; so many are under way at a time.</summary>
    private const int AtATime = 3;

    [Theory]
    [InlineData(0)]
    [InlineData(25)]
    public async Task A_run_killed_after_each_event_in_turn_ends_in_the_same_state_and_does_nothing_twice(int later)
    {
        var cancel = TestContext.Current.CancellationToken;
        var expected = await StateAfterAsync(null, 0, cancel);
        Assert.StartsWith("Passed", expected.State, StringComparison.Ordinal);
        Assert.Equal(12, expected.Counter.Count + 1);
        var events = Enumerable.Range(2, (int)expected.Events - 2);
        await Parallel.ForEachAsync(events, new ParallelOptions { MaxDegreeOfParallelism = AtATime, CancellationToken = cancel }, async (at, stop) =>
        {
            var killed = await StateAfterAsync(at, later, stop);
            Assert.True(expected.State == killed.State, $"killed after event {at}: {killed.State}, not {expected.State}");
            Assert.True(killed.Counter.Values.All(n => n == 1), $"killed after event {at}: {string.Join(", ", killed.Counter)}");
            Assert.True(killed.Deploys == 1, $"killed after event {at}: {killed.Deploys} deploys");
        });
    }

    private sealed record Ending(string State, IReadOnlyDictionary<string, int> Counter, int Deploys, long Events);

    private static async Task<Ending> StateAfterAsync(long? killAt, int later, CancellationToken cancel)
    {
        using var bench = new RunBench(Checklist, RunBench.FileTarget);
        await File.WriteAllTextAsync(bench.Path("web.version"), "1.0\n", cancel);
        await (await bench.StartAsync()).DisposeAsync();
        var runner = new CommandRunner(TimeProvider.System);
        if (killAt is { } at)
            await runner.RunAsync(Driver.Call("drive", bench.Folder, at.ToString(CultureInfo.InvariantCulture), later.ToString(CultureInfo.InvariantCulture)), TimeSpan.FromMinutes(5), cancel);
        await using var run = await bench.NewOffice().OpenAsync(null, cancel);
        var end = await bench.DriveAsync(run, stop: cancel);
        var steps = run.Session.Run.Steps.Where(s => s.Value.Verdict is not null).OrderBy(s => s.Key).Select(s => $"{s.Key}={s.Value.Verdict!.Verdict}");
        var state = $"{(end as DriveEnd.Finished)?.Outcome.ToString() ?? end.ToString()} {string.Join(" ", steps)} {bench.Version}";
        return new(state, (await File.ReadAllLinesAsync(bench.Path("counter"), cancel)).GroupBy(l => l).ToDictionary(g => g.Key, g => g.Count()),
            bench.Log.Split('\n').Count(l => l.StartsWith("deploy", StringComparison.Ordinal)), run.Session.Run.Sequence);
    }
}
