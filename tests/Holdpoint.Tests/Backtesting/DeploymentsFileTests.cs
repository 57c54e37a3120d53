using Holdpoint.Backtesting;

namespace Holdpoint.Tests.Backtesting;

public sealed class DeploymentsFileTests
{
    [Theory]
    [InlineData("start,end,outcome,name\n2026-03-02T09:00:00Z,2026-03-02T11:00:00Z,good,v1\n2026-03-03,,BAD,\"v2, the large one\"\n2026-03-04,,,v3\n")]
    [InlineData("\ufeffname;outcome;start;end\r\nv1;good;1772442000;2026-03-02 11:00\r\n\r\nv3;;2026-03-04;\r\nv2, the large one;bad;2026-03-03;\r\n")]
    [InlineData("""[{"start":"2026-03-02T10:00:00+01:00","end":"2026-03-02T11:00:00Z","outcome":"good","name":"v1"},{"start":"2026-03-03","outcome":"bad","name":"v2, the large one"},{"start":"2026-03-04","outcome":null,"name":"v3"}]""")]
    public void Deployments_are_read_from_a_table_or_JSON_in_the_order_of_time(string text)
    {
        var (deployments, problems) = DeploymentsFile.Read("d", text);

        Assert.Empty(problems);
        Assert.Equal([("v1", true), ("v2, the large one", false), ("v3", null)], deployments.Select(d => (d.Name, d.Good)));
        Assert.Equal((Pasts.Start, Pasts.At(120)), (deployments[0].Start, deployments[0].End));
        Assert.Null(deployments[1].End);
    }

    [Theory]
    [InlineData("", "names no column start")]
    [InlineData("begin,outcome\n2026-03-02,good\n", "names no column start")]
    [InlineData("start,outcome\n", "there is no deployment in it")]
    [InlineData("start,outcom\n2026-03-02,good\n", "a column outcom means nothing here (did you mean `outcome`?)")]
    [InlineData("start,outcome\nsoon,good\n", "d:2:1: error: soon is no time")]
    [InlineData("start,outcome\n,good\n", "it has no start")]
    [InlineData("start,end,outcome\n2026-03-02,later,good\n", "later is no time")]
    [InlineData("start,end,outcome\n2026-03-02,2026-03-01,good\n", "it ends before it starts")]
    [InlineData("start,outcome\n2026-03-02,fine\n", "fine is no outcome (write good or bad, or leave it empty where nobody knows)")]
    [InlineData("{\"start\":1}", "it is no list of deployments")]
    [InlineData("[{\"start\":\"2026-03-02\"},3]", "entry 2 is no object")]
    [InlineData("[{\"start\":\"2026-03-02\",\"result\":\"good\"}]", "entry 1 has a name result")]
    [InlineData("[{\"start\":", "it is no JSON")]
    public void A_mistake_is_told_with_its_remedy(string text, string told) =>
        Assert.Contains(DeploymentsFile.Read("d", text).Problems, p => p.ToString().Contains(told, StringComparison.Ordinal));

    [Fact]
    public void Every_mistake_is_told_at_once() =>
        Assert.Equal(3, DeploymentsFile.Read("d", "start,end,outcome\nsoon,,good\n2026-03-02,never,perhaps\n").Problems.Count);

    [Theory]
    [InlineData("30d ago", -30)]
    [InlineData("30d", -30)]
    [InlineData("2w ago", -14)]
    [InlineData("now", 0)]
    [InlineData("2026-03-01T09:00", -1)]
    public void Times_are_given_as_moments_or_as_how_long_ago(string text, int days) => Assert.Equal(Pasts.Start.AddDays(days), Moment.Parse(text, Pasts.Start));

    [Theory]
    [InlineData("yesterday")]
    [InlineData("")]
    [InlineData("ago")]
    [InlineData("9999d ago ago")]
    [InlineData("-3d")]
    public void Other_words_are_no_time(string text) => Assert.Null(Moment.Parse(text, Pasts.Start));
}
