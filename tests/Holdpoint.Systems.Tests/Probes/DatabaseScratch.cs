using Holdpoint.Checklists;
using Holdpoint.Expressions;
using Holdpoint.Probes;
using Holdpoint.Systems.Tests.Servers;

namespace Holdpoint.Systems.Tests.Probes;

/// <summary>Asks a mark, from its text to its verdict, of a real PostgreSQL.</summary>
[Collection(PostgresCollection.Name)]
public abstract class DatabaseScratch(PostgresServer postgres) : ProbeScratch
{
    private static readonly Vocabulary Words = new() { Probes = ProbeCatalogue.Signatures, Actions = new Dictionary<string, Signature>() };

    protected PostgresServer Postgres { get; } = postgres;

    /// <summary>Settings by kind and name: <c>postgres main</c>.</summary>
    protected Dictionary<string, IReadOnlyDictionary<string, string>> Servers { get; } = new() { ["postgres main"] = postgres.Settings() };

    protected Dictionary<string, string> Variables { get; } = [];

    protected async Task<CheckResult> CheckAsync(string mark, string? fence = null, Func<Operand, Value>? baseline = null, TimeSpan? timeout = null, CheckPlaces? places = null, CancellationToken? until = null)
    {
        var problems = new List<Problem>();
        var read = MarkParser.Parse(new Mark(Sign.Ask, mark, 0, new Position(1, 1), fence is null ? null : new Fence("sql", fence, new Position(2, 1))), new SourceText("checklist.md", mark), Words, problems);
        Assert.Empty(problems.Select(p => p.ToString()));
        var check = Assert.IsType<Instruction.Ask>(read).Check;
        // A slow machine must not decide, unless the mark itself says a limit.
        check = check with { Timing = check.Timing with { Timeout = timeout ?? check.Timing.Timeout ?? TimeSpan.FromMinutes(2) } };
        var around = new CheckSurroundings
        {
            Context = new ProbeContext
            {
                Commands = Runner,
                Time = TimeProvider.System,
                Directory = Root,
                Variable = Variables.GetValueOrDefault,
                Server = (string kind, string name, out string because) =>
                {
                    because = $"there is no {kind} server `{name}`";
                    return Servers.GetValueOrDefault($"{kind} {name}");
                },
            },
            Metric = (_, _, _) => throw new InvalidOperationException("no metrics here"),
            Baseline = baseline ?? (_ => new Value.Unknown("no baseline")),
        };
        return await new CheckRunner(ProbeCatalogue.Probes, TimeProvider.System, places).RunAsync(check, around, until ?? Cancel);
    }

    protected async Task<string> PassesAsync(string mark, string? fence = null) => (await CheckAsync(mark, fence)).Verdict is var verdict && verdict is Verdict.Passed passed ? passed.Shown : throw new Xunit.Sdk.XunitException($"{mark}: {verdict}");

    protected async Task<string> FailsAsync(string mark, string? fence = null) => (await CheckAsync(mark, fence)).Verdict is var verdict && verdict is Verdict.Failed failed ? failed.Message : throw new Xunit.Sdk.XunitException($"{mark}: {verdict}");

    protected async Task<string> UnknownAsync(string mark, string? fence = null) => (await CheckAsync(mark, fence)).Verdict is var verdict && verdict is Verdict.Unknown unknown ? unknown.Because : throw new Xunit.Sdk.XunitException($"{mark}: {verdict}");

    /// <summary>The database behind the server <c>main</c>.</summary>
    protected string Database { get; private set; } = "postgres";

    protected void Use(string database) => Servers["postgres main"] = Postgres.Settings(Database = database);

    /// <summary>The whole of what was kept, which must hold no password.</summary>
    protected string Kept(CheckResult result)
    {
        var text = result.Verdict.ToString() + string.Concat(result.Evidence.Select(e => System.Text.Encoding.UTF8.GetString(e.Content.Span)));
        Assert.DoesNotContain(Postgres.Password, text, StringComparison.Ordinal);
        return text;
    }

    protected async Task WriteAsync(string name, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(At(name))!);
        await File.WriteAllTextAsync(At(name), text, Cancel);
    }
}
