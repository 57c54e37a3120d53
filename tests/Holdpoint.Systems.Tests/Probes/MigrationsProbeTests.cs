using Holdpoint.Systems.Tests.Servers;

namespace Holdpoint.Systems.Tests.Probes;

/// <summary>Files and tables as each tool leaves them.</summary>
public sealed class MigrationsProbeTests(PostgresServer postgres) : DatabaseScratch(postgres)
{
    [Fact]
    public async Task Alembic_counts_what_no_head_of_the_database_comes_from()
    {
        await WriteAsync("api/alembic/versions/a1_cart.py", "\"\"\"cart\"\"\"\nrevision = 'a1'\ndown_revision = None\n");
        await WriteAsync("api/alembic/versions/b2_price.py", "revision: str = \"b2\"\ndown_revision: Union[str, Sequence[str], None] = \"a1\"\n");
        await WriteAsync("api/alembic/versions/c3_tax.py", "revision = 'c3'\ndown_revision = 'a1'\ndepends_on = None\n");
        await WriteAsync("api/alembic/versions/d4_merge.py", "revision = 'd4'\ndown_revision = (\n    'b2',\n    'c3',\n)\n");
        await WriteAsync("api/alembic/versions/__init__.py", "");
        Use(await Postgres.CreateDatabaseAsync("create table alembic_version (version_num varchar(32) not null)", "insert into alembic_version values ('b2')"));

        Assert.Equal("pending is 2, expected pending == 0", await FailsAsync("migrations main"));
        await PassesAsync("migrations main pending == 2 and current == \"b2\"");

        await Postgres.ExecuteAsync(Database, "update alembic_version set version_num = 'd4'");
        await PassesAsync("migrations main");

        await Postgres.ExecuteAsync(Database, "update alembic_version set version_num = 'e5'");
        Assert.StartsWith("the database has e5, which no file knows", await UnknownAsync("migrations main"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Entity_Framework_counts_files_that_are_not_in_its_history()
    {
        await WriteAsync("src/Shop/Migrations/20240101120000_Cart.cs", "public partial class Cart : Migration { }");
        await WriteAsync("src/Shop/Migrations/20240101120000_Cart.Designer.cs", "[DbContext(typeof(Shop))]\n[Migration(\"20240101120000_Cart\")]\npartial class Cart { }");
        await WriteAsync("src/Shop/Migrations/20240201120000_Price.cs", "public partial class Price : Migration { }");
        await WriteAsync("src/Shop/Migrations/ShopModelSnapshot.cs", "partial class ShopModelSnapshot : ModelSnapshot { }");
        Use(await Postgres.CreateDatabaseAsync("""create table "__EFMigrationsHistory" ("MigrationId" varchar(150) primary key, "ProductVersion" varchar(32) not null)""", """insert into "__EFMigrationsHistory" values ('20240101120000_Cart', '8.0.0')"""));

        Assert.Equal("pending is 1, expected pending == 0", await FailsAsync("migrations main"));

        await Postgres.ExecuteAsync(Database, """insert into "__EFMigrationsHistory" values ('20240201120000_Price', '8.0.0')""");
        await PassesAsync("migrations main pending == 0 and current == \"20240201120000_Price\"");
    }

    [Fact]
    public async Task Flyway_counts_versions_repeatable_files_that_changed_and_what_failed()
    {
        await WriteAsync("db/migration/V1__cart.sql", "create table cart (id int);");
        await WriteAsync("db/migration/V2__price.sql", "select 1;");
        await WriteAsync("db/migration/V10_1__tax.sql", "select 1;");
        await WriteAsync("db/migration/R__views.sql", "hel\nlo\n");
        Use(await Postgres.CreateDatabaseAsync(
            "create table flyway_schema_history (installed_rank int primary key, version varchar(50), description varchar(200) not null, type varchar(20) not null, script varchar(1000) not null, checksum int, installed_by varchar(100) not null, installed_on timestamp default now(), execution_time int not null, success boolean not null)",
            "insert into flyway_schema_history values (1, '2', '<< Flyway Baseline >>', 'BASELINE', 'x', null, 'u', now(), 0, true), (2, null, 'views', 'SQL', 'R__views.sql', 907060870, 'u', now(), 0, true)"));

        await PassesAsync("migrations main pending == 1 and current == \"2\"");

        await Postgres.ExecuteAsync(Database, "insert into flyway_schema_history values (3, '10.1', 'tax', 'SQL', 'V10_1__tax.sql', 1, 'u', now(), 0, false)");
        var failed = await CheckAsync("migrations main");
        Assert.Contains("pending is 1", failed.Verdict.Message, StringComparison.Ordinal);
        Assert.Contains("10.1 failed: mend it and run flyway repair", Kept(failed), StringComparison.Ordinal);

        await Postgres.ExecuteAsync(Database, "update flyway_schema_history set success = true where installed_rank = 3");
        await PassesAsync("migrations main");

        await WriteAsync("db/migration/R__views.sql", "hello there\n");
        await FailsAsync("migrations main");
    }

    [Fact]
    public async Task Rails_counts_versions_and_forgives_old_files_that_were_removed()
    {
        await WriteAsync("db/migrate/20240101120000_cart.rb", "class Cart < ActiveRecord::Migration[7.1]; end");
        await WriteAsync("db/migrate/20240201120000_price.rb", "class Price < ActiveRecord::Migration[7.1]; end");
        Use(await Postgres.CreateDatabaseAsync("create table schema_migrations (version varchar primary key)", "insert into schema_migrations values ('20200101000000'), ('20240101120000')"));

        Assert.Equal("pending is 1, expected pending == 0", await FailsAsync("migrations main"));

        await Postgres.ExecuteAsync(Database, "insert into schema_migrations values ('20240201120000')");
        await PassesAsync("migrations main");

        await Postgres.ExecuteAsync(Database, "insert into schema_migrations values ('20250101000000')");
        Assert.Contains("20250101000000, which no file knows", await UnknownAsync("migrations main"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Django_counts_by_app_and_a_squashed_file_is_applied_when_what_it_replaces_is()
    {
        const string plain = "class Migration(migrations.Migration):\n    dependencies = []\n";
        await WriteAsync("shop/cart/migrations/__init__.py", "");
        await WriteAsync("shop/cart/migrations/0001_squashed.py", "class Migration(migrations.Migration):\n    replaces = [('cart', '0001_initial'), ('cart', '0002_price')]\n");
        await WriteAsync("shop/cart/migrations/0003_tax.py", plain);
        await WriteAsync("shop/users/migrations/0001_initial.py", plain);
        Use(await Postgres.CreateDatabaseAsync("create table django_migrations (id serial primary key, app varchar(255) not null, name varchar(255) not null, applied timestamptz not null default now())",
            "insert into django_migrations (app, name) values ('auth', '0001_initial'), ('cart', '0001_squashed'), ('users', '0001_initial')"));

        var result = await CheckAsync("migrations main");
        Assert.Contains("pending is 1", result.Verdict.Message, StringComparison.Ordinal);
        Assert.Contains("pending: cart.0003_tax", Kept(result), StringComparison.Ordinal);
        Assert.Contains("left out: auth", Kept(result), StringComparison.Ordinal);

        await Postgres.ExecuteAsync(Database, "insert into django_migrations (app, name) values ('cart', '0003_tax')", "update django_migrations set name = '0002_price' where name = '0001_squashed'", "insert into django_migrations (app, name) values ('cart', '0001_initial')");
        await PassesAsync("migrations main");
    }

    [Fact]
    public async Task Files_that_are_not_found_leave_it_unknown_and_never_at_none()
    {
        Use(await Postgres.CreateDatabaseAsync("create table alembic_version (version_num varchar(32) not null)", "insert into alembic_version values ('b2')"));

        Assert.Contains("no file of alembic is found below", await UnknownAsync("migrations main"), StringComparison.Ordinal);
        Assert.Contains("there is no folder db", await UnknownAsync("migrations main dir=db"), StringComparison.Ordinal);
        await WriteAsync("db/note.txt", "");
        Assert.Contains("no file of alembic is found in db", await UnknownAsync("migrations main dir=db"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_database_that_no_tool_has_touched_lacks_every_file()
    {
        Use(await Postgres.CreateDatabaseAsync());
        Assert.Contains("say tool= and dir=", await UnknownAsync("migrations main"), StringComparison.Ordinal);

        await WriteAsync("deploy/changes/20240101120000_cart.rb", "");
        await PassesAsync("migrations main tool=rails dir=deploy/changes pending == 1 and current not exists");
    }

    [Fact]
    public async Task Two_tools_on_one_database_are_told_apart_by_their_files_or_by_name()
    {
        await WriteAsync("db/migrate/1_cart.rb", "");
        Use(await Postgres.CreateDatabaseAsync("create table schema_migrations (version varchar primary key)", "insert into schema_migrations values ('1')", "create table alembic_version (version_num varchar(32))"));
        await PassesAsync("migrations main");

        await WriteAsync("alembic/versions/a.py", "revision = 'a1'\ndown_revision = None\n");
        Assert.Equal("alembic and rails are both found: say tool=", await UnknownAsync("migrations main"));
        await PassesAsync("migrations main tool=rails");
    }

    [Fact]
    public async Task A_table_in_a_schema_of_its_own_is_found_and_two_of_them_are_told()
    {
        await WriteAsync("db/migrate/1_cart.rb", "");
        Use(await Postgres.CreateDatabaseAsync("create schema shop", "create table shop.schema_migrations (version varchar)", "insert into shop.schema_migrations values ('1')"));
        await PassesAsync("migrations main");

        await Postgres.ExecuteAsync(Database, "create schema other", "create table other.schema_migrations (version varchar)");
        Assert.Contains("is in the schemas other, shop: say schema=", await UnknownAsync("migrations main"), StringComparison.Ordinal);
        await PassesAsync("migrations main schema=shop");
        await FailsAsync("migrations main schema=other");
    }

    [Fact]
    public async Task A_server_that_is_not_there_leaves_it_unknown()
    {
        Servers["postgres main"] = new Dictionary<string, string> { ["host"] = Root };

        Assert.Contains("nothing listens", await UnknownAsync("migrations main"), StringComparison.Ordinal);
    }
}
