using Holdpoint.Checklists;

namespace Holdpoint.Configuration;

/// <summary>
/// The variables of a run in one environment. A name's value is the first of: what was given (<c>--var</c>, an answer); the front
/// matter's value for the environment; <c>holdpoint.yaml</c>'s; the front matter's default; <c>holdpoint.yaml</c>'s. Built-in names are
/// the engine's alone. Given values stand as they are; those of files may refer to other variables, the environment and secrets.
/// </summary>
public sealed record Scope(Project Project, Secrets Secrets)
{
    /// <summary>Null: none was chosen.</summary>
    public string? Environment { get; init; }

    public FrontMatterSettings FrontMatter { get; init; } = FrontMatterSettings.None;

    /// <summary><c>--var name=value</c>, answers, and the variable of a section's <c>Each</c>.</summary>
    public IReadOnlyDictionary<string, string> Given { get; init; } = new Dictionary<string, string>();

    /// <summary>Values of <see cref="BuiltInNames"/> that are known by now.</summary>
    public IReadOnlyDictionary<string, string> BuiltIns { get; init; } = new Dictionary<string, string>();

    public Func<string, string?> EnvironmentVariable { get; init; } = System.Environment.GetEnvironmentVariable;

    /// <summary>Every name that has a value now or gets one during the run.</summary>
    public IReadOnlySet<string> KnownNames => Declared.Concat(Given.Keys).Concat(BuiltInNames.All).ToHashSet(StringComparer.Ordinal);

    private IEnumerable<string> Declared => Project.Variables.Keys.Union(FrontMatter.Variables.Keys, StringComparer.Ordinal);

    private IEnumerable<string> AllNames => Declared.Union(Given.Keys, StringComparer.Ordinal).Except(BuiltInNames.All, StringComparer.Ordinal);

    /// <summary>The value of <c>${name}</c>; null where it has none now. <c>env:NAME</c> and <c>secret:NAME</c> are names too.</summary>
    public string? Value(string name) => new Resolution(this).Look(name).Value;

    /// <summary>Puts every <c>${name}</c> in.</summary>
    /// <param name="because">What has no value, with the remedy; empty where all have one.</param>
    public bool TryResolve(string text, out string resolved, out string because)
    {
        (var value, because) = new Resolution(this).Resolve(text);
        resolved = value ?? "";
        return value is not null;
    }

    /// <summary>The value as the files or the command line write it, secrets by name: what may be journaled. Null where there is none.</summary>
    public string? Written(string name) =>
        BuiltInNames.All.Contains(name) ? BuiltIns.GetValueOrDefault(name) : Given.GetValueOrDefault(name) ?? InFiles(name)?.Content;

    /// <summary>Required variables without a value; without these no run starts.</summary>
    public IReadOnlyList<string> MissingRequired() =>
        [.. Declared.Where(n => IsRequired(n) && QuestionOf(n) is null && !Given.ContainsKey(n) && InFiles(n) is null)];

    /// <summary>What has to be asked before a run starts.</summary>
    public IReadOnlyList<Question> ToAsk() =>
        [.. from name in Declared
            let question = QuestionOf(name)
            where question is not null && !Given.ContainsKey(name) && ForEnvironment(name) is null
            select new Question(name, question, Value(name), IsRequired(name))];

    /// <summary>Variables for scripts: the checklist's in capitals, the built-in ones as <c>HOLDPOINT_…</c>. Those without a value are left out.</summary>
    public IReadOnlyDictionary<string, string?> ScriptVariables()
    {
        var result = new Dictionary<string, string?>(StringComparer.Ordinal);
        foreach (var name in AllNames)
            if (!ShellNames.Contains(name.ToUpperInvariant()) && Value(name) is { } value)
                result[name.ToUpperInvariant()] = value;
        foreach (var name in BuiltInNames.All)
            if (BuiltIns.GetValueOrDefault(name) is { } value)
                result[BuiltInNames.ScriptName(name)] = value;
        return result;
    }

    /// <summary>A named server's settings (and, as the kind <c>backup</c>, a named backup's) with every <c>${…}</c> put in; null where there is no such server or a value is missing (then <paramref name="because"/> says which).</summary>
    public IReadOnlyDictionary<string, string>? Server(string kind, string name, out string because)
    {
        because = "";
        if ((kind == "backup" ? Project.Backups.GetValueOrDefault(name)?.Settings(Project) : Project.Servers.GetValueOrDefault(kind)?.GetValueOrDefault(name)?.Settings) is not { } written)
        {
            because = kind == "backup"
                ? $"there is no backup `{name}` in the configuration: add backups: {name}: {{ files: … }}"
                : $"there is no {kind} server `{name}` in the configuration: add servers: {kind}: {name}: {{ url: … }}";
            return null;
        }

        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, text) in written)
        {
            if (!TryResolve(text.Content, out var value, out because))
                return null;
            settings[key] = value;
        }

        return settings;
    }

    /// <summary>Names that are used and not known, values that refer to themselves, an unknown environment, given names that can't be.</summary>
    public IReadOnlyList<Problem> Check() => [.. ScopeCheck.Of(this)];

    /// <summary>Secrets and variables of the environment that the configuration names and this machine does not have, as warnings.</summary>
    public IReadOnlyList<Problem> CheckOutside() => [.. ScopeCheck.Outside(this)];

    internal string? RawOf(string name) => Given.ContainsKey(name) ? null : InFiles(name)?.Content;

    internal PlacedText? InFiles(string name) =>
        ForEnvironment(name) ?? FrontMatter.Variables.GetValueOrDefault(name)?.Default ?? Project.Variables.GetValueOrDefault(name)?.Default;

    private PlacedText? ForEnvironment(string name) => Environment is null ? null
        : FrontMatter.Variables.GetValueOrDefault(name)?.PerEnvironment.GetValueOrDefault(Environment)
        ?? Project.Variables.GetValueOrDefault(name)?.PerEnvironment.GetValueOrDefault(Environment);

    private bool IsRequired(string name) => Project.Variables.GetValueOrDefault(name) is { Required: true } || FrontMatter.Variables.GetValueOrDefault(name) is { Required: true };

    private string? QuestionOf(string name) => FrontMatter.Variables.GetValueOrDefault(name)?.Ask ?? Project.Variables.GetValueOrDefault(name)?.Ask;
}

/// <summary>A variable that a person is asked for at the start.</summary>
/// <param name="Default">The value taken when nothing is answered; null where there is none.</param>
public sealed record Question(string Name, string Text, string? Default, bool Required);
