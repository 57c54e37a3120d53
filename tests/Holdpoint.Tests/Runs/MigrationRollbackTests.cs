using Holdpoint.Expressions;
using Holdpoint.Plans;
using Holdpoint.Runs;

namespace Holdpoint.Tests.Runs;

/// <summary>After a migration nothing rolls back by itself, unless the version before can live with it.</summary>
public class MigrationRollbackTests
{
    private const string Configured = Story.Web + """
        servers: { postgres: { main: { host: localhost } } }
        migrations: { main: { up: "true" } }

        """;

    private static Story Failing(string mark, Func<Story, Story> migrated) => migrated(Story.Of($"""
        ## Out

        **Stage:** deploy

        - [ ] Schema `! migrate main{mark}` #id=schema #advisory
        - [ ] Web `! deploy web` #id=web

        """, Configured).Enter(Stage.Deploy)).Deployed("web", "web", new Verdict.Failed("exit 0", "exit 1"));

    [Theory]
    [InlineData("")]
    [InlineData(" compatible=false")]
    public void One_that_is_not_marked_compatible_holds_and_says_why(string mark)
    {
        var held = Assert.IsType<Work.HoldBack>(Failing(mark, s => s.Started("schema").Ended("schema")).Next);
        Assert.Contains("not marked compatible=true", held.Because, StringComparison.Ordinal);
    }

    [Fact]
    public void A_compatible_one_goes_back() => Assert.IsType<Work.GoBack>(Failing(" compatible=true", s => s.Started("schema").Ended("schema")).Next);

    [Fact]
    public void One_that_never_began_goes_back() =>
        Assert.IsType<Work.GoBack>(Failing("", s => s.Happened(new Event.ActionStarted("schema", 1, "", "migrate", null, false)).Ended("schema", new Verdict.Passed("there already"))).Next);

    [Fact]
    public void A_compatible_one_of_which_nobody_knows_how_it_ended_holds()
    {
        var held = Assert.IsType<Work.HoldBack>(Failing(" compatible=true", s => s.Started("schema").Ended("schema", new Verdict.Unknown("not ended within 15 min"))).Next);
        Assert.Contains("is not known", held.Because, StringComparison.Ordinal);
    }
}
