using Holdpoint.Cli.Runs;
using Holdpoint.Expressions;
using Holdpoint.Journal;
using Holdpoint.Runs;

namespace Holdpoint.Cli.Baselines;

/// <summary>What a word on the command line names: a checklist (sampled now), a stored baseline, or a run.</summary>
internal sealed class BaselineNames(CommandContext context, ChecklistOptions checklist, string folder)
{
    private readonly RunStore _store = new(folder, context.Time);

    public BaselineArchive Archive { get; } = new(new RunStore(folder, context.Time), context.Time);

    public bool IsFile(string word) => File.Exists(context.World.FullPath(word));

    public bool IsStored(string word) => Archive.Shelf.Names.Contains(word);

    public Task<Workspace> WorkspaceAsync(string? file) => WorkspaceReader.RequireAsync(checklist.Request(context, file) with { Lint = false }, context.World);

    /// <exception cref="CliError">It names nothing.</exception>
    public string RunOf(string? word)
    {
        try
        {
            return _store.FindRun(word);
        }
        catch (UnknownRun e)
        {
            var names = Archive.Shelf.Names;
            throw new CliError(word is null ? e.Message : $"{word} is no file, no stored baseline and no run",
                word is null ? "holdpoint baseline show DEPLOY.md shows what a run would take"
                : Nearest.Hint(word, names, names.Count > 0 ? $"stored are {string.Join(", ", names)}; holdpoint history lists the runs" : "holdpoint history lists the runs, holdpoint baseline take --name NAME stores one"));
        }
    }

    /// <param name="length">How long a checklist's metrics are sampled.</param>
    public async Task<Levels> LevelsAsync(string word, TimeSpan length)
    {
        if (IsFile(word))
            return await new BaselineSampling(await WorkspaceAsync(word), context, Archive).NowAsync("now", null, length);
        if (IsStored(word))
            return Stored(word);
        var id = RunOf(word);
        await using var journal = _store.OpenRun(id);
        var run = Evolution.Replay(await journal.ReadAsync(0, context.Stop));
        var definitions = RunDefinition.Read(run.Definition, run.Environment, new Dictionary<string, Signature>(), context.Time, lint: false).Project.Metrics;
        var after = await Archive.AfterAsync(journal, definitions, context.Stop);
        return after.Because is { } because ? throw new CliError(because, "name a run that has deployed something", ExitCode.Unknown) : Levels.Of(id, after, definitions.Keys, definitions);
    }

    public Levels Stored(string name) => Archive.Shelf.Read(name, out var because) is { } stored
        ? new(name, $"{stored.Environment}, {Clock.Utc(stored.From)} to {Clock.Utc(stored.To)}, by {stored.By}", stored.Metrics, stored.Refused)
        : throw new CliError(because, "take it again: holdpoint baseline take --name NAME", ExitCode.Unknown);
}
