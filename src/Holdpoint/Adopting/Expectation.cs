using System.Globalization;
using System.Text.RegularExpressions;

namespace Holdpoint.Adopting;

/// <summary>What a text expects of a command's answer.</summary>
internal abstract record Expectation
{
    /// <summary>A number, compared.</summary>
    public sealed record Number(string Comparison, string Amount) : Expectation;

    /// <summary>Both ends belong to it.</summary>
    public sealed record Range(string From, string To) : Expectation;

    public sealed record Size(string Comparison, string Amount) : Expectation;

    public sealed record Duration(string Comparison, string Amount) : Expectation;

    public sealed record Share(string Comparison, string Amount) : Expectation;

    /// <summary>An HTTP status.</summary>
    public sealed record Status(string Code) : Expectation;

    /// <summary>This text, literally, in the answer.</summary>
    public sealed record Text(string Literal) : Expectation;

    /// <summary>No line, or an empty list.</summary>
    public sealed record Nothing : Expectation;

    /// <summary>Everything up, healthy, running.</summary>
    public sealed record Healthy : Expectation;

    /// <summary>Expected, and something else would do as well that a person judges: <c>0 or minimal</c>.</summary>
    public sealed record Softened(Expectation Rather) : Expectation;

    /// <summary>Something is expected, and no machine reads what.</summary>
    public sealed record Prose : Expectation;

    private Expectation() { }
}

/// <summary>Reads expectations in words: <c>Expected: &gt;20GB available</c>, <c>Should be 0</c>, <c>→ 200 OK</c>.</summary>
internal static partial class Expectations
{
    /// <summary>Null where the text announces no expectation.</summary>
    public static Expectation? Announced(string text)
    {
        var match = Announcement().Match(text);
        if (!match.Success)
            return null;
        var what = match.Groups["what"].Value;
        return Of(what) is var plain and (Expectation.Number or Expectation.Range or Expectation.Nothing or Expectation.Text) && Softening().IsMatch(what) ? new Expectation.Softened(plain) : Of(what);
    }

    /// <summary>What stands behind a command on its own line: an announcement, or a bare value.</summary>
    public static Expectation? Trailing(string text) => Version().IsMatch(text) ? new Expectation.Prose() : Announced(text) ?? (Of(text) is { } bare and not Expectation.Prose ? bare : null);

    /// <summary>Reads the value itself.</summary>
    public static Expectation Of(string text)
    {
        text = Emoji().Replace(text, "").Trim().TrimEnd('.', '。').Trim();
        if (text.Length == 0)
            return new Expectation.Prose();
        // "or" opens a second possibility; one in parentheses, or a vague one behind a number, leaves the first.
        if (Named().IsMatch(text))
            return new Expectation.Text(text);
        var main = Aside().Replace(text, "").Trim();
        if (Status().Match(main) is { Success: true } status)
            return new Expectation.Status(status.Groups["code"].Value);
        if (Literal().Match(main) is { Success: true } literal && literal.Groups["more"].Value.Trim().Length == 0)
            return Quoted(literal.Groups["text"].Value);
        if (Empty().IsMatch(main))
            return new Expectation.Nothing();
        if (Compared().Match(main) is { Success: true } compared)
            return OfCompared(compared);
        if (Ratio().Match(main) is { Success: true } ratio)
            return new Expectation.Text(ratio.Groups["text"].Value);
        if (Between().Match(main) is { Success: true } between)
            return new Expectation.Range(between.Groups["from"].Value, between.Groups["to"].Value);
        if (Bare().Match(main) is { Success: true } bare)
            return new Expectation.Number("==", bare.Groups["n"].Value);
        if (Alive().IsMatch(text) && !Dead().IsMatch(text))
            return new Expectation.Healthy();
        return Token().IsMatch(text) && !text.Contains('"', StringComparison.Ordinal) ? new Expectation.Text(text) : new Expectation.Prose();
    }

    /// <summary>A limit anywhere in a text: <c>Disk usage normal (&lt;85%)</c>. Null where there is none, or more than one.</summary>
    public static Expectation? Limit(string text)
    {
        var found = Limits().Matches(text);
        return found.Count == 1 ? OfCompared(found[0]) : null;
    }

