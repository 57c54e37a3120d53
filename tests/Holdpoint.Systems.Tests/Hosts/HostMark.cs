using Holdpoint.Checklists;
using Holdpoint.Configuration;
using Holdpoint.Expressions;
using Holdpoint.Hosts;
using Holdpoint.Probes;
using Holdpoint.Processes;
using Holdpoint.Systems.Tests.Servers;

namespace Holdpoint.Systems.Tests.Hosts;

/// <summary>A mark with <c>host=</c>, from its text to its verdict, in a project that knows the hosts of <see cref="SshServers"/>.</summary>
internal static class HostMark
{
    /// <param name="at">The folder where it works on the host.</param>
    public static Task<CheckResult> RunAsync(string mark, SshServers servers, IHosts hosts, string root, string at = Place.Home)
    {
        var (project, problems) = ProjectFile.Parse(Path.Combine(root, "holdpoint.yaml"), $$"""
            holdpoint: 1
            vars:
              name: { default: none, per_environment: { production: live } }
              main: { default: refusing, per_environment: { production: web2 } }
            environments: { staging: {}, production: {} }
            hosts:
              web1: { ssh: web1, config: {{servers.Config}} }
              refusing: { ssh: refusing, config: {{servers.Config}} }
              main: { ssh: "${main}", config: {{servers.Config}} }
              closed: { ssh: closed, config: {{servers.Config}} }
              all: [web1, refusing]
            """);
        Assert.Empty(problems);
        var scope = new Scope(project, new Secrets(root, _ => null)) { Environment = "staging" };
        var found = new List<Problem>();
        var vocabulary = new Vocabulary { Probes = ProbeCatalogue.Signatures, Actions = new Dictionary<string, Signature>() };
        var check = MarkParser.ParseCheck(mark, 0, new SourceText("x.md", mark), vocabulary, found);
        Assert.DoesNotContain(found, p => p.IsError);
        var around = new CheckSurroundings
        {
            Context = new()
            {
                Commands = new CommandRunner(TimeProvider.System),
                Time = TimeProvider.System,
                Directory = root,
                Variable = scope.Value,
                ScriptVariables = scope.ScriptVariables(),
                Place = new(scope, hosts) { Directory = at },
            },
            Metric = (_, _, _) => throw new InvalidOperationException(),
        };
        return new CheckRunner(ProbeCatalogue.Probes, TimeProvider.System).RunAsync(check!, around, TestContext.Current.CancellationToken);
    }
}
