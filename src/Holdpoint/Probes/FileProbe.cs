using System.Text;
using Holdpoint.Expressions;
using Holdpoint.Hosts;

namespace Holdpoint.Probes;

/// <summary>Files by a pattern: how many, how large, how old the newest is, what is in them. No file is an answer: 0.</summary>
public sealed class FileProbe : Probe
{
    /// <summary>Further a file's clock must not be ahead of this machine's for its age to mean anything.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromSeconds(2);

    /// <summary>Larger documents than this are not read for <c>$</c>: 32 MiB.</summary>
    private const long DocumentLimit = 32 * 1024 * 1024;

    public override Signature Signature { get; } = new("file", "Files that match a pattern, and the newest of them.")
    {
        Arguments = [new("GLOB", "A path or a pattern with * ? [a-z] {a,b} ** and a leading ~; relative to the checklist's folder.")],
        Facts =
        [
            new("files", Dimension.Count, "Files that match; folders don't count."),
            new("size", Dimension.Bytes, "Size of all of them together."),
            new("lines", Dimension.Count, "Lines of all of them together; a last line without a line end counts."),
            LineMatches.Declaration("all of them"),
            new("newest.age", Dimension.Duration, "Time since the newest was last written."),
            new("newest.size", Dimension.Bytes, "Size of the newest."),
        ],
        HasDocument = true,
        DefaultCondition = "files >= 1",
        OnHosts = true,
        Example = "file backups/*.sql.gz newest.age < 2m and newest.size > 1MB",
    };

    public override async Task<Reading> MeasureAsync(ProbeCall call, CancellationToken cancel)
    {
        var (pattern, directory) = (call.Arguments[0], call.Context.Directory);
        if (!LineMatches.TryFor(call, out var matching, out var problem))
            return new Reading.NoAnswer(problem);
        var machine = Machine.Of(call);
        try
        {
            var (found, now) = await machine.FilesAsync(pattern, cancel);
            var lines = call.Wants("lines") || matching.Count > 0 ? await Task.Run(() => CountAsync(machine, found, matching, cancel), cancel).WaitAsync(cancel) : (long?)null;
            var values = new Dictionary<string, Value> { ["files"] = Value.Count(found.Count), ["size"] = Value.Bytes(found.Sum(f => (double)f.Size)) };
            if (lines is { } counted)
                values["lines"] = Value.Count(counted);
            foreach (var (name, value) in matching.Select(m => m.Fact))
                values[name] = value;

            var newest = found.MaxBy(f => f.Written);
            var none = new Value.Unknown($"{pattern}: no file matches in {directory}");
            values["newest.age"] = newest is null ? none : Age(newest, now);
            values["newest.size"] = newest is null ? none : Value.Bytes(newest.Size);
            return new Reading.Measured(new Facts(values, newest is not null && call.WantsDocument ? await DocumentAsync(machine, newest, cancel) : null)) { Evidence = [Listing(pattern, directory, found)] };
        }
        catch (Unanswered e)
        {
            return new Reading.NoAnswer(e.Message);
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException or ArgumentException)
        {
            return new Reading.NoAnswer($"{pattern} can't be read whole: {e.Message}");
        }
    }

    private static Value Age(FoundFile file, DateTimeOffset now)
    {
        var age = now - new DateTimeOffset(file.Written, TimeSpan.Zero);
        if (age < -Ahead)
            return new Value.Unknown($"{file.Path} is dated {Units.Duration(-age)} in the future: compare the clocks");
        return Value.Duration(age < TimeSpan.Zero ? TimeSpan.Zero : age);
    }

    private static async Task<long> CountAsync(Machine machine, IReadOnlyList<FoundFile> files, IReadOnlyList<LineMatches> matching, CancellationToken cancel)
    {
        long lines = 0;
        await machine.LinesAsync(files, line =>
        {
            lines++;
            foreach (var counter in matching)
                counter.See(line);
        }, cancel);
        return lines;
    }

    /// <summary>Only what begins as JSON does is read whole; of anything else the beginning, so that <c>$</c> can say that it is not JSON.</summary>
    private static async Task<string> DocumentAsync(Machine machine, FoundFile file, CancellationToken cancel)
    {
        // To open an empty file may be to wait at a pipe; and age and size of a backup that only root may read are known all the same.
        if (file.Size == 0)
            return "";
        return await machine.ReadAsync(file, head =>
        {
            var start = head.AsSpan().TrimStart();
            return file.Size <= DocumentLimit && start.Length > 0 && (start[0] is '{' or '[' or '"' or '-' or 't' or 'f' or 'n' || char.IsAsciiDigit(start[0]));
        }, cancel) ?? "";
    }

    private static Evidence Listing(string pattern, string directory, IReadOnlyList<FoundFile> files)
    {
        var text = new StringBuilder();
        text.Append($"{pattern} in {directory}: {files.Count} {(files.Count == 1 ? "file" : "files")}\n");
        foreach (var file in files.OrderByDescending(f => f.Written).Take(50))
            text.Append($"{file.Written:yyyy-MM-ddTHH:mm:ssZ}  {Units.Bytes(file.Size),10}  {file.Path}\n");
        if (files.Count > 50)
            text.Append($"and {files.Count - 50} older ones\n");
        return Evidence.OfText("files.txt", text.ToString());
    }
}
