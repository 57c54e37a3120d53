using System.Text.Json;
using System.Xml;
using Holdpoint.Expressions;
using Holdpoint.Hosts;

namespace Holdpoint.Probes.Reports;

/// <summary>Files that another tool wrote. What is missing, empty, too large, half written or of another kind is no report: it is told, never counted as nothing found.</summary>
internal sealed class ReportFiles
{
    /// <summary>A file that is read piece by piece.</summary>
    private const long StreamLimit = 256L * 1024 * 1024;

    /// <summary>A document that is held whole.</summary>
    private const long DocumentLimit = 64L * 1024 * 1024;

    /// <summary>Further a file's clock must not be ahead of this machine's for its age to mean anything.</summary>
    private static readonly TimeSpan Ahead = TimeSpan.FromSeconds(2);

    private readonly Machine _machine;
    private readonly FoundFiles _found;

    private ReportFiles(Machine machine, FoundFiles found) => (_machine, _found) = (machine, found);

    public IReadOnlyList<string> Paths => [.. _found.Files.Select(f => f.Path)];

    /// <exception cref="Unanswered">No file matches, or a folder on the way can't be read.</exception>
    public static async Task<ReportFiles> FindAsync(ProbeCall call, CancellationToken cancel)
    {
        var pattern = call.Arguments[0];
        var machine = Machine.Of(call);
        try
        {
            var found = await machine.FilesAsync(pattern, cancel);
            return found.Files.Count > 0
                ? new(machine, found)
                : throw new Unanswered($"{pattern}: no report matches in {call.Context.Directory}{(call.Context.Host is { } host ? $" on {host}" : "")}; was it written?");
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException or ArgumentException)
        {
            throw new Unanswered($"{pattern} can't be looked up: {e.Message}");
        }
    }

    /// <summary>The one file that is meant: figures of several are not added up.</summary>
    public static async Task<ReportFiles> FindOneAsync(ProbeCall call, CancellationToken cancel) =>
        await FindAsync(call, cancel) is { _found.Files.Count: 1 } one ? one : throw new Unanswered($"{call.Arguments[0]} matches several files: name one, their figures can't be added up");

    /// <summary>Since the oldest was written: a report that an earlier run left behind makes all of them stale.</summary>
    public Value Age
    {
        get
        {
            var oldest = _found.Files.MinBy(f => f.Written)!;
            var age = _found.Now - new DateTimeOffset(oldest.Written, TimeSpan.Zero);
            return age < -Ahead
                ? new Value.Unknown($"{oldest.Path} is dated {Units.Duration(-age)} in the future: compare the clocks")
                : Value.Duration(age < TimeSpan.Zero ? TimeSpan.Zero : age);
        }
    }

    /// <summary>Reads every file, away from the caller's thread.</summary>
    /// <exception cref="Unanswered">One of them can't be read whole.</exception>
    public async Task<IReadOnlyList<T>> ReadAsync<T>(Func<string, Stream, T> read, CancellationToken cancel)
    {
        var all = new List<T>();
        foreach (var file in _found.Files)
            all.Add(await Task.Run(() => ReadAsync(file, read, cancel), cancel).WaitAsync(cancel));
        return all;
    }

    /// <summary>Reads every file as JSON.</summary>
    public Task<IReadOnlyList<T>> ReadJsonAsync<T>(Func<string, JsonElement, T> read, CancellationToken cancel) => ReadAsync((path, stream) =>
    {
        if (stream.Length > DocumentLimit)
            throw new Unanswered($"{path} is larger than {Units.Bytes(DocumentLimit)}");
        using var document = JsonDocument.Parse(stream);
        return read(path, document.RootElement);
    }, cancel);

    /// <summary>XML that brings neither a document type nor anything from elsewhere. Control characters that a test printed are let through.</summary>
    public static XmlReader Xml(Stream stream) => XmlReader.Create(stream, new()
    {
        DtdProcessing = DtdProcessing.Prohibit,
        XmlResolver = null,
        MaxCharactersFromEntities = 1024 * 1024,
        MaxCharactersInDocument = StreamLimit,
        CheckCharacters = false,
        IgnoreComments = true,
        IgnoreProcessingInstructions = true,
        IgnoreWhitespace = true,
    });

    private async Task<T> ReadAsync<T>(FoundFile file, Func<string, Stream, T> read, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        var path = file.Path;
        try
        {
            // To open a pipe may be to wait for ever; its length is 0, like an empty file's.
            if (file.Size == 0)
                throw new Unanswered($"{path} is empty: whatever writes it has not ended, or not well");
            if (file.Size > StreamLimit)
                throw new Unanswered($"{path} is larger than {Units.Bytes(StreamLimit)}");
            await using var stream = await _machine.OpenAsync(file, cancel);
            return read(path, stream);
        }
        catch (XmlException e)
        {
            throw new Unanswered($"{path} is no whole XML, or not only XML: {e.Message}");
        }
        catch (JsonException e)
        {
            throw new Unanswered($"{path} is no whole JSON (line {e.LineNumber + 1}, byte {e.BytePositionInLine + 1}): whatever writes it has not ended, or not well");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new Unanswered($"{path} can't be read: {e.Message}");
        }
    }
}
