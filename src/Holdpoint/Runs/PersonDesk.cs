using Holdpoint.Expressions;
using Holdpoint.Plans;
using Holdpoint.Watching;

namespace Holdpoint.Runs;

/// <summary>Decides what a person's command comes to. Pure: given a run's state and a command, events or a refusal.</summary>
public sealed class PersonDesk(Standing standing, bool fourEyes)
{
    private readonly Run _run = standing.Run;

    /// <summary>The role of an item that names none, in a section without an owner.</summary>
    public const string Anybody = "anybody";

    /// <summary>Longest life of a waiver.</summary>
    public static TimeSpan LongestWaiver { get; } = TimeSpan.FromDays(7);

    public Answer Decide(PersonCommand command) => command switch
    {
        PersonCommand.SignReview c => SignReview(c),
        PersonCommand.Sign c when IsReview(c.Step) || !_run.HasEnded => Sign(c),
        PersonCommand.RollBack when _run.HasEnded => Refuse($"run {_run.Id} has ended already and goes back no more",
            _run.Deployed.Select(t => _run.Targets[t].Before).FirstOrDefault(b => b is { Nothing: false }) is { } before ? $"deploy what ran before it: holdpoint deploy --env {_run.Environment} --release {before.Version}" : "deploy the version that is wanted: holdpoint deploy"),
        _ when _run.HasEnded => Refuse($"run {_run.Id} has ended: {_run.End!.Outcome}, {_run.End.Because}", "holdpoint history shows the runs"),
        PersonCommand.Waive c => Waive(c),
        PersonCommand.NotApplicable c => NotApplicable(c),
        PersonCommand.Release c => Release(c),
        PersonCommand.Hold c => Hold(c),
        PersonCommand.Extend c => Extend(c),
        PersonCommand.EndWatch c => EndWatch(c),
        PersonCommand.Promote c => Promote(c),
        PersonCommand.Retry c => Retry(c),
        PersonCommand.Abort c => Abort(c),
        PersonCommand.RollBack c => RollBack(c),
        PersonCommand.BreakGlass c => c.Reason.Length == 0 ? Refuse("breaking the glass needs a reason", "--break-glass \"why\"") : Accept(new Event.GlassBroken(c.By, c.Reason)),
        _ => throw new InvalidOperationException($"no such command: {command.GetType().Name}"),
    };

    /// <summary>Steps that wait for a signature which this person may give.</summary>
    public IEnumerable<(PlannedStep.Sign Step, string Role)> SignableBy(string person) =>
        from step in standing.Plan.AllItems.SelectMany(i => i.Steps).OfType<PlannedStep.Sign>()
        where standing.Of(step) is Verdict.Pending or null && (FourEyes(person) is null || IsReview(step.Id))
        let stage = standing.SectionOf(step).Stage
        where stage == Stage.Prepare || _run.Entered.ContainsKey(stage) || (stage == Stage.Review && _run.Entered.ContainsKey(Stage.Deploy))
        where !(step.Roles.All && standing.Counting(step).Any(s => s.Signed.By == person && !s.Signed.Declined))
        let role = step.Roles.Roles.FirstOrDefault(r => MayActAs(person, r))
        where role is not null
        select (step, role);

