using Holdpoint.Actions;
using Holdpoint.Expressions;
using Holdpoint.Plans;
using Holdpoint.Processes;
using Holdpoint.Runs;
using Holdpoint.Tests.Configuration;
using Holdpoint.Tests.Runs;

namespace Holdpoint.Tests.Actions;

public sealed class MaintenanceActionTests
{
    private const string Configuration = "maintenance: { on: touch down, off: rm -f down, shows: disk / free > 1GB }\n";

    private const string Checklist = """
        ## Out

        **Stage:** deploy

        - [ ] Closed `! maintenance on` #id=closed
        - [ ] New version `! deploy web` #id=out
        - [ ] Open `! maintenance off` #id=open

        ## Back

        **Stage:** rollback

        - [ ] Old version `! rollback web`
        - [ ] Open again `! maintenance off` #id=again
        """;

    [Fact]
    public async Task Its_script_runs_in_the_configuration_s_folder_with_the_checklist_s_variables()
    {
        var deed = Assert.IsType<Deed.Detached>(await Bench(new ManualTime()).PrepareAsync("on"));
        Assert.Equal(("bash", "touch down", "/project", "eu"), (deed.Command.Program, deed.Command.Arguments[^2], deed.Command.WorkingDirectory, deed.Command.Environment["REGION"]));
        Assert.Equal("rm -f down", Assert.IsType<Deed.Detached>(await Bench(new ManualTime()).PrepareAsync("off")).Command.Arguments[^2]);
    }

    [Fact]
    public void It_is_on_once_its_check_passes_and_off_once_that_fails() => ManualTime.Run(async time =>
    {
        var bench = Bench(time);
        Assert.Equal("users see maintenance: status is 503", Assert.IsType<Verdict.Passed>(await JudgeAsync(bench, "on", () => new Verdict.Passed("status is 503"))).Shown);
        Assert.Equal("users see no maintenance any more: status is 200, expected status == 503", Assert.IsType<Verdict.Passed>(await JudgeAsync(bench, "off", () => new Verdict.Failed("status == 503", "status is 200"))).Shown);
    });

    [Fact]
    public void It_is_waited_for_and_fails_where_it_does_not_come() => ManualTime.Run(async time =>
    {
        var looks = 0;
        var coming = JudgeAsync(Bench(time), "on", () => ++looks < 5 ? new Verdict.Failed("status == 503", "status is 200") : new Verdict.Passed("status is 503"));
        await time.AdvanceAsync(TimeSpan.FromSeconds(10));
        Assert.IsType<Verdict.Passed>(await coming);

        var staying = JudgeAsync(Bench(time), "off", () => new Verdict.Passed("status is 503"));
        await time.AdvanceAsync(TimeSpan.FromMinutes(1));
        Assert.Equal("status is 503", Assert.IsType<Verdict.Failed>(await staying).Actual);
    });

    [Fact]
    public void A_check_that_can_t_look_proves_neither() => ManualTime.Run(async time =>
    {
        foreach (var state in (string[])["on", "off"])
        {
            var blind = JudgeAsync(Bench(time), state, () => new Verdict.Unknown("no answer within 1s"));
            await time.AdvanceAsync(TimeSpan.FromMinutes(1));
            Assert.Contains("no answer within 1s", state == "off" ? Assert.IsType<Verdict.Unknown>(await blind).Because : (await blind).Message, StringComparison.Ordinal);
        }
    });

    [Fact]
    public async Task A_script_that_fails_has_failed_and_without_a_check_its_end_is_all_there_is()
    {
        var deed = Assert.IsType<Deed.Detached>(await Bench(new ManualTime()).PrepareAsync("on"));
        var failed = new ActionOutcome.Ended(1, new("touch: Permission denied\n", 25, 1), TimeSpan.Zero);
        Assert.Equal("exit 1: touch: Permission denied", Assert.IsType<Verdict.Failed>(await deed.Judge!(failed, ActionBench.Cancel)).Actual);

        var bare = new ActionBench("maintenance") { Project = Yaml.Read("maintenance: { on: touch down, off: rm -f down }\n") };
        Assert.Contains("exit 0", Assert.IsType<Verdict.Passed>(await JudgeAsync(bare, "on", () => throw new InvalidOperationException("nothing is asked"))).Shown, StringComparison.Ordinal);
    }

    [Fact]
    public async Task It_needs_a_configuration_and_one_of_two_words()
    {
        Assert.Contains("add maintenance: { on: …, off: … } to holdpoint.yaml", await new ActionBench("maintenance").RefusedAsync("on"), StringComparison.Ordinal);
        Assert.Contains("on or off", await Bench(new ManualTime()).RefusedAsync("open"), StringComparison.Ordinal);
    }

    [Fact]
    public void A_run_that_leaves_it_on_says_so()
    {
        var story = Story.Of(Checklist, Story.Web + Configuration).Enter(Stage.Deploy);
        Assert.Null(Left(story));
        Assert.Equal("maintenance may be on: see off of maintenance: in holdpoint.yaml", Left(story.Started("closed", "maintenance")));
        Assert.Equal("maintenance is still on: see off of maintenance: in holdpoint.yaml", Left(story.Ended("closed").Deployed("out")));
        Assert.NotNull(Left(story.Started("open", "maintenance").Ended("open", new Verdict.Failed("exit 0", "exit 1"))));
    }

    [Theory]
    [InlineData("open"), InlineData("again")]
    public void One_that_takes_it_away_again_says_nothing_be_it_on_the_way_back(string off) =>
        Assert.Null(Left(Story.Of(Checklist, Story.Web + Configuration).Enter(Stage.Deploy).Started("closed", "maintenance").Ended("closed").Started(off, "maintenance").Ended(off)));

    private static string? Left(Story story) => MaintenanceSwitch.WhetherLeftOn(story.Run, story.Plan);

    private static ActionBench Bench(TimeProvider time) => new("maintenance") { Time = time, Project = Yaml.Read(Configuration) };

    private static async Task<Verdict> JudgeAsync(ActionBench bench, string state, Func<Verdict> seen)
    {
        bench.Seen = seen;
        return await Assert.IsType<Deed.Detached>(await bench.PrepareAsync(state)).Judge!(new ActionOutcome.Ended(0, CapturedOutput.Nothing, TimeSpan.Zero), ActionBench.Cancel);
    }
}
