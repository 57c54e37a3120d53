using Holdpoint.Checklists;
using Holdpoint.Expressions;
using Holdpoint.Probes;

namespace Holdpoint.Tests.Expressions;

/// <summary>Every probe's own words, read with the product's vocabulary: its example is a valid mark and its default condition names its facts.</summary>
public sealed class CatalogueTests
{
    private static readonly Vocabulary Vocabulary = new() { Probes = ProbeCatalogue.Signatures, Actions = new Dictionary<string, Signature>() };

    public static TheoryData<string> Probes => [.. ProbeCatalogue.Signatures.Keys.Order()];

    [Theory]
    [MemberData(nameof(Probes))]
    public void A_probes_example_is_a_valid_mark(string name)
    {
        var signature = ProbeCatalogue.Signatures[name];
        var problems = new List<Problem>();
        var mark = new Mark(Sign.Ask, " " + signature.Example, 0, new(1, 1), signature.TakesBody ? Marks.AFence : null);
        var instruction = MarkParser.Parse(mark, new("example.md", mark.Text), Vocabulary, problems);
        Assert.Empty(problems.Select(p => p.ToString()));
        Assert.Equal(name, Assert.IsType<Instruction.Ask>(instruction).Check.Call!.Signature.Name);
    }

    [Theory]
    [MemberData(nameof(Probes))]
    public void A_probes_default_condition_names_its_facts(string name)
    {
        var signature = ProbeCatalogue.Signatures[name];
        if (signature.DefaultCondition is not { } condition)
            return;
        var problems = new List<Problem>();
        Assert.NotNull(MarkParser.ParseCondition(condition, 0, new("default.md", condition), signature, Vocabulary, problems));
        Assert.Empty(problems);
    }
}
