using Holdpoint.Adopting;
using Holdpoint.Configuration;

namespace Holdpoint.Tests.Adopting;

public class AdoptedShapeTests
{
    [Fact]
    public void Stages_are_written_where_headings_name_them_and_never_go_back()
    {
        var adopted = Adopt.Text("# Shop deployment\n\n## Vorbereitung\n\n- [ ] a\n\n## Deployment\n\n- [ ] b\n\n### Verify\n\n- [ ] c\n\n## Nach dem Deployment\n\n- [ ] d\n\n## Rollback\n\n- [ ] e\n\n## More\n\n- [ ] f\n");

        Assert.Equal(["## Deployment → deploy", "## Nach dem Deployment → verify", "## Rollback → rollback", "## More → verify"], Stages(adopted.Text));
    }

    private static IEnumerable<string> Stages(string text)
    {
        var heading = "";
        foreach (var line in text.Split('\n'))
            if (line.StartsWith('#'))
                heading = line;
            else if (line.StartsWith("**Stage:** ", StringComparison.Ordinal))
                yield return $"{heading} → {line[11..]}";
    }

    [Fact]
    public void Owners_dates_schedules_and_budgets_become_fields()
    {
        var text = Adopt.Text("## Before (1 week before)\n\n**Verantwortlich:** DBA\n\n- [ ] a\n\n## Deployment\n\n- [ ] b\n\n## After the deployment (watching)\n\n### Watching\n\nEvery 15 minutes for 2 hours, then every hour for 24 hours\n\n- [ ] c\n\n## Rollback (5 minutes)\n\n- [ ] d\n").Text;

        Assert.Contains("## Before (1 week before)\n\n**Owner:** dba\n\n**Due:** 7d before\n", text, StringComparison.Ordinal);
        Assert.Contains("**Watch:** every 15m until 2h, every 1h until 24h\n", text, StringComparison.Ordinal);
        Assert.Contains("**Budget:** 5m\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void Optional_critical_and_signed_items_say_so()
    {
        var text = Adopt.Text("## Go\n\n**Critical:** all of it\n\n- [ ] CDN is warm (if applicable)\n- [ ] Clocks agree\n\n## Sign-off\n\n- [ ] Tech Lead: ____________ Date: ______\n- [ ] QA: tests were seen\n").Text;

        Assert.Contains("(if applicable) #optional\n", text, StringComparison.Ordinal);
        Assert.Contains("Clocks agree #critical\n", text, StringComparison.Ordinal);
        Assert.Contains("Date: ______ `@ tech-lead`\n", text, StringComparison.Ordinal);
        Assert.Contains("seen `@ qa`\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_block_without_an_item_gets_one_and_one_below_an_item_joins_it()
    {
        var text = Adopt.Text("## Checks\n\n**Ports are right:**\n```bash\n./bin/check-ports.sh\n```\n\n## Tests\n\n- [ ] Unit tests pass\n\n```bash\npytest tests\n```\n").Text;

        Assert.Contains("**Ports are right:**\n\n- [ ] Ports are right `? run`\n\n  ```bash\n  ./bin/check-ports.sh\n  ```\n", text, StringComparison.Ordinal);
        Assert.Contains("- [ ] Unit tests pass `? run`\n\n  ```bash\n  pytest tests\n  ```\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_numbered_step_with_a_block_becomes_an_item() =>
        Assert.Contains("1. [ ] Lint it `? run`\n   ```bash\n   npm run lint\n   ```\n", Adopt.Text("## Checks\n\n1. Lint it\n   ```bash\n   npm run lint\n   ```\n").Text, StringComparison.Ordinal);

    [Fact]
    public void Headings_for_looking_things_up_stay_as_they_are() => Assert.False(Adopt.Text("## Troubleshooting\n\n```bash\ndf -h\nsystemctl status shop\n```\n").IsChanged);

    [Theory]
    [InlineData("- [ ] a\r\n\r\n  ```bash\r\n  pytest\r\n  ```\r\n", "- [ ] a `? run`\r\n\r\n  ```bash\r\n  pytest\r\n  ```\r\n")]
    [InlineData("## H\r\n\r\n```bash\r\npytest a\r\n```", "## H\r\n\r\n- [ ] H `? run`\r\n\r\n  ```bash\r\n  pytest a\r\n  ```")]
    [InlineData("* [ ] a (optional)", "* [ ] a (optional) #optional")]
    public void Line_ends_and_everything_else_stay(string before, string after) => Assert.Equal(after, Adopt.Text(before).Text);

    [Fact]
    public void Equal_items_get_ids_of_their_own()
    {
        var adopted = Adopt.Text("## Checks\n\n- [ ] It answers\n  ```bash\n  curl http://a.test\n  ```\n- [ ] It answers\n  ```bash\n  curl http://b.test\n  ```\n");

        Assert.Contains("#id=it-answers-2", adopted.Text, StringComparison.Ordinal);
        Assert.Empty(Adopt.ErrorsIn(adopted));
    }

    [Fact]
    public void A_configuration_that_is_there_gets_only_what_it_lacks()
    {
        var adopted = Adopt.Text("## Checks\n\n- [ ] Shop `/up` → 200\n- [ ] Web `/up` → 200\n", "holdpoint: 1\n\n# ours\nvars:\n    shop_url: http://shop.test\nfour_eyes: true\n");

        Assert.Equal("holdpoint: 1\n\n# ours\nvars:\n    web_url: { required: true }  # line 4\n    shop_url: http://shop.test\nfour_eyes: true\n", adopted.Configuration);
        Assert.Equal(["web_url"], adopted.ToFillIn);
    }

    [Fact]
    public void One_that_lines_cannot_be_put_into_is_left_and_the_rest_stands_beside()
    {
        var adopted = Adopt.Text("## Checks\n\n- [ ] Shop `/up` → 200\n", "holdpoint: 1\nvars: { region: eu }\n");

        Assert.True(adopted.Beside);
        Assert.Contains("shop_url", ProjectFile.Parse("x.yaml", adopted.Configuration!).Project.Variables.Keys);
        Assert.DoesNotContain("region", adopted.Configuration, StringComparison.Ordinal);
    }

    [Fact]
    public void Where_marks_would_make_an_error_of_the_authors_words_nothing_is_added_and_it_is_said()
    {
        var adopted = Adopt.Text("## Checks\n\n**Gate:** the usual\n\n- [ ] Tests pass\n  ```bash\n  pytest\n  ```\n");

        Assert.False(adopted.IsChanged && adopted.Refusal.Length > 0);
        Assert.Empty(Adopt.ErrorsIn(adopted));
    }
}