    private Answer Sign(PersonCommand.Sign c)
    {
        if (Find<PlannedStep.Sign>(c.Step, out var refusal) is not { } step)
            return refusal!;
        if (FourEyes(c.By) is { } eyes && !IsReview(c.Step))
            return eyes;
        var roles = step.Roles.Roles.Where(r => c.Role is null || r == c.Role).ToList();
        if (roles.Count == 0)
            return Refuse($"{c.Role} is not asked for there: {step.Roles} is", "leave --role out, or name one of these");
        var signed = standing.Counting(step).Where(s => !s.Signed.Declined).ToList();
        var taken = signed.Where(s => s.Signed.By == c.By).Select(s => s.Signed.Role).ToHashSet();
        if (step.Roles.All && taken.Count > 0 && !c.Decline && (c.Role is null || taken.Contains(c.Role)))
            return Refuse($"{c.By} has signed as {taken.First()}; all of {step.Roles} means different people", "somebody else has to sign; to leave that role to another, sign with --role for the other one");
        var mine = roles.Where(r => MayActAs(c.By, r)).ToList();
        if (mine.Count == 0)
            return Refuse($"{c.By} is not a member of {string.Join(" or ", roles)}", Members(roles));
        var role = step.Roles.All && !c.Decline ? mine.Find(r => LeavesTheRest(step, signed, r, c.By)) ?? mine[0] : mine[0];
        if (c.Decline && c.Comment.Length == 0)
            return Refuse("declining needs a reason", "--comment \"why\"");
        return Accept(new Event.Signed(step.Id, role, c.By, c.Decline, c.Comment));
    }

    /// <summary>Whether, with this person in this role, every other role can still have a person of its own.</summary>
    private bool LeavesTheRest(PlannedStep.Sign step, IReadOnlyList<PersonSignature> signed, string role, string person) =>
        signed.All(s => s.Signed.Role != role)
        && RoleMatching.IsPossible([.. step.Roles.Roles.Where(r => r != role).Select(IReadOnlyList<string> (r) =>
            signed.Where(s => s.Signed.Role == r).Select(s => s.Signed.By)
                .Concat(standing.Roles.TryGetValue(r, out var members) ? members.Where(m => FourEyes(m) is null) : signed.Any(s => s.Signed.Role == r) ? [] : [$"anybody as {r}"])
                .Where(p => p != person).Distinct().ToList())]);

    private Answer Waive(PersonCommand.Waive c)
    {
        if (Find<PlannedStep>(c.Step, out var refusal) is not { } step)
            return refusal!;
        if (step is PlannedStep.Act)
            return Refuse("actions are not waived: one either ran or did not", $"holdpoint retry {step.Id}, or holdpoint abort");
        if (FourEyes(c.By) is { } eyes)
            return eyes;
        if (c.Reason.Length == 0)
            return Refuse("a waiver needs a reason", "--reason \"why\"");
        if (c.For <= TimeSpan.Zero || c.For > LongestWaiver)
            return Refuse($"a waiver ends within {Units.Duration(LongestWaiver)}", "--for 24h");
        var role = c.Role ?? standing.Roles.Keys.FirstOrDefault(r => MayActAs(c.By, r)) ?? (standing.Roles.Count == 0 ? "anybody" : null);
        if (role is null || (c.Role is not null && !MayActAs(c.By, c.Role)))
            return Refuse($"{c.By} has {(c.Role is null ? "no role" : $"not the role {c.Role}")}", Members(standing.Roles.Keys));
        if (standing.Of(step) is { Holds: false })
            return Refuse($"{step.Id} has {standing.Of(step)!.Name}: nothing to waive", "holdpoint status shows what holds");
        return Accept(new Event.Waived(step.Id, c.By, role, c.Reason, standing.Now + c.For));
    }

    private Answer NotApplicable(PersonCommand.NotApplicable c)
    {
        var item = standing.Plan.AllItems.FirstOrDefault(i => i.Id == c.Item || i.Steps.Any(s => s.Id == c.Item));
        if (item is null)
            return Unknown(c.Item);
        if (!item.Optional)
            return Refuse($"{item.Id} is not marked #optional", $"waive it with a reason: holdpoint waive {item.Id} --reason …");
        if (FourEyes(c.By) is { } eyes)
            return eyes;
        return c.Reason.Length == 0 ? Refuse("saying that something does not apply needs a reason", "--reason \"why\"") : Accept(new Event.NotApplicable(item.Id, c.By, c.Reason));
    }

