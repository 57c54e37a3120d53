using Holdpoint.Adopting;

namespace Holdpoint.Tests.Adopting;

public class ApprovalsTests
{
    private static string Adopted(string text)
    {
        var adopted = Adopt.Text(text);
        Assert.Equal(adopted.Text, Adopt.Text(adopted.Text).Text);
        Assert.Empty(Adopt.ErrorsIn(adopted));
        return adopted.Text;
    }

    [Fact]
    public void A_plain_line_to_sign_on_gets_a_box_and_its_role() =>
        Assert.Contains("- [ ] Release Manager: ________ Date: ____ `@ release-manager`\n", Adopted("## Ready\n\n- Release Manager: ________ Date: ____\n"), StringComparison.Ordinal);

    [Fact]
    public void Lines_of_a_paragraph_get_items_behind_it() =>
        Assert.Contains("**QA Lead:** ______  \n**Security Officer:** [Name]\n\n- [ ] QA Lead `@ qa-lead`\n- [ ] Security Officer `@ security-officer`\n\n## Next\n", Adopted("## Sign-off\n\n**QA Lead:** ______  \n**Security Officer:** [Name]\n\n## Next\n\n- [ ] a\n"), StringComparison.Ordinal);

    [Fact]
    public void Rows_of_an_approval_table_get_items_behind_it() =>
        Assert.Contains("| DBA | | |\n\n- [ ] Product Owner `@ product-owner`\n- [ ] DBA `@ dba`\n", Adopted("## Approval\n\n| Role | Name | Signature |\n|---|---|---|\n| Product Owner | | ____ |\n| DBA | | |\n"), StringComparison.Ordinal);

    [Fact]
    public void A_line_to_sign_in_a_block_gets_an_item_behind_the_block() =>
        Assert.Contains("```\n\n- [ ] Tech Lead `@ tech-lead`\n", Adopted("## Record\n\n```markdown\n**Approval**\n- Tech Lead: ______ Date: ____\n```\n"), StringComparison.Ordinal);

    [Theory]
    [InlineData("## Sign-off\n\nApproved by: ______\n")]
    [InlineData("## Record\n\n- **Sign-off:** [Name]\n")]
    [InlineData("## Unterschriften\n\nFreigegeben von: ______\n")]
    [InlineData("## Record\n\n| Role | Signature |\n|---|---|\n| [Role] | |\n")]
    public void One_that_names_no_role_is_told(string text)
    {
        var adopted = Adopt.Text(text);

        Assert.False(adopted.IsChanged);
        Assert.Contains(adopted.Findings, f => f.Kind == FindingKind.Left && f.Because.Contains("names no role", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("## Record\n\nDate: ______\n\n- Version: ____\n- Deployer: [Name]\n")]
    [InlineData("## People\n\n| Role | Name |\n|---|---|\n| SRE | Kim |\n")]
    [InlineData("## People\n\n- Tech Lead: Kim\n")]
    public void Forms_and_lists_of_people_are_no_approvals(string text) => Assert.False(Adopt.Text(text).IsChanged);

    [Theory]
    [InlineData("> - Tech Lead: ____ Date: ____\n")]
    [InlineData("**Tech Lead:** ____ Date: ___\n\n    indented code\n")]
    public void Where_an_item_would_change_what_stands_around_it_nothing_is_added(string text) => Assert.False(Adopt.Text("## Sign-off\n\n" + text).IsChanged);
}
