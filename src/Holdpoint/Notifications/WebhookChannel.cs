using System.Buffers;
using System.Text.Json;

namespace Holdpoint.Notifications;

/// <summary>Any address that takes JSON: <c>{"title","text","urgency","run","link","at"}</c>; <c>link</c> is null where there is none.</summary>
public sealed class WebhookChannel : Channel
{
    public override string Kind => "webhook";

    public override string Summary => "An address that the message is posted to as JSON: title, text, urgency (notice, warning, alarm), run, link, at.";

    public override IReadOnlyList<ChannelSetting> Settings { get; } =
    [
        new("url", "The address.", SettingForm.Url),
        new("authorization", "The header Authorization, as Bearer ${secret:token}."),
    ];

    public override Task<Delivery> SendAsync(Message message, ChannelCall call, CancellationToken cancel)
    {
        var json = new ArrayBufferWriter<byte>();
        using (var writer = new Utf8JsonWriter(json))
        {
            writer.WriteStartObject();
            writer.WriteString("title", message.Title);
            writer.WriteString("text", message.Text);
            writer.WriteString("urgency", message.Urgency.ToString().ToLowerInvariant());
            writer.WriteString("run", message.Run);
            writer.WriteString("link", message.Link);
            writer.WriteString("at", call.Context.Time.GetUtcNow().UtcDateTime);
            writer.WriteEndObject();
        }

        return HttpPost.SendAsync(call.Settings["url"], json.WrittenSpan.ToArray(), call.Settings.GetValueOrDefault("authorization"), call, cancel);
    }
}
