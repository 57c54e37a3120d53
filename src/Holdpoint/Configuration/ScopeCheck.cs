using Holdpoint.Checklists;
using Holdpoint.Expressions;

namespace Holdpoint.Configuration;

/// <summary>What is wrong with the variables of a run before it starts.</summary>
internal static class ScopeCheck
{
    public static IEnumerable<Problem> Of(Scope scope)
    {
        var known = scope.KnownNames;
        foreach (var (file, reference) in References(scope))
            if (!reference.Name.Contains(':', StringComparison.Ordinal) && !known.Contains(reference.Name))
                yield return new(file, reference.At, $"there is no variable `{reference.Name}`", Nearest.To(reference.Name, known) is { } near
                    ? $"did you mean `{near}`?"
                    : $"declare it: vars: {{ {reference.Name}: … }}");

        foreach (var declaration in scope.Project.Variables.Values.Concat(scope.FrontMatter.Variables.Values))
            if (Circle(scope, declaration.Name) is { } circle)
                yield return new(FileOf(scope, declaration), declaration.At, $"the variable `{declaration.Name}` refers to itself: {string.Join(" → ", circle)}", "give one of them a value of its own");

        foreach (var name in scope.Given.Keys)
            if (BuiltInNames.All.Contains(name))
                yield return new(Yaml(scope), new(1, 1), $"--var {name}=… would replace a built-in name", "give the variable another name");
            else if (!NameRule.Identifier.Fits(name))
                yield return new(Yaml(scope), new(1, 1), $"--var {name}=…: this can't be the name of a variable", $"use {NameRule.Identifier.Says}");
            else if (ShellNames.Contains(name.ToUpperInvariant()))
                yield return new(Yaml(scope), new(1, 1), $"--var {name}=… would replace {name.ToUpperInvariant()} in scripts", "give the variable another name");

        // Where none is declared, everything is done in one.
        if (scope.Environment is { } environment && !scope.Project.Environments.ContainsKey(environment) && !(scope.Project.Environments.Count == 0 && environment == EnvironmentDefinition.Local))
            yield return new(Yaml(scope), new(1, 1), $"there is no environment `{environment}`", scope.Project.Environments.Count == 0
                ? $"declare it: environments: {{ {environment}: {{}} }}"
                : Spelling.Remedy(environment, [.. scope.Project.Environments.Keys]));
    }

    public static IEnumerable<Problem> Outside(Scope scope)
    {
        foreach (var (file, reference) in References(scope))
        {
            if (reference.Name.Contains(':', StringComparison.Ordinal) && !scope.TryResolve($"${{{reference.Name}}}", out _, out var because))
                yield return new(file, reference.At, because, "", Severity.Warning);
        }

        foreach (var warning in scope.Secrets.Warnings)
            yield return new(Yaml(scope), new(1, 1), warning, "", Severity.Warning);
    }

    private static IEnumerable<(string File, Reference Reference)> References(Scope scope) =>
        scope.Project.References.Select(r => (Yaml(scope), r)).Concat(scope.FrontMatter.References.Select(r => (scope.FrontMatter.File, r)));

    private static string Yaml(Scope scope) => scope.Project.Path ?? ProjectFile.Name;

    private static string FileOf(Scope scope, VariableDeclaration declaration) =>
        scope.FrontMatter.Variables.GetValueOrDefault(declaration.Name) == declaration ? scope.FrontMatter.File : Yaml(scope);

    /// <summary>The way from a variable back to itself, or null. Depth first; each name is looked at once.</summary>
    private static List<string>? Circle(Scope scope, string start)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var ways = new Stack<List<string>>([[start]]);
        while (ways.TryPop(out var way))
            foreach (var next in Word.VariablesIn(scope.RawOf(way[^1]) ?? ""))
            {
                if (next == start)
                    return [.. way, next];
                if (seen.Add(next))
                    ways.Push([.. way, next]);
            }

        return null;
    }
}