    private Answer Release(PersonCommand.Release c)
    {
        if (FourEyes(c.By) is { } eyes)
            return eyes;
        if (c.Reason.Length == 0)
            return Refuse("a release needs a reason", "--reason \"why\"");
        if (standing.Roles.Count > 0 && !standing.Roles.Keys.Any(r => MayActAs(c.By, r)))
            return Refuse($"{c.By} has no role, and what holds is released with one", Members(standing.Roles.Keys));
        if (c.Gate is { } rule && (rule == RuleWatch.AvailabilityId || standing.Plan.Rules.Any(r => r.Id == rule)))
            return _run.Entered.ContainsKey(Stage.Deploy) ? Refuse($"{rule} is accepted on entering deploy only", "holdpoint hold, holdpoint rollback, or holdpoint release without a name")
                : _run.Rules.GetValueOrDefault(rule) is not { Accepted: false, State: "breaching" or "fired" or "blind" } ? Refuse($"{rule} does not hold now", "holdpoint status shows what does")
                : Accept(new Event.RuleAccepted(rule, c.By, c.Reason));
        if (c.Gate == DeployEntry.FreezeGate)
            return _run.Entered.ContainsKey(Stage.Deploy) ? Refuse("the run has entered deploy already", "holdpoint status shows what it does")
                : _run.Gates.ContainsKey(DeployEntry.FreezeGate) ? Refuse("the freeze is overridden already", "holdpoint status shows what holds")
                : Accept(new Event.GateReleased(DeployEntry.FreezeGate, c.By, c.Reason));
        var work = Next.For(standing);
        if (c.Gate is null && (_run.Hold?.Until > standing.Now || _run.RuleHold is not null || _run.Grace is not null))
        {
            // Going on after a hold means that its cause is known and no longer holds.
            var causes = standing.Plan.AllItems.SelectMany(i => i.Steps).Where(s => standing.Of(s) is Verdict.Failed)
                .Select(s => $"cause:{s.Id}:{_run.Step(s.Id).Attempts}").Where(g => !_run.Gates.ContainsKey(g)).Select(g => new Event.GateReleased(g, c.By, c.Reason));
            // What has fired is known; else it would never fire again, and keep a rollout where it is.
            var rules = _run.RuleHold is null && _run.Grace is null ? [] : _run.Rules.Where(r => r.Value.State == "fired").Select(Event (r) => new Event.RuleAccepted(r.Key, c.By, c.Reason));
            return Accept([new Event.Released(c.By, c.Reason), .. rules, .. _run.RuleHold is null ? [] : causes]);
        }

        var gate = c.Gate ?? (work as Work.Wait)?.Gate;
        if (gate is null)
            return Refuse("nothing holds that could be released", "holdpoint status shows what the run does");
        if (work is not Work.Wait wait || wait.Gate != gate)
            return Refuse($"{gate} does not hold now", "holdpoint status shows what does");
        if (wait.Holds.FirstOrDefault(h => h.Step is PlannedStep.Act) is { Step: { } act })
            return Refuse($"the action {act.Id} holds, and actions are not released", Gates.Remedy(standing, act, standing.Of(act)));
        if (wait.Blocked)
            return Refuse("an action can't start, and what lies behind it was not tried: that is not released", wait.Holds[0].Remedy);
        // Whoever opens the door to deploy has seen which rules hold it.
        var breaching = gate == Gates.Entry ? _run.Rules.Where(r => r.Value is { Accepted: false, State: "breaching" or "fired" or "blind" }).Select(Event (r) => new Event.RuleAccepted(r.Key, c.By, c.Reason)) : [];
        return Accept([.. breaching, new Event.GateReleased(gate, c.By, c.Reason)]);
    }

