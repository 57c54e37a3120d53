using System.Globalization;
using Holdpoint.Processes;
using Holdpoint.Runs;
using Holdpoint.Systems.Tests.Processes;

namespace Holdpoint.Systems.Tests.Runs;

/// <summary>A driver that stands still, as one that was stopped or starved, when another run wants the environment.</summary>
public sealed class TakeoverTests
{
    private const string Checklist = """
        # Shop

        ## Out

        **Stage:** deploy

        - [ ] Slow step `! sh touch started; until [ -e go ]; do sleep 0.05; done`
        - [ ] New version `! deploy web`
        """;

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_sleeping_holder_is_ended_after_its_lease_so_that_it_never_wakes_and_its_action_is_waited_for()
    {
        using var bench = new RunBench(Checklist, RunBench.FileTarget);
        File.WriteAllText(bench.Path("web.version"), "1.0\n");
        await using var first = await bench.StartAsync("2.0");
        var pid = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        using var abandon = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var sleeper = new CommandRunner(TimeProvider.System).RunAsync(Driver.Call("hold", bench.Folder, "4") with { OnOutputLine = line => pid.TrySetResult(line) }, TimeSpan.FromMinutes(5), abandon.Token);
        try
        {
            var process = await pid.Task.WaitAsync(TimeSpan.FromMinutes(1), Cancel);
            // Not what the journal says: that is written before the action lives.
            await UntilAsync(() => Task.FromResult(File.Exists(bench.Path("started"))));
            await SignalAsync("STOP", process);

            await using var second = await bench.StartAsync("3.0", "bo");
            var refusals = new List<string>();
            DriveEnd end = new DriveEnd.Stopped("");
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
            patience.CancelAfter(TimeSpan.FromMinutes(3));
            await UntilAsync(async () =>
            {
                if ((end = await bench.DriveAsync(second, "bo", stop: patience.Token)) is not DriveEnd.Refused refused)
                    return true;
                refusals.Add(refused.Because);
                // Only its action is in the way any more.
                if (refused.Because.Contains("still under way", StringComparison.Ordinal))
                    await File.WriteAllTextAsync(bench.Path("go"), "", Cancel);
                return false;
            });
            Assert.Equal(Outcome.Passed, Assert.IsType<DriveEnd.Finished>(end).Outcome);
            Assert.All(refusals, r => Assert.Contains("locked by ana (run ", r, StringComparison.Ordinal));
            Assert.Contains("for deploying 2.0, heartbeat ", refusals[^1], StringComparison.Ordinal);
            Assert.Contains("lease expired", refusals[^1], StringComparison.Ordinal);

            Assert.Equal(128 + 9, Assert.IsType<CommandResult.Exited>(await sleeper).ExitCode);
            Assert.Equal(("3.0", "deploy 3.0\n"), (bench.Version, bench.Log));
            await using var woken = await bench.NewOffice().OpenAsync(first.Session.Run.Id, Cancel);
            Assert.Empty(woken.Session.Run.Deployed);
            Assert.Null(new Journal.EnvironmentLock(bench.Path(".holdpoint"), TimeProvider.System).Read("production"));
        }
        finally
        {
            await abandon.CancelAsync();
            await sleeper.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private static async Task SignalAsync(string signal, string process) =>
        Assert.Equal(0, Assert.IsType<CommandResult.Exited>(await new CommandRunner(TimeProvider.System).RunAsync(new("kill", [$"-{signal}", int.Parse(process, CultureInfo.InvariantCulture).ToString(CultureInfo.InvariantCulture)]), TimeSpan.FromMinutes(1), Cancel)).ExitCode);

    private static async Task UntilAsync(Func<Task<bool>> reached)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        limit.CancelAfter(TimeSpan.FromMinutes(3));
        while (!await reached())
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System, limit.Token);
    }
}
