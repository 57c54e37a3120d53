using Holdpoint.Actions;
using Holdpoint.Configuration;
using Holdpoint.Expressions;
using Holdpoint.Hosts;
using Holdpoint.Journal;
using Holdpoint.Notifications;
using Holdpoint.Plans;
using Holdpoint.Probes;
using Holdpoint.Processes;
using Holdpoint.Watching;

namespace Holdpoint.Runs;

/// <summary>What a new run is made of.</summary>
/// <param name="By">Who starts it.</param>
/// <param name="PlannedFor">When its deploy is planned (<c>--at</c>); null: when it comes to it.</param>
public sealed record NewRun(string Environment, string Version, string? PreviousVersion, string By, DateTimeOffset? PlannedFor)
{
    /// <summary>It is a rehearsal, and this is left out of it (<see cref="Rehearsing"/>); null: it is none.</summary>
    public string? Rehearsal { get; init; }
}

/// <summary>A run that is open in this process.</summary>
public sealed record OpenRun(RunSession Session, RunWorld World, RunDefinition Definition, string Folder) : IAsyncDisposable
{
    public Standing Standing => new(World.Plan(Session.Run.Definition, Session.Run), Session.Run, World.Time.GetUtcNow(), World.Project.Roles);

    public ValueTask DisposeAsync() => Session.DisposeAsync();
}

/// <summary>A run can't begin, or not be driven; the message names the remedy.</summary>
public sealed class CannotRun(string because) : Exception(because);

/// <summary>Starts runs and opens them again, in the record folder of a project.</summary>
/// <param name="externals">Probes that programs on PATH bring, with their signatures.</param>
public sealed class RunOffice(string recordFolder, TimeProvider time, ICommandRunner commands, HttpClient http, IReadOnlyDictionary<string, Probe> externals)
{
    public RunStore Store { get; } = new(recordFolder, time);

    public string Folder => Store.Folder;

    public EnvironmentLock Locks { get; } = new(recordFolder, time);

    public Lifetimes Lifetimes { get; init; } = new();

    /// <summary>Other machines; null: none can be reached.</summary>
    public IHosts? Hosts { get; init; }

    private Dictionary<string, Signature> ExternalSignatures => externals.ToDictionary(p => p.Key, p => p.Value.Signature);

    public async Task<OpenRun> StartAsync(RunDefinition definition, NewRun request, CancellationToken cancel)
    {
        if (definition.Plan is not { } plan)
            throw new CannotRun($"the checklist has errors: {string.Join("; ", definition.Problems.Where(p => p.IsError).Take(3))}");
        if (!plan.AllItems.Any())
            throw new CannotRun("the checklist has no item, so there is nothing that could pass: an item is a list entry that begins with a box, - [ ]");
        if (request.Rehearsal is null && Unsatisfiable(plan, definition.Project, request.By) is { } why)
            throw new CannotRun(why);
        // What an earlier run of this environment ended with is chained into this one, so that a run can't be left out of the record.
        var previous = Store.PreviousOf(request.Environment);
        var id = RunId.New(time.GetUtcNow(), request.Environment, Random.Shared);
        var journal = Store.CreateRun(id);
        var started = new Event.Started(id, request.Environment, request.Version, request.PreviousVersion, request.By, definition.Definition, Tool, Format, previous?.RunId, previous?.Hash, request.PlannedFor) { Rehearsal = request.Rehearsal };
        var session = await RunSession.StartAsync(journal, time, started, cancel);
        return new(session, WorldOf(definition, journal, request.Rehearsal is not null), definition, journal.Folder);
    }

    /// <param name="idOrPrefix">Null: the newest, or the run that an ended rehearsal was a step of.</param>
    /// <exception cref="UnknownRun">There is no such run.</exception>
    /// <exception cref="DamagedJournal">Its journal is damaged.</exception>
    public async Task<OpenRun> OpenAsync(string? idOrPrefix, CancellationToken cancel)
    {
        var named = Store.FindRun(idOrPrefix);
        var run = await OpenOneAsync(named, cancel);
        if (!string.IsNullOrEmpty(idOrPrefix) || !IsOverRehearsal(run))
            return run;
        foreach (var older in Store.Ids().SkipWhile(id => id != named).Skip(1))
            if (await OpenOneAsync(older, cancel) is var other && !IsOverRehearsal(other))
                return other.Session.Run.End is null ? other : run;
        return run;
    }

    private static bool IsOverRehearsal(OpenRun run) => run.Session.Run is { Start.Rehearsal: not null, End: not null };

