using Holdpoint.Adopting;

namespace Holdpoint.Tests.Adopting;

/// <summary>Steps between actions that stay with people.</summary>
public class HolesTests
{
    [Fact]
    public void Behind_a_step_that_is_done_by_hand_an_action_waits_for_a_signature()
    {
        var adopted = Adopt.Text("## Deployment\n\n```bash\nnano shop.conf\n```\n\n```bash\nsystemctl restart shop\n```\n\n```bash\nsystemctl restart worker\n```\n");

        Assert.Equal(["`@ operator` `! run`", "`! run`"], Marks(adopted));
        Assert.Contains(adopted.Findings, f => f.Kind == FindingKind.Action && f.Because.EndsWith("nothing else holds what stands before it in this stage, so somebody signs", StringComparison.Ordinal));
    }

    [Fact]
    public void An_item_that_a_person_signs_is_such_a_step() => Assert.Equal(["`@ operator` `! sh systemctl restart shop`"], Marks(Adopt.Text("## Deployment\n\n- [ ] The team knows\n- [ ] Restart: `systemctl restart shop`\n")));

    [Theory]
    [InlineData("### Ready\n\n- [ ] The team knows\n\n### Go\n\n- [ ] Restart: `systemctl restart shop`\n", "`@ operator` `! sh systemctl restart shop`")]
    [InlineData("- [ ] It is valid: `nginx -t`\n- [ ] Restart: `systemctl restart shop`\n", "`@ operator` `! sh systemctl restart shop`")]
    [InlineData("- [ ] Stop: `systemctl stop shop`\n- [ ] Stopped: `curl -f http://shop.test`\n- [ ] Start: `systemctl start shop`\n", "`! sh systemctl stop shop`|`! sh systemctl start shop`")]
    public void So_is_whatever_nothing_else_in_the_stage_holds(string steps, string marks) => Assert.Equal(marks.Split('|'), Marks(Adopt.Text($"## Deployment\n\n{steps}")));

    [Fact]
    public void A_way_back_with_a_hole_is_left_whole()
    {
        var adopted = Adopt.Text("## Rollback\n\n- [ ] Old code: `git checkout v1`\n- [ ] Edit: `nano shop.conf`\n- [ ] Restart: `systemctl restart shop`\n");

        Assert.Empty(Marks(adopted));
        Assert.Equal(2, adopted.Findings.Count(f => f.Because.StartsWith("line 4 of the same way back is done by hand", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_whole_one_is_taken() => Assert.Equal(["`! sh git checkout v1`", "`! sh systemctl restart shop`"], Marks(Adopt.Text("## Rollback\n\n- [ ] Old code: `git checkout v1`\n- [ ] Restart: `systemctl restart shop`\n")));

    [Theory]
    [InlineData("Clear the queue (if it is used)", "Deployment")]
    [InlineData("Rollback command available", "Rollback")]
    [InlineData("Restart is documented", "Deployment")]
    public void What_may_not_apply_or_is_there_for_one_day_is_not_done(string item, string heading) => Assert.DoesNotContain("`!", Adopt.Item(item, "systemctl restart shop", heading), StringComparison.Ordinal);

    [Theory]
    [InlineData("cp .env.example .env", "Deployment")]
    [InlineData("echo started > /slack/deployments && systemctl restart shop", "Deployment")]
    [InlineData("k6 run load.js", "Performance")]
    [InlineData("chown -R 1000:1000 data", "Deployment")]
    [InlineData("# Preview\nnetlify deploy\n# Production\nnetlify deploy --prod", "Deployment")]
    [InlineData("# 1. Build\nmake deploy\n# 2. Switch it over", "Deployment")]
    [InlineData("docker scan", "Security")]
    public void In_doubt_it_does_less(string script, string heading) => Assert.Equal("", Adopt.Item("Do it", script, heading));

    [Fact]
    public void A_step_back_without_a_command_is_a_hole_too() => Assert.Empty(Marks(Adopt.Text("## Rollback\n\n- [ ] Restore the app in the store\n- [ ] Old code: `git checkout v1`\n")));

    private static IEnumerable<string> Marks(Adopted adopted) => adopted.Text.Split('\n').Where(l => l.Contains("`! ", StringComparison.Ordinal)).Select(l => l[l.IndexOf(l.Contains("`@ ", StringComparison.Ordinal) ? "`@ " : "`! ", StringComparison.Ordinal)..]);
}
