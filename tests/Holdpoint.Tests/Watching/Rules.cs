using Holdpoint.Checklists;
using Holdpoint.Expressions;
using Holdpoint.Tests.Metrics;
using Holdpoint.Watching;

namespace Holdpoint.Tests.Watching;

/// <summary>Rules as a checklist writes them.</summary>
internal static class Rules
{
    private static readonly Vocabulary Words = new()
    {
        Probes = new Dictionary<string, Signature> { ["http"] = new("http", "") { Arguments = [new("URL", "")], Facts = [new("up", Dimension.Boolean, "")], DefaultCondition = "up", Example = "http URL" } },
        Actions = new Dictionary<string, Signature>(),
        Metrics = new Dictionary<string, Dimension> { ["error_rate"] = Dimension.Ratio, ["latency_p95"] = Dimension.Duration },
    };

    public static RuleDefinition Read(string text, string id = "rule")
    {
        var problems = new List<Problem>();
        var source = new SourceText("checklist.md", text);
        var instruction = MarkParser.Parse(new Mark(Sign.Act, text, 0, new(1, 1), null), source, Words, problems);
        Assert.Empty(problems);
        return new(id, Assert.IsType<Instruction.Rule>(instruction), text);
    }

    public static ScriptedSource ErrorRate(ManualTime time, Func<TimeSpan, double> value) => ScriptedSource.Of("error_rate", Dimension.Ratio, time, value);
}
