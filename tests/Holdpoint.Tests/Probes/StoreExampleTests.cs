using Holdpoint.Checklists;
using Holdpoint.Expressions;
using Holdpoint.Probes;

namespace Holdpoint.Tests.Probes;

public sealed class StoreExampleTests
{
    [Theory]
    [InlineData("redis"), InlineData("opensearch"), InlineData("mysql"), InlineData("prometheus"), InlineData("targets"), InlineData("alertmanager")]
    public void A_probe_s_own_example_reads_without_a_problem(string name)
    {
        var example = ProbeCatalogue.Signatures[name].Example;
        var problems = new List<Problem>();
        Assert.NotNull(MarkParser.ParseCheck(example, 0, new("", example), new() { Probes = ProbeCatalogue.Signatures, Actions = new Dictionary<string, Signature>() }, problems));
        Assert.Empty(problems);
    }
}
