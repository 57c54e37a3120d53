using System.Threading.Channels;
using Holdpoint.Cli.Runs;
using Holdpoint.Plans;
using Holdpoint.Probes;
using Holdpoint.Runs;
using Holdpoint.Tests.Journal;
using Holdpoint.Tests.Runs;

namespace Holdpoint.Tests.Cli.Runs;

/// <summary>What whoever drives a run says to it by keys.</summary>
public sealed class DialogueTests
{
    private const string Checklist = """
        ## The first hours

        **Stage:** watch

        **Watch:** every 15m until 2h

        - [ ] Room `? disk / free > 1GB` #id=room
        """;

    [Fact]
    public async Task A_watch_is_extended_and_ended_by_a_key_and_a_reason()
    {
        var cancel = TestContext.Current.CancellationToken;
        using var folder = new TemporaryFolder();
        var time = new ManualTime();
        using var http = new HttpClient();
        var office = new RunOffice(folder.Path, time, new FakeWorld(time), http, new Dictionary<string, Probe>());
        await using var run = await office.StartAsync(Story.Read(Checklist), new("production", "2.0", null, "ana", null), cancel);
        var keys = Channel.CreateUnbounded<ConsoleKeyInfo>();
        var dialogue = new Dialogue(run, () => run.Standing, new Person("ana", "--by"), keys.Reader);
        Assert.DoesNotContain("e[x]tend", Offers(), StringComparison.Ordinal);

        await run.Session.AppendAsync(new Event.StageEntered(Stage.Watch), cancel);
        Assert.Contains("e[x]tend 30m  e[n]d the watch", Offers(), StringComparison.Ordinal);

        Press("xthe batch\r");
        Press("nit is late\r");
        keys.Writer.Complete();
        await dialogue.RunAsync(cancel);

        var state = run.Session.Run;
        Assert.Equal(1800, Assert.Single(run.Session.Entries.Select(EventNames.FromEntry).OfType<Event.WatchExtended>(), e => e is { By: "ana", Reason: "the batch" }).Seconds);
        Assert.Equal(("ana", "it is late"), (state.WatchEnded!.By, state.WatchEnded.Reason));
        Assert.DoesNotContain("e[x]tend", Offers(), StringComparison.Ordinal);

        string Offers() => string.Join('\n', dialogue.Lines().Select(l => l.Plain));

        void Press(string typed)
        {
            foreach (var c in typed)
                keys.Writer.TryWrite(new(c, c == '\r' ? ConsoleKey.Enter : ConsoleKey.A, shift: false, alt: false, control: false));
        }
    }
}
