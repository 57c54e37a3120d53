using System.Xml.Linq;
using Holdpoint.Records;

namespace Holdpoint.Tests.Records;

public class RolloutPictureTests
{
    private static readonly DateTimeOffset s_began = new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

    private static readonly RolloutModel s_model = new("deploy web", s_began, s_began.AddSeconds(10),
        [new("drain <api_1>", s_began, s_began.AddSeconds(2), VerdictKind.Passed), new("run v2 on api_1", s_began.AddSeconds(2), null, null)])
    {
        Answers = [("v1", [500, 400, 300]), ("v2", [0, 100, 200])],
    };

    [Fact]
    public void Each_step_is_a_bar_as_long_as_it_took() =>
        Assert.Equal([72, 288], Svg.Descendants().Where(e => e.Name.LocalName == "rect" && e.Attribute("rx") is not null).Select(r => (double)r.Attribute("width")!));

    [Fact]
    public void Who_answered_is_drawn_by_version_with_its_count()
    {
        Assert.Contains("v1: 1200 answers", Svg.Value, StringComparison.Ordinal);
        Assert.Contains("v2: 300 answers", Svg.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Readers_of_the_screen_hear_the_steps_and_how_they_ended() =>
        Assert.Equal("2 steps in 10s: drain <api_1> passed; run v2 on api_1 under way.", Svg.Elements().Single(e => e.Name.LocalName == "desc").Value);

    private static XElement Svg => XElement.Parse(RolloutPicture.Draw(s_model));
}
