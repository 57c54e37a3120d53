using Holdpoint.Checklists;
using Holdpoint.Expressions;

namespace Holdpoint.Configuration;

/// <summary>Reads <c>vars:</c>, the same in <c>holdpoint.yaml</c> and in front matter.</summary>
internal static class VariableReader
{
    public static Dictionary<string, VariableDeclaration> Read(YamlView vars, ShapeCheck check)
    {
        var result = new Dictionary<string, VariableDeclaration>(StringComparer.Ordinal);
        var inScripts = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, at, value) in vars.Entries)
        {
            if (!IsAllowed(name, at, check))
                continue;
            if (!inScripts.TryAdd(name, name))
            {
                check.Add(at, $"`{name}` and `{inScripts[name]}` are both {name.ToUpperInvariant()} in scripts", "give one of them another name");
                continue;
            }

            if (!value.IsMapping)
            {
                result[name] = new(name, value.Placed, false, null, new Dictionary<string, PlacedText>(), at);
                continue;
            }

            var @default = value["default"].Placed;
            if (value["required"].IsTrue && @default is not null)
                check.Add(value["required"].At, $"`{name}` is required and has a default, so it never lacks a value", "remove one of them", Severity.Warning);
            if (!value.Entries.Any())
                check.Add(at, $"`{name}` says nothing of itself", "write default:, required: true, ask: or per_environment:");
            result[name] = new(name, @default, value["required"].IsTrue, value["ask"].Text, TextsOf(value["per_environment"]), at);
        }

        return result;
    }

    /// <summary>Values for one environment, by variable.</summary>
    public static Dictionary<string, PlacedText> ReadValues(YamlView values, ShapeCheck check)
    {
        foreach (var (name, at, _) in values.Entries)
            IsAllowed(name, at, check);
        return TextsOf(values);
    }

    /// <summary>The declarations with the values that the environments give; a variable that only environments know is declared by them.</summary>
    public static Dictionary<string, VariableDeclaration> WithEnvironments(Dictionary<string, VariableDeclaration> declared, IEnumerable<EnvironmentDefinition> environments, ShapeCheck check)
    {
        var result = new Dictionary<string, VariableDeclaration>(declared, StringComparer.Ordinal);
        foreach (var environment in environments)
            foreach (var (name, value) in environment.Variables)
            {
                var declaration = result.GetValueOrDefault(name)
                    ?? new(name, null, false, null, new Dictionary<string, PlacedText>(), value.At);
                if (declaration.PerEnvironment.TryGetValue(environment.Name, out var other))
                    check.Add(value.At, $"`{name}` has a value for {environment.Name} here and on line {other.At.Line}", "keep one of them");
                result[name] = declaration with { PerEnvironment = new Dictionary<string, PlacedText>(declaration.PerEnvironment) { [environment.Name] = value } };
            }

        return result;
    }

    private static Dictionary<string, PlacedText> TextsOf(YamlView view)
    {
        var result = new Dictionary<string, PlacedText>(StringComparer.Ordinal);
        foreach (var (name, _, value) in view.Entries)
            if (value.Placed is { } text)
                result[name] = text;
        return result;
    }

    private static bool IsAllowed(string name, Position at, ShapeCheck check)
    {
        if (BuiltInNames.All.Contains(name))
            check.Add(at, $"`{name}` is a built-in name and can't be declared", "give the variable another name");
        else if (ShellNames.Contains(name.ToUpperInvariant()))
            check.Add(at, $"`{name}` would replace {name.ToUpperInvariant()} in scripts", "give the variable another name");
        else if (Vocabulary.Reserved.Contains(name) || name is "true" or "false" or "null")
            check.Add(at, $"`{name}` is a word of the language", "give the variable another name");
        else
            return true;
        return false;
    }
}