    private Answer Hold(PersonCommand.Hold c) =>
        c.Reason.Length == 0 ? Refuse("a hold needs a reason", "--reason \"why\"")
        : c.For <= TimeSpan.Zero || c.For > TimeSpan.FromHours(24) ? Refuse("a hold lasts 24h at most", "--for 30m")
        : _run.Rollback is not null ? Refuse("a rollback is under way, and nothing holds it", "holdpoint status shows it")
        : Accept(new Event.Held(c.By, c.Reason, standing.Now + (_run.Grace is not null && c.For > GraceClock.HoldLasts ? GraceClock.HoldLasts : c.For)));

    private Answer Extend(PersonCommand.Extend c) =>
        c.Reason.Length == 0 ? Refuse("extending a watch needs a reason", "--reason \"why\"")
        : c.For <= TimeSpan.Zero || c.For > WatchPlan.LongestExtension ? Refuse($"a watch is extended by {Units.Duration(WatchPlan.LongestExtension)} at most at a time", "--for 30m")
        : _run.Rollback is not null ? Refuse("the run goes back, and its watch is over", "holdpoint status shows it")
        : WatchOver(standing) is { } over ? Refuse(over, "holdpoint status shows what the run does")
        : Accept(new Event.WatchExtended(c.By, c.Reason, c.For.TotalSeconds));

    /// <summary>Less is proven than the file wants: that is for somebody with a role, and not while a rule says that something is wrong.</summary>
    private Answer EndWatch(PersonCommand.EndWatch c)
    {
        if (FourEyes(c.By) is { } eyes)
            return eyes;
        if (c.Reason.Length == 0)
            return Refuse("ending a watch needs a reason", "--reason \"why\"");
        if (standing.Roles.Count > 0 && !standing.Roles.Keys.Any(r => MayActAs(c.By, r)))
            return Refuse($"{c.By} has no role, and a watch is ended with one", Members(standing.Roles.Keys));
        if (_run.Rollback is not null)
            return Refuse("the run goes back, and its watch is over", "holdpoint status shows it");
        if (WatchOver(standing) is { } over)
            return Refuse(over, "holdpoint status shows what the run does");
        if (!_run.Entered.ContainsKey(Stage.Watch))
            return Refuse("the watch has not begun", "holdpoint status shows what the run does");
        if (_run.RuleHold is { } held)
            return Refuse($"the run is held: {held.Because}", "decide that first: holdpoint rollback, or holdpoint release --reason …");
        if (_run.Grace is not null)
            return Refuse("a rollback waits in its grace", "decide that first: holdpoint rollback, or holdpoint release --reason …");
        if (_run.Rules.FirstOrDefault(r => r.Value is { Accepted: false, State: "breaching" } && (r.Key == RuleWatch.AvailabilityId || standing.Plan.Rules.Any(p => p.Id == r.Key && p.Rule.Effect == RuleEffect.Rollback))) is { Key: { } rule, Value: { } breach })
            return Refuse($"the rule {rule} is breaching: {breach.Shown}", "wait until it is quiet or fires, or go back: holdpoint rollback");
        return Accept(new Event.WatchEnded(c.By, c.Reason));
    }

    /// <summary>Why there is nothing left to extend or to end; null: something is watched, or will be.</summary>
    private static string? WatchOver(Standing standing) =>
        !WatchPlan.Sections(standing.Plan, standing.Run).Any() ? "nothing in this checklist is watched: no section has a Watch"
        : standing.Run.WatchEnded is { } ended ? $"{ended.By} has ended the watch already: {ended.Reason}"
        : !WatchPlan.Open(standing.Plan, standing.Run).Any() ? "the watch is over"
        : null;

    private Answer Promote(PersonCommand.Promote c) =>
        c.Reason.Length == 0 ? Refuse("promoting needs a reason", "--reason \"why\"")
        : FourEyes(c.By) is { } eyes ? eyes
        : _run.Rollback is not null ? Refuse("the run goes back", "holdpoint status shows it")
        : _run.Steps.Values.FirstOrDefault(s => s is { Running.Rollout: true, Rollout: not null }) is not { } rolling ? Refuse("no rollout is under way", "holdpoint status shows what is")
        : rolling.Rollout is { Promoted: true } ? Refuse("it is promoted already", "holdpoint status shows how far it has come")
        : Accept(new Event.Promoted(c.By, c.Reason));

