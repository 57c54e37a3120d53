using System.Text.Json;
using Holdpoint.Cli;

namespace Holdpoint.Tests.Cli;

public sealed class AdoptCommandTests : CommandLine
{
    private const string Checklist = "# Shop\n\n## Checks\n\n- [ ] Tests pass\n  ```bash\n  pytest\n  ```\n- [ ] Shop `/up` → 200\n- [ ] Somebody looked\n- [ ] Special\n  ```bash\n  shopctl frobnicate\n  ```\n";

    private string Read(string name) => File.ReadAllText(Path.Combine(Folder, name));

    private bool Has(string name) => File.Exists(Path.Combine(Folder, name));

    [Fact]
    public async Task It_writes_beside_and_tells_what_there_is_what_was_left_and_what_comes_next()
    {
        Write("release.md", Checklist);

        var said = await CallAsync("adopt", "release.md");

        Assert.Equal(0, said.ExitCode);
        Assert.Equal(Checklist, Read("release.md"));
        Assert.Contains("- [ ] Tests pass `? run`\n", Read("release.holdpoint.md"), StringComparison.Ordinal);
        Assert.Contains("shop_url: { required: true }", Read("holdpoint.yaml"), StringComparison.Ordinal);
        Assert.Equal("""
            release.md: 4 items
                 2 checks     a machine answers
                 2 sign-offs  a person answers

            made of words, blocks, lists and tables: 1
              line 9: Shop `/up` → 200  `? http ${shop_url}/up status == 200` (the address and the status in its words)

            left as they are: 1
              line 12: shopctl frobnicate (adopt does not know what `shopctl frobnicate` does)

            written: release.holdpoint.md
            written: holdpoint.yaml
            next:
              1. in holdpoint.yaml give shop_url a value
              2. holdpoint check release.holdpoint.md: asks the machines, and changes nothing
              3. holdpoint adopt --interactive release.holdpoint.md: asks you about 1 block that was left

            """, said.Output, ignoreLineEndingDifferences: true);
    }

    [Fact]
    public async Task What_it_wrote_can_be_checked_when_its_variables_have_values()
    {
        Write("release.md", "# Shop\n\n- [ ] Answers: `curl https://yourdomain.com/up`\n- [ ] Disk space > 1MB\n");

        await CallAsync("adopt", "release.md");
        var before = await CallAsync("check", Path.Combine(Folder, "release.holdpoint.md"));
        Write("holdpoint.yaml", Read("holdpoint.yaml").Replace("{ required: true }", "127.0.0.1:1", StringComparison.Ordinal));
        var after = await CallAsync("check", Path.Combine(Folder, "release.holdpoint.md"));

        Assert.Contains("domain", before.Output + before.Talk, StringComparison.Ordinal);
        Assert.Contains("Disk space > 1MB", after.Output, StringComparison.Ordinal);
        Assert.NotEqual(ExitCode.Usage, after.ExitCode);
    }

    [Fact]
    public async Task In_place_adds_to_the_file_itself_and_keeps_its_bytes()
    {
        File.WriteAllBytes(Path.Combine(Folder, "release.md"), [0xEF, 0xBB, 0xBF, .. "- [ ] Größe ok (optional)\r\n"u8]);

        var said = await CallAsync("adopt", "--in-place", "release.md");

        Assert.Equal([0xEF, 0xBB, 0xBF, .. "- [ ] Größe ok (optional) #optional\r\n"u8], File.ReadAllBytes(Path.Combine(Folder, "release.md")));
        Assert.Contains("written: release.md", said.Lines);
        Assert.False(Has("release.holdpoint.md"));
    }

    [Fact]
    public async Task Adopting_twice_adds_nothing_more_and_says_so()
    {
        Write("release.md", Checklist);
        await CallAsync("adopt", "--in-place", "release.md");
        var once = Read("release.md");

        var said = await CallAsync("adopt", "--in-place", "release.md");

        Assert.Equal(once, Read("release.md"));
        Assert.Contains("nothing was added, and nothing written: there is nothing more in it that adopt is sure of", said.Lines);
    }

