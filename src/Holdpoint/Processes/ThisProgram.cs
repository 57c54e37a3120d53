namespace Holdpoint.Processes;

/// <summary>The program that runs now, so that it can be started again.</summary>
public static class ThisProgram
{
    /// <summary>As it was called: a program of its own, or <c>dotnet</c> with its assembly.</summary>
    public static IReadOnlyList<string> Words { get; } = Path.GetFileNameWithoutExtension(Environment.ProcessPath) is "dotnet"
        ? [Environment.ProcessPath!, Path.GetFullPath(Environment.GetCommandLineArgs()[0])]
        : [Environment.ProcessPath ?? "holdpoint"];
}
