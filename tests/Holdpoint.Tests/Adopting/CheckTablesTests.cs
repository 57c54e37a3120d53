using Holdpoint.Adopting;

namespace Holdpoint.Tests.Adopting;

public class CheckTablesTests
{
    private const string Table = "## Verification\n\n| # | Check | Command | Expected |\n|---|---|---|---|\n| 1 | Shop answers | `curl -s https://shop.test/up` | 200 OK |\n| 2 | Migrated | `alembic current` | `00a7 (head)` |\n| 3 | Unit tests | `pytest` | |\n";

    [Fact]
    public void Rows_with_a_command_become_items_behind_the_table_with_what_is_expected()
    {
        var adopted = Adopt.Text(Table);

        Assert.Equal(Table + "\n- [ ] Shop answers `? http https://shop.test/up status == 200`\n- [ ] Migrated `? run output contains \"00a7 (head)\"`\n\n  ```bash\n  alembic current\n  ```\n- [ ] Unit tests `? sh pytest`\n", adopted.Text.Replace("\n**Stage:** verify\n", "", StringComparison.Ordinal));
        Assert.Equal(adopted.Text, Adopt.Text(adopted.Text).Text);
        Assert.Empty(Adopt.ErrorsIn(adopted));
    }

    [Fact]
    public void An_address_with_a_status_is_enough() =>
        Assert.Contains("- [ ] Front page `? http https://shop.test/ status == 301`\n", Adopt.Text("## Checks\n\n| Page | URL | Erwartet |\n|---|---|---|\n| Front page | https://shop.test/ | 301 |\n| Looks | https://shop.test/ | Nice |\n\nMore.\n").Text, StringComparison.Ordinal);

    [Theory]
    [InlineData("| Restarted | `systemctl restart shop` | done |", "changes something")]
    [InlineData("| Both | `pytest` then `npm test` | green |", "several commands")]
    [InlineData("| Known | `shopctl frobnicate now` | 3 |", "")]
    public void Rows_that_are_not_sure_are_left(string row, string because)
    {
        var adopted = Adopt.Text($"## Checks\n\n| Check | Command | Expected |\n|---|---|---|\n{row}\n");

        Assert.False(adopted.IsChanged);
        Assert.All(adopted.Findings.Where(f => f.Line == 5), f => Assert.Contains(because, f.Because, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("## Checks\n\n| Command | What it does |\n|---|---|\n| `pytest` | tests |\n")]
    [InlineData("## Quick reference\n\n| Check | Command | Expected |\n|---|---|---|\n| Tests | `pytest` | ok |\n")]
    [InlineData("## Checks\n\n> | Check | Command | Expected |\n> |---|---|---|\n> | Tests | `pytest -q` | |\n")]
    public void Tables_for_reading_stay_as_they_are(string text) => Assert.False(Adopt.Text(text).IsChanged);

    [Fact]
    public void Line_ends_stay() =>
        Assert.EndsWith("| Tests | `pytest -q` | |\r\n\r\n- [ ] Tests `? sh pytest -q`\r\n", Adopt.Text("## Checks\r\n\r\n| Check | Command | Expected |\r\n|---|---|---|\r\n| Tests | `pytest -q` | |\r\n").Text, StringComparison.Ordinal);
}
