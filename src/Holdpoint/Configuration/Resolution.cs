using Holdpoint.Expressions;

namespace Holdpoint.Configuration;

/// <summary>One look-up of a variable and of all it refers to; each is worked out once, so that references to references don't multiply.</summary>
internal sealed class Resolution(Scope scope)
{
    /// <summary>Variables that refer to variables that refer to variables: 20 deep at most.</summary>
    private const int DepthLimit = 20;

    /// <summary>1 M characters in one value.</summary>
    private const int LengthLimit = 1_000_000;

    private readonly Dictionary<string, (string? Value, string Because)> _known = new(StringComparer.Ordinal);
    private readonly List<string> _within = [];

    public (string? Value, string Because) Look(string name)
    {
        if (_known.TryGetValue(name, out var known))
            return known;
        if (_within.Contains(name))
            return (null, $"the variable {name} refers to itself: {string.Join(" → ", _within.Append(name))}");
        if (_within.Count >= DepthLimit)
            return (null, $"the variable {_within[0]} refers to others more than {DepthLimit} deep");
        _within.Add(name);
        var found = Find(name);
        _within.RemoveAt(_within.Count - 1);
        return _known[name] = found;
    }

    public (string? Value, string Because) Resolve(string text)
    {
        var because = "";
        var length = 0L;
        try
        {
            var value = Word.Resolve(text, name =>
            {
                var (part, why) = Look(name);
                length += part?.Length ?? 0;
                because = length > LengthLimit ? $"the value becomes longer than {LengthLimit} characters at ${{{name}}}" : why;
                return length > LengthLimit ? null : part;
            });
            return (value, "");
        }
        catch (UndefinedVariable)
        {
            return (null, because);
        }
    }

    private (string? Value, string Because) Find(string name)
    {
        if (name.StartsWith("secret:", StringComparison.Ordinal))
            return scope.Secrets.Find(name[7..]) switch
            {
                SecretLookup.Found f => (f.Value, ""),
                SecretLookup.Missing m => (null, m.Because),
                _ => throw new InvalidOperationException("no such lookup"),
            };
        if (name.StartsWith("env:", StringComparison.Ordinal))
            return scope.EnvironmentVariable(name[4..]) is { } value ? (value, "") : (null, $"the environment has no variable {name[4..]}: set it before the start");
        if (BuiltInNames.All.Contains(name))
            return scope.BuiltIns.GetValueOrDefault(name) is { } builtIn ? (builtIn, "") : (null, $"${{{name}}} is not known yet");
        if (scope.Given.TryGetValue(name, out var given))
            return (given, "");
        if (scope.InFiles(name) is { } text)
            return Resolve(text.Content);
        var known = scope.KnownNames;
        return (null, known.Contains(name)
            ? $"the variable {name} has no value{(scope.Environment is null ? "" : $" in {scope.Environment}")}: give it with --var {name}=…"
            : $"there is no variable {name}: {Spelling.Remedy(name, [.. known])}");
    }
}