    private async Task<OpenRun> OpenOneAsync(string id, CancellationToken cancel)
    {
        var journal = Store.OpenRun(id);
        var session = await RunSession.OpenAsync(journal, time, cancel);
        var run = session.Run;
        var definition = RunDefinition.Read(run.Definition, run.Environment, ExternalSignatures, time, lint: false);
        return new(session, WorldOf(definition, journal, run.Start.Rehearsal is not null), definition, journal.Folder);
    }

    /// <summary>Takes the run's wheel. Null: a living driver has it.</summary>
    public static ValueTask<DriverLock?> TakeWheelAsync(OpenRun run, CancellationToken cancel) => DriverLock.TryHoldAsync(run.Folder, run.Session.Run.Epoch + 1, cancel);

    /// <summary>A person's command: decided on the newest state and appended under the journal's lock.</summary>
    /// <returns>Null: taken. Otherwise the refusal.</returns>
    public static async Task<Answer.Refused?> SayAsync(OpenRun run, PersonCommand command, CancellationToken cancel)
    {
        Answer.Refused? refused = null;
        await run.Session.RefreshAsync(cancel);
        // Going back must not fail for want of room in the record, where whoever says it also does it.
        var taken = command is PersonCommand.RollBack && !DriverLock.IsHeld(run.Folder)
            ? await run.Session.AppendSalvagingAsync(command.By, Decide, () => run.World.Reserve(false), cancel)
            : await run.Session.AppendAsync(command.By, Decide, cancel);
        return taken ? null : refused ?? new("the run has moved on meanwhile", "look at holdpoint status and say it again");

        IReadOnlyList<Event> Decide(Run state)
        {
            var standing = new Standing(run.World.Plan(state.Definition, state), state, run.World.Time.GetUtcNow(), run.World.Project.Roles);
            switch (new PersonDesk(standing, run.World.Project.FourEyes).Decide(command))
            {
                case Answer.Accepted accepted:
                    refused = null;
                    return accepted.Events;
                case Answer.Refused no:
                    refused = no;
                    return [];
                default:
                    throw new InvalidOperationException("no such answer");
            }
        }
    }

    /// <summary>Puts an edited checklist into a running run; what it keeps of each step is told by the map.</summary>
    public async Task<IReadOnlyDictionary<string, string>> AmendAsync(OpenRun run, Definition edited, string by, string reason, CancellationToken cancel)
    {
        var state = run.Session.Run;
        if (state.HasEnded || state.Rollback is not null)
            throw new CannotRun(state.HasEnded ? "the run has ended" : "a rollback is under way, and it goes by the checklist that the run had when it began");
        var read = RunDefinition.Read(edited, state.Environment, ExternalSignatures, time, lint: false);
        if (read.Plan is not { } plan)
            throw new CannotRun("the edited checklist has errors: " + string.Join("; ", read.Problems.Where(p => p.IsError).Take(3)));
        var map = IdMap.Between(run.World.Plan(state.Definition, state), state.Start.Rehearsal is null ? plan : Rehearsing.Of(plan));
        if (state.Steps.FirstOrDefault(s => s.Value.Running is not null && !map.ContainsKey(s.Key)) is { Key: { } running })
            throw new CannotRun($"{running} is under way and the edited checklist does not have it: wait for its end");
        await run.Session.AppendAsync(by, _ => [new Event.Amended(by, reason, edited, map)], cancel);
        return map;
    }

    public const int Format = 1;

    public static string Tool => $"holdpoint {typeof(RunOffice).Assembly.GetName().Version?.ToString(3)}";

