using System.Text;
using Holdpoint.Checklists;

namespace Holdpoint.Tests.Checklists;

public sealed class BadInputTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("holdpoint-reading-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private static Problem Refused(Checklist read)
    {
        Assert.Empty(read.Sections);
        var problem = Assert.Single(read.Problems);
        Assert.True(problem.IsError);
        Assert.NotEmpty(problem.Fix);
        return problem;
    }

    private static Checklist Bytes(params byte[] bytes) => ChecklistReader.ReadBytes("release.md", bytes);

    [Fact]
    public void A_folder_is_refused()
    {
        Assert.Contains("folder", Refused(ChecklistReader.Read(_folder)).What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("missing.md")]
    [InlineData("no/such/folder/missing.md")]
    public void A_missing_file_is_refused(string name)
    {
        Assert.Contains("no such file", Refused(ChecklistReader.Read(Path.Combine(_folder, name))).What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("a\0b")]
    public void A_path_that_cannot_be_is_refused(string path)
    {
        Refused(ChecklistReader.Read(path));
    }

    [Fact]
    public void A_path_that_goes_through_a_file_is_refused()
    {
        var file = Path.Combine(_folder, "a.md");
        File.WriteAllText(file, "x");

        Refused(ChecklistReader.Read(Path.Combine(file, "b.md")));
    }

    [Fact]
    public void A_file_is_read_with_its_path()
    {
        var path = Path.Combine(_folder, "a.md");
        File.WriteAllText(path, "- [ ] a\n");

        var read = ChecklistReader.Read(path);

        Assert.Empty(read.Problems);
        Assert.Equal(path, read.Source.Path);
        Assert.Single(read.AllItems);
    }

    [Fact]
    public void Fifty_megabytes_are_refused_without_being_read()
    {
        var path = Path.Combine(_folder, "large.md");
        using (var file = File.Create(path))
            file.SetLength(50_000_000);
        var before = GC.GetAllocatedBytesForCurrentThread();

        var problem = Refused(ChecklistReader.Read(path));

        Assert.Contains("10 MB", problem.What, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1_000_000);
    }

    [Fact]
    public void Content_over_the_limit_is_refused()
    {
        Refused(ChecklistReader.ReadBytes("release.md", new byte[ChecklistReader.SizeLimit + 1]));
    }

    [Fact]
    public void Binary_content_is_refused_at_its_first_zero_byte()
    {
        var problem = Refused(Bytes([.. "ab\ncd"u8, 0, .. "e"u8, 0xFF]));

        Assert.Equal(new(2, 3), problem.At);
        Assert.Contains("zero byte", problem.What, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0xE9)]
    [InlineData(0xFF)]
    [InlineData(0x80)]
    [InlineData(0xC3)]
    public void A_byte_that_is_not_UTF8_is_named_with_its_line(byte wrong)
    {
        var problem = Refused(Bytes([0xEF, 0xBB, 0xBF, .. "# Ä\r\n- [ ] 🚀 caf"u8, wrong, .. " x\n"u8]));

        Assert.Equal(new(2, 13), problem.At);
        Assert.Contains($"0x{wrong:X2}", problem.What, StringComparison.Ordinal);
        Assert.Contains("UTF-8", problem.Fix, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_cut_in_the_middle_of_a_character_is_refused()
    {
        Assert.Equal(new(1, 2), Refused(Bytes([(byte)'a', 0xE2, 0x82])).At);
    }

    [Fact]
    public void UTF16_is_refused_by_its_name()
    {
        Assert.Contains("UTF-16", Refused(Bytes([0xFF, 0xFE, .. Encoding.Unicode.GetBytes("- [ ] a")])).What, StringComparison.Ordinal);
    }

    [Fact]
    public void A_byte_order_mark_is_no_text()
    {
        var read = Bytes([0xEF, 0xBB, 0xBF, .. "---\na: 1\n---\n"u8]);

        Assert.True(read.Source.HasByteOrderMark);
        Assert.Equal("a: 1\n", read.FrontMatter?.Yaml);
    }

    public static TheoryData<string> Nested => [.. DeepTexts()];

    private static IEnumerable<string> DeepTexts()
    {
        foreach (var sign in new[] { ">", "> ", "- ", "* ", "1. ", "- [ ] ", "[", "![", "**a", "_a ", "~~a", "<", "`", "(", "|", "#" })
        {
            // Beyond this only the square of Markdig's time for emphasis grows.
            var times = sign.Length > 1 && sign.Contains('a') ? 1_000 : 10_000;
            yield return string.Concat(Enumerable.Repeat(sign, times)) + "x";
            yield return "- [ ] " + string.Concat(Enumerable.Repeat(sign, times)) + "x";
            yield return string.Concat(Enumerable.Repeat(sign, 300)) + "x";
            yield return string.Concat(Enumerable.Repeat(sign, 110)) + "x";
        }
        yield return string.Concat(Enumerable.Range(0, 1_000).Select(i => new string(' ', 2 * i) + "- [ ] x\n"));
        yield return string.Concat(Enumerable.Range(0, 120).Select(i => new string(' ', 2 * i) + "- [ ] x\n"));
        yield return string.Concat(Enumerable.Range(0, 120).Select(i => new string(' ', 2 * i) + "- x\n"));
    }

    [Theory]
    [MemberData(nameof(Nested), DisableDiscoveryEnumeration = true)]
    public void Whatever_is_nested_deeply_is_read_or_refused(string text)
    {
        var read = ChecklistReader.ReadBytes("release.md", Encoding.UTF8.GetBytes(text));

        Assert.All(read.Problems, p => Assert.NotEmpty(p.Fix));
        Assert.Equal(text, TickedCopy.Write(read, _ => null));
    }

    [Fact]
    public void Deep_nesting_is_named_with_its_line()
    {
        var problem = Refused(Bytes([.. "# A\n\n"u8, .. Encoding.UTF8.GetBytes(new string('>', 10_000)), .. " x\n"u8]));

        Assert.Equal(new(3, 1), problem.At);
        Assert.Contains("nested too deeply", problem.What, StringComparison.Ordinal);
    }
}
