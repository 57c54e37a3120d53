using Holdpoint.Checklists;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using Mark = YamlDotNet.Core.Mark;

namespace Holdpoint.Configuration;

/// <summary>
/// Reads YAML text into <see cref="YamlNode"/>s, without reflection and within limits. Never throws for what the text holds:
/// what YAML forbids is one problem, since nothing after it can be trusted.
/// </summary>
internal static class YamlTree
{
    /// <summary>1 MB. A configuration is a few kB.</summary>
    public const int CharacterLimit = 1_000_000;

    /// <summary>Levels of nesting; the deepest known key stands on the seventh.</summary>
    public const int DepthLimit = 32;

    /// <summary>Nodes with every alias counted as often as it is used, against "billion laughs".</summary>
    public const int NodeLimit = 50_000;

    /// <param name="firstLine">The line of the file on which the text begins, for front matter.</param>
    /// <returns>The root, or null where the text is empty or can't be read.</returns>
    public static (YamlNode? Root, Problem? Problem) Read(string file, string text, int firstLine = 1)
    {
        if (text.StartsWith('\uFEFF'))
            text = text[1..];
        if (text.Length > CharacterLimit)
            return (null, new(file, new(firstLine, 1), $"the file has {text.Length} characters; {CharacterLimit} is the limit", "keep data in files of its own and only settings here"));
        if (UnreadableCharacter(text) is { } offset)
        {
            var at = new SourceText(file, text).PositionAt(offset);
            return (null, new(file, at with { Line = at.Line + firstLine - 1 }, $"this is not YAML text: it holds the character U+{(int)text[offset]:X4}", "save it as UTF-8 text, without control characters"));
        }

        try
        {
            return (new Reading(new Parser(new Scanner(new StringReader(text))), firstLine).Document(), null);
        }
        catch (TooMuch e)
        {
            return (null, new(file, e.At, e.Message, e.Fix));
        }
        catch (YamlException e)
        {
            return (null, Explain(file, text, firstLine, e));
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or FormatException or OverflowException or IndexOutOfRangeException or InvalidCastException or KeyNotFoundException or NotSupportedException or NullReferenceException)
        {
            // The scanner trips over some malformed escapes and directives with exceptions of other types.
            return (null, new(file, new(firstLine, 1), $"this is not YAML: {e.Message.ReplaceLineEndings(" ")}", "remove unusual escapes and % directives"));
        }
    }

    private static int? UnreadableCharacter(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if ((c < ' ' && c is not ('\t' or '\n' or '\r')) || c is '\u007F' or '\uFFFE' or '\uFFFF' || (char.IsSurrogate(c) && !IsPair(text, i)))
                return i;
        }

