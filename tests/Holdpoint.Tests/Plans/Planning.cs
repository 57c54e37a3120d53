using Holdpoint.Checklists;
using Holdpoint.Configuration;
using Holdpoint.Expressions;
using Holdpoint.Plans;

namespace Holdpoint.Tests.Plans;

/// <summary>Plans texts, as the command line plans files.</summary>
internal static class Planning
{
    public const string Yaml = """
        holdpoint: 1
        vars:
          api: http://localhost:8000
          region: { required: true }
        roles:
          release-manager: [ana@example.com]
          sre: [bo@example.com, cy@example.com]
          dba: [ana@example.com]
          empty: []
        hosts:
          web1: { ssh: web1.internal }
          web2: { ssh: web2.internal }
          web: [web1, web2]
        environments:
          staging: {}
          production: { protected: true }
        metrics:
          error_rate:
            scrape: { url: "${api}/metrics", ratio: "failures_total", of: "requests_total" }
          latency:
            unit: seconds
            scrape: { url: "${api}/metrics", quantile: 0.95, of: request_seconds }
          elsewhere:
            unit: seconds
            http: { get: "https://${region}.example.com/health" }
        targets:
          web:
            command: { now: ./now, deploy: ./deploy, rollback: ./back }
            healthy: http ${api}/health
          worker:
            command: { now: ./now, deploy: ./deploy, rollback: ./back }
        servers:
          kubernetes:
            main: { context: prod }
        channels:
          ops: { file: { path: ops.log } }
        """;

    public static PlanRequest Request(string markdown, string yaml = "", string? environment = null, params (string Path, string Text)[] files)
    {
        var project = Project.Empty("/srv/shop");
        if (yaml.Length > 0)
        {
            (project, var problems) = ProjectFile.Parse("/srv/shop/holdpoint.yaml", yaml);
            Assert.DoesNotContain(problems, p => p.IsError);
        }

        var (withBody, verbs) = Planner.Verbs(Planner.Vocabulary(project, new Dictionary<string, Signature>()));
        return new(ChecklistReader.Parse(new("deploy.md", markdown.ReplaceLineEndings("\n")), withBody, verbs), project)
        {
            Time = new ManualTime(),
            Environment = environment,
            ReadFile = path => files.FirstOrDefault(f => f.Path == path) is { Text: { } text } ? new LinkedFile.Found(new(path, text)) : new LinkedFile.Missing(),
        };
    }

    public static (Plan? Plan, IReadOnlyList<Problem> Problems) Of(string markdown, string yaml = "", string? environment = null, params (string Path, string Text)[] files) =>
        Planner.Plan(Request(markdown, yaml, environment, files));

    /// <summary>The plan of a text without errors.</summary>
    public static Plan Good(string markdown, string yaml = "", string? environment = null, params (string Path, string Text)[] files)
    {
        var (plan, problems) = Of(markdown, yaml, environment, files);
        Assert.DoesNotContain(problems, p => p.IsError);
        return plan!;
    }

    /// <summary>The problems as <c>line:column: severity: what</c>.</summary>
    public static IReadOnlyList<string> Told(string markdown, string yaml = "", string? environment = null, params (string Path, string Text)[] files) =>
        [.. Of(markdown, yaml, environment, files).Problems.Select(p => $"{p.At}: {(p.IsError ? "error" : "warning")}: {p.What}")];

    public static IEnumerable<string> Ids(this Plan plan) => plan.AllItems.Select(i => i.Id);

    public static T Step<T>(this Plan plan, string id)
        where T : PlannedStep => Assert.IsType<T>(plan.Step(id));
}