    private Answer Retry(PersonCommand.Retry c)
    {
        var all = standing.Plan.AllItems.SelectMany(i => i.Steps).ToList();
        var wanted = new List<PlannedStep>();
        foreach (var id in c.Steps)
        {
            var found = all.Where(s => s.Id == id || s.ItemId == id || s.SectionId == id).ToList();
            // The rollback of a target that no step names has an id of its own.
            if (found.Count == 0 && !_run.Steps.ContainsKey(id))
                return Unknown(id);
            wanted.AddRange(found);
        }

        if (c.Decision is { } decision)
        {
            if (decision is not ("done" or "retry" or "failed"))
                return Refuse($"{decision} is no way for an action to have ended", "say --done, --again or --failed");
            var doubtful = _run.Steps.Where(s => s.Value.InDoubt is not null && ((c.Steps.Count == 0 && (_run.Rollback is null || RollbackSteps.IsOfRollback(standing.Plan, s.Key))) || wanted.Any(w => w.Id == s.Key) || c.Steps.Contains(s.Key))).Select(s => s.Key).ToList();
            return doubtful.Count switch
            {
                0 => Refuse("no such action is in doubt", "holdpoint status shows what is"),
                1 => Accept(new Event.ActionDecided(doubtful[0], decision, c.By, c.Reason.Length > 0 ? c.Reason : "decided by a person")),
                _ => Refuse("several actions are in doubt", $"name one: {string.Join(", ", doubtful)}"),
            };
        }

        if (c.Steps.Count == 0)
            wanted = all;
        // A sign-off is tried again where its `if` could not be decided, a section where its `Only if` could not.
        var again = wanted.Where(s => (s is not PlannedStep.Sign || _run.Step(s.Id).Verdict?.Verdict == "unknown") && standing.Of(s) is { Holds: true } && _run.Step(s.Id).InDoubt is null && !IsPast(s)).Select(s => s.Id)
            .Concat(standing.Plan.Sections.Where(s => (c.Steps.Count == 0 || c.Steps.Contains(s.Id)) && _run.Gates.GetValueOrDefault(Gates.OnlyIf(s)) is GateState.Holding).Select(Gates.OnlyIf))
            .Distinct().ToList();
        if (again.Count > 0)
            return Accept(new Event.RetryAsked(c.By, again));
        return wanted.Any(s => _run.Step(s.Id).InDoubt is not null)
            ? Refuse("an action is in doubt: whether it ran is not known", "say how it ended: --done, --again or --failed")
            : Refuse("nothing that failed can be tried again", "holdpoint status shows what holds");
    }

    /// <summary>Its stage is through, so that nothing would try it, and its verdict would be lost. On entering deploy, what stands before it is tried once more.</summary>
    private bool IsPast(PlannedStep step) => standing.SectionOf(step).Stage is var stage && _run.Gates.GetValueOrDefault(Gates.Of(stage)) is { IsOpen: true }
        && (stage > Stage.Prepare || _run.Entered.ContainsKey(Stage.Deploy));

    private Answer Abort(PersonCommand.Abort c)
    {
        if (_run.Rollback is not null)
            return c.GoBack is false
                ? Accept(new Event.AbortAsked(c.By, c.Reason, false))
                : Refuse("a rollback is under way: it ends the run", "to give it up and leave what runs as it is now: --leave");
        if (!_run.Changed)
            return Accept(new Event.AbortAsked(c.By, c.Reason, null));
        return c.GoBack switch
        {
            null => Refuse("something has been changed already", "say what becomes of it: --roll-back or --leave"),
            true => RollBack(new(c.By, c.Reason)),
            false => Accept(new Event.AbortAsked(c.By, c.Reason, false)),
        };
    }

