namespace Holdpoint.Processes;

/// <summary>Where a program is, as a shell would find it.</summary>
internal abstract record ProgramSearch
{
    internal sealed record Found(string Path) : ProgramSearch;

    internal sealed record Missing(string Because) : ProgramSearch;

    private ProgramSearch() { }

    /// <param name="path">Directories parted by colons; empty ones are left out (a shell would take the working directory).</param>
    public static ProgramSearch For(string program, string? path, string? workingDirectory)
    {
        if (program.Length == 0)
            return new Missing("the program has no name");
        if (program.Contains('/', StringComparison.Ordinal))
            return At(System.IO.Path.GetFullPath(program, System.IO.Path.GetFullPath(workingDirectory ?? ".")), program);

        string? notExecutable = null;
        foreach (var directory in (path ?? "").Split(System.IO.Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            var candidate = System.IO.Path.GetFullPath(System.IO.Path.Combine(directory, program));
            if (!File.Exists(candidate))
                continue;
            if (IsExecutable(candidate))
                return new Found(candidate);
            notExecutable ??= candidate;
        }
        return new Missing(notExecutable is null
            ? $"{program}: not found on PATH"
            : $"{program}: {notExecutable} is not executable (chmod +x {notExecutable})");
    }

    private static ProgramSearch At(string full, string asWritten) =>
        Directory.Exists(full) ? new Missing($"{asWritten}: this is a directory, not a program")
        : !File.Exists(full) ? new Missing($"{asWritten}: not found")
        : !IsExecutable(full) ? new Missing($"{asWritten}: not executable (chmod +x {asWritten})")
        : new Found(full);

    private static bool IsExecutable(string path) => OperatingSystem.IsWindows() || Posix.MayExecute(path);
}
