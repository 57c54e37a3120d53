using Holdpoint.Tests.Configuration;

namespace Holdpoint.Tests.Plans;

/// <summary>Mistakes of <c>backups:</c>, <c>migrations:</c> and <c>maintenance:</c> are told before anything runs, with their remedy.</summary>
public sealed class DataReferenceTests
{
    private const string Configured = """
        holdpoint: 1
        servers:
          postgres:
            main: { url: postgres://localhost/shop }
        backups:
          shop: { files: "backups/shop_*.dump", database: main }
          files: { files: "backups/*.tgz" }
          script: { files: "backups/*.tgz", make: ./backup, restore: ./restore }
          gzip: { files: "backups/shop_*.sql.gz", database: main }
          fixed: { files: backups/shop.dump, database: main }
        migrations:
          main: { up: alembic upgrade head }
        """;

    [Theory]
    [InlineData("! backup files", "the backup `files` can't be made", "give backups: files: a make:, or a database: for pg_dump")]
    [InlineData("! restore files", "the backup `files` can't be restored", "give backups: files: a restore:, or the database: that a dump goes to")]
    [InlineData("! backup gzip", "the backup `gzip` ends with .gz, and pg_dump makes an archive", "call its files …*.dump, or give it a make:")]
    [InlineData("! backup fixed", "where the backup `fixed` is to be written is not known from backups/shop.dump", "let its last part hold one *, which stands for the time, or give it a make:")]
    [InlineData("! backup shopp", "there is no backup `shopp`", "did you mean `shop`?")]
    [InlineData("! migrate mian", "there is no postgres server `mian`", "did you mean `main`?")]
    [InlineData("! maintenance on", "there is no maintenance mode", "add maintenance: { on: …, off: … } to holdpoint.yaml")]
    public void An_action_that_could_not_be_done_is_an_error_of_its_line(string mark, string what, string fix)
    {
        var problem = Planning.Of($"## S\n\n- [ ] a `{mark}` `? env A`\n", Configured).Problems.First(p => p.IsError);
        Assert.Equal((what, fix), (problem.What, problem.Fix));
        Assert.Equal(3, problem.At.Line);
    }

    [Fact]
    public void A_password_in_a_checklist_is_an_error_that_does_not_repeat_it()
    {
        var problem = Planning.Of("## S\n\n- [ ] a `? postgres postgres://bob:s3cr3t@db/shop longest < 5m`\n", Configured).Problems.First(p => p.IsError);
        Assert.Contains("does not belong in a checklist", problem.What, StringComparison.Ordinal);
        Assert.Contains("servers: postgres:", problem.Fix, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cr3t", problem.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("! backup shop"), InlineData("! restore shop"), InlineData("! backup script"), InlineData("! restore script"), InlineData("? backup files age < 1d"), InlineData("! migrate main")]
    public void One_that_can_be_done_is_none(string mark) =>
        Assert.DoesNotContain(Planning.Of($"## S\n\n- [ ] a `{mark}` `? env A`\n", Configured).Problems, p => p.IsError);

    [Theory]
    [InlineData("maintenance: { on: touch down, off: touch down }", "`off` does the same as `on`, so users would not see the product again")]
    [InlineData("maintenance: { on: touch down }", "`maintenance` lacks `off`")]
    [InlineData("servers: { postgres: { main: { url: postgres://localhost/shop } } }\nmigrations: { main: { up: ./migrate, down: ./migrate } }", "`down` does the same as `up`, so main would not go back")]
    [InlineData("migrations: { main: { up: ./migrate } }", "there is no postgres server `main`")]
    [InlineData("backups: { shop: { files: a*, database: main } }", "there is no postgres server `main`")]
    public void A_configuration_that_can_not_work_is_told(string yaml, string what) => Assert.StartsWith(what, Assert.Single(Yaml.Problems(yaml + "\n")).What, StringComparison.Ordinal);
}
