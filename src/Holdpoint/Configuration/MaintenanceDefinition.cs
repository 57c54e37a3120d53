namespace Holdpoint.Configuration;

/// <summary>How a page of maintenance is shown and taken away: <c>maintenance: { on: touch /srv/maintenance, off: rm -f /srv/maintenance, shows: http ${site} status == 503 }</c>.</summary>
/// <param name="On">A script; doing it again does no harm.</param>
/// <param name="Off">A script; doing it again does no harm.</param>
/// <param name="Shows">A check that holds while it is on, and fails while it is off; null: nothing but the scripts' ends says so.</param>
/// <param name="Within">How long that check is tried.</param>
public sealed record MaintenanceDefinition(PlacedText On, PlacedText Off, PlacedText? Shows, TimeSpan Within)
{
    public static TimeSpan DefaultWithin { get; } = TimeSpan.FromSeconds(30);

    internal static Shape Shape { get; } = new Shape.Mapping("The maintenance that ! maintenance on and off switch: scripts of yours, run by bash from this file's folder with the checklist's variables.",
    [
        new("on", new Shape.Scalar("Shows it. Doing it again must do no harm.", ScalarKind.Script) { Examples = ["touch /srv/web/maintenance"] }) { Required = true },
        new("off", new Shape.Scalar("Takes it away. Doing it again must do no harm.", ScalarKind.Script) { Examples = ["rm -f /srv/web/maintenance"] }) { Required = true },
        new("shows", new Shape.Scalar("A check that passes while it is on, and fails while it is off.", ScalarKind.Text) { Examples = ["http ${site} status == 503"] }),
        new("within", new Shape.Scalar("How long that check is tried.", ScalarKind.Duration)) { Default = "30s" },
    ]);

    internal static MaintenanceDefinition? Read(YamlView maintenance) =>
        maintenance["on"].Placed is { } on && maintenance["off"].Placed is { } off ? new(on, off, maintenance["shows"].Placed, maintenance["within"].Duration ?? DefaultWithin) : null;
}
