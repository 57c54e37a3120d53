using Holdpoint.Plans;

namespace Holdpoint.Tests.Plans;

public sealed class RoleMatchingTests
{
    [Theory]
    [InlineData("a|b", true)]
    [InlineData("a|a", false)]
    [InlineData("a,b|a", true)]
    [InlineData("a,b|a,b|a,b", false)]
    [InlineData("a,b|b,c|a,c", true)]
    [InlineData("a,b,c|a|b", true)]
    [InlineData("a|", false)]
    public void Each_role_gets_a_person_of_its_own_where_that_is_possible(string members, bool possible) =>
        Assert.Equal(possible, RoleMatching.IsPossible([.. members.Split('|').Select(r => r.Split(',', StringSplitOptions.RemoveEmptyEntries))]));
}
