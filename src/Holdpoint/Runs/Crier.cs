using System.Threading.Channels;
using Holdpoint.Configuration;
using Holdpoint.Expressions;
using Holdpoint.Journal;
using Holdpoint.Plans;
using Holdpoint.Watching;

namespace Holdpoint.Runs;

/// <summary>Tells the transitions that events make, whoever wrote them, in their order and without holding anything up. What people said while nobody drove is told by the next driver.</summary>
internal sealed class Crier
{
    private static readonly string DrivenName = EventNames.Of(new Event.Driven(0, "", "", 0));

    private readonly Channel<Message> _messages = Channel.CreateUnbounded<Message>(new() { SingleReader = true });
    private readonly RunSession _session;
    private readonly Teller _teller;
    private readonly Func<Plan> _plan;

    public Crier(RunSession session, Teller teller, Func<Plan> plan)
    {
        (_session, _teller, _plan) = (session, teller, plan);
        var entries = session.Entries;
        var mine = entries.Count - 1;
        while (mine > 0 && entries[mine].Type != DrivenName)
            mine--;
        foreach (var entry in entries.Take(mine).Reverse().TakeWhile(e => e.Epoch == 0).Reverse().Concat(entries.Skip(mine + 1)))
            if (EventNames.FromEntry(entry) is { } happened)
                Hear(session.Run, happened);
        session.Happened += Heard;
    }

    /// <summary>Tells until <see cref="Complete"/>, and then what is left.</summary>
    public async Task RunAsync()
    {
        await foreach (var message in _messages.Reader.ReadAllAsync())
            if (message.ToEverybody)
                await _teller.EverybodyAsync(message.Title, message.Text);
            else
                await _teller.TransitionAsync(message.Transition, message.Title, message.Text);
    }

    public void Complete()
    {
        _session.Happened -= Heard;
        _messages.Writer.Complete();
    }

    private void Heard(Run run, Event happened, JournalEntry entry) => Hear(run, happened);

    private void Hear(Run run, Event happened)
    {
        var where = run.Environment;
        var message = happened switch
        {
            Event.HeldByRule e => new Message(Transition.Held, $"{where} is held: a person has to decide", e.Because),
            Event.Held e => new(Transition.Held, $"{where} is held by {e.By} until {e.Until:u}", e.Reason),
            Event.Released e => new(Transition.Released, $"{where} goes on: released by {e.By}", e.Reason),
            Event.GateReleased e when !e.Gate.StartsWith("cause:", StringComparison.Ordinal) => new(Transition.Released, $"{e.Gate} of {where} released by {e.By}", e.Reason),
            Event.ActionEnded { Verdict.Verdict: "passed" } e when _plan().Step(e.Step) is PlannedStep.Act { Call.Signature.Name: "deploy", Target: { } target } => new(Transition.Deployed, $"{target} on {where}: {run.Start.Version} deployed", e.Verdict.Text),
            Event.RuleChanged { State: "breaching" } e => new(Transition.Breaching, $"breaching on {where}: {TextOf(e.Rule)}", e.Shown),
            Event.RollbackDecided e => new(Transition.RollingBack, $"rolling back {where} from {run.Start.Version}", e.Cause),
            Event.GlassBroken e => new(Transition.BreakGlass, $"{e.By} broke the glass of {where}", $"{e.Reason}\nGates, freezes and four eyes no longer hold this run; another person has to sign the review.", ToEverybody: true),
            Event.WatchEnded e => new(Transition.Released, $"{e.By} ended the watch of {where} ahead of its time", e.Reason),
            Event.ObjectiveMissed e => new(Transition.ObjectiveMissed, $"{where} misses its objective of {Availability.Percent(e.Objective)} for the {e.Period}",
                $"down for {Units.Duration(e.DownSeconds)} in the watched time of this run alone; a {e.Period} allows {Units.Duration(e.AllowedSeconds)}"),
            Event.Superseded e => new(Transition.Superseded, $"the run on {where} is superseded", $"by {e.By}"),
            Event.AbortAsked e => new(Transition.Aborted, $"{e.By} aborted the run on {where}", e.Reason),
            _ => null,
        };
        if (message is not null)
            _messages.Writer.TryWrite(message);
    }

    private string TextOf(string rule) => rule == RuleWatch.AvailabilityId ? rule : _plan().Rules.FirstOrDefault(r => r.Id == rule)?.Rule.Mark.Text ?? rule;

    private sealed record Message(string Transition, string Title, string Text, bool ToEverybody = false);
}
