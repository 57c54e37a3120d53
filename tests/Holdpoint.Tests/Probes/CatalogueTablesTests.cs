using Holdpoint.Actions;
using Holdpoint.Cli;
using Holdpoint.Probes;
using Holdpoint.Rollouts;

namespace Holdpoint.Tests.Probes;

/// <summary>The tables by hand say what the assemblies hold: who adds a probe, an action or a command is told here what is missing.</summary>
public sealed class CatalogueTablesTests
{
    [Fact]
    public void Every_probe_is_in_the_table_under_its_own_name()
    {
        Assert.Equal(TypesOf<Probe>(), Sorted(ProbeCatalogue.Probes.Values));
        Assert.All(ProbeCatalogue.Probes, p => Assert.Equal(p.Key, p.Value.Signature.Name));
        Assert.Equal(ProbeCatalogue.Probes.Keys, ProbeCatalogue.Signatures.Keys);
    }

    [Fact]
    public void Every_action_is_in_the_table_under_its_own_name()
    {
        Assert.Equal(TypesOf<ActionVerb>(), Sorted(ActionCatalogue.Actions.Values));
        Assert.All(ActionCatalogue.Actions, a => Assert.Equal(a.Key, a.Value.Signature.Name));
        Assert.Equal(ActionCatalogue.Actions.Keys, ActionCatalogue.Signatures.Keys);
    }

    [Fact]
    public void Every_kind_of_a_target_its_traffic_and_every_strategy_is_in_its_table()
    {
        Assert.Equal(TypesOf<PlatformKind>(), Sorted(RolloutKinds.Platforms.Values));
        Assert.Equal(TypesOf<TrafficKind>(), Sorted(RolloutKinds.Traffics.Values));
        Assert.Equal(TypesOf<Strategy>(), Sorted(Strategy.All.Values));
    }

    [Fact]
    public void A_probe_is_made_once() => Assert.Same(ProbeCatalogue.Probes["file"], ProbeCatalogue.Probes["file"]);

    [Fact]
    public void What_is_in_no_table_is_not_found()
    {
        Assert.False(ProbeCatalogue.Probes.ContainsKey("files"));
        Assert.False(ProbeCatalogue.Signatures.TryGetValue("File", out _));
        Assert.Throws<KeyNotFoundException>(() => ProbeCatalogue.Probes[""]);
    }

    [Fact]
    public void Every_command_is_found_by_its_name() =>
        Assert.All(CommandTree.Names, name => Assert.Equal(name, CommandTree.Find(name)?.Name));

    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("Check")]
    [InlineData("chec")]
    [InlineData("check-")]
    [InlineData("run`1")]
    [InlineData("a,b")]
    [InlineData("a[")]
    [InlineData("*")]
    public void What_is_no_command_is_not_found(string name) => Assert.Null(CommandTree.Find(name));

    private static List<string> TypesOf<T>() => [.. typeof(T).Assembly.GetExportedTypes()
        .Where(t => t.IsSubclassOf(typeof(T)) && !t.IsAbstract && t.GetConstructor(Type.EmptyTypes) is not null)
        .Select(t => t.FullName!).Order(StringComparer.Ordinal)];

    private static List<string> Sorted<T>(IEnumerable<T> made)
        where T : class => [.. made.Select(m => m.GetType().FullName!).Order(StringComparer.Ordinal)];
}