    public static Expectation OfLimit(Match match) => OfCompared(match);

    /// <summary>A text that expects that nothing is found: no errors, keine Fehler, aucune erreur.</summary>
    public static bool WantsNothing(string text) => NoErrors().IsMatch(text);

    /// <summary>A text that begins with a no.</summary>
    public static bool IsNegative(string text) => Negative().IsMatch(text);

    /// <summary>A text that says what must not be reached, opened or there: what asks for it fails where all is well.</summary>
    public static bool WantsRefusal(string text) => Refusal().IsMatch(text);

    /// <summary>What is searched for is trouble: finding it is no pass.</summary>
    public static bool NamesTrouble(string pattern) => Trouble().IsMatch(pattern);

    public static bool WantsHealthy(string text) => Alive().IsMatch(text) && !Dead().IsMatch(text);

    private static Expectation Quoted(string literal) => literal.Contains('"', StringComparison.Ordinal) ? new Expectation.Prose() : new Expectation.Text(literal);

    private static Expectation OfCompared(Match match)
    {
        var comparison = match.Groups["sign"].Value.Trim().ToLowerInvariant() switch
        {
            "≥" or ">=" or "at least" or "minimum" or "min" or "mindestens" or "au moins" or "al menos" or "pelo menos" or "不少于" or "至少" => ">=",
            "≤" or "<=" or "at most" or "maximum" or "max" or "höchstens" or "au plus" or "不超过" => "<=",
            ">" or "more than" or "above" or "over" or "greater than" or "mehr als" or "über" or "plus de" or "más de" or "mais de" or "больше" or "大于" or "超过" => ">",
            _ => "<",
        };
        var number = match.Groups["n"].Value.Replace(",", "", StringComparison.Ordinal);
        var unit = match.Groups["unit"].Value;
        return unit switch
        {
            "" => new Expectation.Number(comparison, number),
            "%" => new Expectation.Share(comparison, number + "%"),
            _ when Sizes.TryGetValue(unit.ToLowerInvariant(), out var size) => new Expectation.Size(comparison, number + size),
            _ when Times.TryGetValue(unit.ToLowerInvariant(), out var time) => new Expectation.Duration(comparison, number + time),
            _ => new Expectation.Prose(),
        };
    }

    /// <summary>As people write them. "GB" of a tool that counts in 1024 is read as written: the difference is below what such limits mean.</summary>
    private static readonly Dictionary<string, string> Sizes = new(StringComparer.Ordinal)
    {
        ["b"] = "B", ["bytes"] = "B", ["kb"] = "kB", ["k"] = "kB", ["mb"] = "MB", ["m"] = "MB", ["gb"] = "GB", ["g"] = "GB", ["tb"] = "TB", ["kib"] = "KiB", ["mib"] = "MiB", ["gib"] = "GiB", ["gi"] = "GiB", ["mi"] = "MiB", ["gig"] = "GB",
    };

    private static readonly Dictionary<string, string> Times = new(StringComparer.Ordinal)
    {
        ["ms"] = "ms", ["s"] = "s", ["sec"] = "s", ["secs"] = "s", ["second"] = "s", ["seconds"] = "s", ["sekunden"] = "s", ["segundos"] = "s", ["secondes"] = "s", ["秒"] = "s",
        ["min"] = "m", ["mins"] = "m", ["minute"] = "m", ["minutes"] = "m", ["minuten"] = "m", ["minutos"] = "m", ["分钟"] = "m", ["分"] = "m", ["мин"] = "m", ["минут"] = "m",
        ["h"] = "h", ["hour"] = "h", ["hours"] = "h", ["stunden"] = "h", ["horas"] = "h", ["heures"] = "h", ["d"] = "d", ["day"] = "d", ["days"] = "d", ["tage"] = "d", ["días"] = "d", ["dias"] = "d", ["jours"] = "d",
    };

