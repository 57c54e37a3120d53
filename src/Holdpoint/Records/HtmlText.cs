using System.Net;
using System.Text;

namespace Holdpoint.Records;

/// <summary>Text of others goes into the page here and nowhere else, so that none of it becomes markup.</summary>
internal static class HtmlText
{
    public static string Encode(string text) => WebUtility.HtmlEncode(CleanText.Block(text));

    extension(StringBuilder page)
    {
        public StringBuilder Text(string text) => page.Append(Encode(text));

        public StringBuilder Badge(VerdictKind kind) => page.Badge(kind.Tone, kind.Glyph, kind.Word);

        public StringBuilder Badge(Tone tone, string sign, string word) =>
            page.Append($"<span class=\"badge {Class(tone)}\"><span aria-hidden=\"true\">{sign}</span> {Encode(word)}</span>");

        public StringBuilder Time(DateTimeOffset at, string shown) => page.Append($"<time datetime=\"{Moments.Iso(at)}\">{shown}</time>");
    }

    public static string Class(Tone tone) => tone.ToString().ToLowerInvariant();

    /// <summary>The sign that says without colour what a tone says.</summary>
    public static string Sign(Tone tone) => tone switch
    {
        Tone.Good => "✓",
        Tone.Caution => "!",
        Tone.Bad => "✗",
        Tone.Unknown => "?",
        _ => "·",
    };
}
