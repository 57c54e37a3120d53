using Holdpoint.Plans;
using Holdpoint.Processes;

namespace Holdpoint.Runs;

/// <summary>Waits for a program that outlives its driver; a deploy that the run has turned away from is given a little patience and then ended.</summary>
internal static class JobWait
{
    /// <returns>Null: the driver was told to stop; the program goes on.</returns>
    public static async Task<ActionOutcome?> UntilEndAsync(RunSession session, RunWorld world, PlannedStep.Act act, DetachedAction action, CancellationToken stop)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var patience = Task.Run(async () =>
        {
            // A rollback waits a little for a deploy under way, then ends it: the way back undoes a mixture, too.
            while (true)
            {
                // Taken ahead of the look, so that what happens between the two is not missed.
                var changed = session.Changed;
                if (session.Run.Rollback is not null && act.Call.Signature.Name == "deploy")
                    break;
                await changed.WaitAsync(ended.Token);
            }

            await Task.Delay(world.Lifetimes.Patience, world.Time, ended.Token);
            await action.KillAsync(TimeSpan.FromSeconds(2));
        }, CancellationToken.None);
        try
        {
            return await action.WaitAsync(stop);
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            return null;
        }
        finally
        {
            await ended.CancelAsync();
            await patience.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        }
    }
}