    private RunWorld WorldOf(RunDefinition definition, FileJournal journal, bool isRehearsal)
    {
        var secrets = new Secrets(definition.Project.Folder, Environment.GetEnvironmentVariable);
        var announcer = new Announcer(new ChannelContext(commands, time, http));
        // The first plan is at hand; an amendment reads its own.
        var plans = new Dictionary<Definition, Plan>(ReferenceEqualityComparer.Instance);
        if (definition.Plan is { } known)
            plans[definition.Definition] = Ours(known);
        RunWorld world = null!;
        world = new()
        {
            Time = time,
            Commands = commands,
            Hosts = Hosts,
            Project = definition.Project,
            Secrets = secrets,
            FrontMatter = definition.FrontMatter,
            Probes = externals.Concat(ProbeCatalogue.Probes).GroupBy(p => p.Key).ToDictionary(g => g.Key, g => g.Last().Value),
            Actions = ActionCatalogue.Actions,
            RunFolder = journal.Folder,
            Lock = Locks,
            Fence = new(Store, time),
            Http = http,
            Archive = new(Store, time),
            Lifetimes = Lifetimes,
            Reserve = keep =>
            {
                if (keep)
                    journal.ReserveSpace();
                else
                    journal.ReleaseReserve();
            },
            Plan = (wanted, run) =>
            {
                lock (plans)
                {
                    if (!plans.TryGetValue(wanted, out var plan))
                        plans[wanted] = plan = Ours(RunDefinition.Read(wanted, run.Environment, ExternalSignatures, time, lint: false).Plan
                            ?? throw new CannotRun("this version of holdpoint can't read the run's checklist any more; roll back with the version that started it"));
                    return plan;
                }
            },
            Tell = async (channel, title, text, cancel) =>
            {
                var announced = await announcer.TellAsync(new Scope(definition.Project, secrets) { FrontMatter = definition.FrontMatter, Given = definition.Definition.Variables }, channel, new Message(title, text, Urgency.Notice, journal.RunId), cancel);
                return announced.Told ? null : announced.Because;
            },
            Show = now => LookOn.Write(journal.Folder, now),
            Supersede = SupersedeAsync,
        };
        return world;

        Plan Ours(Plan plan) => isRehearsal ? Rehearsing.Of(plan) : plan;
    }

    /// <summary>
    /// Other runs that still watch what this one is about to change, or could go on to change it, end, and never act again. One that goes back is waited for: it would
    /// undo this one. All are looked at: which began first says nothing of which deployed last.
    /// </summary>
    private async Task<Refusal?> SupersedeAsync(Run newer, bool ends, CancellationToken cancel)
    {
        foreach (var id in Store.Ids().Where(i => i != newer.Id && RunId.IsOf(i, newer.Environment) && Store.HasBegun(i)))
        {
            RunSession opened;
            try
            {
                opened = await RunSession.OpenAsync(Store.OpenRun(id), time, cancel);
            }
            catch (DamagedJournal e)
            {
                return new($"the record of run {id} is damaged, so nobody knows whether it still acts: {e.Message}", $"where it does not, move {Store.FolderOf(id)} out of the record");
            }

            await using var session = opened;
            if (session.Run is not { HasEnded: false, SupersededBy: null } older || !(older.Changed || older.Entered.ContainsKey(Stage.Deploy)))
                continue;
            if (ends)
                await session.AppendAsync(newer.Start.By, run => run is { HasEnded: false, SupersededBy: null, Rollback: null } ? [new Event.Superseded(newer.Id)] : [], cancel);
            var isDriven = DriverLock.IsHeld(Store.FolderOf(id));
            if (session.Run is { SupersededBy: null, HasEnded: false, Rollback: not null })
                return new($"run {id} is going back on {newer.Environment}{(isDriven ? "" : ", and nobody drives it")}", isDriven ? $"wait for its end: holdpoint status {id} --watch" : $"let it end: holdpoint resume {id}; or leave what runs as it is now: holdpoint abort --run {id} --leave --reason …");
            if (session.Run is { SupersededBy: not null, HasEnded: false } && !isDriven)
                await session.AppendAsync(newer.Start.By, run => run.HasEnded ? [] : [new Event.Finished(Outcome.Superseded, $"run {newer.Id} has taken the target over")], cancel);
        }

        return null;
    }

    /// <summary>A gate that nobody can satisfy: with four eyes, whoever starts the run signs nothing in it.</summary>
    private static string? Unsatisfiable(Plan plan, Project project, string by)
    {
        if (!project.FourEyes)
            return null;
        foreach (var sign in plan.Sections.Where(s => s.Stage <= Stage.Close).SelectMany(s => s.AllItems).Where(i => !i.Disabled).SelectMany(i => i.Steps).OfType<PlannedStep.Sign>())
        {
            var others = sign.Roles.Roles.Where(project.Roles.ContainsKey).Select(IReadOnlyList<string> (r) => [.. project.Roles[r].Where(m => m != by)]).ToList();
            if (others.Count > 0 && (sign.Roles.All ? !RoleMatching.IsPossible(others) : others.Count == sign.Roles.Roles.Count && others.All(o => o.Count == 0)))
                return $"{sign.Id} needs {sign.Roles}, and without {by}, who starts this run, there are not enough members: with four_eyes somebody else has to start it, or a role needs another member";
        }

        return null;
    }
}
