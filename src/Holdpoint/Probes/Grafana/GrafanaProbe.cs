using System.Globalization;
using System.Text;
using System.Text.Json;
using Holdpoint.Expressions;

namespace Holdpoint.Probes.Grafana;

/// <summary>Whether the panels of a dashboard show anything: what each of them asks is asked, by Grafana itself (https://grafana.com/docs/grafana/latest/developers/http_api/).</summary>
public sealed class GrafanaProbe : AskingProbe
{
    /// <summary>Panels asked for at once: dashboards are dear to what is behind them.</summary>
    private const int AtOnce = 4;

    private static readonly TimeSpan DefaultWindow = TimeSpan.FromHours(1);

    public override Signature Signature { get; } = new("grafana", "The panels of a Grafana dashboard answer with data.")
    {
        Arguments = [new("SERVER", "A name under servers: grafana: url, token (a service account's; a viewer's is enough), or user and password, insecure.")],
        Options =
        [
            new("dashboard", "Its uid, as in its address /d/UID/…, or its whole title.") { Required = true },
            new("variables", "Values for its variables: \"instance=web1,job=api\". Those that are left out have what the dashboard has saved."),
        ],
        Facts =
        [
            new("panels", Dimension.Count, "Panels that ask for data, also in collapsed rows and from the library; texts, lists and rows don't count, nor does what only shows another panel's data."),
            new("empty", Dimension.Count, "Panels that answer without a single value in the window: over, 1h by default, or the panel's own."),
            new("errors", Dimension.Count, "Panels of which a query fails."),
        ],
        DefaultCondition = "empty == 0 and errors == 0",
        Example = "grafana main dashboard=shop-overview over 30m timeout 1m",
        StandIn = "a server that answers as Grafana's HTTP API is documented",
    };

    protected override async Task<Reading> AskAsync(ProbeCall call, CancellationToken cancel)
    {
        var grafana = new GrafanaApi(WebApi.Of(call, "grafana", call.Arguments[0]), cancel);
        var dashboard = await grafana.DashboardAsync(call.Option("dashboard") ?? throw new Unanswered("say which dashboard: dashboard=UID or its title"));
        var panels = new List<GrafanaPanel>();
        foreach (var panel in GrafanaPanel.In(dashboard))
            if (await WholeAsync(panel, grafana) is { Asks: true } whole)
                panels.Add(whole);
        if (panels.Count == 0)
        {
            var none = new Value.Unknown("the dashboard has no panel that asks for data");
            return Reading.Of(("panels", Value.Count(0)), ("empty", none), ("errors", none));
        }

        var variables = GrafanaVariables.Of(dashboard, call.Option("variables"));
        var questions = new GrafanaQuestions(grafana, variables, call.Context.Time.GetUtcNow(), call.Over ?? DefaultWindow);
        using var turns = new SemaphoreSlim(AtOnce);
        var answers = await Task.WhenAll(panels.Select(async panel =>
        {
            await turns.WaitAsync(cancel);
            try
            {
                return await questions.AskAsync(panel);
            }
            finally
            {
                turns.Release();
            }
        }));
        return Reading.Of(
            ("panels", Value.Count(panels.Count)),
            ("empty", Value.Count(answers.Count(a => a is PanelAnswer.Empty))),
            ("errors", Value.Count(answers.Count(a => a is PanelAnswer.Error)))) with { Evidence = [Evidence.OfText("panels.txt", Listing(dashboard, panels, answers))] };
    }

    private static async Task<GrafanaPanel> WholeAsync(GrafanaPanel panel, GrafanaApi grafana) =>
        panel is { Library: { } uid, Asks: false } ? panel with { Content = await grafana.LibraryPanelAsync(uid) } : panel;

    private static string Listing(JsonElement dashboard, List<GrafanaPanel> panels, PanelAnswer[] answers)
    {
        var text = new StringBuilder(GrafanaApi.Text(dashboard, "title")).Append('\n');
        foreach (var (panel, answer) in panels.Zip(answers))
            text.Append(CultureInfo.InvariantCulture, $"{answer switch { PanelAnswer.Data(var values) => $"{values} values", PanelAnswer.Empty => "empty", PanelAnswer.Error(var because) => $"error: {because}", _ => "" }}  {panel.Title}\n");
        return text.ToString();
    }
}
