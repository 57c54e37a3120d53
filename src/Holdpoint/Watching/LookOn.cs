using System.Text.Json;

namespace Holdpoint.Watching;

/// <summary>The file beside a run's journal through which others look on. It says what the driver sees now, is replaced in one piece, and goes with the driver; nothing is lost with it.</summary>
public static class LookOn
{
    public const string FileName = "watch-now.json";

    /// <param name="now">Null: the watch is over, or its driver leaves.</param>
    public static void Write(string folder, WatchNow? now)
    {
        var path = Path.Combine(folder, FileName);
        try
        {
            if (now is null)
            {
                File.Delete(path);
                return;
            }

            var next = path + ".next";
            File.WriteAllBytes(next, JsonSerializer.SerializeToUtf8Bytes(now, WatchNowJson.Default.WatchNow));
            File.Move(next, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Whoever looks on sees an older picture, with its time; a full disk must not stop the watch for that.
        }
    }

    /// <returns>Null: nobody drives the run, or nothing readable is there.</returns>
    public static WatchNow? Read(string folder)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(Path.Combine(folder, FileName)), WatchNowJson.Default.WatchNow);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException)
        {
            return null;
        }
    }
}
