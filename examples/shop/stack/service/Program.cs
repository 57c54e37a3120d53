// The service that the examples deploy: a page, a catalogue of parts in PostgreSQL, log-in, files, search, a chat, a web socket, hooks.
// `shop office PORT` is the stand-ins, `shop load RATE URL…` its users.
// PORT, VERSION and DATABASE say what it is; FAULT says what is wrong with a bad version: errors=0.3, slow=2s, ill.
using Npgsql;
using Shop;

switch (args)
{
    case ["office", var port]:
        Office.Run(int.Parse(port, System.Globalization.CultureInfo.InvariantCulture));
        return;
    case ["load", var rate, .. var fronts]:
        await Load.RunAsync(fronts, int.Parse(rate, System.Globalization.CultureInfo.InvariantCulture));
        return;
}

var settings = Settings.Read();
var builder = WebApplication.CreateSlimBuilder();
builder.Logging.SetMinimumLevel(LogLevel.Warning);
builder.WebHost.UseUrls($"http://127.0.0.1:{settings.Port}");
builder.Services.AddSingleton(settings);
builder.Services.AddSingleton(NpgsqlDataSource.Create(settings.Database));
builder.Services.AddSingleton(new Figures(settings.Version));
builder.Services.AddSingleton(new Limits(TimeProvider.System));

var app = builder.Build();
app.UseWebSockets();
app.Use(Protection.ApplyAsync);
app.Use(app.Services.GetRequiredService<Figures>().MeasureAsync);
app.Use(settings.Fault.ApplyAsync);
app.MapGet("/health", HealthAsync);
app.MapGet("/metrics", (Figures figures) => Results.Text(figures.ToText(), "text/plain; version=0.0.4"));
Pages.Map(app);
Parts.Map(app);
Talk.Map(app);
app.Run();

static async Task<IResult> HealthAsync(Settings settings, NpgsqlDataSource database)
{
    if (settings.Fault.IsIll)
        return Results.Json(new { status = "ill", version = settings.Version }, statusCode: 503);
    await using var command = database.CreateCommand("select 1");
    await command.ExecuteScalarAsync();
    return Results.Json(new { status = "healthy", version = settings.Version });
}
