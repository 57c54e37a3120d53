using Holdpoint.Journal;
using Microsoft.Win32.SafeHandles;

namespace Holdpoint.Tests.Journal;

/// <summary>The machine has stopped; nothing more happens.</summary>
public sealed class PowerCut : Exception;

/// <summary>
/// A real disk that can be made to fail at its n-th operation, and that remembers what a power cut would leave:
/// contents as of their last flush, names as of their folder's last flush.
/// </summary>
internal sealed class FailingFiles : IDurableFiles
{
    private readonly Dictionary<SafeFileHandle, string> open = [];
    private readonly Dictionary<string, byte[]> unflushed = new(StringComparer.Ordinal);
    private readonly List<(string Folder, Action Undo)> unflushedNames = [];

    /// <summary>Operations so far.</summary>
    public int Operations { get; private set; }

    /// <summary>Called before each operation with its number (from 1) and name; throws to let it fail.</summary>
    public Action<int, string> Before { get; set; } = (_, _) => { };

    /// <summary>Of the write that fails, this part still reaches the disk: 0 nothing, 1 everything.</summary>
    public double TornWrite { get; set; }

    public SafeFileHandle Open(string path)
    {
        Step("open");
        var isNew = !File.Exists(path);
        var file = DurableFiles.Disk.Open(path);
        if (isNew)
        {
            unflushedNames.Add((Path.GetDirectoryName(path)!, () => File.Delete(path)));
        }

        open[file] = path;
        return file;
    }

    public void Write(SafeFileHandle file, long offset, ReadOnlySpan<byte> bytes)
    {
        Touch(file);
        try
        {
            Step("write");
        }
        catch (Exception)
        {
            DurableFiles.Disk.Write(file, offset, bytes[..(int)(bytes.Length * TornWrite)]);
            throw;
        }

        DurableFiles.Disk.Write(file, offset, bytes);
    }

    public void Cut(SafeFileHandle file, long length)
    {
        Step("cut");
        Touch(file);
        DurableFiles.Disk.Cut(file, length);
    }

    public void Flush(SafeFileHandle file, string path)
    {
        Step("flush");
        unflushed.Remove(path);
    }

    public void Rename(string from, string to)
    {
        Step("rename");
        var replaced = File.Exists(to) ? File.ReadAllBytes(to) : null;
        if (unflushed.Remove(from, out var content))
        {
            unflushed[to] = content;
        }

        DurableFiles.Disk.Rename(from, to);
        unflushedNames.Add((Path.GetDirectoryName(to)!, () =>
        {
            File.Move(to, from, overwrite: true);
            if (replaced is not null)
            {
                File.WriteAllBytes(to, replaced);
            }
        }));
    }

    public void Delete(string path)
    {
        Step("delete");
        DurableFiles.Disk.Delete(path);
    }

    public void CreateFolder(string path)
    {
        Step("create folder");
        DurableFiles.Disk.CreateFolder(path);
        unflushedNames.Add((Path.GetDirectoryName(path)!, () => Directory.Delete(path, recursive: true)));
    }

    public void FlushFolder(string path)
    {
        Step("flush folder");
        unflushedNames.RemoveAll(n => n.Folder == path);
    }

    /// <summary>Leaves on the disk what is certain to be there.</summary>
    /// <param name="namesSurvive">Whether the disk happened to keep the new names; the contents it did not.</param>
    public void CutPower(bool namesSurvive)
    {
        foreach (var (path, content) in unflushed)
        {
            File.WriteAllBytes(path, content);
        }

        foreach (var (_, undo) in namesSurvive ? [] : unflushedNames.AsEnumerable().Reverse())
        {
            undo();
        }
    }

    private void Touch(SafeFileHandle file)
    {
        var path = open[file];
        unflushed.TryAdd(path, File.ReadAllBytes(path));
    }

    private void Step(string operation) => Before(++Operations, operation);
}
