using Microsoft.Win32.SafeHandles;

namespace Holdpoint.Journal;

/// <summary>
/// Every change that the journal makes on a disk, one call each, so that a test can refuse, tear or forget any of them.
/// All of them throw <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>.
/// </summary>
internal interface IDurableFiles
{
    /// <summary>Opens for writing, creating the file where it is missing; the content stays.</summary>
    SafeFileHandle Open(string path);

    void Write(SafeFileHandle file, long offset, ReadOnlySpan<byte> bytes);

    void Cut(SafeFileHandle file, long length);

    void Flush(SafeFileHandle file, string path);

    /// <summary>Replaces what is there.</summary>
    void Rename(string from, string to);

    void Delete(string path);

    void CreateFolder(string path);

    /// <summary>Makes names in the folder durable: what was created, renamed, deleted.</summary>
    void FlushFolder(string path);
}

/// <summary>The machine's own disk.</summary>
internal sealed class DurableFiles : IDurableFiles
{
    public static readonly DurableFiles Disk = new();

    public SafeFileHandle Open(string path) =>
        File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);

    public void Write(SafeFileHandle file, long offset, ReadOnlySpan<byte> bytes) => RandomAccess.Write(file, bytes, offset);

    public void Cut(SafeFileHandle file, long length) => RandomAccess.SetLength(file, length);

    public void Flush(SafeFileHandle file, string path) => Posix.Flush(file, path);

    public void Rename(string from, string to) => File.Move(from, to, overwrite: true);

    public void Delete(string path) => File.Delete(path);

    public void CreateFolder(string path) => Directory.CreateDirectory(path);

    public void FlushFolder(string path) => Posix.FlushFolder(path);
}

/// <summary>What is done with the operations of a disk, in the order that survives a power cut.</summary>
internal static class DurableSteps
{
    /// <summary>Creates a folder and its missing parents, each made durable in the one above it.</summary>
    public static void MakeFolder(this IDurableFiles files, string path)
    {
        if (Directory.Exists(path))
        {
            return;
        }

        var parent = Path.GetDirectoryName(path);
        if (!string.IsNullOrEmpty(parent))
        {
            files.MakeFolder(parent);
        }

        files.CreateFolder(path);
        files.FlushFolder(string.IsNullOrEmpty(parent) ? "." : parent);
    }

    /// <summary>Writes a whole file and flushes it; its name is durable only after the folder has been flushed.</summary>
    public static void WriteWhole(this IDurableFiles files, string path, ReadOnlySpan<byte> content)
    {
        using var file = files.Open(path);
        files.Cut(file, 0);
        files.Write(file, 0, content);
        files.Flush(file, path);
    }

    /// <summary>Replaces a file so that at any moment, also after a power cut, either the old or the new content is there whole.</summary>
    public static void Replace(this IDurableFiles files, string path, ReadOnlySpan<byte> content)
    {
        var temporary = path + ".tmp";
        files.WriteWhole(temporary, content);
        files.Rename(temporary, path);
        files.FlushFolder(Path.GetDirectoryName(path)!);
    }
}
