using System.Text;
using Holdpoint.Expressions;

namespace Holdpoint.Probes.Logs;

/// <summary>Counts lines as they come, and keeps those that a person will want to read: bounded, however many there are.</summary>
internal sealed class LogTally(IReadOnlyList<LineMatches> matching)
{
    private const int KeptLines = 200;
    private const int KeptOfLine = 2000;
    private const int KeptOfEnd = 20;

    private readonly List<string> _telling = [];
    private readonly Queue<string> _last = new();
    private readonly List<string> _notes = [];
    private long _errors;
    private long _untold;

    public long Lines { get; private set; }

    /// <param name="isError">What the source itself says of the line; null: the line tells.</param>
    public void See(string line, bool? isError = null)
    {
        Lines++;
        var error = isError ?? LogSeverity.IsError(line);
        if (error)
            _errors++;
        var matched = false;
        foreach (var counter in matching)
            matched |= counter.See(line);
        if ((error || matched) && _telling.Count < KeptLines)
            _telling.Add(Cut(line));
        else if (error || matched)
            _untold++;
        if (_last.Count == KeptOfEnd)
            _last.Dequeue();
        _last.Enqueue(Cut(line));
    }

    /// <summary>A line of the evidence that says where was looked.</summary>
    public void Note(string note) => _notes.Add(note);

    public Facts Facts() => new(new Dictionary<string, Value>(matching.Select(m => m.Fact).Select(f => KeyValuePair.Create(f.Name, f.Value)))
    {
        ["lines"] = Value.Count(Lines),
        ["errors"] = Value.Count(_errors),
    });

    public Evidence Evidence(string source)
    {
        var text = new StringBuilder().Append($"{source}: {Lines} lines, {_errors} errors\n");
        foreach (var note in _notes)
            text.Append(note).Append('\n');
        if (_telling.Count > 0)
            text.Append("\n--- errors and matching lines, the first of the window\n").AppendJoin('\n', _telling).Append('\n');
        if (_untold > 0)
            text.Append($"… and {_untold} more\n");
        if (_last.Count > 0)
            text.Append("\n--- the last lines\n").AppendJoin('\n', _last).Append('\n');
        return Probes.Evidence.OfText("logs.txt", text.ToString());
    }

    private static string Cut(string line) => line.Length <= KeptOfLine ? line : $"{line.AsSpan(0, KeptOfLine)}…";
}
