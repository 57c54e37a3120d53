using Holdpoint.Probes;

namespace Holdpoint.Hosts;

/// <summary>This machine, read without a shell between.</summary>
internal sealed class LocalMachine(ProbeContext context) : Machine
{
    public override string Absolute(string path) => FileGlob.Absolute(path, context.Directory);

    public override Task<bool> HasFileAsync(string path, CancellationToken cancel) => Task.FromResult(File.Exists(path));

    public override Task<string> ReadAsync(string path, CancellationToken cancel) => File.ReadAllTextAsync(path, cancel);

    public override async Task<string?> ReadAsync(FoundFile file, Func<string, bool> goesOn, CancellationToken cancel)
    {
        if (!MayRead(file.Path))
            return null;
        using var reader = new StreamReader(file.Path);
        var head = new char[512];
        var text = new string(head, 0, await reader.ReadBlockAsync(head, cancel));
        return goesOn(text) ? text + await reader.ReadToEndAsync(cancel) : text;
    }

    public override Task<Stream> OpenAsync(FoundFile file, CancellationToken cancel) => Task.FromResult<Stream>(File.OpenRead(file.Path));

    public override Task<FoundFiles> FilesAsync(string pattern, CancellationToken cancel) => Unblocked(() =>
    {
        if (Directory.Exists(Absolute(pattern)))
            throw new Unanswered($"{pattern} is a folder: write {pattern.TrimEnd('/')}/* for the files in it");
        var files = FileGlob.Files(pattern, context.Directory).Select(p => new FoundFile(p, File.GetLastWriteTimeUtc(Target(p)), new FileInfo(Target(p)).Length)).ToList();
        return new FoundFiles(files, context.Time.GetUtcNow());
    }, cancel);

    public override async Task LinesAsync(IReadOnlyList<FoundFile> files, Action<string> onLine, CancellationToken cancel)
    {
        foreach (var file in files)
        {
            using var reader = new StreamReader(file.Path);
            while (await reader.ReadLineAsync(cancel) is { } line)
                onLine(line);
        }
    }

    public override Task<Space> SpaceAsync(string path, CancellationToken cancel) => Unblocked(() =>
    {
        if (!Path.Exists(path))
            throw new Unanswered($"{path} does not exist: name a path on the disk that is meant");
        var drive = new DriveInfo(path);
        return new Space(drive.AvailableFreeSpace, drive.TotalSize - drive.TotalFreeSpace, drive.TotalSize);
    }, cancel);

    /// <summary>A network file system whose server is gone keeps the thread; the attempt ends all the same.</summary>
    private static Task<T> Unblocked<T>(Func<T> look, CancellationToken cancel) => Task.Run(look, cancel).WaitAsync(cancel);

    private static bool MayRead(string path)
    {
        try
        {
            File.OpenRead(path).Dispose();
            return true;
        }
        catch (UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static string Target(string path) => File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
}
