using Holdpoint.Expressions;

namespace Holdpoint.Tests.Expressions;

public sealed class NearestTests
{
    [Theory]
    [InlineData("staus", "status")]
    [InlineData("stauts", "status")]
    [InlineData("Status", "status")]
    [InlineData("tiem", "time")]
    [InlineData("kube", "kubernetes")]
    [InlineData("alertmanger", "alertmanager")]
    [InlineData("x", null)]
    [InlineData("", null)]
    [InlineData("weather", null)]
    public void The_name_that_was_meant_is_found_and_no_other(string word, string? near) =>
        Assert.Equal(near, Nearest.To(word, ["status", "time", "kubernetes", "alertmanager", "up"]));

    [Fact]
    public void A_beginning_of_two_names_is_neither() => Assert.Null(Nearest.To("release", ["release-manager", "release-notes"]));
}
