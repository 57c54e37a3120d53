using Holdpoint.Expressions;
using Holdpoint.Probes;
using Holdpoint.Processes;

namespace Holdpoint.Hosts;

/// <summary>
/// The machine that a check looks at: files, their contents, space. This one is read as it is; another over its shell.
/// What can't be read is an <see cref="IOException"/> or <see cref="UnauthorizedAccessException"/>; a host that gives no answer is <see cref="Unanswered"/>.
/// </summary>
internal abstract class Machine
{
    public static Machine Of(ProbeCall call) => call.Context.Host is null ? new LocalMachine(call.Context) : new RemoteMachine(call);

    /// <summary>A path as people write it: <c>~/x</c>, <c>/x</c>, or relative to the call's folder.</summary>
    public abstract string Absolute(string path);

    public abstract Task<bool> HasFileAsync(string path, CancellationToken cancel);

    /// <summary>A whole file as text.</summary>
    public abstract Task<string> ReadAsync(string path, CancellationToken cancel);

    /// <summary>Its beginning, and the rest of it where the beginning is wanted whole; null: it may not be read.</summary>
    /// <param name="goesOn">Told the first 512 characters.</param>
    public abstract Task<string?> ReadAsync(FoundFile file, Func<string, bool> goesOn, CancellationToken cancel);

    /// <summary>A whole file, byte by byte; of another machine up to 24 MB.</summary>
    public abstract Task<Stream> OpenAsync(FoundFile file, CancellationToken cancel);

    /// <summary>Files (never folders) that match a pattern, and the time on that machine's clock.</summary>
    public abstract Task<FoundFiles> FilesAsync(string pattern, CancellationToken cancel);

    /// <summary>Every line of these files, in turn.</summary>
    public abstract Task LinesAsync(IReadOnlyList<FoundFile> files, Action<string> onLine, CancellationToken cancel);

    /// <summary>The file system that holds a path.</summary>
    public abstract Task<Space> SpaceAsync(string path, CancellationToken cancel);
}

/// <param name="Written">When it was last written, to the second or finer.</param>
internal sealed record FoundFile(string Path, DateTime Written, long Size);

/// <param name="Now">On the clock of the machine that has them.</param>
internal sealed record FoundFiles(IReadOnlyList<FoundFile> Files, DateTimeOffset Now);

/// <summary>In bytes.</summary>
/// <param name="Available">What the user may still write.</param>
/// <param name="Used">What is written.</param>
/// <param name="Size">All of it.</param>
internal sealed record Space(double Available, double Used, double Size);
