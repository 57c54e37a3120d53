using System.Globalization;
using Holdpoint.Records;
using Holdpoint.Runs;

namespace Holdpoint.Systems.Tests.Rollouts;

/// <summary>Figures and pictures of changes under load, for <c>bench/delivery</c>: written to the folder that HOLDPOINT_DELIVERY_FIGURES names; without it nothing is.</summary>
internal static class Figures
{
    private static readonly Lock s_lock = new();

    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(3);

    public static string? Folder => Environment.GetEnvironmentVariable("HOLDPOINT_DELIVERY_FIGURES") is { Length: > 0 } folder ? folder : null;

    public static void Line(string line)
    {
        if (Folder is null)
            return;
        Directory.CreateDirectory(Folder);
        lock (s_lock)
            File.AppendAllText(Path.Combine(Folder, "figures.txt"), line + "\n");
    }

    /// <summary>A figure that is promised: held only where it is measured for it, on a machine that does nothing else.</summary>
    public static void Promise(string line, double seconds, double promised)
    {
        Line(line);
        if (Folder is not null)
            Assert.True(seconds <= promised, $"{line}: more than {promised} s");
    }

    /// <summary>Draws each rollout of a run below the answers of its time: <c>NAME.svg</c>, <c>NAME-back.svg</c>.</summary>
    public static void Draw(string name, SteadyLoad load, OpenRun run)
    {
        if (Folder is null)
            return;
        Directory.CreateDirectory(Folder);
        foreach (var rollout in RunRecord.Of(run.Standing.Plan, run.Session.Entries, run.World.Project.Roles, TimeProvider.System.GetUtcNow(), _ => null).Rollouts)
        {
            var (from, to) = (rollout.From - Margin, rollout.To + Margin);
            var first = Math.Max(0, (int)(from - load.Began).TotalSeconds);
            var count = (int)(to - from).TotalSeconds;
            var back = rollout.Title.StartsWith("rollback", StringComparison.Ordinal);
            var picture = RolloutPicture.Draw(rollout with
            {
                Title = $"{name}: {(back ? "back" : "there")}",
                From = load.Began.AddSeconds(first),
                To = to,
                Answers = [.. load.PerSecond.OrderBy(v => v.Key, StringComparer.Ordinal).Select(v => (v.Key, (IReadOnlyList<int>)[.. v.Value.Skip(first).Take(count)])).Where(v => v.Item2.Any(n => n > 0))],
            });
            // A page takes its own colours; a file alone may be shown on any.
            File.WriteAllText(Path.Combine(Folder, $"{name}{(back ? "-back" : "")}.svg"), picture.Replace("<title>", "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n<title>", StringComparison.Ordinal));
        }
    }

    public static string Seconds(double seconds) => seconds.ToString("0.0", CultureInfo.InvariantCulture) + " s";
}
