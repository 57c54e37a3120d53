namespace Holdpoint.Configuration;

/// <summary><c>maintenance: { on: touch down, off: rm -f down, shows: http ${front} status == 503 }</c></summary>
/// <param name="On">Has users see the maintenance page, run by bash.</param>
/// <param name="Off">Has them see the product again.</param>
/// <param name="Shows">A check that passes while they see that page; null: what they see is not looked at.</param>
public sealed record MaintenanceDefinition(PlacedText On, PlacedText Off, PlacedText? Shows)
{
    internal static Shape Shape { get; } = new Shape.Mapping("Maintenance mode, for the action maintenance.",
    [
        new("on", new Shape.Scalar("Has users see that you are at work. Run by bash, in this file's folder; doing it twice must do no harm.", ScalarKind.Script) { Examples = ["touch /srv/web/maintenance"] }) { Required = true },
        new("off", new Shape.Scalar("Has them see the product again; the same holds.", ScalarKind.Script) { Examples = ["rm -f /srv/web/maintenance"] }) { Required = true },
        new("shows", new Shape.Scalar("A check that passes while users see it: it is asked after on, and after off it must fail.", ScalarKind.Text) { Examples = ["http ${front} status == 503"] }),
    ]);

    internal static MaintenanceDefinition? Read(YamlView maintenance, ShapeCheck check)
    {
        if (maintenance["on"].Placed is not { } on || maintenance["off"].Placed is not { } off)
            return null;
        if (on.Content.Trim() == off.Content.Trim())
            check.Add(off.At, "`off` does the same as `on`, so users would not see the product again", "write the command that takes maintenance away");
        return new(on, off, maintenance["shows"].Placed);
    }
}
