using Holdpoint.Configuration;

namespace Holdpoint.Notifications;

/// <summary>Every kind of channel of this assembly, found by its type, so that a new one is one new file.</summary>
public static class ChannelCatalogue
{
    private static readonly Lazy<IReadOnlyDictionary<string, Channel>> BuiltIn = new(() => typeof(Channel).Assembly.GetExportedTypes()
        .Where(t => t.IsSubclassOf(typeof(Channel)) && !t.IsAbstract && t.GetConstructor(Type.EmptyTypes) is not null)
        .Select(t => (Channel)Activator.CreateInstance(t)!)
        .OrderBy(c => c.Kind, StringComparer.Ordinal)
        .ToDictionary(c => c.Kind, StringComparer.Ordinal));

    private static readonly string[] OfLaterVersions = ["statuspage", "email", "teams", "pagerduty", "opsgenie", "discord", "telegram", "matrix"];

    public static IReadOnlyDictionary<string, Channel> Channels => BuiltIn.Value;

    /// <summary>What a channel of <c>holdpoint.yaml</c> looks like.</summary>
    internal static Shape Shape { get; } = new Shape.Mapping("Where people are told.",
    [
        .. Channels.Values.Select(c => new Key(c.Kind, new Shape.Forms(c.Summary, [ShapeOf(c.Settings[0]), new Shape.Mapping(c.Summary, KeysOf(c))]))),
        .. OfLaterVersions.Select(kind => Key.OfLaterVersion(kind, $"use one of: {string.Join(", ", Channels.Keys)}")),
    ])
    { ExactlyOne = [.. Channels.Keys, .. OfLaterVersions] };

    private static List<Key> KeysOf(Channel channel) => [.. channel.Settings.Select((s, i) => new Key(s.Name, ShapeOf(s)) { Required = i == 0 })];

    private static Shape.Scalar ShapeOf(ChannelSetting setting) => new(setting.Summary, setting.Form switch
    {
        SettingForm.Url => ScalarKind.Url,
        SettingForm.Script => ScalarKind.Script,
        SettingForm.Text => ScalarKind.Text,
        _ => throw new InvalidOperationException($"no such form: {setting.Form}"),
    });
}
