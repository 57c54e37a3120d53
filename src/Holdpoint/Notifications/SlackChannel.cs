using System.Buffers;
using System.Text.Json;

namespace Holdpoint.Notifications;

/// <summary>An incoming webhook of Slack, and of what understands the same: Mattermost, Rocket.Chat, Zulip. Source: docs.slack.dev, "Sending messages using incoming webhooks".</summary>
public sealed class SlackChannel : Channel
{
    public override string Kind => "slack";

    public override string Summary => "An incoming webhook of Slack, or of what understands the same.";

    public override IReadOnlyList<ChannelSetting> Settings { get; } = [new("url", "The webhook's address; a secret: ${secret:slack_webhook}.", SettingForm.Url)];

    public override Task<Delivery> SendAsync(Message message, ChannelCall call, CancellationToken cancel)
    {
        var sign = message.Urgency switch
        {
            Urgency.Alarm => ":rotating_light: ",
            Urgency.Warning => ":warning: ",
            Urgency.Notice => "",
            _ => throw new InvalidOperationException($"no such urgency: {message.Urgency}"),
        };
        var text = $"{sign}*{Escape(message.Title).ReplaceLineEndings(" ")}*";
        if (message.Text.Length > 0)
            text += "\n" + Escape(message.Text);
        text += "\n" + (message.Link is null ? $"run {Escape(message.Run)}" : $"<{Escape(message.Link).Replace("|", "%7C", StringComparison.Ordinal)}|run {Escape(message.Run)}>");

        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteString("text", text);
            writer.WriteEndObject();
        }

        return HttpPost.SendAsync(call.Settings["url"], json.WrittenSpan.ToArray(), authorization: null, call, cancel);
    }

    /// <summary>The three characters that steer Slack's text: without this a message could mention everybody.</summary>
    private static string Escape(string text) =>
        text.Replace("&", "&amp;", StringComparison.Ordinal).Replace("<", "&lt;", StringComparison.Ordinal).Replace(">", "&gt;", StringComparison.Ordinal);
}
