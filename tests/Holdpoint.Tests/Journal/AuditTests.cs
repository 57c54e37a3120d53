using Holdpoint.Journal;

namespace Holdpoint.Tests.Journal;

/// <summary>A record of 15 entries and three files of evidence, damaged in every way, one at a time.</summary>
public sealed class AuditTests : IAsyncLifetime
{
    private const string Id = "20261120-120000-production-0001";

    private readonly TemporaryFolder folder = new();
    private string run = "";

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    private string LinesFile => Path.Combine(run, "journal.jsonl");

    private string HeadFile => Path.Combine(run, "head");

    public async ValueTask InitializeAsync()
    {
        run = folder.Of($"runs/{Id}");
        await using var journal = FileJournal.Create(run);
        for (var n = 0; n < 12; n++)
        {
            await journal.AppendAsync(n, n % 3 == 0 ? 0 : 1, Given.Event($"probed-{n}", $$"""{"item":"{{n}}","value":{{n}}.50 }"""));
        }

        var one = await journal.StoreEvidenceAsync("smoke.txt", "all is well\n"u8.ToArray(), Cancel);
        var two = await journal.StoreEvidenceAsync("smoke.txt", "all is well\n"u8.ToArray(), Cancel);
        var three = await journal.StoreEvidenceAsync("page.html", "<p>déployé</p>"u8.ToArray(), Cancel);
        await journal.AppendAsync(12, 1, Given.Event("passed", $$"""{"facts":[{"inner":{"evidence":[{{Json(one)}},{{Json(two)}}] } }]}"""));
        await journal.AppendAsync(13, 1, Given.Event("passed", $$"""{"evidence":[{{Json(three)}}]}"""), Given.Event("finished"));
    }

