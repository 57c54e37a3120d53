namespace Holdpoint.Systems.Tests.Watching;

/// <summary>Figures of watched deployments, for <c>bench/watch</c>: lines of the file that HOLDPOINT_WATCH_FIGURES names; without it none.</summary>
internal static class WatchFigures
{
    private static readonly Lock s_lock = new();

    public static void Line(string line)
    {
        if (Environment.GetEnvironmentVariable("HOLDPOINT_WATCH_FIGURES") is not { Length: > 0 } file)
            return;
        lock (s_lock)
            File.AppendAllText(file, line + "\n");
    }
}
