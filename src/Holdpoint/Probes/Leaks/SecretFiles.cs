namespace Holdpoint.Probes.Leaks;

/// <summary>Which files a search for secrets looks into.</summary>
internal static class SecretFiles
{
    /// <summary>Paths of the files; links are not followed: what they lead to is not kept here.</summary>
    /// <exception cref="Unanswered">There is nothing at the path, or git refuses.</exception>
    public static async Task<IReadOnlyList<string>> ListAsync(ProbeCall call, string root, CancellationToken cancel)
    {
        if (File.Exists(root))
            return [root];
        if (!Directory.Exists(root))
            throw new Unanswered($"{call.Arguments[0]}: there is no such file or folder in {call.Context.Directory}");
        return IsInRepository(root) ? await KnownToGitAsync(call, root, cancel) : Walk(root);
    }

    private static bool IsInRepository(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
            if (Path.Exists(Path.Combine(at.FullName, ".git")))
                return true;
        return false;
    }

    private static async Task<IReadOnlyList<string>> KnownToGitAsync(ProbeCall call, string root, CancellationToken cancel)
    {
        // What is deleted and not yet committed is listed, and so is the folder of a submodule.
        var names = await NamesKnownToGitAsync(call, root, cancel);
        return [.. names.Select(p => Path.Combine(root, p)).Where(IsPlainFile)];
    }

    /// <summary>Relative to the folder, on whichever machine that is.</summary>
    public static async Task<IReadOnlyList<string>> NamesKnownToGitAsync(ProbeCall call, string root, CancellationToken cancel)
    {
        var git = new GitRepository(call with { Context = call.Context with { Directory = root } }, cancel);
        var output = await git.TellAsync("ls-files", "-z", "--cached", "--others", "--exclude-standard");
        return [.. output.Split('\0', StringSplitOptions.RemoveEmptyEntries).Distinct()];
    }

    private static List<string> Walk(string root)
    {
        try
        {
            return [.. Directory.EnumerateFiles(root, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.ReparsePoint, IgnoreInaccessible = false })];
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw new Unanswered($"{root} can't be read whole: {e.Message}");
        }
    }

    private static bool IsPlainFile(string path) => File.Exists(path) && new FileInfo(path).LinkTarget is null;
}
