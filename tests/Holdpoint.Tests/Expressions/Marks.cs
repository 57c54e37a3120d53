using Holdpoint.Checklists;
using Holdpoint.Expressions;

namespace Holdpoint.Tests.Expressions;

/// <summary>A vocabulary like the product's, and the shortest way to read a mark with it.</summary>
internal static class Marks
{
    public static Vocabulary Known { get; } = new()
    {
        Probes = Named(
            Probe("http", "URL", "status in 200..299", document: true, options: ["method", "redirects"], ("up", Dimension.Boolean), ("status", Dimension.Count), ("time", Dimension.Duration), ("size", Dimension.Bytes), ("body", Dimension.Text), ("header\"", Dimension.Text)),
            Probe("disk", "PATH", null, false, [], ("free", Dimension.Bytes), ("used", Dimension.Ratio), ("size", Dimension.Bytes)),
            Probe("file", "GLOB", "files >= 1", document: true, [], ("files", Dimension.Count), ("size", Dimension.Bytes), ("matching\"", Dimension.Count), ("newest.age", Dimension.Duration), ("newest.size", Dimension.Bytes)),
            Probe("run", "", "exit == 0", document: true, ["dir", "as"], ("exit", Dimension.Count), ("output", Dimension.Text), ("matching\"", Dimension.Count), ("time", Dimension.Duration)) with { TakesBody = true },
            Probe("sh", "COMMAND", "exit == 0", document: true, [], ("exit", Dimension.Count), ("output", Dimension.Text)) with { TakesRest = true },
            Probe("scenario", "", null, false, [], ("time", Dimension.Duration)) with { TakesBody = true },
            Probe("sql", "SERVER", null, document: true, [], ("value", Dimension.Any), ("rows", Dimension.Count)) with { TakesBody = true },
            Probe("alertmanager", "SERVER", "firing == 0", false, ["severity", "labels"], ("firing", Dimension.Count), ("silenced", Dimension.Count)),
            Probe("compose", "", "ready == total", false, ["project", "service"], ("ready", Dimension.Count), ("unready", Dimension.Count), ("total", Dimension.Count), ("restarts", Dimension.Count)),
            Probe("process", "NAME", "count >= 1", false, [], ("count", Dimension.Count), ("memory", Dimension.Bytes)),
            Probe("target", "TARGET", "ready == total", false, [], ("version", Dimension.Version), ("ready", Dimension.Count), ("total", Dimension.Count)),
            Probe("tls", "HOST", "valid", false, [], ("valid", Dimension.Boolean), ("remaining", Dimension.Duration), ("issuer", Dimension.Text)),
            Env,
            Probe("ping", "HOST", "loss == 0%", false, ["packets"], ("loss", Dimension.Ratio), ("time", Dimension.Duration)) with { Options = [new("packets", "how many", Dimension.Count)] }),
        Actions = Named(
            Action("run", "") with { TakesBody = true, Options = [new("dir", "where"), new("idempotent", "may run twice", Dimension.Boolean)] },
            Action("sh", "COMMAND") with { TakesRest = true },
            Action("deploy", "TARGET") with { Options = [new("strategy", "how") { OneOf = ["recreate", "rolling", "canary"] }, new("settle", "how long", Dimension.Duration)] },
            Action("rollback", "TARGET"),
            Action("backup", "NAME"),
            Action("tell", "CHANNEL") with { TakesBody = true }),
        Metrics = new Dictionary<string, Dimension> { ["error_rate"] = Dimension.Ratio, ["latency_p95"] = Dimension.Duration, ["checkout"] = Dimension.Duration, ["queue"] = Dimension.Count },
        Variables = new HashSet<string> { "api", "version", "environment", "limit" },
    };

    private static Signature Env => Probe("env", "NAME", "length >= 1", false, ["file"], ("length", Dimension.Count)) is var env
        ? env with { Facts = [.. env.Facts, new("value", Dimension.Any, "what it holds") { Hidden = true }] }
        : env;

    public static Fence AFence { get; } = new("bash", "echo one\necho two\n", new(3, 1));

    public static (Instruction? Instruction, List<Problem> Problems) Read(string mark, Fence? body = null, Vocabulary? vocabulary = null)
    {
        // As it stands in a file: behind "- [ ] ok `" on the second line.
        var file = $"# A\n- [ ] ok `{mark}`\n";
        var source = new SourceText("a.md", file);
        var start = file.IndexOf('`', StringComparison.Ordinal) + 2;
        var sign = mark[0] switch { '?' => Sign.Ask, '!' => Sign.Act, _ => Sign.Person };
        var problems = new List<Problem>();
        return (MarkParser.Parse(new(sign, mark[1..], start, source.PositionAt(start - 1), body), source, vocabulary ?? Known, problems), problems);
    }

    public static T Valid<T>(string mark, Fence? body = null)
        where T : Instruction
    {
        var (instruction, problems) = Read(mark, body);
        Assert.Empty(problems.Select(p => p.ToString()));
        return Assert.IsAssignableFrom<T>(instruction);
    }

    public static Check Check(string mark, Fence? body = null) => Valid<Instruction.Ask>(mark, body).Check;

    /// <summary>The problems of a mark that can't be read, as column, what and fix; the column counts in the mark, its sign being 1.</summary>
    public static string[] Mistakes(string mark, Fence? body = null)
    {
        var (instruction, problems) = Read(mark, body);
        Assert.Null(instruction);
        return [.. problems.Select(p => $"{p.At.Column - 10}: {p.What} ({p.Fix})")];
    }

    public static Judgement Judge(string mark, EvaluationContext context) => Evaluator.Judge(Check(mark, mark.StartsWith("? run", StringComparison.Ordinal) || mark.StartsWith("? sql", StringComparison.Ordinal) ? AFence : null).Condition!, context);

    public static Judgement Judge(string mark, params (string, Value)[] facts) => Judge(mark, new EvaluationContext { Facts = Facts.Of(facts) });

    private static Dictionary<string, Signature> Named(params Signature[] signatures) => signatures.ToDictionary(s => s.Name);

    private static Signature Probe(string name, string argument, string? standard, bool document, string[] options, params (string Name, Dimension Dimension)[] facts) => new(name, name)
    {
        Arguments = argument.Length > 0 ? [new(argument, argument)] : [],
        Options = [.. options.Select(o => new Argument(o, o))],
        Facts = [.. facts.Select(f => new FactDeclaration(f.Name.TrimEnd('"'), f.Dimension, f.Name, f.Name.EndsWith('"')))],
        HasDocument = document,
        DefaultCondition = standard,
        Example = argument.Length > 0 ? $"{name} {argument.ToLowerInvariant()}" : name,
    };

    private static Signature Action(string name, string argument) => new(name, name)
    {
        Arguments = argument.Length > 0 ? [new(argument, argument)] : [],
        Example = $"{name} {argument.ToLowerInvariant()}".TrimEnd(),
        Kind = "action",
    };
}
