using System.Globalization;

namespace Holdpoint.Processes;

/// <summary>What Linux tells of a process in /proc/PID/stat (proc(5)).</summary>
/// <param name="Session">The pid of the session's leader.</param>
/// <param name="StartTicks">When it started, in clock ticks since boot: pid and ticks together name a process until the next boot.</param>
internal sealed record ProcessStat(char State, int Session, long StartTicks)
{
    /// <summary>Null: there is no such process.</summary>
    public static ProcessStat? Read(int pid)
    {
        string text;
        try
        {
            text = File.ReadAllText($"/proc/{pid}/stat");
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return null;
        }
        // The second field is the program's name in parentheses and may hold anything, parentheses too.
        var fields = text[(text.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 19
            ? new ProcessStat(fields[0][0], int.Parse(fields[3], CultureInfo.InvariantCulture), long.Parse(fields[19], CultureInfo.InvariantCulture))
            : null;
    }

    public static string BootId => File.Exists("/proc/sys/kernel/random/boot_id") ? File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim() : "";

    /// <summary>Since boot; goes on while the machine sleeps.</summary>
    public static TimeSpan Uptime =>
        TimeSpan.FromSeconds(double.Parse(File.ReadAllText("/proc/uptime").Split(' ')[0], CultureInfo.InvariantCulture));
}
