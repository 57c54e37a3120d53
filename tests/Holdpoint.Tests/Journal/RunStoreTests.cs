using Holdpoint.Journal;

namespace Holdpoint.Tests.Journal;

public sealed class RunStoreTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void A_runs_name_tells_start_and_environment_and_is_always_valid()
    {
        var at = new DateTimeOffset(2026, 11, 21, 0, 59, 12, TimeSpan.FromHours(1));
        Assert.Matches("^20261120-235912-production-[0-9a-f]{4}$", RunId.New(at, "production", new Random(1)));
        foreach (var environment in new[] { "production", "Prod EU", "prod/eu", "été", "..", "" })
        {
            var id = RunId.New(at, environment, new Random(2));
            Assert.True(RunId.IsValid(id), id);
            Assert.True(RunId.IsOf(id, environment), id);
        }

        Assert.False(RunId.IsOf(RunId.New(at, "prod/eu", new Random(3)), "prod-eu"));
        Assert.False(RunId.IsOf(RunId.New(at, "eu-production", new Random(3)), "production"));
        Assert.False(RunId.IsValid("../../20261120-235912-production-7f3a"));
    }

    [Fact]
    public async Task The_list_is_newest_first_with_both_ends_of_each_run_also_of_long_lines()
    {
        var store = new RunStore(folder.Of("new/.holdpoint"));
        Assert.Empty(store.List());
        var ids = new[] { "20261118-080000-staging-0001", "20261119-080000-production-00aa", "20261120-080000-production-00ab" };
        foreach (var id in ids)
        {
            await using var run = store.CreateRun(id);
            await run.AppendAsync(0, 1, Given.Event($"first {id}", $"\"{new string('x', 9000)}\""), Given.Event("between"), Given.Event($"last {id}", $"\"{new string('y', 20000)}\""));
        }

        var list = store.List().ToArray();
        Assert.Equal(ids.Reverse(), list.Select(r => r.Id));
        Assert.All(list, r => Assert.Equal(($"first {r.Id}", $"last {r.Id}", 3, null), (r.First?.Type, r.Last?.Type, r.Entries, r.Problem)));
    }

    [Fact]
    public async Task A_run_that_can_not_be_read_is_listed_with_its_problem()
    {
        var store = new RunStore(folder.Path);
        await store.CreateRun("20261119-080000-production-00aa").DisposeAsync();
        await store.CreateRun("20261120-080000-production-00ab").DisposeAsync();
        File.WriteAllText(Path.Combine(store.FolderOf("20261120-080000-production-00ab"), "head"), "?");
        var list = store.List().ToArray();
        Assert.Contains("is not the head of a journal", list[0].Problem, StringComparison.Ordinal);
        Assert.Equal(new RunSummary("20261119-080000-production-00aa", 0, null, null, null), list[1]);
    }

    [Fact]
    public async Task A_run_is_found_by_the_beginning_of_its_name_or_as_the_latest()
    {
        var store = new RunStore(folder.Path);
        Assert.Contains("there is no run in", Assert.Throws<UnknownRun>(() => store.FindRun(null)).Message, StringComparison.Ordinal);
        foreach (var id in (string[])["20261119-080000-production-00aa", "20261120-080000-production-00ab"])
            await using (var run = store.CreateRun(id))
                await run.AppendAsync(0, 1, Given.Event("started"));
        // Killed in its first moment: nothing was begun, and an emergency must not stumble over it.
        await store.CreateRun("20261121-080000-production-00ac").DisposeAsync();
        Directory.CreateDirectory(store.FolderOf("20261121-090000-production-00ad"));
        Assert.Equal("20261120-080000-production-00ab", store.FindRun("latest"));
        Assert.Equal("20261120-080000-production-00ab", store.FindRun(null));
        Assert.Equal("20261119-080000-production-00aa", store.FindRun("20261119"));
        Assert.Contains("beginning of ", Assert.Throws<UnknownRun>(() => store.FindRun("2026")).Message, StringComparison.Ordinal);
        Assert.Contains("the newest is 20261120", Assert.Throws<UnknownRun>(() => store.FindRun("2025")).Message, StringComparison.Ordinal);
        Assert.Throws<UnknownRun>(() => store.OpenRun("../x"));
        Assert.Equal("20261120-080000-production-00ab", store.PreviousOf("production")!.RunId);
    }

    [Theory]
    [InlineData(60, "20261119-080000-production-00aa")]
    [InlineData(10, "20261119-080005-staging-00ab")]
    public async Task The_latest_is_the_run_that_rehearsed_and_not_its_rehearsal(int seconds, string latest)
    {
        var store = new RunStore(folder.Path);
        await using (var run = store.CreateRun("20261119-080000-production-00aa"))
            await run.AppendAsync(0, 1, Given.Event("started"), At(Given.Event("finished"), seconds));
        await using (var rehearsal = store.CreateRun("20261119-080005-staging-00ab"))
            await rehearsal.AppendAsync(0, 1, Given.Event("started", """{"rehearsal":"signatures"}"""), At(Given.Event("finished"), 30));

        Assert.Equal(latest, store.FindRun(null));

        static NewEntry At(NewEntry entry, int seconds) => entry with { At = entry.At.AddSeconds(seconds) };
    }

    [Fact]
    public async Task The_previous_run_is_the_newest_of_the_same_environment_that_recorded_something()
    {
        var store = new RunStore(folder.Path);
        JournalEntry last;
        await using (var run = store.CreateRun("20261118-080000-production-0001"))
        {
            last = (await run.AppendAsync(0, 1, Given.Event("started"), Given.Event("finished")))[1];
        }

        await using (var other = store.CreateRun("20261119-080000-staging-0002"))
        {
            await other.AppendAsync(0, 1, Given.Event("started"));
        }

        await store.CreateRun("20261120-080000-production-0003").DisposeAsync();
        Assert.Equal(new RunHead("20261118-080000-production-0001", 2, last.Hash), store.PreviousOf("production"));
        Assert.Null(store.PreviousOf("demo"));
        Assert.Null(store.PreviousOf("staging", except: "20261119-080000-staging-0002"));
    }
}