    private Answer RollBack(PersonCommand.RollBack c)
    {
        if (_run.Rollback is not null)
            return Refuse("a rollback is under way already", "holdpoint status shows it");
        if (_run.SupersededBy is { } newer)
            return Refuse($"run {newer} has taken {_run.Environment} over", $"holdpoint rollback {newer} --reason …");
        if (!_run.Changed)
            return Refuse($"run {_run.Id} has changed nothing, so there is nothing to go back from", "name the run that is meant: holdpoint rollback RUN --reason … (holdpoint history shows them); this one is given up by holdpoint abort");
        if (_run.Deployed.Count == 0 && !standing.Plan.Of(Stage.Rollback).Any())
            return Refuse("this run has deployed nothing, and the checklist has no rollback section", "holdpoint abort");
        if (c.Only.Except(_run.Deployed).FirstOrDefault() is { } stranger)
            return Refuse($"this run has not deployed {stranger}", $"it has deployed {(_run.Deployed.Count > 0 ? string.Join(", ", _run.Deployed) : "nothing")}");
        return Accept(new Event.RollbackDecided(c.Reason.Length > 0 ? c.Reason : "asked for", null, c.By, standing.Now) { Only = c.Only });
    }

    private Answer SignReview(PersonCommand.SignReview c) =>
        _run.Glass is not { } glass ? Refuse("the glass was not broken in this run: there is nothing to review", "")
        : _run.ReviewSigned ? Refuse("the review is signed already", "")
        : glass.By == c.By ? Refuse($"{c.By} broke the glass; another person signs the review", "")
        : Accept(new Event.ReviewSigned(c.By, c.Comment));

    private T? Find<T>(string id, out Answer? refusal)
        where T : PlannedStep
    {
        var steps = standing.Plan.AllItems.SelectMany(i => i.Steps).OfType<T>().ToList();
        var found = steps.FirstOrDefault(s => s.Id == id) ?? (steps.Count(s => s.ItemId == id) == 1 ? steps.First(s => s.ItemId == id) : null)
            ?? (steps.Count(s => s.Id.EndsWith("/" + id, StringComparison.Ordinal) || s.ItemId.EndsWith("/" + id, StringComparison.Ordinal)) == 1
                ? steps.First(s => s.Id.EndsWith("/" + id, StringComparison.Ordinal) || s.ItemId.EndsWith("/" + id, StringComparison.Ordinal)) : null);
        refusal = found is null ? Unknown(id) : null;
        return found;
    }

    private Answer.Refused Unknown(string id) => Refuse($"there is no {id} in this run", Nearest.To(id, standing.Plan.AllItems.Select(i => i.Id)) is { } near ? $"did you mean {near}?" : "holdpoint show lists the ids");

    private bool IsReview(string step) => standing.Plan.Of(Stage.Review).Any(s => s.Steps.Any(x => x.Id == step || x.ItemId == step));

    private Answer.Refused? FourEyes(string person) => fourEyes && _run.Glass is null && _run.Drivers.Contains(person)
        ? Refuse($"four eyes: {person} started or resumed this run, and signs, waives and releases nothing in it", "another person has to")
        : null;

    /// <summary>Where no role has members, names are taken as given: the file asks for a name, not for a proof of it.</summary>
    private bool MayActAs(string person, string role) => role == Anybody || !standing.Roles.TryGetValue(role, out var members) ? standing.Roles.Count == 0 : members.Contains(person);

    private string Members(IEnumerable<string> roles) => string.Join("; ", roles.Select(r =>
        standing.Roles.TryGetValue(r, out var m) && m.Count > 0 ? $"{r}: {string.Join(", ", m)}" : $"{r} has no members: add some under roles: in holdpoint.yaml"));

    private static Answer.Refused Refuse(string because, string remedy) => new(because, remedy);

    private static Answer.Accepted Accept(params Event[] events) => new(events);
}
