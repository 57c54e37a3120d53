using Holdpoint.Adopting;

namespace Holdpoint.Tests.Adopting;

public class LooseStepsTests
{
    [Theory]
    [InlineData("- ☐ Certificates renewed\n", "- [ ] ☐ Certificates renewed\n")]
    [InlineData("* ⬜ Cache is warm (optional)\n", "* [ ] ⬜ Cache is warm (optional) #optional\n")]
    [InlineData("1. ☐ Unit tests: `npm test`\n", "1. [ ] ☐ Unit tests: `npm test` `? sh npm test`\n")]
    [InlineData("- ☐ It answers\n  ```bash\n  pytest\n  ```\n", "- [ ] ☐ It answers `? run`\n  ```bash\n  pytest\n  ```\n")]
    public void A_drawn_box_gets_a_real_one(string list, string adopted)
    {
        var first = Adopt.Text("## Checks\n\n" + list);

        Assert.Equal("## Checks\n\n" + adopted, first.Text);
        Assert.False(Adopt.Text(first.Text).IsChanged);
        Assert.Equal(1, first.Items);
    }

    [Theory]
    [InlineData("## Checks\n\n1. Run the linter: `npm run lint`\n", "1. [ ] Run the linter: `npm run lint` `? sh npm run lint`\n")]
    [InlineData("## Deployment\n\n1. Start it: `docker compose up -d`\n", "1. [ ] Start it: `docker compose up -d` `! sh docker compose up -d`\n")]
    [InlineData("## Checks\n\n2) Answers: `/up` → 200\n", "2) [ ] Answers: `/up` → 200 `? http ")]
    public void A_numbered_step_with_a_command_becomes_an_item(string text, string line)
    {
        var adopted = Adopt.Text(text);

        Assert.Contains(line, adopted.Text, StringComparison.Ordinal);
        Assert.Equal(adopted.Text, Adopter.Adopt(Adopt.Request(adopted.Text, adopted.Configuration)).Text);
    }

    [Theory]
    [InlineData("## Steps\n\n1. Call the duty officer\n2. Wait for the answer\n", new[] { 3, 4 })]
    [InlineData("## Table\n\n| What | Done |\n|---|---|\n| Room booked | ⬜ |\n| Cake | [ ] |\n", new[] { 5, 6 })]
    [InlineData("## Block\n\n```text\n- [ ] Room booked\n[x] Cake\n```\n", new[] { 4, 5 })]
    [InlineData("## Ticks\n\n- ✅ Room booked\n", new[] { 3 })]
    public void What_would_have_to_be_written_anew_is_told_with_its_line(string text, int[] lines)
    {
        var adopted = Adopt.Text(text);

        Assert.False(adopted.IsChanged);
        Assert.Equal(lines, adopted.Findings.Where(f => f is { Kind: FindingKind.Step, Because.Length: > 0 }).Select(f => f.Line));
    }

    [Theory]
    [InlineData("If the shop is down")]
    [InlineData("Wenn der Shop steht:")]
    public void What_is_done_in_one_case_only_is_left(string heading)
    {
        var adopted = Adopt.Text($"## Rollback\n\n### {heading}\n\n1. Restart: `systemctl restart shop`\n");

        Assert.DoesNotContain("[ ]", adopted.Text, StringComparison.Ordinal);
        Assert.Contains(adopted.Findings, f => f is { Line: 5, Kind: FindingKind.Left, HasCommand: true });
    }

    [Theory]
    [InlineData("## Troubleshooting\n\n1. Look at the log: `docker logs shop`\n")]
    [InlineData("## Steps\n\n- [ ] Out\n  1. Look at it: `docker logs shop`\n")]
    [InlineData("## Steps\n\n1. Group\n   - [ ] a\n")]
    public void Steps_for_looking_things_up_and_those_of_an_item_are_not_told(string text) =>
        Assert.DoesNotContain(Adopt.Text(text).Findings, f => f.Kind == FindingKind.Step);
}
