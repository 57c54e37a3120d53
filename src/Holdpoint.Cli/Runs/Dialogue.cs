using System.Threading.Channels;
using Holdpoint.Expressions;
using Holdpoint.Plans;
using Holdpoint.Runs;

namespace Holdpoint.Cli.Runs;

/// <summary>What the person at the terminal says to the run that it drives: one key, what belongs to it, and a command. Drawn below the tree, which goes on meanwhile.</summary>
internal sealed class Dialogue(OpenRun run, Func<Standing> standing, Person person, ChannelReader<ConsoleKeyInfo> keys)
{
    private string _question = "";
    private string _typed = "";
    private (string Text, Ink Ink) _answer = ("", Ink.Plain);

    /// <summary>Cancelled when the person wants to leave the run to a driver of its own.</summary>
    public CancellationTokenSource Detach { get; } = new();

    public IEnumerable<ViewLine> Lines()
    {
        if (_answer.Text.Length > 0)
            yield return ViewLine.Of(_answer.Ink, _answer.Text);
        if (_question.Length > 0)
            yield return ViewLine.Of(Ink.Strong, _question).Add($" {_typed}▏").Add(Ink.Faint, "  (Esc: leave it)");
        else if (Offers() is { Count: > 0 } offers)
            yield return ViewLine.Of(Ink.Faint, string.Join("  ", offers.Select(o => o.Label)));
    }

    public async Task RunAsync(CancellationToken ended)
    {
        try
        {
            while (await keys.WaitToReadAsync(ended))
                if (keys.TryRead(out var key) && Offers().FirstOrDefault(o => o.Key == char.ToLowerInvariant(key.KeyChar)) is { } offer)
                    await TakeAsync(offer, ended);
        }
        catch (OperationCanceledException) when (ended.IsCancellationRequested)
        {
            // The run has ended, or goes on without this terminal.
            (_question, _typed) = ("", "");
        }
    }

    private async Task TakeAsync(Offer offer, CancellationToken ended)
    {
        _answer = ("", Ink.Plain);
        try
        {
            if (await offer.Ask(ended) is not { } command)
                return;
            _answer = await RunOffice.SayAsync(run, command, ended) is { } refused
                ? ($"✗ {refused.Because}{(refused.Remedy.Length > 0 ? $" ({refused.Remedy})" : "")}", Ink.Bad)
                : ("", Ink.Plain);
        }
        catch (Left)
        {
            // Esc: nothing was said.
            _answer = ("", Ink.Plain);
        }
        finally
        {
            (_question, _typed) = ("", "");
        }
    }

    private List<Offer> Offers()
    {
        var now = standing();
        var state = now.Run;
        if (state.HasEnded || state.Rollback is not null)
            return [];
        var wait = Next.For(now) as Work.Wait;
        var offers = new List<Offer>();
        // With four eyes whoever drives signs, waives and releases nothing: an offer that is always refused is none.
        var barred = run.World.Project.FourEyes && state.Glass is null && state.Drivers.Contains(person.Name);
        var signable = Desk(now).SignableBy(person.Name).Where(s => wait?.Holds.Any(h => h.Step?.Id == s.Step.Id) == true || Reached(now, s.Step)).ToList();
        if (!barred && signable.Count > 0)
            offers.Add(new('s', "[s]ign", c => SignAsync(now, signable, c)));
        var bad = wait?.Holds.Select(h => h.Step).OfType<PlannedStep>().ToList() ?? [];
        if (!barred && bad.Any(b => b is not PlannedStep.Act))
            offers.Add(new('w', "[w]aive", c => WaiveAsync(now, [.. bad.Where(b => b is not PlannedStep.Act)], c)));
        if (wait is not null && now.Plan.AllItems.SelectMany(i => i.Steps).Any(s => s is not PlannedStep.Sign && now.Of(s) is { Holds: true } && !now.IsWaived(s)))
            offers.Add(new('r', "[r]etry", c => RetryAsync(now, c)));
        if (!barred && wait is not null && (wait.Gate is not null || state.RuleHold is not null || state.Hold is not null))
            offers.Add(new('e', "r[e]lease", async c => new PersonCommand.Release(person.Name, state.RuleHold is not null || state.Hold is not null ? null : RuleOf(now, wait) ?? wait.Gate, await LineAsync(state.Grace is not null ? "go on without going back, because:" : $"release {Name(now, wait)}, because:", true, c))));
        if (!barred && state.Rollback is null && state.Steps.Values.Any(s => s is { Running.Rollout: true, Rollout.Promoted: false }))
            offers.Add(new('p', "[p]romote", async c => new PersonCommand.Promote(person.Name, await LineAsync("end the pauses of the rollout, because:", true, c))));
        if (WatchPlan.EndOf(now.Plan, state) is not null)
        {
            offers.Add(new('x', "e[x]tend 30m", async c => new PersonCommand.Extend(person.Name, await LineAsync("watch for 30 minutes more, because:", true, c), TimeSpan.FromMinutes(30))));
            if (!barred)
                offers.Add(new('n', "e[n]d the watch", async c => new PersonCommand.EndWatch(person.Name, await LineAsync("end the watch now, because:", true, c))));
        }

        if (state.Changed || state.Grace is not null)
        {
            offers.Add(new('h', "[h]old 30m", async c => new PersonCommand.Hold(person.Name, await LineAsync("hold for 30 minutes, because:", true, c), TimeSpan.FromMinutes(30))));
            offers.Add(new('b', "roll [b]ack", async c => new PersonCommand.RollBack(person.Name, await LineAsync("roll back, because:", true, c))));
        }

        offers.Add(new('a', "[a]bort", c => AbortAsync(state, c)));
        offers.Add(new('d', "[d]etach", async c =>
        {
            await Detach.CancelAsync();
            return null;
        }));
        return offers;
    }

