using Holdpoint.Journal;

namespace Holdpoint.Tests.Journal;

public sealed class DurabilityTests : IDisposable
{
    private const string Run = "runs/20261120-120000-production-0001";

    private readonly TemporaryFolder folder = new();

    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData(true, 0)]
    [InlineData(false, 0)]
    [InlineData(true, 0.5)]
    [InlineData(false, 1)]
    public async Task A_power_cut_at_any_operation_leaves_all_of_a_batch_or_nothing(bool namesSurvive, double torn)
    {
        for (var last = 1; ; last++)
        {
            var run = folder.Of($"{last}/{Run}");
            await using (var before = FileJournal.Create(run))
            {
                await before.AppendAsync(0, 1, Given.Event("one"), Given.Event("two"));
            }

            var files = new FailingFiles { TornWrite = torn };
            files.Before = (n, _) => { if (n >= last) { throw new PowerCut(); } };
            var acknowledged = false;
            await using (var journal = FileJournal.Open(run, files, TimeProvider.System))
            {
                try
                {
                    await journal.AppendAsync(2, 1, Given.Event("three"), Given.Event("four"));
                    acknowledged = true;
                }
                catch (PowerCut)
                {
                    Assert.Equal(last, files.Operations);
                }
            }

            files.CutPower(namesSurvive);

            await using var after = FileJournal.Open(run);
            var read = await after.AllAsync();
            Assert.True(read.Count == 4 || (read.Count == 2 && !acknowledged), $"{read.Count} entries after operation {last}");
            await after.AppendAsync(read.Count, 2, Given.Event("resumed"));
            Assert.Empty(JournalAudit.Check(run).Findings);
            if (acknowledged)
            {
                Assert.True(last > 6);
                return;
            }
        }
    }

    [Fact]
    public async Task A_power_cut_while_a_run_is_created_leaves_a_whole_journal_or_none()
    {
        for (var last = 1; ; last++)
        {
            var run = folder.Of($"{last}/{Run}");
            var files = new FailingFiles();
            files.Before = (n, _) => { if (n >= last) { throw new PowerCut(); } };
            try
            {
                await FileJournal.Create(run, files, TimeProvider.System).DisposeAsync();
            }
            catch (PowerCut)
            {
                files.CutPower(namesSurvive: false);
                if (!File.Exists(Path.Combine(run, "head")))
                {
                    await FileJournal.Create(run).DisposeAsync();
                }

                continue;
            }

            files.CutPower(namesSurvive: false);
            await using var created = FileJournal.Open(run);
            await created.AppendAsync(0, 1, Given.Event("started"));
            Assert.Empty(JournalAudit.Check(run).Findings);
            return;
        }
    }

    [Fact]
    public async Task A_run_exists_once()
    {
        await FileJournal.Create(folder.Of(Run)).DisposeAsync();
        Assert.Contains("holds a journal already", Assert.Throws<JournalUnwritable>(() => FileJournal.Create(folder.Of(Run))).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("open")]
    [InlineData("write")]
    [InlineData("flush")]
    [InlineData("rename")]
    [InlineData("flush folder")]
    public async Task After_a_failed_operation_the_writer_accepts_nothing_more_though_the_disk_has_recovered(string failing)
    {
        var files = new FailingFiles { TornWrite = 0.4 };
        await using var journal = FileJournal.Create(folder.Of(Run), files, TimeProvider.System);
        await journal.AppendAsync(0, 1, Given.Event("one"));
        files.Before = (_, operation) => { if (operation == failing) { throw new IOException("No space left on device"); } };

        var refusal = await Assert.ThrowsAsync<JournalUnwritable>(() => journal.AppendAsync(1, 1, Given.Event("two")));
        Assert.Contains("No space left on device. Check the disk's free space", refusal.Message, StringComparison.Ordinal);
        files.Before = (_, _) => { };
        await Assert.ThrowsAsync<JournalUnwritable>(() => journal.AppendAsync(1, 1, Given.Event("two")));
        await Assert.ThrowsAsync<JournalUnwritable>(async () => await journal.StoreEvidenceAsync("out.txt", "x"u8.ToArray(), Cancel));

        await using var successor = FileJournal.Open(folder.Of(Run));
        var read = await successor.AllAsync();
        Assert.InRange(read.Count, 1, 2);
        await successor.AppendAsync(read.Count, 2, Given.Event("resumed"));
        Assert.Empty(JournalAudit.Check(folder.Of(Run)).Findings);
    }

    [Fact]
    public async Task Evidence_that_can_not_be_flushed_stops_the_writer_and_leaves_no_file_of_that_name()
    {
        var files = new FailingFiles();
        await using var journal = FileJournal.Create(folder.Of(Run), files, TimeProvider.System);
        files.Before = (_, operation) => { if (operation == "flush") { throw new IOException("Input/output error"); } };
        await Assert.ThrowsAsync<JournalUnwritable>(async () => await journal.StoreEvidenceAsync("out.txt", "x"u8.ToArray(), Cancel));
        await Assert.ThrowsAsync<JournalUnwritable>(() => journal.AppendAsync(0, 1, Given.Event("one")));
        Assert.False(File.Exists(folder.Of($"{Run}/evidence/out.txt")));
    }

    [Fact]
    public async Task A_reader_leaves_what_lies_past_head_and_the_next_writer_cuts_it()
    {
        await using var journal = FileJournal.Create(folder.Of(Run));
        await journal.AppendAsync(0, 1, Given.Event("one"));
        var lines = folder.Of($"{Run}/journal.jsonl");
        var whole = await File.ReadAllBytesAsync(lines, Cancel);
        await File.AppendAllTextAsync(lines, """{"seq":2,"at":""", Cancel);

        await using var reader = FileJournal.Open(folder.Of(Run));
        Assert.Single(await reader.AllAsync());
        Assert.True(new FileInfo(lines).Length > whole.Length);
        Assert.Equal(AuditFault.PastHead, Assert.Single(JournalAudit.Check(folder.Of(Run)).Findings).Fault);

        await journal.AppendAsync(1, 1, Given.Event("two"));
        Assert.Equal(["one", "two"], (await reader.AllAsync()).Select(e => e.Type));
        Assert.Empty(JournalAudit.Check(folder.Of(Run)).Findings);
    }

    [Fact]
    public async Task A_break_in_the_chain_is_named_by_its_line()
    {
        await using var journal = FileJournal.Create(folder.Of(Run));
        await journal.AppendAsync(0, 1, Given.Event("one"), Given.Event("two"), Given.Event("three"));
        var lines = folder.Of($"{Run}/journal.jsonl");
        await File.WriteAllTextAsync(lines, (await File.ReadAllTextAsync(lines, Cancel)).Replace("\"two\"", "\"owt\"", StringComparison.Ordinal), Cancel);

        await using var reader = FileJournal.Open(folder.Of(Run));
        var broken = await Assert.ThrowsAsync<DamagedJournal>(() => reader.AllAsync());
        Assert.Contains("line 2", broken.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_line_is_readable_with_any_text_tool_and_its_hash_is_that_of_the_rest()
    {
        await using var journal = FileJournal.Create(folder.Of(Run));
        var entry = (await journal.AppendAsync(0, 1, Given.Event("signed", "{ \"why\" : \"it’s Zoë's \\n turn\" }", "ana"))).Single();
        var line = (await File.ReadAllLinesAsync(folder.Of($"{Run}/journal.jsonl"), Cancel)).Single();

        var content = $$"""{"seq":1,"at":"2026-11-20T12:00:00.1230000Z","actor":"ana","epoch":1,"type":"signed","data":{"why":"it’s Zoë's \n turn"},"prev":"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"}""";
        Assert.Equal($"{content[..^1]},\"hash\":\"{entry.Hash}\"}}", line);
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(content))), entry.Hash);
        Assert.Equal($"1 {System.Text.Encoding.UTF8.GetByteCount(line) + 1} {entry.Hash}\n", await File.ReadAllTextAsync(folder.Of($"{Run}/head"), Cancel));
    }

    [Fact]
    public async Task The_reserve_gives_back_room_and_can_be_asked_for_twice()
    {
        await using var journal = FileJournal.Create(folder.Of(Run));
        journal.ReserveSpace();
        journal.ReserveSpace();
        Assert.Equal(1 << 20, new FileInfo(folder.Of($"{Run}/reserve")).Length);
        journal.ReleaseReserve();
        journal.ReleaseReserve();
        Assert.False(File.Exists(folder.Of($"{Run}/reserve")));
    }
}