    [Fact]
    public async Task What_it_wrote_is_adopted_itself_when_it_is_named()
    {
        Write("release.md", Checklist);
        await CallAsync("adopt", "release.md");
        var once = Read("release.holdpoint.md");

        Assert.Equal(0, (await CallAsync("adopt", "release.holdpoint.md")).ExitCode);
        Assert.Equal(once, Read("release.holdpoint.md"));
        Assert.False(Has("release.holdpoint.holdpoint.md"));
    }

    [Fact]
    public async Task One_that_is_there_is_written_over_only_by_force()
    {
        Write("release.md", Checklist);
        Write("release.holdpoint.md", "mine");

        var refused = await CallAsync("adopt", "release.md");
        Assert.Equal((ExitCode.Usage, "mine", false), (refused.ExitCode, Read("release.holdpoint.md"), Has("holdpoint.yaml")));
        Assert.Contains("is there already", refused.Talk, StringComparison.Ordinal);

        Assert.Equal(0, (await CallAsync("adopt", "--force", "release.md")).ExitCode);
        Assert.Contains("`? run`", Read("release.holdpoint.md"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_diff_shows_both_files_and_writes_none()
    {
        Write("release.md", Checklist);

        var said = await CallAsync("adopt", "--diff", "release.md");

        Assert.Contains("-- [ ] Tests pass", said.Lines);
        Assert.Contains("+- [ ] Tests pass `? run`", said.Lines);
        Assert.Contains("+  shop_url: { required: true }  # line 9", said.Lines);
        Assert.Equal((false, false), (Has("release.holdpoint.md"), Has("holdpoint.yaml")));
    }

    [Fact]
    public async Task Json_tells_each_line_and_writes_only_in_place()
    {
        Write("release.md", Checklist);

        using var json = JsonDocument.Parse((await CallAsync("adopt", "--json", "release.md")).Output);

        Assert.Equal((4, 2, 2, 1), (Number("items"), Number("checks"), Number("sign_offs"), Number("left")));
        Assert.Equal(["release.holdpoint.md", "holdpoint.yaml"], json.RootElement.GetProperty("would_write").EnumerateArray().Select(e => e.GetString()));
        Assert.Contains(json.RootElement.GetProperty("findings").EnumerateArray(), f => f.GetProperty("line").GetInt32() == 12 && f.GetProperty("kind").GetString() == "left" && f.GetProperty("command").GetString() == "shopctl frobnicate");
        Assert.False(Has("release.holdpoint.md"));
        using var written = JsonDocument.Parse((await CallAsync("adopt", "--json", "--in-place", "release.md")).Output);
        Assert.Equal(Read("release.md").Contains("`? run`", StringComparison.Ordinal), written.RootElement.TryGetProperty("written", out _));

        int Number(string name) => json.RootElement.GetProperty(name).GetInt32();
    }

    [Fact]
    public async Task A_configuration_that_is_there_gets_what_it_lacks()
    {
        Write("holdpoint.yaml", "holdpoint: 1\n# ours\nvars:\n  region: eu\n");
        Write("docs/release.md", Checklist);

        var said = await CallAsync("adopt", "docs/release.md");

        Assert.Equal("holdpoint: 1\n# ours\nvars:\n  shop_url: { required: true }  # line 9\n  region: eu\n", Read("holdpoint.yaml"));
        Assert.Contains("written: holdpoint.yaml", said.Lines);
    }

    [Fact]
    public async Task Where_lines_cannot_be_put_into_it_they_stand_beside()
    {
        Write("holdpoint.yaml", "holdpoint: 1\nvars: { region: eu }\n");
        Write("release.md", Checklist);

        var said = await CallAsync("adopt", "release.md");

        Assert.Equal("holdpoint: 1\nvars: { region: eu }\n", Read("holdpoint.yaml"));
        Assert.Contains("shop_url", Read("holdpoint.adopted.yaml"), StringComparison.Ordinal);
        Assert.Contains("written: holdpoint.adopted.yaml, with what your holdpoint.yaml lacks", said.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_configuration_that_cannot_be_read_is_not_touched()
    {
        Write("holdpoint.yaml", "vars: [\n");
        Write("release.md", Checklist);

        var said = await CallAsync("adopt", "release.md");

        Assert.Equal((ExitCode.Usage, false), (said.ExitCode, Has("release.holdpoint.md")));
        Assert.Contains("holdpoint.yaml", said.Talk, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_that_is_missing_or_no_text_is_refused()
    {
        File.WriteAllBytes(Path.Combine(Folder, "logo.md"), [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 0x00, 0x00, 0xFF, 0xFE]);

        var missing = await CallAsync("adopt", "nowhere.md");
        var binary = await CallAsync("adopt", "logo.md");

        Assert.Equal((ExitCode.Usage, ""), (missing.ExitCode, missing.Output));
        Assert.Contains("nowhere.md", missing.Talk, StringComparison.Ordinal);
        Assert.Equal((ExitCode.Usage, ""), (binary.ExitCode, binary.Output));
        Assert.Contains("logo.md", binary.Talk, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("# About us\n\nWe sell hats.\n")]
    public async Task A_text_that_is_no_checklist_stays_as_it_is(string text)
    {
        Write("about.md", text);

        var said = await CallAsync("adopt", "about.md");

        Assert.Equal(["about.md: there is no item in it (a line such as \"- [ ] Disk has room\"), and nothing that adopt makes one of"], said.Lines);
        Assert.False(Has("about.holdpoint.md"));
    }

    [Fact]
    public async Task Where_it_cannot_write_it_says_what_stands_there_and_what_does_not()
    {
        Write("release.md", Checklist);
        Directory.CreateDirectory(Path.Combine(Folder, "release.holdpoint.md"));

        var said = await CallAsync("adopt", "release.md");

        Assert.Equal(ExitCode.Usage, said.ExitCode);
        Assert.Contains("release.holdpoint.md can't be written", said.Talk, StringComparison.Ordinal);
        Assert.Contains("holdpoint.yaml was written, and stays", said.Talk, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Walking_through_asks_about_each_block_that_was_left()
    {
        Write("release.md", Checklist.Replace("- [ ] Special", "- [ ] Other\n  ```bash\n  shopctl purge\n  ```\n- [ ] Special", StringComparison.Ordinal));

        var said = await TypeAsync("maybe\n!\n?\n", "adopt", "--interactive", "release.md");

        Assert.Equal(0, said.ExitCode);
        Assert.Contains("2 blocks were left", said.Talk, StringComparison.Ordinal);
        Assert.Contains("\"maybe\" is none of them", said.Talk, StringComparison.Ordinal);
        Assert.Contains("- [ ] Other `! run`\n", Read("release.holdpoint.md"), StringComparison.Ordinal);
        Assert.Contains("- [ ] Special `? run`\n", Read("release.holdpoint.md"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_changes_something_becomes_a_check_only_when_it_is_said_twice()
    {
        Write("release.md", "## Checks\n\n- [ ] Up\n  ```bash\n  systemctl restart shop\n  ```\n");

        var once = await TypeAsync("?\n\n", "adopt", "--interactive", "release.md");

        Assert.Contains("it changes something", once.Talk, StringComparison.Ordinal);
        Assert.False(Has("release.holdpoint.md"));
        await TypeAsync("?\n?\n", "adopt", "--interactive", "release.md");
        Assert.Contains("- [ ] Up `? run`\n", Read("release.holdpoint.md"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("q\n")]
    [InlineData("\n")]
    [InlineData("")]
    public async Task Who_answers_nothing_leaves_them(string typed)
    {
        Write("release.md", Checklist);

        Assert.Equal(0, (await TypeAsync(typed, "adopt", "--interactive", "release.md")).ExitCode);
        Assert.Contains("- [ ] Special\n", Read("release.holdpoint.md"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nobody_is_asked_where_no_terminal_is()
    {
        Write("release.md", Checklist);

        var said = await CallAsync("adopt", "--interactive", "release.md");

        Assert.Equal((ExitCode.Usage, false), (said.ExitCode, Has("release.holdpoint.md")));
    }

    private async Task<Said> TypeAsync(string typed, params string[] args)
    {
        await using var output = new StringWriter { NewLine = "\n" };
        await using var error = new StringWriter { NewLine = "\n" };
        var kind = TerminalKind.None with { IsInteractive = true };
        using var world = new CliWorld(new Terminal(output, error, new StringReader(typed), kind)) { Directory = Folder, EnvironmentVariable = Environment.GetValueOrDefault, StopWith = Stop };
        var code = await Entry.RunAsync(args, world);
        return new(code, output.ToString(), error.ToString());
    }
}
