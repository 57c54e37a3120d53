namespace Shop;

/// <summary>What a browser sees.</summary>
internal static class Pages
{
    public static void Map(WebApplication app)
    {
        app.MapGet("/", (Settings settings) => Results.Text($"""
            <!doctype html>
            <html lang="en">
            <head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>Shop</title><link rel="icon" href="/icon.svg"><link rel="stylesheet" href="/style.css"></head>
            <body><main><h1>Shop</h1><p>Parts, offers and a chat. Version {settings.Version}.</p><p><a href="/v1/parts">All parts</a></p></main></body>
            </html>
            """, "text/html; charset=utf-8"));
        app.MapGet("/icon.svg", () => Results.Text("""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 8 8"><rect width="8" height="8" fill="#245"/></svg>""", "image/svg+xml"));
        app.MapGet("/style.css", () => Results.Text("body{font:16px/1.5 sans-serif;color:#111;background:#fff;margin:2rem}a{color:#0645ad}", "text/css"));
    }
}
