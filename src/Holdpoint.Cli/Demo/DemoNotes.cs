using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Holdpoint.Cli.Demo;

/// <summary>Notes in memory: what a scenario makes, changes, finds refused and removes. A note's name is unique; a locked note is not changed or removed.</summary>
internal sealed class DemoNotes
{
    private readonly Dictionary<int, Note> _notes = [];
    private readonly Lock _lock = new();
    private int _last;

    private sealed record Note(int Id, string Name, string Text, bool Locked)
    {
        public JsonObject ToJson() => new() { ["id"] = Id, ["name"] = Name, ["text"] = Text, ["locked"] = Locked };
    }

    /// <param name="rest">What follows <c>/v1/notes</c>: empty, or <c>/ID</c>.</param>
    public HttpReply Answer(HttpRequest request, string rest)
    {
        lock (_lock)
        {
            if (rest.Length == 0)
                return request.Method switch
                {
                    "GET" or "HEAD" => Reply(200, new JsonObject { ["notes"] = new JsonArray([.. _notes.Values.Select(n => n.ToJson())]) }),
                    "POST" => Create(request),
                    _ => NotAllowed("GET, POST"),
                };
            if (!int.TryParse(rest[1..], NumberStyles.None, CultureInfo.InvariantCulture, out var id) || !_notes.TryGetValue(id, out var note))
                return Fault(404, $"there is no note {rest[1..]}");
            return request.Method switch
            {
                "GET" or "HEAD" => Reply(200, note.ToJson()),
                "PUT" or "PATCH" => Change(request, note),
                "DELETE" => Delete(note),
                _ => NotAllowed("GET, PUT, PATCH, DELETE"),
            };
        }
    }

    public static HttpReply Fault(int status, string message) => Reply(status, new JsonObject { ["error"] = message });

    private HttpReply Create(HttpRequest request)
    {
        if (Read(request, out var fault) is not { } fields)
            return fault!;
        if (fields.Name is not { Length: > 0 } name)
            return Fault(422, "a note needs a name");
        if (_notes.Values.Any(n => n.Name == name))
            return Fault(422, $"there is a note called {name}");
        var note = new Note(++_last, name, fields.Text ?? "", fields.Locked ?? false);
        _notes.Add(note.Id, note);
        return Reply(201, note.ToJson()) with { Headers = [("Location", $"/v1/notes/{note.Id}")] };
    }

    private HttpReply Change(HttpRequest request, Note note)
    {
        if (Read(request, out var fault) is not { } fields)
            return fault!;
        if (note.Locked && fields.Locked != false)
            return Fault(409, $"note {note.Id} is locked");
        if (fields.Name is "")
            return Fault(422, "a note needs a name");
        if (_notes.Values.Any(n => n.Id != note.Id && n.Name == fields.Name))
            return Fault(422, $"there is a note called {fields.Name}");
        _notes[note.Id] = note = note with { Name = fields.Name ?? note.Name, Text = fields.Text ?? note.Text, Locked = fields.Locked ?? note.Locked };
        return Reply(200, note.ToJson());
    }

    private HttpReply Delete(Note note)
    {
        if (note.Locked)
            return Fault(409, $"note {note.Id} is locked");
        _notes.Remove(note.Id);
        return new(204, "", []);
    }

    private static (string? Name, string? Text, bool? Locked)? Read(HttpRequest request, out HttpReply? fault)
    {
        fault = null;
        try
        {
            using var document = JsonDocument.Parse(request.Body);
            if (document.RootElement.ValueKind == JsonValueKind.Object)
                return (Text("name"), Text("text"), Flag("locked"));
            fault = Fault(422, "a note is a JSON object");
            return null;

            string? Text(string name) => document.RootElement.TryGetProperty(name, out var v) && v.ValueKind == JsonValueKind.String ? v.GetString() : null;

            bool? Flag(string name) => document.RootElement.TryGetProperty(name, out var v) && v.ValueKind is JsonValueKind.True or JsonValueKind.False ? v.GetBoolean() : null;
        }
        catch (JsonException)
        {
            fault = Fault(400, "the body is not JSON");
            return null;
        }
    }

    private static HttpReply NotAllowed(string allowed) => Fault(405, $"allowed here: {allowed}") with { Headers = [("Allow", allowed)] };

    private static HttpReply Reply(int status, JsonObject json) => HttpReply.Json(status, json.ToJsonString());
}
