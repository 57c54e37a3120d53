using Holdpoint.Cli;
using Holdpoint.Cli.Runs;
using Holdpoint.Expressions;
using Holdpoint.Plans;
using Holdpoint.Runs;
using Holdpoint.Tests.Runs;

namespace Holdpoint.Tests.Cli.Runs;

public class RunViewTests
{
    private const string Checklist = """
        ## Before

        **Gate:** score >= 50

        - [ ] Room on the disk `? disk / free > 20GB`
        - [ ] Notes `? file NOTES.md`
        - [ ] Go `@ lead`

        ## Roll out

        **Stage:** deploy

        - [ ] New version out `! deploy web` #critical
        - [ ] It answers `? http http://shop.example/health`
        - [ ] Go back when asked `! rollback when asked`

        ## Later

        **Stage:** watch

        **Watch:** every 5m until 1h

        - [ ] Still there `? http http://shop.example/health`

        """;

    private const string Configuration = Story.Web + """
        roles:
          lead: [ana, bo]

        """;

    private readonly ManualTime _time = new();

    private static Story Waiting() => Story.Of(Checklist, Configuration).Enter(Stage.Prepare)
        .Passed("before/room-on-the-disk").Failed("before/notes");

    private string Draw(RunPicture picture, int width = 80, int? height = null) =>
        string.Join('\n', RunView.Render(picture, width, height, _time).Select(l => l.Plain));

    [Fact]
    public void A_run_that_waits_shows_what_holds_who_can_release_it_and_how()
    {
        var story = Waiting();
        story.Happened(new Event.GateHeld("section:before", ["Go"])).After(TimeSpan.FromMinutes(3));

        var drawn = Draw(new(story.Standing) { Work = story.Next });

        Assert.Equal("""
            Shop  2.0 → production                                                     3m00s
            run 20260302-090000-production-0000, by ana, started 09:00:00

            ▸ prepare  1 of 3
              ⏸ Before  score 33 of 50
                ✓ Room on the disk            as it should be
                ✗ Notes                       free is 1 GB, expected free > 20GB
                … Go                          waiting for lead
            · deploy
              · Roll out
                · New version out
                · It answers
            · watch
              · Later  every 5m until 1h
                · Still there

            ⏸ “Before” holds since 09:00:00 (3m00s)
              … Go: pending, waiting for lead
                → lead (ana, bo) can sign: holdpoint sign before/go
              … score 33 of 50
                → mend what failed and run: holdpoint retry
            """, drawn);
    }

    [Fact]
    public void A_running_action_shows_its_time_what_it_usually_takes_and_what_it_writes()
    {
        var story = Waiting().Signed("before/go", "lead", "bo");
        story.Happened(new Event.GatePassed("section:before", 66), new Event.GatePassed("stage:prepare", 66)).Enter(Stage.Deploy)
            .Happened(new Event.BeforeRecorded("web", "1.0", false)).Started("roll-out/new-version-out", "deploy", "web").After(TimeSpan.FromSeconds(12));

        var drawn = Draw(new(story.Standing)
        {
            Work = story.Next,
            Expected = new Dictionary<string, TimeSpan> { ["roll-out/new-version-out"] = TimeSpan.FromSeconds(40) },
            Output = ["pulling", "starting"],
        });

        Assert.Contains("""
            ▸ deploy  0 of 2
              ▸ Roll out
                ▸ New version out             12s of about 40s
                  │ pulling
                  │ starting
                · It answers
            """, drawn, StringComparison.Ordinal);
        Assert.Contains("! prepare  2 of 3", drawn, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(40)]
    [InlineData(80)]
    [InlineData(200)]
    public void No_line_is_wider_than_the_terminal(int width)
    {
        var story = Waiting();

        var lines = RunView.Render(new(story.Standing) { Work = story.Next }, width, null, _time);

        Assert.All(lines, l => Assert.True(l.Width <= width, l.Plain));
    }

    [Fact]
    public void A_command_to_copy_is_not_cut_in_two()
    {
        const string Resume = "holdpoint resume 20261121-232544-production-1096";

        Assert.Equal(["nobody drives it since 23:25:44 (nothing has been", "changed); it goes on with:", Resume], RunView.Wrapped($"nobody drives it since 23:25:44 (nothing has been changed); it goes on with: {Resume}", 50));
    }

    [Fact]
    public void In_a_low_terminal_what_holds_stays_and_the_rest_gives_way()
    {
        var story = Waiting();

        var drawn = Draw(new(story.Standing) { Work = story.Next }, height: 14);

        Assert.True(drawn.Split('\n').Length <= 14, drawn);
        Assert.Contains("→ lead (ana, bo) can sign: holdpoint sign before/go", drawn, StringComparison.Ordinal);
        Assert.Contains("✗ Notes", drawn, StringComparison.Ordinal);
        Assert.DoesNotContain("Still there", drawn, StringComparison.Ordinal);
    }

    [Fact]
    public void Text_from_outside_does_not_steer_the_terminal()
    {
        var story = Story.Of(Checklist, Configuration).Enter(Stage.Prepare);
        story.Happened(story.Checked("before/notes", new Verdict.Failed("calm", "\e[2J\e[31mred\a")));

        var drawn = Draw(new(story.Standing) { Work = story.Next, Output = ["\e]0;title\a"] });

        Assert.DoesNotContain('\e', drawn);
        Assert.DoesNotContain('\a', drawn);
    }

    [Fact]
    public void A_colour_only_repeats_what_a_sign_says()
    {
        var story = Waiting();

        var painted = RunView.Render(new(story.Standing) { Work = story.Next }, 80, null, _time).Select(l => l.Painted((ink, text) => ink == Ink.Bad ? $"<{text}>" : text));

        Assert.Contains(painted, l => l.StartsWith("<    ✗>", StringComparison.Ordinal));
    }

    [Fact]
    public void A_rollback_by_itself_is_shown_with_the_target_that_goes_back()
    {
        var story = Waiting().Signed("before/go", "lead", "bo");
        story.Happened(new Event.GatePassed("section:before", 66), new Event.GatePassed("stage:prepare", 66)).Enter(Stage.Deploy)
            .Deployed("roll-out/new-version-out").Happened(new Event.RollbackDecided("customers complain", null, "bo", story.Now))
            .Started("undo/web", "rollback", "web").Ended("undo/web", new Verdict.Passed("web runs 1.0 again"));

        var drawn = Draw(new(story.Standing) { Work = story.Next });

        Assert.Contains("▸ rollback\n    ✓ rollback web                web runs 1.0 again", drawn, StringComparison.Ordinal);
    }
}
