using System.Globalization;
using System.Text.Json;

namespace Holdpoint.Probes;

/// <summary>Reads members of a JSON document that may not have the form it should: what is missing is null, what must be there is told.</summary>
internal static class JsonMembers
{
    extension(JsonElement element)
    {
        public JsonElement? Member(string name) =>
            element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var member) && member.ValueKind != JsonValueKind.Null ? member : null;

        /// <summary>The text of a member, or null where it is none.</summary>
        public string? Text(string name) => element.Member(name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

        public bool? Flag(string name) => element.Member(name)?.ValueKind switch { JsonValueKind.True => true, JsonValueKind.False => false, _ => null };

        public long? Whole(string name) => element.Member(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var whole) ? whole : null;

        /// <summary>A time as RFC 3339 writes it.</summary>
        public DateTimeOffset? Time(string name) =>
            element.Text(name) is { } text && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null;

        /// <summary>The elements of a member that is a list; none where it is missing.</summary>
        public IEnumerable<JsonElement> Items(string name) => element.Member(name) is { ValueKind: JsonValueKind.Array } list ? list.EnumerateArray() : [];

        /// <summary>The members of a member that is an object; none where it is missing.</summary>
        public IEnumerable<JsonProperty> Members(string name) => element.Member(name) is { ValueKind: JsonValueKind.Object } member ? member.EnumerateObject() : [];

        /// <exception cref="Unanswered">There is no such text.</exception>
        public string NeedText(string name) => element.Text(name) ?? throw new Unanswered($"the answer lacks \"{name}\": it does not have the documented form");

        /// <exception cref="Unanswered">There is no such number.</exception>
        public long NeedWhole(string name) => element.Whole(name) ?? throw new Unanswered($"the answer lacks the number \"{name}\": it does not have the documented form");
    }
}
