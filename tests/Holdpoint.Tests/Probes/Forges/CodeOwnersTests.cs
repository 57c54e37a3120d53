using Holdpoint.Probes.Forges;

namespace Holdpoint.Tests.Probes.Forges;

public sealed class CodeOwnersTests
{
    [Theory]
    [InlineData("*", "a.js", true), InlineData("*", "src/deep/a.js", true)]
    [InlineData("*.js", "src/a.js", true), InlineData("*.js", "a.jsx", false)]
    [InlineData("/build/logs/", "build/logs/x/y.log", true), InlineData("/build/logs/", "a/build/logs/y.log", false)]
    [InlineData("docs/*", "docs/start.md", true), InlineData("docs/*", "docs/build-app/troubles.md", false), InlineData("docs/*", "a/docs/start.md", false)]
    [InlineData("apps/", "apps/a.js", true), InlineData("apps/", "deep/apps/b/a.js", true), InlineData("apps/", "apps", false)]
    [InlineData("/docs/", "docs/a/b.md", true), InlineData("/docs/", "src/docs/b.md", false)]
    [InlineData("/scripts", "scripts/a.sh", true), InlineData("/scripts", "scripts", true), InlineData("/scripts", "scripts2/a.sh", false)]
    [InlineData("**/logs", "build/logs/a.log", true), InlineData("**/logs", "logs/a.log", true), InlineData("**/logs", "deep/a/logs", true)]
    [InlineData("/a/**/z.cs", "a/z.cs", true), InlineData("/a/**/z.cs", "a/b/c/z.cs", true), InlineData("/a/**", "a/b/c", true), InlineData("/a/**", "b/a/c", false)]
    [InlineData("a?.txt", "ab.txt", true), InlineData("a?.txt", "a/.txt", false), InlineData("with\\ space.md", "docs/with space.md", true), InlineData("a+b.md", "aab.md", false)]
    public void A_pattern_of_GitHub_matches_as_it_documents(string pattern, string path, bool matches) =>
        Assert.Equal(matches, CodeOwners.Pattern(pattern, CodeOwnersDialect.GitHub).IsMatch(path));

    [Theory]
    [InlineData("README.md", "docs/README.md", true)]
    [InlineData("internal/README.md", "docs/internal/README.md", true)]
    [InlineData("/docs/*.md", "docs/a.md", true), InlineData("/docs/*.md", "docs/a/b.md", false), InlineData("/docs/**/*.md", "docs/a/b.md", true)]
    [InlineData("/docs/", "docs/a/b.md", true), InlineData("/config", "config/a.rb", false)]
    public void A_pattern_of_GitLab_matches_as_it_documents(string pattern, string path, bool matches) =>
        Assert.Equal(matches, CodeOwners.Pattern(pattern, CodeOwnersDialect.GitLab).IsMatch(path));

    [Fact]
    public void The_last_line_that_matches_decides_and_one_without_owners_frees_a_path()
    {
        var owners = CodeOwners.Parse("# everything\n* @a @b # both\n/apps/ @c\n/apps/github\n*.md docs@example.com\n", CodeOwnersDialect.GitHub);

        Assert.Equal(["@a", "@b"], Assert.Single(owners.Of("src/x.cs")).Owners);
        Assert.Equal(["@c"], Assert.Single(owners.Of("apps/x.cs")).Owners);
        Assert.Empty(owners.Of("apps/github/x.cs"));
        Assert.Equal(["docs@example.com"], Assert.Single(owners.Of("apps/x.md")).Owners);
    }

    [Fact]
    public void Sections_of_GitLab_are_asked_each_for_itself()
    {
        var owners = CodeOwners.Parse("* @all\n[Database][2] @dba\n*.sql\n^[Docs]\n*.md @writers\n[database]\n/migrations/ @di\n!/migrations/old/\n", CodeOwnersDialect.GitLab);

        Assert.Equal([("", 1, "@all"), ("Database", 2, "@dba")], owners.Of("a.sql").Select(o => (o.Section, o.Needed, string.Join(' ', o.Owners))));
        Assert.Equal([("", 1, "@all"), ("Database", 2, "@di")], owners.Of("migrations/a.sql").Select(o => (o.Section, o.Needed, string.Join(' ', o.Owners))));
        Assert.Single(owners.Of("migrations/old/a.sql"));
        Assert.Single(owners.Of("a.md"));
    }
}