    private PersonDesk Desk(Standing now) => new(now, run.World.Project.FourEyes);

    private static bool Reached(Standing now, PlannedStep.Sign step) => now.SectionOf(step) is var section && now.Run.Entered.ContainsKey(section.Stage) && now.Run.Gates.GetValueOrDefault(Gates.Of(section.Stage)) is not { IsOpen: true };

    /// <summary>What holds the way into deploy is a rule, where it is no step: that one is accepted.</summary>
    private static string? RuleOf(Standing now, Work.Wait wait) =>
        wait.Gate == Gates.Entry ? now.Plan.Rules.FirstOrDefault(r => now.Run.Rules.GetValueOrDefault(r.Id) is { Accepted: false, State: "breaching" or "fired" or "blind" })?.Id : null;

    private static string Name(Standing now, Work.Wait wait) => RuleOf(now, wait) ?? (wait.Gate is { } gate ? GateWords.Of(now.Plan, gate) : "what holds");

    private async Task<PersonCommand?> SignAsync(Standing now, List<(PlannedStep.Sign Step, string Role)> signable, CancellationToken cancel)
    {
        var (step, role) = signable[await PickAsync([.. signable.Select(s => GateWords.Of(now.ItemOf(s.Step)))], cancel)];
        var comment = await LineAsync($"sign “{GateWords.Of(now.ItemOf(step))}” as {role}; Enter signs, a comment may stand before it, “no: why” declines:", false, cancel);
        return comment.StartsWith("no:", StringComparison.OrdinalIgnoreCase)
            ? new PersonCommand.Sign(person.Name, step.Id, role, true, comment[3..].Trim())
            : new PersonCommand.Sign(person.Name, step.Id, role, false, comment);
    }

    private async Task<PersonCommand?> WaiveAsync(Standing now, List<PlannedStep> bad, CancellationToken cancel)
    {
        var step = bad[await PickAsync([.. bad.Select(b => GateWords.Of(now.ItemOf(b)))], cancel)];
        return new PersonCommand.Waive(person.Name, step.Id, null, await LineAsync($"waive “{GateWords.Of(now.ItemOf(step))}” for 24 hours, because:", true, cancel), TimeSpan.FromHours(24));
    }

    private async Task<PersonCommand?> RetryAsync(Standing now, CancellationToken cancel)
    {
        var doubtful = now.Run.Steps.Where(s => s.Value.InDoubt is not null).Select(s => s.Key).ToList();
        if (doubtful.Count == 0)
        {
            // Asking a machine again does no harm; acting again may.
            var actions = now.Plan.AllItems.Where(i => i.Steps.OfType<PlannedStep.Act>().Any(a => now.Of(a) is { Holds: true })).Select(GateWords.Of).ToList();
            if (actions.Count > 0)
                await LineAsync($"this runs again: {string.Join(", ", actions)}; Enter does it:", false, cancel);
            return new PersonCommand.Retry(person.Name, [], null, "");
        }

        var step = doubtful[await PickAsync(doubtful, cancel)];
        string[] decisions = ["done", "retry", "failed"];
        var decision = decisions[await PickAsync([$"{step} ran to its end", "run it again", "it failed"], cancel)];
        return new PersonCommand.Retry(person.Name, [step], decision, await LineAsync("how do you know?", true, cancel));
    }

    private async Task<PersonCommand?> AbortAsync(Run state, CancellationToken cancel)
    {
        bool? back = state.Changed ? await PickAsync(["go back to what ran before", "leave everything as it is now"], cancel) == 0 : null;
        return new PersonCommand.Abort(person.Name, await LineAsync("abort, because:", true, cancel), back);
    }

    /// <summary>The number of one of several, from 0; asked for only where there are several.</summary>
    private async Task<int> PickAsync(IReadOnlyList<string> choices, CancellationToken cancel)
    {
        if (choices.Count == 1)
            return 0;
        while (true)
            if (int.TryParse(await LineAsync($"which? {string.Join("  ", choices.Select((c, i) => $"{i + 1} {c}"))}:", true, cancel), out var number) && number >= 1 && number <= choices.Count)
                return number - 1;
    }

    private async Task<string> LineAsync(string question, bool required, CancellationToken cancel)
    {
        (_question, _typed) = (question, "");
        while (true)
        {
            var key = await keys.ReadAsync(cancel);
            switch (key.Key)
            {
                case ConsoleKey.Escape:
                    throw new Left();
                case ConsoleKey.Enter when !required || _typed.Trim().Length > 0:
                    return _typed.Trim();
                case ConsoleKey.Backspace when _typed.Length > 0:
                    _typed = _typed[..^1];
                    break;
                default:
                    if (!char.IsControl(key.KeyChar))
                        _typed += key.KeyChar;
                    break;
            }
        }
    }

    private sealed record Offer(char Key, string Label, Func<CancellationToken, Task<PersonCommand?>> Ask);

    private sealed class Left : Exception;
}
