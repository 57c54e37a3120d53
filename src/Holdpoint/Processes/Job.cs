using System.Buffers;
using System.Globalization;
using System.Text;

namespace Holdpoint.Processes;

/// <summary>
/// A mark in the environment of a program and all that it starts, by which also those are found that left its group
/// and session. Jobs nest: the value of an inner one holds the outer ones too.
/// </summary>
internal sealed class Job(string id)
{
    public const string Variable = "HOLDPOINT_JOB";

    private readonly byte[] _mark = Encoding.ASCII.GetBytes(id);

    public string Id => id;

    /// <summary>What <see cref="Variable"/> is set to.</summary>
    public string Value => Environment.GetEnvironmentVariable(Variable) is { Length: > 0 } outer ? $"{outer}/{id}" : id;

    public static Job New() => new(Guid.NewGuid().ToString("N"));

    public bool IsAlive => Processes().Any();

    /// <summary>
    /// The living processes that carry the mark. A zombie has no environment left and is not among them; neither is a
    /// process of another user.
    /// </summary>
    public IEnumerable<int> Processes() => All().Where(CarriesMark);

    /// <summary>The living processes of a session, whatever their environment.</summary>
    public static IEnumerable<int> InSession(int session) =>
        All().Where(pid => ProcessStat.Read(pid) is { State: not ('Z' or 'X') } stat && stat.Session == session);

    private static IEnumerable<int> All() =>
        Directory.Exists("/proc")
            ? Directory.EnumerateDirectories("/proc")
                .Select(d => int.TryParse(d.AsSpan("/proc/".Length), NumberStyles.None, CultureInfo.InvariantCulture, out var pid) ? pid : 0)
                .Where(pid => pid > 0)
            : [];

    private bool CarriesMark(int pid)
    {
        // Not File.ReadAllBytes: most of a machine's processes are unreadable, and an exception each would be slow.
        var descriptor = Posix.OpenToRead($"/proc/{pid}/environ");
        if (descriptor < 0)
            return false;

        var buffer = ArrayPool<byte>.Shared.Rent(64 * 1024);
        try
        {
            var kept = 0;
            for (int read; (read = Posix.ReadInto(descriptor, buffer.AsSpan(kept))) > 0;)
            {
                var filled = buffer.AsSpan(0, kept + read);
                if (filled.IndexOf(_mark) >= 0)
                    return true;
                // The mark may straddle two reads.
                kept = Math.Min(_mark.Length - 1, filled.Length);
                filled[^kept..].CopyTo(buffer);
            }
            return false;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            Posix.CloseDescriptor(descriptor);
        }
    }
}