    [GeneratedRegex(@"\b(?:not|cannot|can'?t|isn'?t|aren'?t|no longer)\s+(?:be\s+)?(?:\w+ly\s+)?(?:accessible|reachable|available|exposed|open|found|running|exist\w*|present|possible|respond\w*|public\w*|visible|served|listening)|\binaccessible|\bunreachable|\bblocked|\bdenied|\bforbidden|\brejected|\bpas (?:accessible|exposé)|\bno (?:es |sea |está )?(?:accesible|expuest|públic)|\bnão (?:é |está )?(?:acess|expost|públic)|\bnicht (?:erreichbar|öffentlich|zugänglich)|недоступ|не доступ|不可访问|无法访问|アクセスできない", RegexOptions.IgnoreCase)]
    private static partial Regex Refusal();

    /// <summary>Outside of quotation marks.</summary>
    [GeneratedRegex(@"^[^""'`]*(?:[""'`][^""'`]*[""'`][^""'`]*)*\b(?:or|oder|ou|o|или|except|excluding|other than|außer|sauf|salvo|excepto|exceto|кроме)\b|或|または|除了|除外", RegexOptions.IgnoreCase)]
    private static partial Regex Softening();

    private const string Amount = @"(?<n>[0-9]+(?:,[0-9]{3})*(?:\.[0-9]+)?)\s*(?<unit>%|(?i:bytes|[kmgt]i?b|gi|mi|gig|ms|secs?|seconds?|sekunden|segundos|secondes|mins?|minutes?|minuten|minutos|hours?|stunden|horas|heures|days?|tage|días|dias|jours|分钟|秒|分|минут|мин)\b|[sdhbkmgBKMG]\b)?";

    [GeneratedRegex(@"^(?:[-*•✓✅]\s*)?(?:→|⇒|=>|->|(?:(?:expected|expect)(?:\s+(?:outputs?|results?|responses?|values?)\b)?|erwartet(?:e\s+ausgabe)?|attendu|résultat attendu|esperado|resultado esperado|salida esperada|saída esperada|ожидается|ожидаемый результат|预期(?:输出|结果)?|期望(?:输出|结果)?|期待(?:結果|値)?|应返回|应为|应该(?:返回|显示)?)\s*[:：]?|(?:[\w-]+\s+){0,4}?(?:should|must|sollte|muss|debe|doit|deve|должно)\s+(?:now\s+)?(?:be|return|show|see|output|print|display|receive|respond with|say|report|equal|mostrar|devolver|retornar|être|afficher|retourner|sein|zeigen|zurückgeben|быть|показать|вернуть)?)\s*:?\s*(?<what>.*)$", RegexOptions.IgnoreCase)]
    private static partial Regex Announcement();

    [GeneratedRegex(@"\s*\([^)]*\)|\s+or\s+(?:minimal|near-?0|near zero|only expected\b.*|expected\b.*|very low.*)$|\s+(?:available|free|disponibles?|verfügbar|frei|libres?|libre|livres?|chars?|characters?|services?|targets?|rows?|pods?|nodes?|up targets|up)\s*$", RegexOptions.IgnoreCase)]
    private static partial Regex Aside();

    /// <summary>A revision or a word with its state: <c>0026 (head)</c>.</summary>
    [GeneratedRegex(@"^(?=.*[A-Za-z].*\(|0[0-9])[A-Za-z0-9._-]+ \([a-z]{2,10}\)$")]
    private static partial Regex Named();

    [GeneratedRegex(@"^(?:(?:HTTP(?:/[0-9.]+)?|status(?: code)?)[ :]*(?<code>[1-5][0-9]{2})\b(?:\s+[A-Z]\w*)*|(?<code>[1-5][0-9]{2})\s+(?:OK|Created|Accepted|No Content|Found|Not Found|Unauthorized|Forbidden|Conflict|Too Many Requests|Moved Permanently|Unprocessable\w*)\b.*)(?:\s+(?:response|with\b.*))?$", RegexOptions.IgnoreCase)]
    private static partial Regex Status();

    [GeneratedRegex("^[\"'`“「](?<text>[^\"'`”」]{1,80})[\"'`”」](?<more>.*)$")]
    private static partial Regex Literal();

    [GeneratedRegex(@"^(?:(?:an?\s+)?empty(?:\s+(?:list|array|output|result|string))?|nothing|no (?:output|results?|matches|lines|rows|entries|errors?)|none|\[\]|\(?(?:vacío|vacio|leer|vide|vazio|пусто|空)\)?|nichts|nada|rien)$", RegexOptions.IgnoreCase)]
    private static partial Regex Empty();

