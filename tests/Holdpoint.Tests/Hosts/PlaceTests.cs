using Holdpoint.Checklists;
using Holdpoint.Configuration;
using Holdpoint.Expressions;
using Holdpoint.Hosts;
using Holdpoint.Probes;
using Holdpoint.Processes;
using Holdpoint.Tests.Runs;

namespace Holdpoint.Tests.Hosts;

/// <summary>Which host, and which environment, a mark is asked on.</summary>
public sealed class PlaceTests
{
    private const string Yaml = """
        holdpoint: 1
        vars:
          site: { default: north, per_environment: { production: south } }
        environments: { staging: {}, production: {} }
        hosts:
          db1: { ssh: deploy@db1.internal }
          db2: { ssh: "deploy@${site}.internal", config: ssh/config }
          all: [db1, db2]
        """;

    private readonly FakeHosts _hosts = new((_, _) => FakeHosts.Exits(0, "MemTotal: 2048 kB\nMemAvailable: 1024 kB\n"));

    [Theory]
    [InlineData("host=db1", null, "db1 deploy@db1.internal")]
    [InlineData("host=db2", null, "db2 deploy@north.internal /srv/shop/ssh/config")]
    [InlineData("host=db2 environment=production", null, "db2 deploy@south.internal /srv/shop/ssh/config")]
    [InlineData("host=elsewhere", null, "elsewhere elsewhere")]
    [InlineData("host=${host}", null, "web7 web7")]
    [InlineData("", "${host}", "web7 web7")]
    [InlineData("", "db1", "db1 deploy@db1.internal")]
    [InlineData("host=db2", "db1", "db2 deploy@north.internal /srv/shop/ssh/config")]
    public async Task It_is_asked_there(string options, string? section, string address)
    {
        Assert.IsType<Verdict.Passed>(await JudgeAsync($"memory {options} free == 1MiB", section));

        Assert.Equal(address, string.Join(' ', _hosts.Asked.Select(a => $"{a.Host.Name} {a.Host.Destination} {a.Host.Config}".TrimEnd())));
    }

    [Theory]
    [InlineData("host=localhost", "db1")]
    [InlineData("", null)]
    public async Task It_is_asked_here(string options, string? section)
    {
        await JudgeAsync($"memory {options} free > 0B", section);

        Assert.Empty(_hosts.Asked);
    }

    [Theory]
    [InlineData("memory host=all free > 1B", "all is a group of hosts: give the section `Each: host in all` and write host=${host}")]
    [InlineData("memory host=\"a b\" free > 1B", "`a b` is no name of a host")]
    [InlineData("memory environment=prod free > 1B", "there is no environment prod: add it under environments: in holdpoint.yaml")]
    [InlineData("memory host=${nobody} free > 1B", "the variable nobody has no value here")]
    public async Task What_is_no_host_makes_it_unknown(string mark, string because) => Assert.Equal(because, Assert.IsType<Verdict.Unknown>(await JudgeAsync(mark, null)).Because);

    [Fact]
    public async Task A_host_that_gives_no_answer_makes_it_unknown()
    {
        var hosts = new FakeHosts((_, _) => new CommandResult.NotStarted("no answer from db1"));

        Assert.Equal("no answer from db1", Assert.IsType<Verdict.Unknown>(await JudgeAsync("memory host=db1 free > 1B", null, hosts)).Because);
    }

    [Theory]
    [InlineData("? redis main host=db1", "redis can't be moved to another host", "it asks from this machine; these look at the machine that host= names: ")]
    [InlineData("! tell ops host=db1", "tell can't be moved to another host", "these actions can: run, sh")]
    public void What_cannot_be_moved_says_what_can(string mark, string what, string fix)
    {
        var problem = Assert.Single(Reading.Of(mark).Problems, p => p.IsError);

        Assert.Equal(what, problem.What);
        Assert.StartsWith(fix, problem.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void A_command_line_may_begin_with_its_host()
    {
        var act = Assert.IsType<Instruction.Act>(Reading.Of("! sh host=db1 y=z make it").Instruction);
        Assert.Equal(("db1", "y=z make it"), (act.Call.Options["host"].Source, act.Call.Arguments[0].Source));

        var plain = Assert.IsType<Instruction.Ask>(Reading.Of("? sh PATH=/x host=db1 ls").Instruction);
        Assert.Equal("PATH=/x host=db1 ls", plain.Check.Call!.Arguments[0].Source);
    }

    private Task<Verdict> JudgeAsync(string mark, string? section, IHosts? hosts = null)
    {
        var (project, problems) = ProjectFile.Parse("/srv/shop/holdpoint.yaml", Yaml);
        Assert.Empty(problems);
        var scope = new Scope(project, new Secrets("/srv/shop", _ => null)) { Environment = "staging", Given = new Dictionary<string, string> { ["host"] = "web7" } };
        return Reading.JudgeAsync(mark, new() { Commands = new FakeWorld(TimeProvider.System), Time = TimeProvider.System, Directory = "/", Variable = scope.Value, Place = new(scope, hosts ?? _hosts) { Host = section } });
    }

    /// <summary>Marks with the product's own names.</summary>
    private static class Reading
    {
        public static (Instruction? Instruction, IReadOnlyList<Problem> Problems) Of(string mark)
        {
            var plan = ChecklistReader.Parse(new("a.md", $"- [ ] a `{mark}`\n"), null, ProbeCatalogue.Probes.Keys.Concat(Holdpoint.Actions.ActionCatalogue.Actions.Keys).ToHashSet());
            var problems = new List<Problem>();
            return (MarkParser.Parse(Assert.Single(plan.AllItems.Single().Marks), plan.Source, Known, problems), problems);
        }

        public static async Task<Verdict> JudgeAsync(string mark, ProbeContext context)
        {
            var problems = new List<Problem>();
            var check = MarkParser.ParseCheck(mark, 0, new SourceText("a.md", mark), Known, problems);
            Assert.True(check is not null, string.Join('\n', problems));
            var around = new CheckSurroundings { Context = context, Metric = (_, _, _) => throw new InvalidOperationException() };
            return (await new CheckRunner(ProbeCatalogue.Probes, TimeProvider.System).RunAsync(check, around, TestContext.Current.CancellationToken)).Verdict;
        }

        private static Vocabulary Known { get; } = new() { Probes = ProbeCatalogue.Signatures, Actions = Holdpoint.Actions.ActionCatalogue.Signatures };
    }
}
