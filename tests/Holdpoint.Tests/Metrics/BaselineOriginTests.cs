using Holdpoint.Metrics;
using Holdpoint.Plans;
using Holdpoint.Tests.Plans;

namespace Holdpoint.Tests.Metrics;

public sealed class BaselineOriginTests
{
    private static readonly string[] s_environments = ["staging", "production"];

    [Theory]
    [InlineData("before", "before")]
    [InlineData("staging", "staging")]
    [InlineData("run last", "run last")]
    [InlineData("Run  Last", "run last")]
    [InlineData("run 20261120-135912", "run 20261120-135912")]
    [InlineData("taken quiet-day", "taken quiet-day")]
    [InlineData("last week", "last week")]
    public void Each_form_reads_and_is_written_as_it_reads(string text, string written)
    {
        var origin = BaselineOrigin.Parse(text, s_environments);
        Assert.Equal(written, origin?.ToString());
        Assert.Equal(origin, BaselineOrigin.Parse(written, s_environments));
    }

    [Theory]
    [InlineData("")]
    [InlineData("stagin")]
    [InlineData("last")]
    [InlineData("run")]
    [InlineData("taken ../../etc/passwd")]
    [InlineData("taken .hidden")]
    [InlineData("last week or so")]
    public void What_is_none_of_the_forms_is_null(string text) => Assert.Null(BaselineOrigin.Parse(text, s_environments));

    [Fact]
    public void A_section_and_its_rules_take_their_baseline_from_where_its_field_says()
    {
        var plan = Planning.Good("# T\n\n## A\n\n- [ ] a `? latency <= 1.1x baseline`\n- [ ] b `! hold when latency > 2x baseline`\n\n## B\n\n**Baseline:** last week\n\n- [ ] c `? latency <= 1.1x baseline`\n- [ ] d `! hold when latency > 3x baseline`\n\n## C\n\n**Baseline:** before\n\n- [ ] e `? latency <= 1.1x baseline`\n", Planning.Yaml);
        Assert.Equal([null, "last week", null], plan.Sections.Select(s => s.BaselineFrom?.ToString()));
        Assert.Equal([null, "last week"], plan.Rules.Select(r => r.BaselineFrom?.ToString()));
    }
}