    [GeneratedRegex(@"^(?<sign>[<>]=?|≥|≤|at least|at most|more than|less than|above|below|under|over|greater than|minimum|maximum|min|max|mindestens|höchstens|mehr als|weniger als|au moins|moins de|al menos|menos de|pelo menos|至少)\s*" + Amount + @"(?:\s+\w+){0,2}$", RegexOptions.IgnoreCase)]
    private static partial Regex Compared();

    [GeneratedRegex(@"(?<sign>[<>]=?|≥|≤|\bat least\b|\bat most\b|\bmore than\b|\bless than\b|\bmindestens\b|\bhöchstens\b|\bau moins\b|\bal menos\b|\bpelo menos\b)\s*" + Amount, RegexOptions.IgnoreCase)]
    public static partial Regex Limits();

    [GeneratedRegex(@"^(?:all\s+|alle\s+)?(?<text>(?<a>[0-9]+)/\k<a>)(?:\s+\w+){0,3}$", RegexOptions.IgnoreCase)]
    private static partial Regex Ratio();

    [GeneratedRegex(@"^(?<from>[0-9]+)\s*(?:-|–|\.\.|to)\s*(?<to>[0-9]+)(?:\s+\w+){0,3}$", RegexOptions.IgnoreCase)]
    private static partial Regex Between();

    /// <summary>A version to be compared: <c>&gt;= 1.14.2</c>, <c>v1.35+</c>.</summary>
    [GeneratedRegex(@"^(?:[<>]=?|≥|≤)\s*v?[0-9]+\.[0-9]+|^v?[0-9]+(?:\.[0-9]+)+(?:\+|\s+(?:or|oder|ou|and)\b)|^v[0-9]+\.[0-9]+", RegexOptions.IgnoreCase)]
    private static partial Regex Version();

    [GeneratedRegex(@"^(?<n>[0-9]+(?:\.[0-9]+)?)$")]
    private static partial Regex Bare();

    [GeneratedRegex(@"\b(?:up|running|healthy|active|alive|laufen|läuft|aktiv|gesund|corriendo|activos?|saludables?|en ejecución|en cours|actifs?|rodando|saudáve(?:l|is)|ativos?)\b|运行|健康|正常|起動|稼働|работа|запущен", RegexOptions.IgnoreCase)]
    private static partial Regex Alive();

    [GeneratedRegex(@"\b(?:not|no|isn't|aren't|nicht|kein)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Dead();

    [GeneratedRegex(@"^(?:(?=[^ ]*[0-9=/:_.])[A-Za-z0-9_./:@=-]{2,40}|[A-Z]{2,20}|Running|Bound|Ready|Active|Available|Healthy|Completed|Succeeded|true|false)$")]
    private static partial Regex Token();

    [GeneratedRegex(@"\b(?:no|zero|0|without|keine?n?|ohne|aucune?|sans|sin|ningún|sem|nenhum|нет|без)\s+(?:\w+\s+){0,3}(?:errors?|exceptions?|fehler\w*|erreurs?|errore?s|erros?|ошибок|spikes?|warnings?|changes|discrepancies|matches|issues|crit\w+)\b|没有错误|无错误|エラー(?:が)?(?:ない|なし)", RegexOptions.IgnoreCase)]
    private static partial Regex NoErrors();

    [GeneratedRegex(@"^\W*(?:verify |check |ensure |confirm )?(?:that )?(?:no|zero|not|without|keine?n?|ohne|sin|ningún|aucune?|sans|sem|nenhum|нет|без)\b|没有|无|未|なし", RegexOptions.IgnoreCase)]
    private static partial Regex Negative();

    [GeneratedRegex(@"error|exception|panic|fatal|fail|critical|warn|halt|traceback|crash|denied|refused|timeout|down\b|CAMBIAR|CHANGE_?ME|TODO|FIXME|placeholder|password|secret|console\.log", RegexOptions.IgnoreCase)]
    private static partial Regex Trouble();

    [GeneratedRegex(@"[\u2600-\u27BF\uFE0F]|[\uD83C-\uD83E][\uDC00-\uDFFF]")]
    private static partial Regex Emoji();
}