    public ValueTask DisposeAsync()
    {
        folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public void An_untouched_record_is_intact()
    {
        var report = JournalAudit.Check(run);
        Assert.Empty(report.Findings);
        Assert.Equal((15, 3), (report.Entries, report.Evidence));
        Assert.Contains("does not prove that nobody forged", AuditReport.Caveat, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("journal.jsonl")]
    [InlineData("head")]
    [InlineData("evidence/smoke.txt")]
    [InlineData("evidence/smoke-2.txt")]
    [InlineData("evidence/page.html")]
    public void Every_changed_byte_is_named(string file)
    {
        var path = Path.Combine(run, file);
        var original = File.ReadAllBytes(path);
        var passedOver = new List<string>();
        for (var at = 0; at < original.Length; at++)
        {
            var line = original.AsSpan(0, at).Count((byte)'\n') + 1;
            foreach (var change in new byte[] { 1, 32 })
            {
                var changed = original.ToArray();
                changed[at] ^= change;
                File.WriteAllBytes(path, changed);
                var findings = JournalAudit.Check(run).Findings;
                if (!findings.Any(f => f.File == file && (file != "journal.jsonl" || f.Line == line)))
                {
                    passedOver.Add($"byte {at} ^ {change}: {string.Join("; ", findings)}");
                }
            }
        }

        Assert.Empty(passedOver);
    }

    [Theory]
    [InlineData("journal.jsonl")]
    [InlineData("head")]
    public void Every_inserted_or_removed_byte_is_found(string file)
    {
        var path = Path.Combine(run, file);
        var original = File.ReadAllBytes(path);
        for (var at = 0; at <= original.Length; at++)
        {
            foreach (var added in " \n"u8.ToArray())
            {
                File.WriteAllBytes(path, [.. original[..at], added, .. original[at..]]);
                Assert.NotEmpty(JournalAudit.Check(run).Findings);
            }

            if (at < original.Length)
            {
                File.WriteAllBytes(path, [.. original[..at], .. original[(at + 1)..]]);
                Assert.NotEmpty(JournalAudit.Check(run).Findings);
            }
        }
    }

    [Fact]
    public void Every_removed_line_is_named()
    {
        var lines = File.ReadAllLines(LinesFile);
        for (var n = 0; n < lines.Length; n++)
        {
            Write(lines.Where((_, i) => i != n));
            var expected = n == lines.Length - 1 ? AuditFault.CutTail : AuditFault.Missing;
            Assert.Contains(JournalAudit.Check(run).Findings, f => f.Fault == expected && f.Sequence == n + 1);
        }
    }

    [Fact]
    public void Every_cut_tail_is_named_by_its_first_missing_entry()
    {
        var original = File.ReadAllBytes(LinesFile);
        for (var length = 0; length < original.Length; length += 7)
        {
            File.WriteAllBytes(LinesFile, original[..length]);
            var whole = original.AsSpan(0, length).Count((byte)'\n');
            Assert.Contains(JournalAudit.Check(run).Findings, f => f.Sequence == whole + 1);
        }
    }

    [Fact]
    public void Every_swapped_pair_and_every_repeated_line_is_named()
    {
        var lines = File.ReadAllLines(LinesFile);
        for (var a = 0; a < lines.Length; a++)
        {
            Write([.. lines[..a], lines[a], .. lines[a..]]);
            Assert.Contains(JournalAudit.Check(run).Findings, f => f.Fault == AuditFault.Repeated && f.Sequence == a + 1 && f.Line == a + 2);
            Write([.. lines, lines[a]]);
            Assert.Contains(JournalAudit.Check(run).Findings, f => f.Fault == AuditFault.Repeated && f.Sequence == a + 1 && f.Line == lines.Length + 1);
            for (var b = a + 1; b < lines.Length; b++)
            {
                var swapped = lines.ToArray();
                (swapped[a], swapped[b]) = (swapped[b], swapped[a]);
                Write(swapped);
                var moved = JournalAudit.Check(run).Findings.Where(f => f.Fault == AuditFault.Moved).Select(f => f.Sequence).ToHashSet();
                Assert.Contains(a + 1L, moved);
            }
        }
    }

    [Theory]
    [InlineData("{\"seq\":3,", "{ \"seq\":3,")]
    [InlineData("\"value\":2.50", "\"value\":2.5")]
    [InlineData("\"item\":\"2\"", "\"item\":\"\\u0032\"")]
    [InlineData("\"item\":\"2\",\"value\":2.50", "\"value\":2.50,\"item\":\"2\"")]
    public void A_rewriting_that_means_the_same_json_is_named(string from, string to)
    {
        var text = File.ReadAllText(LinesFile);
        var changed = text.Replace(from, to, StringComparison.Ordinal);
        Assert.NotEqual(text, changed);
        File.WriteAllText(LinesFile, changed);
        Assert.Contains(JournalAudit.Check(run).Findings, f => f is { Fault: AuditFault.Changed, Line: 3, Sequence: 3 });
    }

    [Fact]
    public void A_changed_digit_of_a_hash_is_named_by_its_byte()
    {
        var bytes = File.ReadAllBytes(LinesFile);
        var at = bytes.AsSpan().IndexOf((byte)'\n') - 10;
        bytes[at] = bytes[at] == (byte)'0' ? (byte)'1' : (byte)'0';
        File.WriteAllBytes(LinesFile, bytes);
        Assert.Contains(JournalAudit.Check(run).Findings, f => f.Fault == AuditFault.Changed && f.Line == 1 && f.Byte == at);
    }

    [Fact]
    public void A_line_rewritten_with_a_right_hash_breaks_the_chain()
    {
        var lines = File.ReadAllLines(LinesFile);
        var forged = EntryLine.Compose(Given.Event("forged"), 5, 1, Given.Json(lines[3]).GetProperty("hash").GetString()!);
        lines[4] = System.Text.Encoding.UTF8.GetString(forged.Line).TrimEnd();
        Write(lines);
        Assert.Contains(JournalAudit.Check(run).Findings, f => f is { Fault: AuditFault.BrokenChain, Sequence: 6 });
    }

    [Fact]
    public void Missing_and_unnamed_files_are_found()
    {
        File.Delete(Path.Combine(run, "evidence/smoke.txt"));
        File.WriteAllText(Path.Combine(run, "evidence/other.txt"), "x");
        Assert.Equal(
            [(AuditFault.Missing, "evidence/smoke.txt"), (AuditFault.Extra, "evidence/other.txt")],
            JournalAudit.Check(run).Findings.Select(f => (f.Fault, f.File)));
        File.Delete(HeadFile);
        Assert.Contains(JournalAudit.Check(run).Findings, f => f is { Fault: AuditFault.BadHead, File: "head" });
        File.Delete(LinesFile);
        Assert.Contains(JournalAudit.Check(run).Findings, f => f is { Fault: AuditFault.Missing, File: "journal.jsonl" });
    }

    [Fact]
    public void An_older_head_is_told_from_the_lines()
    {
        var lines = File.ReadAllLines(LinesFile);
        var hash = Given.Json(lines[13]).GetProperty("hash").GetString();
        var length = File.ReadAllBytes(LinesFile).Length - System.Text.Encoding.UTF8.GetByteCount(lines[14]) - 1;
        File.WriteAllText(HeadFile, $"14 {length} {hash}\n");
        Assert.Contains(JournalAudit.Check(run).Findings, f => f is { Fault: AuditFault.PastHead, Sequence: null or 15, Line: 15 });
    }

    [Fact]
    public async Task A_previous_run_that_was_replaced_no_longer_fits_the_head_that_was_recorded()
    {
        var store = new RunStore(folder.Path);
        var recorded = store.HeadOf(Id)!;
        await using (var journal = store.OpenRun(Id))
        {
            await journal.AppendAsync(15, 0, Given.Event("reviewed"));
        }

        Assert.Null(JournalAudit.CheckPrevious(store, recorded));
        Directory.Delete(run, recursive: true);
        Assert.Equal(AuditFault.Missing, JournalAudit.CheckPrevious(store, recorded)?.Fault);
        await using var forged = store.CreateRun(Id);
        await forged.AppendAsync(0, 1, [.. Enumerable.Repeat(Given.Event("forged"), 15)]);
        Assert.Equal(AuditFault.BrokenChain, JournalAudit.CheckPrevious(store, recorded)?.Fault);
    }

    private void Write(IEnumerable<string> lines) => File.WriteAllText(LinesFile, string.Concat(lines.Select(l => l + "\n")));

    private static string Json(EvidenceReference e) => $$"""{"name":"{{e.Name}}","sha256":"{{e.Sha256}}","bytes":{{e.Bytes}}}""";
}
