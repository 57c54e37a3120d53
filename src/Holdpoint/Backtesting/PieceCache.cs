using System.Security.Cryptography;
using System.Text;
using Holdpoint.Metrics;

namespace Holdpoint.Backtesting;

/// <summary>
/// Pieces of metrics' pasts on disk, so that a store is asked once. A piece's name is the hash of everything its numbers follow from:
/// the server with its settings, the query, how its answer is read, the step and the time. What can't be read or written is asked again; a cache never stops anybody.
/// </summary>
public sealed class PieceCache(string folder)
{
    private int _found;

    public string Folder => folder;

    /// <summary>How many pieces came from here.</summary>
    public int Found => _found;

    /// <param name="server">What tells the server and the tenant: its settings.</param>
    public static string KeyOf(MetricDefinition definition, string server, TimeSpan step, DateTimeOffset first, int count)
    {
        var text = $"{server}\n{definition.Source}\n{definition.Absence}\n{definition.MinCount:R}\n{definition.Factor:R}\n{step.Ticks}\n{first.UtcTicks}\n{count}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    public MetricPast? Find(string key, MetricDefinition definition, TimeSpan step, DateTimeOffset first, int count)
    {
        try
        {
            using var file = File.OpenRead(PathOf(key));
            // Without a buffer of its own: the arrays are read in one go, past the reader.
            using var reader = new BinaryReader(file, Encoding.UTF8);
            var past = MetricPast.Read(reader, definition, step, first, count);
            Interlocked.Increment(ref _found);
            return past;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    public void Keep(string key, MetricPast piece)
    {
        var path = PathOf(key);
        var unfinished = $"{path}.{Guid.NewGuid():N}";
        try
        {
            Directory.CreateDirectory(folder);
            using (var file = File.Create(unfinished))
            using (var writer = new BinaryWriter(file, Encoding.UTF8))
                piece.Write(writer);
            File.Move(unfinished, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A full or locked disk: the store is asked again next time.
            File.Delete(unfinished);
        }
    }

    private string PathOf(string key) => Path.Combine(folder, key + ".past");
}
