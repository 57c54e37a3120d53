using System.Globalization;
using Holdpoint.Processes;

// A process that the tests of the system kill: what it has started must survive it.
switch (args)
{
    // Starts an action and then waits for its own end.
    case ["start-action", var folder, var seconds, var script]:
    {
        // As a driver does: a file of its own is open, and no child may hold it.
        await using var journal = new FileStream(Path.Combine(Path.GetTempPath(), Path.GetRandomFileName()), new FileStreamOptions
        {
            Mode = FileMode.CreateNew, Access = FileAccess.Write, Options = FileOptions.DeleteOnClose,
        });
        var limit = TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture));
        var action = await DetachedAction.StartAsync(folder, new Command("bash", ["-c", script]), limit, TimeProvider.System, CancellationToken.None);
        Console.WriteLine($"{Environment.ProcessId} {(action.IsAlive ? "alive" : "not alive")}");
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System);
        return 0;
    }

    // Ends with the second signal; says which came.
    case ["wait-for-signals"]:
    {
        using var interrupts = new Interrupts();
        Console.WriteLine($"{Environment.ProcessId} ready");
        await Cancelled(interrupts.Stop);
        Console.WriteLine($"stop {interrupts.FirstName}");
        await Cancelled(interrupts.AtOnce);
        Console.WriteLine("at once");
        return 0;
    }

    default:
        await Console.Error.WriteLineAsync("verbs: start-action FOLDER SECONDS SCRIPT, wait-for-signals");
        return 2;
}

static async Task Cancelled(CancellationToken token)
{
    var cancelled = new TaskCompletionSource();
    await using (token.Register(cancelled.SetResult))
        await cancelled.Task;
}
