using Holdpoint.Expressions;
using Holdpoint.Probes;

namespace Holdpoint.Tests.Probes;

public sealed class FileProbeTests : IDisposable
{
    private readonly Machine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public async Task Files_their_size_and_the_newest_of_them_are_measured()
    {
        _machine.Write("backups/a.sql.gz", new string('x', 1000), TimeSpan.FromHours(5));
        _machine.Write("backups/b.sql.gz", new string('x', 3000), TimeSpan.FromMinutes(1));
        _machine.Write("backups/notes.txt", "no");

        var facts = await _machine.MeasureAsync(new FileProbe(), ["backups/*.sql.gz"]);

        Assert.Equal(Value.Count(2), facts["files"]);
        Assert.Equal(Value.Bytes(4000), facts["size"]);
        Assert.Equal(Value.Duration(TimeSpan.FromMinutes(1)), facts["newest.age"]);
        Assert.Equal(Value.Bytes(3000), facts["newest.size"]);
    }

    [Fact]
    public async Task No_file_is_an_answer_and_the_newest_is_unknown()
    {
        var facts = await _machine.MeasureAsync(new FileProbe(), ["backups/*.gz"]);

        Assert.Equal(Value.Count(0), facts["files"]);
        Assert.Equal($"backups/*.gz: no file matches in {_machine.Directory}", facts.Unknown("newest.age"));
        Assert.Equal(facts["newest.age"], facts["newest.size"]);
    }

    [Fact]
    public async Task A_folder_is_no_file_and_the_mend_is_told()
    {
        _machine.Write("backups/a.gz", "");

        Assert.Equal("backups is a folder: write backups/* for the files in it", await _machine.RefusalAsync(new FileProbe(), ["backups"]));
    }

    [Fact]
    public async Task A_file_from_the_future_has_no_age()
    {
        _machine.Write("a.gz", "", -TimeSpan.FromHours(3));

        Assert.Contains("3h in the future", (await _machine.MeasureAsync(new FileProbe(), ["a.gz"])).Unknown("newest.age"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Lines_are_counted_over_all_files_where_they_are_asked_for()
    {
        _machine.Write("logs/a.log", "error 1\nfine\n");
        _machine.Write("logs/b.log", "error 2");

        var facts = await _machine.MeasureAsync(new FileProbe(), ["logs/*.log"], wants: ["lines", "matching\"^error\""]);

        Assert.Equal(3, facts.Number("lines"));
        Assert.Equal(2, facts.Number("matching\"^error\""));
    }

    [Fact]
    public async Task The_newest_is_the_document()
    {
        _machine.Write("old.json", "{\"version\": \"1\"}", TimeSpan.FromDays(1));
        _machine.Write("new.json", "{\"version\": \"2\"}");

        Assert.Equal(Value.Of("2"), (await _machine.MeasureAsync(new FileProbe(), ["*.json"], wants: ["$"])).Select(new JsonPath("$.version")));
    }

    [Fact]
    public async Task A_path_into_a_file_that_is_not_json_is_unknown()
    {
        _machine.Write("a.gz", "\u001f\u0008binary");

        var value = (await _machine.MeasureAsync(new FileProbe(), ["a.gz"], wants: ["$"])).Select(new JsonPath("$.version"));

        Assert.Contains("not JSON", Assert.IsType<Value.Unknown>(value).Because, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_is_as_old_as_what_it_leads_to_and_one_to_nothing_is_no_file()
    {
        _machine.Write("real.gz", "xyz", TimeSpan.FromHours(4));
        File.CreateSymbolicLink(_machine.Path("latest.lnk"), _machine.Path("real.gz"));
        File.CreateSymbolicLink(_machine.Path("broken.lnk"), _machine.Path("gone"));

        var facts = await _machine.MeasureAsync(new FileProbe(), ["*.lnk"]);

        Assert.Equal(Value.Count(1), facts["files"]);
        Assert.Equal(Value.Duration(TimeSpan.FromHours(4)), facts["newest.age"]);
        Assert.Equal(Value.Bytes(3), facts["newest.size"]);
    }

    [Fact]
    public async Task An_invalid_expression_is_named()
    {
        Assert.Contains("matching\"[\" is no regular expression", await _machine.RefusalAsync(new FileProbe(), ["*.log"], wants: ["matching\"[\""]), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("*.txt", "a.txt")]
    [InlineData("**/*.txt", "a.txt sub/b.txt sub/deep/c.txt")]
    [InlineData("sub/**", "sub/b.txt sub/d1.md sub/deep/c.txt")]
    [InlineData("sub/d?.md", "sub/d1.md")]
    [InlineData("sub/d[0-4].md", "sub/d1.md")]
    [InlineData("sub/d[!0-4].md", "")]
    [InlineData("{a,sub/b}.txt", "a.txt sub/b.txt")]
    [InlineData("*/deep/c.*", "sub/deep/c.txt")]
    [InlineData(".hidden/*", ".hidden/e.txt")]
    [InlineData("odd[1].txt", "odd[1].txt")]
    [InlineData("nowhere/*.txt", "")]
    public void Patterns_are_read_as_a_shell_reads_them(string pattern, string expected)
    {
        foreach (var name in new[] { "a.txt", "sub/b.txt", "sub/deep/c.txt", "sub/d1.md", ".hidden/e.txt", "odd[1].txt", "odd1.tx" })
            _machine.Write(name, "");

        var found = FileGlob.Files(pattern, _machine.Directory).Select(f => Path.GetRelativePath(_machine.Directory, f)).Where(f => f != "odd[1].txt" || pattern.StartsWith("odd", StringComparison.Ordinal));

        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries), found);
    }

    [Fact]
    public void A_link_that_leads_round_in_a_circle_is_not_followed()
    {
        _machine.Write("sub/a.txt", "");
        Directory.CreateSymbolicLink(_machine.Path("sub/round"), _machine.Directory);

        Assert.Single(FileGlob.Files("**/*.txt", _machine.Directory));
    }

    [Fact]
    public void The_home_folder_has_its_short_name()
    {
        Assert.Equal(Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), "x"), FileGlob.Absolute("~/x", "/srv"));
    }
}