        return null;
    }

    private static bool IsPair(string text, int i) =>
        char.IsHighSurrogate(text[i]) ? i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]) : i > 0 && char.IsHighSurrogate(text[i - 1]);

    private static Problem Explain(string file, string text, int firstLine, YamlException e)
    {
        var line = Math.Max(1, (int)Math.Min(e.Start.Line, int.MaxValue));
        var at = new Position(line + firstLine - 1, Math.Max(1, (int)Math.Min(e.Start.Column, int.MaxValue)));
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        // The library names the beginning of what it was reading, which may lie lines before the tab.
        var last = (int)Math.Min(Math.Max(e.End.Line, line) + 1, lines.Length);
        for (var i = Math.Min(line, lines.Length) - 1; i < last; i++)
        {
            var indent = lines[i].Length - lines[i].TrimStart().Length;
            if (lines[i].AsSpan(0, indent).IndexOf('\t') is >= 0 and var tab)
                return new(file, new(i + firstLine, tab + 1), "this line is indented with a tab, which YAML does not allow", "indent with blanks");
        }

        var written = lines[Math.Min(line, lines.Length) - 1];
        var fix = written.Contains("${", StringComparison.Ordinal) && written.AsSpan().IndexOfAny('{', '[') is >= 0
            ? "inside { } and [ ] a value with ${…} needs quotes: \"${name}\""
            : "look at indentation and quotes here; a value that begins with one of @ ` % * & ! { [ or holds ': ' or ' #' needs quotes";
        return new(file, at, $"this is not YAML: {Plain(e.Message)}", fix);
    }

    /// <summary>The library's message without its own line numbers.</summary>
    private static string Plain(string message)
    {
        var text = message.ReplaceLineEndings(" ");
        if (text.StartsWith('(') && text.IndexOf("): ", StringComparison.Ordinal) is > 0 and var end)
            text = text[(end + 3)..];
        text = text.Trim().TrimEnd('.');
        return text.Length == 0 ? "it can't be parsed" : char.ToLowerInvariant(text[0]) + text[1..];
    }

    private sealed class TooMuch(Position at, string what, string fix) : Exception(what)
    {
        public Position At { get; } = at;

        public string Fix { get; } = fix;
    }

    private sealed class Reading(IParser parser, int firstLine)
    {
        private readonly Dictionary<string, YamlNode> _anchors = [];
        private int _nodes;

        public YamlNode? Document()
        {
            parser.Consume<StreamStart>();
            if (parser.Accept<StreamEnd>(out _))
                return null;
            parser.Consume<DocumentStart>();
            var root = Node(0);
            parser.Consume<DocumentEnd>();
            if (parser.Accept<DocumentStart>(out var second))
                throw new TooMuch(At(second.Start), "a second document begins here", "remove the line `---` and what follows it");
            parser.Consume<StreamEnd>();
            return root;
        }

        private YamlNode Node(int depth)
        {
            var next = parser.Current ?? throw new YamlException("the text ends too early");
            if (depth > DepthLimit)
                throw new TooMuch(At(next.Start), $"this is nested more than {DepthLimit} levels deep", "no key of this file stands that deep");
            Count(1, next.Start);
            if (parser.TryConsume<AnchorAlias>(out var alias))
            {
                if (!_anchors.TryGetValue(alias.Value.Value, out var target))
                    throw new TooMuch(At(alias.Start), $"*{alias.Value.Value} refers to an anchor that is not there, or that it stands in itself", $"put &{alias.Value.Value} before the value that is meant, above this line");
                Count(target.Size, alias.Start);
                return target;
            }

            if (parser.TryConsume<Scalar>(out var scalar))
                return Remember(scalar, new YamlScalar(scalar.Value, scalar.Style == ScalarStyle.Plain, At(scalar.Start), ContentOf(scalar)));
            if (parser.TryConsume<SequenceStart>(out var start))
            {
                var list = new YamlList(At(start.Start));
                while (!parser.TryConsume<SequenceEnd>(out _))
                    list.Add(Node(depth + 1));
                return Remember(start, list);
            }

            var opening = parser.Consume<MappingStart>();
            var mapping = new YamlMapping(At(opening.Start));
            var merged = new List<(YamlNode From, Position At)>();
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                var keyAt = At(parser.Current!.Start);
                if (Node(depth + 1) is not YamlScalar key)
                    throw new TooMuch(keyAt, "a key is a list or a mapping here", "put quotes around a value that begins with { or [");
                var value = Node(depth + 1);
                if (key is { Text: "<<", IsPlain: true })
                    merged.Add((value, keyAt));
                else
                    mapping.Add(new(key.Text, keyAt, value));
            }

            foreach (var (from, at) in merged)
                Merge(mapping, from, at);
            return Remember(opening, mapping);
        }

        private void Merge(YamlMapping into, YamlNode from, Position at)
        {
            IReadOnlyList<YamlNode> sources = from is YamlList list ? list.Items : [from];
            var own = into.Entries.Select(e => e.Key).ToHashSet(StringComparer.Ordinal);
            foreach (var source in sources)
            {
                if (source is not YamlMapping mapping)
                    throw new TooMuch(at, "`<<` takes a mapping or a list of mappings", "write <<: *name of an anchored mapping");
                foreach (var entry in mapping.Entries)
                    if (own.Add(entry.Key))
                        into.Add(entry with { IsMerged = true });
            }
        }

        private YamlNode Remember(NodeEvent e, YamlNode node)
        {
            if (!e.Anchor.IsEmpty)
                _anchors[e.Anchor.Value] = node;
            return node;
        }

        private void Count(int nodes, Mark at)
        {
            _nodes += nodes;
            if (_nodes > NodeLimit)
                throw new TooMuch(At(at), $"there are more than {NodeLimit} values from here on, aliases counted as often as they are used", "use fewer aliases (*name)");
        }

        private Position At(Mark mark) => new((int)mark.Line + firstLine - 1, (int)mark.Column);

        private Position ContentOf(Scalar scalar)
        {
            var at = At(scalar.Start);
            return scalar.Style switch
            {
                ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted => at with { Column = at.Column + 1 },
                ScalarStyle.Literal or ScalarStyle.Folded => new(at.Line + 1, 1),
                _ => at,
            };
        }
    }
}
