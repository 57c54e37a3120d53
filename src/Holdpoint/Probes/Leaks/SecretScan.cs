using System.Collections.Concurrent;
using System.Text;
using System.Text.RegularExpressions;

namespace Holdpoint.Probes.Leaks;

/// <param name="Shown">The first 4 characters of a long value; never more.</param>
internal sealed record SecretFinding(string Path, int Line, string Rule, string Shown);

/// <summary>Looks into files, several at once.</summary>
internal sealed class SecretScan(string root)
{
    /// <summary>Larger files hold data, not what a person wrote: 5 MB.</summary>
    public const long SizeLimit = 5_000_000;

    /// <summary>As git does: a NUL among the first bytes makes a file binary.</summary>
    private const int BinaryLook = 8000;

    /// <summary>They hold thousands of checksums and no secrets.</summary>
    private static readonly HashSet<string> LockFiles = new(StringComparer.OrdinalIgnoreCase)
    {
        "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "deno.lock", "packages.lock.json", "project.assets.json", "composer.lock",
        "Gemfile.lock", "Cargo.lock", "poetry.lock", "Pipfile.lock", "pdm.lock", "uv.lock", "go.sum", "mix.lock", "pubspec.lock", "Podfile.lock", "gradle.lockfile", "flake.lock",
    };

    private int _scanned;
    private int _leftOut;

    public ConcurrentBag<SecretFinding> Findings { get; } = [];

    public ConcurrentBag<string> Unreadable { get; } = [];

    public int Scanned => _scanned;

    public int LeftOut => _leftOut;

    public void Run(IReadOnlyList<string> files, CancellationToken cancel) =>
        Parallel.ForEach(files, new ParallelOptions { MaxDegreeOfParallelism = Math.Clamp(Environment.ProcessorCount, 1, 4), CancellationToken = cancel }, Look);

    /// <summary>One file's content, whoever has brought it.</summary>
    public void Look(string name, byte[] bytes)
    {
        var file = Path.GetFileName(name);
        if (LockFiles.Contains(file) || TextOf(bytes) is not { } text)
        {
            LeaveOut();
            return;
        }

        Interlocked.Increment(ref _scanned);
        try
        {
            foreach (var (line, rule, shown) in SecretText.Find(text, file))
                Findings.Add(new(name, line, rule, shown));
        }
        catch (RegexMatchTimeoutException)
        {
            Unreadable.Add(name);
        }
    }

    /// <summary>It is not looked into.</summary>
    public void LeaveOut() => Interlocked.Increment(ref _leftOut);

    private void Look(string path)
    {
        var name = Path.GetRelativePath(root, path);
        if (name == ".")
            name = Path.GetFileName(path);
        try
        {
            var file = new FileInfo(path);
            if (file.Length > SizeLimit || LockFiles.Contains(file.Name) || BytesOf(path, file.Length) is not { } bytes)
                LeaveOut();
            else
                Look(name, bytes);
        }
        catch (FileNotFoundException)
        {
            // It was there when the files were listed: what is gone holds no secret.
            return;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Unreadable.Add(name);
        }
    }

    /// <summary>Null where it is a pipe or a device, which has no length and is never opened.</summary>
    private static byte[]? BytesOf(string path, long length) =>
        length > 0 ? File.ReadAllBytes(path) : (File.GetAttributes(path) & FileAttributes.Device) != 0 ? null : [];

    /// <summary>Null where it is binary.</summary>
    private static string? TextOf(byte[] bytes)
    {
        if (bytes is [0xFF, 0xFE, ..])
            return Encoding.Unicode.GetString(bytes);
        if (bytes is [0xFE, 0xFF, ..])
            return Encoding.BigEndianUnicode.GetString(bytes);
        return bytes.AsSpan(0, Math.Min(bytes.Length, BinaryLook)).Contains((byte)0) ? null : Encoding.UTF8.GetString(bytes);
    }
}
