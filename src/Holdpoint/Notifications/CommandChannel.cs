using Holdpoint.Processes;

namespace Holdpoint.Notifications;

/// <summary>Any program: it reads the message from standard input.</summary>
public sealed class CommandChannel : Channel
{
    public override string Kind => "command";

    public override string Summary => "A command, run by bash, that reads the message from standard input; title, urgency, run and link stand in $HOLDPOINT_TITLE and so on. Exit 0 is told.";

    public override IReadOnlyList<ChannelSetting> Settings { get; } = [new("run", "The command.", SettingForm.Script)];

    public override async Task<Delivery> SendAsync(Message message, ChannelCall call, CancellationToken cancel)
    {
        var command = new Command("bash", ["-euo", "pipefail", "-c", call.Settings["run"]])
        {
            WorkingDirectory = call.Folder,
            Input = message.Plain + "\n",
            OutputLimit = 4096,
            Environment = new Dictionary<string, string?>(call.ScriptVariables)
            {
                ["HOLDPOINT_TITLE"] = message.Title,
                ["HOLDPOINT_URGENCY"] = message.Urgency.ToString().ToLowerInvariant(),
                ["HOLDPOINT_RUN"] = message.Run,
                ["HOLDPOINT_LINK"] = message.Link ?? "",
            },
        };
        return await call.Context.Commands.RunAsync(command, call.Timeout, cancel) switch
        {
            CommandResult.Exited { ExitCode: 0 } => new Delivery.Told(),
            CommandResult.Exited e => new Delivery.NotTold($"the command ended with exit {e.ExitCode}{LastLine(e.Error, e.Output)}"),
            CommandResult.TimedOut t => new Delivery.NotTold($"the command did not end within {t.Limit.TotalSeconds:0.#}s{LastLine(t.Error, t.Output)}"),
            CommandResult.NotStarted n => new Delivery.NotTold($"the command could not be started: {n.Because}", IsFinal: true),
            _ => throw new InvalidOperationException("no such result"),
        };
    }

    private static string LastLine(CapturedOutput error, CapturedOutput output)
    {
        var line = (string.IsNullOrWhiteSpace(error.Text) ? output.Text : error.Text).Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).LastOrDefault();
        return line is null ? "" : $": {(line.Length > 300 ? line[..300] + "…" : line)}";
    }
}
