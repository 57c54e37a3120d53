using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace Holdpoint.Probes.Backups;

/// <summary>A backup that was proven, as the journal keeps it: a text that names the file, its size and its SHA-256.</summary>
internal sealed partial record RestorePoint(string Path, long Size, string Sha256)
{
    /// <exception cref="Unanswered">The file can't be read.</exception>
    public static async Task<RestorePoint> OfAsync(BackupFile file, CancellationToken cancel)
    {
        try
        {
            await using var stream = File.OpenRead(file.Path);
            return new(file.Path, stream.Length, Convert.ToHexStringLower(await SHA256.HashDataAsync(stream, cancel)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new Unanswered($"{file.Path} can't be read: {e.Message}");
        }
    }

    /// <returns>Null: the text is something else.</returns>
    public static RestorePoint? Parse(string text) => Form().Match(text) is { Success: true } m
        ? new(m.Groups["path"].Value, long.Parse(m.Groups["size"].ValueSpan, CultureInfo.InvariantCulture), m.Groups["hash"].Value)
        : null;

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"restore point {Path} ({Size} bytes), sha256 {Sha256}");

    [GeneratedRegex(@"^restore point (?<path>.+) \((?<size>\d{1,18}) bytes\), sha256 (?<hash>[0-9a-f]{64})$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
