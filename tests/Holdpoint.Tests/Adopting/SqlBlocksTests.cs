using Holdpoint.Adopting;

namespace Holdpoint.Tests.Adopting;

public class SqlBlocksTests
{
    private static Adopted Item(string item, string sql) => Adopt.Text($"## Checks\n\n- [ ] {item}\n\n  ```sql\n{string.Join('\n', sql.Split('\n').Select(l => "  " + l))}\n  ```\n");

    [Theory]
    [InlineData("Orders", "SELECT count(*) FROM orders WHERE state = 'stuck';\n-- Should be 0", "`? sql main value == 0`")]
    [InlineData("Orders", "-- Expected: > 100\nselect count(id) from orders", "`? sql main value > 100`")]
    [InlineData("No duplicate orders", "select id from orders group by id having count(*) > 1;", "`? sql main rows == 0`")]
    [InlineData("Locks", "select pid from pg_locks where not granted; -- should return nothing", "`? sql main rows == 0`")]
    [InlineData("Queues", "select name from queues;\n-- Expected: 5 rows", "`? sql main rows == 5`")]
    [InlineData("Version", "select version from schema_info; -- Expected: \"0042\"", "`? sql main value == \"0042\" and rows == 1`")]
    public void One_statement_that_reads_is_asked_with_what_is_expected(string item, string sql, string marks)
    {
        var adopted = Item(item, sql);

        Assert.Equal(marks, Adopt.MarksOf(adopted));
        Assert.Contains("servers:\n  postgres:\n    main: { url: \"${env:DATABASE_URL}\" }\n", adopted.Configuration, StringComparison.Ordinal);
        Assert.Empty(Adopt.ErrorsIn(adopted));
    }

    [Fact]
    public void A_block_without_an_item_gets_one_and_the_line_below_it_says_what_is_expected() =>
        Assert.Contains("- [ ] Stuck orders `? sql main value == 0`\n\n  ```sql\n  select count(*) from stuck\n  ```\n\nExpected: 0\n", Adopt.Text("## Stuck orders\n\n```sql\nselect count(*) from stuck\n```\n\nExpected: 0\n").Text, StringComparison.Ordinal);

    [Theory]
    [InlineData("Orders", "select count(*) from orders;")]
    [InlineData("No orders", "delete from orders; -- Expected: 0")]
    [InlineData("Two", "select count(*) from a; select count(*) from b; -- Expected: 0")]
    [InlineData("No duplicate names", "SELECT TOP 5 name FROM dbo.users")]
    [InlineData("No duplicate names in MySQL", "select name from users")]
    [InlineData("Orders", "select nextval('orders'); -- Expected: 0")]
    [InlineData("Orders", "with gone as (delete from orders returning *) select count(*) from gone; -- Expected: 0")]
    public void What_changes_is_not_postgresql_or_says_not_what_is_expected_is_left(string item, string sql)
    {
        var adopted = Item(item, sql);

        Assert.False(adopted.IsChanged);
        Assert.Contains(adopted.Findings, f => f is { IsBlock: true, Kind: FindingKind.Left, Because.Length: > 0 });
    }

    [Theory]
    [InlineData("Expected: 00a7 (head)", "`? run output contains \"00a7 (head)\"`")]
    [InlineData("**Erwartet:** 00a7 (head)", "`? run output contains \"00a7 (head)\"`")]
    public void What_is_expected_may_stand_in_the_line_below_a_block(string line, string marks) =>
        Assert.Equal(marks, Adopt.MarksOf(Adopt.Text($"## Checks\n\n- [ ] Migrated\n\n  ```bash\n  alembic current\n  ```\n\n  {line}\n")));
}
