namespace Holdpoint.Hosts;

/// <summary>Where ssh puts the sockets of its shared connections: a folder of this process, for its user only.</summary>
internal sealed class ControlFolder : IDisposable
{
    /// <summary>A socket's path has 104 bytes on some systems, and ssh hangs 17 more on it while it makes one.</summary>
    private const int LongestFolder = 70;

    private readonly string _path;

    public ControlFolder()
    {
        string?[] places = [Environment.GetEnvironmentVariable("XDG_RUNTIME_DIR"), Path.GetTempPath(), "/tmp"];
        var place = places.First(p => p is "/tmp" || (p is { Length: > 0 and <= LongestFolder } && Directory.Exists(p) && MayWrite(p)))!;
        _path = Path.Combine(place, $"holdpoint-{Guid.NewGuid():N}"[..18]);
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(_path);
        else
            Directory.CreateDirectory(_path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    public string Socket(int number) => Path.Combine(_path, number.ToString(System.Globalization.CultureInfo.InvariantCulture));

    public void Dispose()
    {
        try
        {
            Directory.Delete(_path, recursive: true);
        }
        catch (IOException)
        {
            // A connection that has not quite ended takes its socket away itself; an empty folder harms nobody.
            return;
        }
    }

    private static bool MayWrite(string folder) => OperatingSystem.IsWindows() || Processes.Posix.MayWrite(folder);
}
