using System.Collections.Concurrent;
using System.Net.WebSockets;
using System.Security.Cryptography;
using System.Text;

namespace Shop;

/// <summary>Log-in, files, a chat, a web socket and signed hooks.</summary>
internal static class Talk
{
    private static readonly ConcurrentDictionary<string, int> Files = new();

    public static void Map(WebApplication app)
    {
        app.MapPost("/v1/login", (HttpContext context, Limits limits, Login login) =>
        {
            if (!limits.Admits("login " + login.User, 5))
                return Results.StatusCode(429);
            if (login.Password != "open sesame")
                return Results.StatusCode(401);
            context.Response.Cookies.Append("session", Guid.NewGuid().ToString("N"), new CookieOptions { HttpOnly = true, Secure = true, SameSite = SameSiteMode.Strict });
            return Results.Json(new { user = login.User });
        });
        app.MapPost("/v1/files/{name}", async (string name, HttpRequest request) =>
        {
            using var content = new MemoryStream();
            await request.Body.CopyToAsync(content);
            Files[name] = (int)content.Length;
            return Results.Json(new { name, size = content.Length }, statusCode: 201);
        });
        app.MapGet("/v1/files", (string? q) => Results.Json(new { total = Files.Keys.Count(f => f.Contains(q ?? "", StringComparison.OrdinalIgnoreCase)) }));
        app.MapPost("/v1/chat", (Message message) => Results.Json(new { answer = $"You said: {message.Text}" }));
        app.MapPost("/v1/hooks", async (HttpRequest request, Settings settings, Limits limits) =>
        {
            if (!limits.Admits("hooks", 10))
                return Results.StatusCode(429);
            using var reader = new StreamReader(request.Body);
            var body = await reader.ReadToEndAsync();
            var signature = "sha256=" + Convert.ToHexStringLower(HMACSHA256.HashData(Encoding.UTF8.GetBytes(settings.HookSecret), Encoding.UTF8.GetBytes(body)));
            return CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(signature), Encoding.UTF8.GetBytes(request.Headers["X-Signature"].ToString()))
                ? Results.StatusCode(202) : Results.StatusCode(401);
        });
        app.Map("/v1/socket", EchoAsync);
    }

    private static async Task EchoAsync(HttpContext context)
    {
        if (!context.WebSockets.IsWebSocketRequest)
        {
            context.Response.StatusCode = 400;
            return;
        }

        using var socket = await context.WebSockets.AcceptWebSocketAsync();
        var buffer = new byte[4096];
        while (await socket.ReceiveAsync(buffer.AsMemory(), context.RequestAborted) is { MessageType: not WebSocketMessageType.Close } received)
            await socket.SendAsync(buffer.AsMemory(0, received.Count), received.MessageType, received.EndOfMessage, context.RequestAborted);
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, context.RequestAborted);
    }

    private sealed record Login(string User, string? Password);

    private sealed record Message(string Text);
}
