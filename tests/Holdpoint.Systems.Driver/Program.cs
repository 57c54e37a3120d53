using System.Globalization;
using System.Runtime.InteropServices;
using Holdpoint.Probes;
using Holdpoint.Processes;
using Holdpoint.Runs;

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
        await DetachedAction.StartAsync(folder, new Command("bash", ["-c", script]), limit, TimeProvider.System, CancellationToken.None);
        Console.WriteLine(Environment.ProcessId);
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

    // Drives the newest run of a project, and is killed right after a journal event, or a little after it.
    case ["drive", var project, var at, var later]:
    {
        using var http = new HttpClient();
        var office = new RunOffice(Path.Combine(project, ".holdpoint"), TimeProvider.System, new CommandRunner(TimeProvider.System), http, new Dictionary<string, Probe>())
        {
            Lifetimes = new() { Recovery = TimeSpan.FromSeconds(3) },
        };
        await using var run = await office.OpenAsync(null, CancellationToken.None);
        using var wheel = await RunOffice.TakeWheelAsync(run, CancellationToken.None);
        if (wheel is null)
            return 8;
        var (last, delay) = (long.Parse(at, CultureInfo.InvariantCulture), int.Parse(later, CultureInfo.InvariantCulture));
        run.Session.Happened += (_, _, entry) =>
        {
            if (entry.Sequence != last)
                return;
            if (delay == 0)
                Die();
            _ = Task.Run(async () =>
            {
                await Task.Delay(TimeSpan.FromMilliseconds(delay), TimeProvider.System);
                Die();
            });
        };
        var end = await new Conductor(run.Session, run.World, wheel).DriveAsync("ana", Patience.Leave, CancellationToken.None);
        Console.WriteLine(end);
        return 0;
    }

    // Drives the newest run of a project to its end, with a lease of its own.
    case ["hold", var project, var seconds]:
    {
        using var http = new HttpClient();
        var lease = TimeSpan.FromSeconds(double.Parse(seconds, CultureInfo.InvariantCulture));
        var office = new RunOffice(Path.Combine(project, ".holdpoint"), TimeProvider.System, new CommandRunner(TimeProvider.System), http, new Dictionary<string, Probe>())
        {
            Lifetimes = new() { Lease = lease, Heartbeat = lease / 10 },
        };
        await using var run = await office.OpenAsync(null, CancellationToken.None);
        using var wheel = await RunOffice.TakeWheelAsync(run, CancellationToken.None) ?? throw new InvalidOperationException("somebody else drives this run");
        Console.WriteLine(Environment.ProcessId);
        Console.WriteLine(await new Conductor(run.Session, run.World, wheel).DriveAsync("ana", Patience.Leave, CancellationToken.None));
        return 0;
    }

    default:
        await Console.Error.WriteLineAsync("verbs: start-action FOLDER SECONDS SCRIPT, wait-for-signals, drive PROJECT SEQUENCE MILLISECONDS, hold PROJECT SECONDS");
        return 2;
}

static async Task Cancelled(CancellationToken token)
{
    var cancelled = new TaskCompletionSource();
    await using (token.Register(cancelled.SetResult))
        await cancelled.Task;
}

// As kill -9 does: nothing is flushed, nothing is said.
static void Die() => _ = Kill(Environment.ProcessId, 9);

[DllImport("libc", EntryPoint = "kill")]
[DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
static extern int Kill(int process, int signal);
