using FsCheck;
using FsCheck.Fluent;
using Holdpoint.Adopting;

namespace Holdpoint.Tests.Adopting;

public class AdoptPropertiesTests
{
    private static readonly string[] s_pieces =
    [
        "# Shop\n\n", "## Deployment\n\n", "## Rollback\n\n", "## Backups\n", "### Verify\n\n", "- [ ] Tests pass", "- [x] Done `? disk / free > 1GB`", "* [ ] `npm run lint` passes", "1. Restart", "- Error rate > 5%", "- [ ] Same\n- [ ] Same\n",
        "\n", "\n\n", "\r\n", "  ", "    ", "> ", "```bash\n", "```\n", "  ```bash\n  docker compose up -d\n  ```\n", "```bash\ncurl http://a.test/up\n# Expected: 200 OK\n```\n", "   ```bash\n   pytest\n   ```\n", "docker compose ps\n", "kubectl get pods\n", "rm -rf /\n",
        "- ☐ Drawn", "- ✅ Ticked\n", "1. ⬜ `pytest`\n", "| Check | Command | Expected |\n|---|---|---|\n| Up | `curl http://a.test/up` | 200 OK |\n| Current | `alembic current` | 00a7 (head) |\n", "| Role | Signature |\n|---|---|\n| Tech Lead | |\n| QA | |\n", "## Sign-off\n\n", "Tech Lead: ____ Date: ____\n", "- QA Lead: ____ Date: ____", "Approved by: ____\n", "```sql\nselect count(*) from a -- Should be 0\n```\n", "Expected: 0\n", "```text\n**Approval**\n- Tech Lead: ____ Date: ___\n- [ ] b\n```\n",
        "**Responsible:** SRE\n\n", "**Critical:** yes\n\n", "**Stage:** verify\n\n", "Rollback if:\n\n", "(if applicable)", "~~- [ ] gone~~", "| a | b |\n|---|---|\n| 1 | 2 |\n", "`? run`", "`! run`", "<branch>", "$TOKEN", "備份", "🚀", "\t", "'", "\"", "\\\n", "<<EOF\n", "$(", "---\n",
    ];

    private static void Holds(string text)
    {
        var adopted = Adopt.Text(text);

        Assert.True(IsAddedTo(text, adopted.Text), "something else than additions was made");
        Assert.Empty(Adopt.ErrorsIn(adopted));
        if (!adopted.IsChanged)
            return;
        var again = Adopter.Adopt(Adopt.Request(adopted.Text, adopted.Beside ? null : adopted.Configuration));
        Assert.Equal(adopted.Text, again.Text);
    }

    /// <summary>Whether the text is what is left of the other when something is taken out of it.</summary>
    internal static bool IsAddedTo(string text, string other)
    {
        var at = 0;
        foreach (var c in other)
            if (at < text.Length && text[at] == c)
                at++;
        return at == text.Length;
    }

    [Fact]
    public void Any_mixture_of_what_checklists_are_made_of_is_adopted_by_additions_once()
    {
        var texts = Gen.Elements(s_pieces).ListOf().Select(pieces => string.Concat(pieces));
        Check.One(Seeded.Runs(400), Prop.ForAll(Arb.From(texts), Holds));
    }

    [Fact]
    public void What_a_table_would_swallow_is_not_added()
    {
        const string text = "# Shop\n\n- [ ] Tests pass(if applicable)```\n| a | b |\n|---|---|\n| 1 | 2 |\n# End\n";

        Holds("1. Restart```bash\ncurl http://a.test/up\n# Expected: 200 OK\n```\n> ## Backups\n- [ ] Tests pass(if applicable)```\n| a | b |\n|---|---|\n| 1 | 2 |\n# Shop\n\n- [ ] Tests pass**Critical:** yes\n\n<branch>- [ ] Same\n- [ ] Same\n");
        Holds(text);
    }
}
