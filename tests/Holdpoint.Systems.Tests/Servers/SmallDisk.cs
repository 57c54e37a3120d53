using Holdpoint.Processes;

namespace Holdpoint.Systems.Tests.Servers;

/// <summary>A file system of 8 MB in memory over a folder, to be filled up or made read-only. Needs root.</summary>
public sealed class SmallDisk : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly string _folder;

    private int _mounts = 1;

    private SmallDisk(string folder) => _folder = folder;

    public static async Task<SmallDisk> MountAsync(string folder)
    {
        Directory.CreateDirectory(folder);
        await DoAsync("mount", "-t", "tmpfs", "-o", "size=8m,mode=755", "tmpfs", folder);
        return new(folder);
    }

    /// <summary>Not one byte is left.</summary>
    public void Fill()
    {
        using var filler = new FileStream(Path.Combine(_folder, $"filler-{Guid.NewGuid():n}"), FileMode.CreateNew, FileAccess.Write, FileShare.None, bufferSize: 0);
        for (var size = 1 << 20; size > 0; size /= 2)
            while (Takes(filler, new byte[size]))
                continue;
    }

    /// <summary>Files that are open stay writable, as on a disk that the kernel has turned read-only none would.</summary>
    public void ForbidWriting()
    {
        // A mount of its own, since one with open files can't be turned.
        DoAsync("mount", "--bind", _folder, _folder).GetAwaiter().GetResult();
        _mounts++;
        DoAsync("mount", "-o", "remount,bind,ro", _folder).GetAwaiter().GetResult();
    }

    public async ValueTask DisposeAsync()
    {
        for (; _mounts > 0; _mounts--)
            await DoAsync("umount", "-l", _folder);
    }

    private static bool Takes(FileStream file, byte[] bytes)
    {
        try
        {
            file.Write(bytes);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private static async Task DoAsync(params string[] words)
    {
        var ended = await new CommandRunner(TimeProvider.System).RunAsync(new Command(words[0], words[1..]), Limit, default);
        if (ended is not CommandResult.Exited { ExitCode: 0 })
            throw new InvalidOperationException($"{string.Join(' ', words)}: {(ended is CommandResult.Exited e ? e.Error.Text : ended)}");
    }
}
