using System.Buffers;
using System.Net;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Holdpoint.Configuration;

/// <summary>Every way in which a secret may stand in a text, and their removal. Adding is rare and takes a lock; masking takes none.</summary>
internal sealed class SecretForms
{
    public const string Mark = "***";

    /// <summary>8 characters: a shorter piece of an encoding stands in other texts by chance.</summary>
    private const int ShortestDerived = 8;

    private readonly Lock _adding = new();
    private readonly HashSet<string> _values = new(StringComparer.Ordinal);
    private readonly HashSet<string> _forms = new(StringComparer.Ordinal);
    // Made at the first use after a change: a run finds several secrets in a row.
    private volatile Lazy<Search> _text = new(() => new([]));
    private volatile Lazy<Search> _bytes = new(() => new([]));

    public void Add(string value)
    {
        if (value.Length < Secrets.ShortestMasked)
            return;
        lock (_adding)
        {
            if (!_values.Add(value))
                return;
            _forms.UnionWith(FormsOf(value));
            string[] forms = [.. _forms];
            _text = new(() => new(forms));
            // Latin-1 maps bytes to characters one for one, so that bytes which are no text are searched and kept all the same.
            _bytes = new(() => new(forms.Select(f => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(f)))));
        }
    }

    public string Mask(string text) => _text.Value.Replace(text);

    public byte[] Mask(ReadOnlySpan<byte> bytes)
    {
        var search = _bytes.Value;
        return search.IsEmpty ? bytes.ToArray() : Encoding.Latin1.GetBytes(search.Replace(Encoding.Latin1.GetString(bytes)));
    }

    private static IEnumerable<string> FormsOf(string value)
    {
        yield return value;
        foreach (var form in Derived(value).Where(f => f.Length >= ShortestDerived && f != value))
            yield return form;
        // A key of several lines is shown line by line by most programs.
        if (value.Contains('\n', StringComparison.Ordinal))
            foreach (var line in value.Split('\n', StringSplitOptions.TrimEntries).Where(l => l.Length >= ShortestDerived))
                yield return line;
    }

    private static IEnumerable<string> Derived(string value)
    {
        var bytes = Encoding.UTF8.GetBytes(value);
        foreach (var form in Base64(bytes))
        {
            yield return form;
            yield return form.Replace('+', '-').Replace('/', '_');
        }

        yield return Convert.ToHexStringLower(bytes);
        yield return Convert.ToHexString(bytes);
        var percent = Uri.EscapeDataString(value);
        yield return percent;
        yield return LowerHex(percent);
        yield return percent.Replace("%20", "+", StringComparison.Ordinal);
        yield return Uri.EscapeDataString(percent);
        yield return JsonEncodedText.Encode(value).ToString();
        yield return JsonEncodedText.Encode(value, JavaScriptEncoder.UnsafeRelaxedJsonEscaping).ToString();
        yield return WebUtility.HtmlEncode(value);
        yield return value.Replace("\n", "\r\n", StringComparison.Ordinal);
    }

    /// <summary>
    /// Alone, with and without padding, and inside something longer (<c>user:password</c> of a header): there it begins at one of three
    /// places within a group of three bytes, and the characters that it shares with its neighbours are left out.
    /// </summary>
    private static IEnumerable<string> Base64(byte[] bytes)
    {
        var alone = Convert.ToBase64String(bytes);
        yield return alone;
        yield return alone.TrimEnd('=');
        for (var before = 0; before < 3; before++)
        {
            var encoded = Convert.ToBase64String([.. new byte[before], .. bytes]);
            var first = (before * 8 + 5) / 6;
            var end = (before + bytes.Length) * 8 / 6;
            if (end > first)
                yield return encoded[first..end];
        }
    }

    private static string LowerHex(string percent)
    {
        var text = percent.ToCharArray();
        for (var i = 0; i + 2 < text.Length; i++)
            if (text[i] == '%')
            {
                text[i + 1] = char.ToLowerInvariant(text[i + 1]);
                text[i + 2] = char.ToLowerInvariant(text[i + 2]);
            }

        return new(text);
    }

    private sealed class Search
    {
        private readonly string[] _longestFirst;
        private readonly SearchValues<string> _any;

        public Search(IEnumerable<string> forms)
        {
            _longestFirst = [.. forms.OrderByDescending(f => f.Length)];
            _any = SearchValues.Create(_longestFirst, StringComparison.Ordinal);
        }

        public bool IsEmpty => _longestFirst.Length == 0;

        public string Replace(string text)
        {
            if (IsEmpty)
                return text;
            var at = text.AsSpan().IndexOfAny(_any);
            if (at < 0)
                return text;
            var result = new StringBuilder(text.Length);
            var done = 0;
            while (at >= 0)
            {
                result.Append(text, done, at - done).Append(Mark);
                done = EndOfOverlap(text, at);
                var next = text.AsSpan(done).IndexOfAny(_any);
                at = next < 0 ? -1 : done + next;
            }

            return result.Append(text, done, text.Length - done).ToString();
        }

        /// <summary>The end of the secrets that begin at a place or within each other: the rest of one must not survive the other.</summary>
        private int EndOfOverlap(string text, int start)
        {
            var end = start + LongestAt(text, start);
            for (var i = start + 1; i < end; i++)
            {
                var next = text.AsSpan(i).IndexOfAny(_any);
                if (next < 0 || i + next >= end)
                    break;
                i += next;
                end = Math.Max(end, i + LongestAt(text, i));
            }

            return end;
        }

        private int LongestAt(string text, int at)
        {
            foreach (var form in _longestFirst)
                if (string.CompareOrdinal(text, at, form, 0, form.Length) == 0)
                    return form.Length;
            return 1;
        }
    }
}
