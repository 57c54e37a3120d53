using System.Globalization;
using System.Text.Json;

namespace Holdpoint.Expressions;

/// <summary>The small part of RFC 9535 that checklists need: <c>$.name</c>, <c>[n]</c>, <c>[*]</c>, <c>["name"]</c>.</summary>
public sealed record JsonPath(string Text)
{
    private readonly Step[] _steps = Parse(Text, out _) ?? throw new FormatException($"{Text} is no path");

    public bool SelectsMany => Array.Exists(_steps, s => s is Step.Every);

    // The parsed steps are an array, and arrays are equal by reference only.
    public bool Equals(JsonPath? other) => other is not null && Text == other.Text;

    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    /// <summary>How many characters of <paramref name="text"/> are a path; 0 where it begins with none.</summary>
    public static int Measure(string text, int start)
    {
        Parse(text.AsSpan(start), out var length);
        return length;
    }

    /// <summary>
    /// The value at the path: <see cref="Value.Absent"/> where the document lacks it, <see cref="Value.Unknown"/> where the path asks for a member of something that has none.
    /// Where <c>[*]</c> has chosen elements, one that lacks what is asked for stays in the list as absent (RFC 9535 drops it): otherwise
    /// <c>all($.x[*].ok) == true</c> would pass over an element that says nothing.
    /// </summary>
    public Value Select(JsonElement document)
    {
        List<JsonElement> nodes = [document];
        var chosen = false;
        foreach (var step in _steps)
        {
            var next = new List<JsonElement>();
            foreach (var node in nodes)
            {
                switch (step, node.ValueKind)
                {
                    case (_, JsonValueKind.Undefined):
                        next.Add(node);
                        break;
                    case (Step.Name s, JsonValueKind.Object):
                        next.Add(node.TryGetProperty(s.Key, out var member) ? member : default);
                        break;
                    case (Step.Index s, JsonValueKind.Array):
                        var length = node.GetArrayLength();
                        var index = s.At < 0 ? length + s.At : s.At;
                        next.Add(index >= 0 && index < length ? node[index] : default);
                        break;
                    case (Step.Every, JsonValueKind.Array):
                        next.AddRange(node.EnumerateArray());
                        break;
                    case (Step.Every, JsonValueKind.Object):
                        next.AddRange(node.EnumerateObject().Select(p => p.Value));
                        break;
                    default:
                        return new Value.Unknown($"{Text}: {Kind(node)} has no {step}");
                }
            }

            nodes = next;
            chosen |= step is Step.Every;
            if (!chosen && nodes[0].ValueKind == JsonValueKind.Undefined)
                return new Value.Absent();
        }

        if (SelectsMany)
            return new Value.Many([.. nodes.Select(ToValue)]);
        return ToValue(nodes[0]);
    }

    public static Value ToValue(JsonElement node) => node.ValueKind switch
    {
        JsonValueKind.Number => Value.Count(node.GetDouble()),
        JsonValueKind.String => Value.Of(node.GetString()!),
        JsonValueKind.True => Value.Of(true),
        JsonValueKind.False => Value.Of(false),
        JsonValueKind.Null => new Value.Null(),
        JsonValueKind.Undefined => new Value.Absent(),
        JsonValueKind.Array => new Value.Many([.. node.EnumerateArray().Select(ToValue)]),
        _ => Value.Of(node.GetRawText()),
    };

    public override string ToString() => Text;

    private static string Kind(JsonElement node) => node.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "an array",
        JsonValueKind.String => "a text",
        JsonValueKind.Number => "a number",
        JsonValueKind.Null => "null",
        _ => "a boolean",
    };

    private static Step[]? Parse(ReadOnlySpan<char> text, out int length)
    {
        length = 0;
        if (text.Length == 0 || text[0] != '$')
            return null;
        var steps = new List<Step>();
        var i = 1;
        while (i < text.Length)
        {
            if (text[i] == '.' && i + 1 < text.Length && IsNameStart(text[i + 1]))
            {
                var end = i + 1;
                while (end < text.Length && (IsNameStart(text[end]) || char.IsAsciiDigit(text[end]) || (text[end] == '-' && end + 1 < text.Length && IsNameStart(text[end + 1]))))
                    end++;
                steps.Add(new Step.Name(text[(i + 1)..end].ToString()));
                i = end;
            }
            else if (text[i] == '[')
            {
                var close = IndexOf(text, ']', i);
                if (i + 1 < text.Length && text[i + 1] is '"' or '\'')
                {
                    var quote = IndexOf(text, text[i + 1], i + 2);
                    if (quote < 0 || quote + 1 >= text.Length || text[quote + 1] != ']')
                        return null;
                    steps.Add(new Step.Name(text[(i + 2)..quote].ToString()));
                    i = quote + 2;
                    continue;
                }

                if (close < 0)
                    return null;
                var inner = text[(i + 1)..close];
                if (inner is "*")
                    steps.Add(new Step.Every());
                else if (int.TryParse(inner, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var index))
                    steps.Add(new Step.Index(index));
                else
                    return null;
                i = close + 1;
            }
            else
            {
                break;
            }
        }

        length = i;
        return [.. steps];

        static int IndexOf(ReadOnlySpan<char> text, char sought, int from) =>
            from <= text.Length && text[from..].IndexOf(sought) is >= 0 and var found ? from + found : -1;

        static bool IsNameStart(char c) => char.IsLetter(c) || c == '_';
    }

    private abstract record Step
    {
        public sealed record Name(string Key) : Step
        {
            public override string ToString() => $"member {Key}";
        }

        public sealed record Index(int At) : Step
        {
            public override string ToString() => $"element {At}";
        }

        public sealed record Every : Step
        {
            public override string ToString() => "elements";
        }
    }
}
