using System.Globalization;
using Holdpoint.Journal;
using Holdpoint.Processes;
using Holdpoint.Runs;
using Holdpoint.Systems.Tests.Cli;

namespace Holdpoint.Systems.Tests.Runs;

public sealed class FenceTests : IDisposable
{
    /// <summary>Holds the lock and says so in it, as a driver does. Arguments: the lock's path, the process's number, the machine.</summary>
    private const string Holds = "exec 9<>\"$1\"; flock -x 9; eval \"echo pid $2 host $3 epoch 1\" >&9; echo $$;";

    private const string Id = "20260801-120000-production-abcd";

    private readonly string folder = Directory.CreateTempSubdirectory("holdpoint-fence-").FullName;
    private readonly RunStore store;

    public FenceTests()
    {
        store = new(folder);
        Directory.CreateDirectory(store.FolderOf(Id));
    }

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string Lock => DriverLock.PathIn(store.FolderOf(Id));

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task A_driver_that_was_stopped_is_ended()
    {
        await using var driver = await Holder.StartAsync($"{Holds} kill -STOP $$; sleep 600", Lock, "$$", Environment.MachineName);
        Assert.Null(await EndAsync());
        Assert.False(DriverLock.IsHeld(store.FolderOf(Id)));
        Assert.Equal(128 + 9, await driver.Ended);
    }

    [Fact]
    public async Task A_process_that_only_has_the_drivers_number_is_left_alone()
    {
        await using var innocent = await Holder.StartAsync("echo $$; exec sleep 600");
        await using var driver = await Holder.StartAsync($"{Holds} exec sleep 600", Lock, $"{innocent.Pid}", Environment.MachineName);
        Assert.Equal(new Refusal($"its driver, process {innocent.Pid} on {Environment.MachineName}, still lives, and can't be ended from here", $"end process {innocent.Pid} on {Environment.MachineName} first"), await EndAsync());
        Assert.False(driver.Ended.IsCompleted);
        Assert.False(innocent.Ended.IsCompleted);
    }

    [Fact]
    public async Task One_on_another_machine_is_left_alone()
    {
        await using var driver = await Holder.StartAsync($"{Holds} exec sleep 600", Lock, "$$", "elsewhere");
        Assert.Equal(new Refusal($"its driver, process {driver.Pid} on elsewhere, still lives, and can't be ended from here", $"end process {driver.Pid} on elsewhere first"), await EndAsync());
        Assert.False(driver.Ended.IsCompleted);
    }

    [Fact]
    public async Task This_very_process_does_not_end_itself()
    {
        using var mine = await DriverLock.TryHoldAsync(store.FolderOf(Id), 1, Cancel);
        Assert.Contains("can't be ended from here", (await EndAsync())!.Because, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_run_that_nobody_drives_needs_no_end()
    {
        Assert.Null(await EndAsync());
        (await DriverLock.TryHoldAsync(store.FolderOf(Id), 1, Cancel))!.Dispose();
        Assert.Null(await EndAsync());
    }

    [Fact]
    public async Task Whoever_unlocks_the_environment_of_a_run_that_only_sleeps_ends_its_driver_first()
    {
        using var bench = new CliBench("# Release\n\n- [ ] Out `! deploy web`\n");
        var record = bench.PathOf(".holdpoint");
        var run = new RunStore(record).FolderOf(Id);
        Directory.CreateDirectory(run);
        // A lease that is over as soon as it is given.
        Assert.IsType<LockAnswer.Acquired>(await new EnvironmentLock(record, TimeProvider.System).TryAcquireAsync(new("production", "ana", Id, "run", TimeSpan.FromMilliseconds(1)), Cancel));
        await using var driver = await Holder.StartAsync($"{Holds} kill -STOP $$; sleep 600", DriverLock.PathIn(run), "$$", Environment.MachineName);

        var said = await bench.CallAsync("lock", "production", "--release");

        Assert.Equal((0, "production is unlocked\n"), (said.ExitCode, said.Output));
        Assert.Equal(128 + 9, await driver.Ended);
        Assert.False(DriverLock.IsHeld(run));
    }

    private Task<Refusal?> EndAsync() => new Fence(store, TimeProvider.System).EndAsync(Id, Cancel);

    /// <summary>A script's process, once it has said its number.</summary>
    private sealed class Holder(int pid, Task<CommandResult> ended, CancellationTokenSource stop) : IAsyncDisposable
    {
        public int Pid => pid;

        public Task<int> Ended { get; } = CodeAsync(ended);

        public static async Task<Holder> StartAsync(string script, params string[] arguments)
        {
            var here = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
            var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
            var ended = new CommandRunner(TimeProvider.System).RunAsync(
                new("bash", ["-c", script, "holder", .. arguments]) { OnOutputLine = line => here.TrySetResult(int.Parse(line, CultureInfo.InvariantCulture)) },
                TimeSpan.FromMinutes(5), stop.Token);
            return new(await here.Task.WaitAsync(TimeSpan.FromMinutes(1), Cancel), ended, stop);
        }

        public async ValueTask DisposeAsync()
        {
            await stop.CancelAsync();
            await ended.ContinueWith(_ => { }, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
            stop.Dispose();
        }

        private static async Task<int> CodeAsync(Task<CommandResult> ended) => Assert.IsType<CommandResult.Exited>(await ended).ExitCode;
    }
}
