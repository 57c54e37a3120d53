namespace Holdpoint.Systems.Tests.Watching;

/// <summary>Figures of watched deployments, for <c>bench/watch</c>: lines of the file that HOLDPOINT_WATCH_FIGURES names; without it none.</summary>
internal static class WatchFigures
{
    private static readonly Lock s_lock = new();

    private static string? File => Environment.GetEnvironmentVariable("HOLDPOINT_WATCH_FIGURES") is { Length: > 0 } file ? file : null;

    /// <summary>A figure that is promised: held only where it is measured for it, on a machine that does nothing else.</summary>
    public static void Promise(string line, TimeSpan took, TimeSpan promised)
    {
        Line(line);
        if (File is not null)
            Assert.True(took <= promised, $"{line}: more than promised");
    }

    public static void Line(string line)
    {
        if (File is not { } file)
            return;
        lock (s_lock)
            System.IO.File.AppendAllText(file, line + "\n");
    }
}
