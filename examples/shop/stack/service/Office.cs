namespace Shop;

/// <summary>Stand-ins for what an example asks outside of its stack, by their documented answers: GitHub, Grafana, Sentry, an OpenTelemetry collector, and a place for announcements.</summary>
internal static class Office
{
    public static void Run(int port)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.SetMinimumLevel(LogLevel.Warning);
        builder.WebHost.UseUrls($"http://127.0.0.1:{port}");
        var app = builder.Build();
        MapGitHub(app.MapGroup("/github"));
        MapGrafana(app.MapGroup("/grafana"));
        MapSentry(app.MapGroup("/sentry"));
        app.MapPost("/otel/v1/traces", () => Results.Json(new { partialSuccess = new { } }));
        app.MapPost("/announcements", () => Results.Text("ok"));
        app.Run();
    }

    private static void MapGitHub(RouteGroupBuilder api)
    {
        const string Commit = "0123456789abcdef0123456789abcdef01234567";
        var now = DateTimeOffset.UnixEpoch.AddYears(56).ToString("yyyy-MM-ddTHH:mm:ssZ", System.Globalization.CultureInfo.InvariantCulture);
        const string Repository = "/repos/octo/shop";
        api.MapGet(Repository + "/commits/{reference}", () => Results.Json(new { sha = Commit }));
        api.MapGet(Repository + "/actions/runs", () => Results.Json(new { total_count = 0, workflow_runs = Array.Empty<object>() }));
        api.MapGet(Repository + "/commits/{commit}/check-runs", () => Results.Json(new
        {
            total_count = 3,
            check_runs = ((string[])["lint", "test", "scan"]).Select((name, i) => new { id = i + 1, name, status = "completed", conclusion = "success", completed_at = now, check_suite = new { id = 1 } }),
        }));
        api.MapGet(Repository + "/commits/{commit}/status", () => Results.Json(new { state = "success", statuses = Array.Empty<object>() }));
        var pull = new { number = 7, title = "Offers by maker", state = "closed", merged_at = now, merge_commit_sha = Commit, changed_files = 1, user = new { login = "cy" }, @base = new { @ref = "main" }, head = new { sha = Commit } };
        api.MapGet(Repository + "/commits/{commit}/pulls", () => Results.Json(new[] { pull }));
        api.MapGet(Repository + "/pulls/7", () => Results.Json(pull));
        api.MapGet(Repository + "/pulls/7/files", () => Results.Json(new[] { new { filename = "src/offers.cs" } }));
        api.MapGet(Repository + "/pulls/7/reviews", () => Results.Json(((string[])["ana", "bo"]).Select(who => new { user = new { login = who }, state = "APPROVED", author_association = "MEMBER", commit_id = Commit })));
        api.MapGet(Repository + "/contents/{**path}", (string path) => path == "CODEOWNERS" ? Results.Json(new { content = Convert.ToBase64String("* @ana\n"u8) }) : Results.NotFound());
        api.MapGet(Repository + "/labels/{label}", (string label) => Results.Json(new { name = label }));
        api.MapGet(Repository + "/issues", () => Results.Json(Array.Empty<object>()));
        api.MapPost("/graphql", () => Results.Json(new { data = new { repository = new { pullRequest = new { reviewThreads = new { nodes = Array.Empty<object>(), pageInfo = new { hasNextPage = false } } } } } }));
    }

    private static void MapGrafana(RouteGroupBuilder api)
    {
        object source = new { type = "prometheus", uid = "metrics" };
        api.MapGet("/api/dashboards/uid/{uid}", (string uid) => Results.Json(new
        {
            dashboard = new { uid, title = uid, panels = new[] { new { id = 1, type = "timeseries", title = "Requests", datasource = source, targets = new[] { new { refId = "A", expr = "sum(rate(http_requests_total[1m]))", datasource = source } } } } },
        }));
        api.MapPost("/api/ds/query", () => Results.Json(new
        {
            results = new Dictionary<string, object> { ["A"] = new { status = 200, frames = new[] { new { schema = new { fields = new object[] { new { name = "Time", type = "time" }, new { name = "Value", type = "number" } } }, data = new { values = new double[][] { [1], [20] } } } } } },
        }));
    }

    private static void MapSentry(RouteGroupBuilder api)
    {
        api.MapGet("/api/0/organizations/octo/releases/{release}/", (string release) => Results.Json(new { version = release, projects = new[] { new { slug = "shop" } } }));
        api.MapGet("/api/0/projects/octo/shop/issues/", () => Results.Json(Array.Empty<object>()));
    }
}
