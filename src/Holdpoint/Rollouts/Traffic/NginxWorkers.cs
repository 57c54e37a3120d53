using System.Globalization;

namespace Holdpoint.Rollouts;

/// <summary>
/// Workers of an nginx by the titles that they give themselves: a reload starts new ones and has the old ones finish what they have under way.
/// Source: nginx, "Controlling nginx", and src/os/unix/ngx_process_cycle.c.
/// </summary>
/// <param name="Active">Take connections.</param>
/// <param name="Leaving">Only finish what they have.</param>
internal sealed record NginxWorkers(IReadOnlyList<int> Active, IReadOnlyList<int> Leaving)
{
    /// <exception cref="Unreachable">No nginx runs that has this file.</exception>
    public static NginxWorkers Look(string pidFile)
    {
        var master = Master(pidFile);
        var workers = Directory.EnumerateDirectories("/proc").Select(d => int.TryParse(Path.GetFileName(d), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0)
            .Where(pid => pid > 0 && ParentOf(pid) == master)
            .Select(pid => (Pid: pid, Title: TitleOf(pid)))
            .Where(w => w.Title.StartsWith("nginx: worker process", StringComparison.Ordinal))
            .ToLookup(w => w.Title.Contains("is shutting down", StringComparison.Ordinal), w => w.Pid);
        return new([.. workers[false]], [.. workers[true]]);
    }

    private static int Master(string pidFile)
    {
        string text;
        try
        {
            text = File.ReadAllText(pidFile).Trim();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new Unreachable($"nginx's pid is not in {pidFile}: {(e is FileNotFoundException or DirectoryNotFoundException ? "there is no such file; nginx does not run, or `pid` names another one than its own" : e.Message)}");
        }

        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var master) && TitleOf(master).StartsWith("nginx: master process", StringComparison.Ordinal)
            ? master
            : throw new Unreachable($"nginx does not run: {pidFile} names process '{text}', which is no master process of nginx; start it, or mend `pid`");
    }

    /// <summary>0: it has ended.</summary>
    private static int ParentOf(int pid)
    {
        // The second field is the program's name in parentheses and may hold anything, parentheses too.
        var stat = Read(pid, "stat");
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length > 1 ? int.Parse(fields[1], CultureInfo.InvariantCulture) : 0;
    }

    private static string TitleOf(int pid) => Read(pid, "cmdline").Replace('\0', ' ');

    private static string Read(int pid, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{pid.ToString(CultureInfo.InvariantCulture)}/{file}");
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
