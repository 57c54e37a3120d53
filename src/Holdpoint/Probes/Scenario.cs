using Holdpoint.Expressions;

namespace Holdpoint.Probes;

/// <summary>Requests that follow each other, with what has to hold after each: an <c>.http</c> fence, read.</summary>
public sealed record Scenario(IReadOnlyList<ScenarioStep> Steps)
{
    /// <summary>Names that have to have a value before the first request: used where no earlier step captures them.</summary>
    public IReadOnlySet<string> NeededVariables
    {
        get
        {
            var known = new HashSet<string>(StringComparer.Ordinal);
            var needed = new HashSet<string>(StringComparer.Ordinal);
            foreach (var step in Steps)
            {
                needed.UnionWith(step.Texts.SelectMany(Word.VariablesIn).Where(v => !known.Contains(v)));
                known.UnionWith(step.Captures.Select(c => c.Name));
                needed.UnionWith(step.Checks.SelectMany(c => Word.VariablesIn(c.Text)).Where(v => !known.Contains(v)));
            }

            return needed;
        }
    }
}

/// <summary>One request with its checks.</summary>
/// <param name="Number">From 1, in the fence's order.</param>
/// <param name="Line">Of its request line, from 1 at the fence's first line.</param>
/// <param name="Title">What stands after <c>###</c>; empty where nothing does.</param>
/// <param name="Always">It cleans up: it is sent whatever happened before it.</param>
/// <param name="Address">With its variables.</param>
public sealed record ScenarioStep(
    int Number,
    int Line,
    string Title,
    bool Always,
    string Method,
    string Address,
    IReadOnlyList<(string Name, string Value)> Headers,
    string? Body,
    IReadOnlyList<ScenarioCheck> Checks,
    IReadOnlyList<ScenarioCapture> Captures)
{
    /// <summary>The texts of the request in which variables stand.</summary>
    public IEnumerable<string> Texts => Headers.Select(h => h.Value).Prepend(Address).Append(Body ?? "");

    /// <summary><c>step 2 POST …/cpus</c>: enough to find it, with the address's end.</summary>
    public override string ToString()
    {
        var path = Address.Split('?')[0].TrimEnd('/');
        var last = path.LastIndexOf('/');
        return $"step {Number} {Method} {(last > 0 && path[last - 1] != '/' ? "…" + path[last..] : Address)}";
    }
}

/// <summary>A line <c>? condition</c>.</summary>
public sealed record ScenarioCheck(int Line, string Text, Condition Condition);

/// <summary>A line <c>name = $.path</c> or <c>name = header"Location"</c>: one of the two is given.</summary>
public sealed record ScenarioCapture(int Line, string Name, JsonPath? Path, string? Header)
{
    public string Source => Path?.Text ?? $"header\"{Header}\"";
}
