using System.Text;
using System.Text.Json;
using Holdpoint.Expressions;

namespace Holdpoint.Probes.Logs;

/// <summary>Entries of systemd's journal for a unit, as <c>journalctl --output=json</c> writes them (systemd.journal-fields(7)).</summary>
internal static class JournalLogs
{
    public static async Task ReadAsync(LogCommands commands, string unit)
    {
        var garbage = 0;
        var ended = await commands.AskAsync("journalctl", ["--unit", unit, $"--since=-{commands.Seconds}s", "--output=json", "--all", "--no-pager"], line =>
        {
            if (Entry(line) is var (message, priority))
                commands.Tally.See(message, priority <= 3 ? true : null);
            else if (line.Length > 0)
                garbage++;
        });
        if (ended.ExitCode != 0)
            throw new Unanswered($"journalctl ended with {ended.ExitCode}: {LogCommands.Complaint(ended)}");
        if (garbage > 0)
            throw new Unanswered($"journalctl answers with {garbage} lines that are no entries of a journal");
        if (ended.Error.Text.Contains("not seeing messages", StringComparison.Ordinal) || ended.Error.Text.Contains("insufficient permissions", StringComparison.Ordinal))
            throw new Unanswered("this user may not read the whole journal: add it to the group systemd-journal");
        if (commands.Tally.Lines == 0)
            await WhyEmptyAsync(commands, unit);
    }

    /// <summary>An empty journal proves something only of a unit that runs.</summary>
    private static async Task WhyEmptyAsync(LogCommands commands, string unit)
    {
        var answer = await commands.TellAsync("systemctl", ["show", "--property=LoadState,ActiveState", "--", unit]);
        var state = answer.Split('\n', StringSplitOptions.TrimEntries).Select(l => l.Split('=', 2)).Where(p => p.Length == 2).ToDictionary(p => p[0], p => p[1]);
        if (state.GetValueOrDefault("LoadState") != "loaded")
            throw new Unanswered($"systemd has no unit {unit} ({state.GetValueOrDefault("LoadState") ?? "no answer"})");
        if (state.GetValueOrDefault("ActiveState") is not ("active" or "reloading"))
            throw new Unanswered($"{unit} is {state.GetValueOrDefault("ActiveState")} and logged nothing in the last {Units.Duration(commands.Window.Length)}: start it, or look further back with over");
        commands.Tally.Note($"{unit} is active");
    }

    /// <summary>The message is a text, or an array of bytes where it is none; null where it was too long.</summary>
    private static (string Message, int? Priority)? Entry(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            if (!document.RootElement.TryGetProperty("MESSAGE", out var message))
                return document.RootElement.TryGetProperty("__CURSOR", out _) ? ("", null) : null;
            var text = message.ValueKind switch
            {
                JsonValueKind.String => message.GetString()!,
                JsonValueKind.Array => Encoding.UTF8.GetString([.. message.EnumerateArray().Where(b => b.ValueKind == JsonValueKind.Number).Select(b => (byte)b.GetInt32())]),
                _ => "",
            };
            return (text, document.RootElement.TryGetProperty("PRIORITY", out var priority) && int.TryParse(priority.ToString(), out var number) ? number : null);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            return null;
        }
    }
}
