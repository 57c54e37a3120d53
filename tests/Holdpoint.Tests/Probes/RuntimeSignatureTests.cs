using Holdpoint.Checklists;
using Holdpoint.Expressions;
using Holdpoint.Probes;

namespace Holdpoint.Tests.Probes;

public sealed class RuntimeSignatureTests
{
    private static readonly Vocabulary Words = new() { Probes = ProbeCatalogue.Signatures, Actions = new Dictionary<string, Signature>() };

    [Theory]
    [InlineData("compose", "project,service,file", "ready,unready,total,restarts", "ready == total")]
    [InlineData("docker", "", "up,restarts,cpu_used,memory,age", "up")]
    [InlineData("systemd", "", "up,restarts,memory,age", "up")]
    [InlineData("kubernetes", "cluster,namespace", "ready,unready,total,restarts,cpu_used,memory_used", "ready == total")]
    [InlineData("manifests", "cluster,namespace", "valid,changes", "valid")]
    [InlineData("gpu", "", "devices,used,memory_used", "devices >= 1")]
    public void A_probe_takes_and_measures_what_the_table_of_names_says(string name, string options, string facts, string condition)
    {
        var signature = ProbeCatalogue.Signatures[name];

        Assert.Equal(options, string.Join(',', signature.Options.Select(o => o.Name)));
        Assert.Equal(facts, string.Join(',', signature.Facts.Select(f => f.Name)));
        Assert.Equal(condition, signature.DefaultCondition);
        Assert.True(signature.OnHosts);
        Assert.NotEmpty(signature.Needs);
        var problems = new List<Problem>();
        Assert.NotNull(MarkParser.ParseCheck(signature.Example, 0, new("", signature.Example), Words, problems));
        Assert.Empty(problems);
    }
}
