using System.Text.RegularExpressions;

namespace Holdpoint.Adopting;

/// <summary>Blocks in SQL: one statement that only reads, with what is expected of its answer, becomes <c>? sql</c>, which asks PostgreSQL.</summary>
internal static partial class SqlBlocks
{
    /// <summary>What a PostgreSQL server is called where the text does not say.</summary>
    public const string Server = "main";

    /// <param name="text">What the item or the heading says.</param>
    /// <returns>Null where the block is not in SQL.</returns>
    public static Outcome? Of(ReadBlock read, string text)
    {
        if (read.Block.Language is not ("sql" or "postgresql" or "postgres" or "pgsql"))
            return null;
        var script = string.Join('\n', read.Block.Lines);
        var statements = Quoted().Replace(Comments().Replace(script, " "), "''").Split(';', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (statements.Length == 0)
            return new Outcome.Document();
        if (statements.Any(s => !Reads().IsMatch(s) || Changes().IsMatch(s)))
            return new Outcome.Left("a statement in it changes something, or adopt does not know what it does; mark it yourself with `! run` and psql");
        if (statements.Length > 1)
            return new Outcome.Left($"it holds {statements.Length} statements, and `? sql` asks one; make a block and an item of each");
        if (read.Block.Language == "sql" && (OtherDialect().IsMatch(script) || OtherServer().IsMatch(text) || OtherServer().IsMatch(script)))
            return new Outcome.Left("it is not in PostgreSQL's words, and `? sql` asks PostgreSQL");
        if (Placeholders.In(Comments().Replace(script, " ")) is [var placeholder, ..])
            return new Outcome.Left($"it holds the placeholder {placeholder.Written}: write ${{{placeholder.Variable}}} in its place, and mark it with `? sql {Server}`");
        return ConditionOf(read.Block, statements[0], text) is { } condition
            ? new Outcome.Runs(condition, false) { Probe = "sql " + Server }
            : new Outcome.Left($"the text does not say what is expected of the answer; mark it with `? sql {Server} value == …` or `rows == …`");
    }

    private static string? ConditionOf(Block block, string statement, string text)
    {
        var announced = Comment().Matches(string.Join('\n', block.Lines)).Select(m => m.Groups["text"].Value.Trim())
            .Append(block.Below?.Text.Replace("**", "", StringComparison.Ordinal) ?? "").Append(block.Above?.Text.Replace("**", "", StringComparison.Ordinal) ?? "")
            .Select(t => (Text: t, Expected: Expectations.Announced(t))).Where(e => e.Expected is not null).ToList();
        if (announced.Count > 1)
            return null;
        var isOne = Aggregate().IsMatch(statement) && !Groups().IsMatch(statement);
        if (announced is [var (words, expected)])
            return (expected, Rows().Match(words)) switch
            {
                (Expectation.Nothing, _) => isOne ? null : "rows == 0",
                (_, { Success: true } rows) => isOne ? null : $"rows {SignOf(expected)} {rows.Groups["n"].Value}",
                (Expectation.Number number, _) => isOne ? $"value {number.Comparison} {number.Amount}" : null,
                (Expectation.Range range, _) => isOne ? $"value in {range.From}..{range.To}" : null,
                (Expectation.Text { Literal: var literal }, _) when !literal.Contains('\\', StringComparison.Ordinal) && OneColumn().IsMatch(statement) && !isOne => $"value == \"{literal}\" and rows == 1",
                _ => null,
            };
        return Expectations.WantsNothing(text) || Without().IsMatch(text) ? isOne ? "value == 0" : "rows == 0" : null;
    }

    private static string SignOf(Expectation? expected) => expected is Expectation.Number { Comparison: var comparison } ? comparison : "==";

    [GeneratedRegex(@"--[^\n]*|/\*.*?\*/", RegexOptions.Singleline)]
    private static partial Regex Comments();

    [GeneratedRegex(@"--\s*(?<text>[^\n]+)")]
    private static partial Regex Comment();

    [GeneratedRegex("'(?:[^']|'')*'")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"^(?:select|with|show|table|values)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Reads();

    [GeneratedRegex(@"\b(?:insert|update|delete|merge|truncate|drop|alter|create|grant|revoke|copy|call|into|vacuum|reindex|refresh|lock|nextval|setval|pg_terminate_backend|pg_cancel_backend|pg_reload_conf|pg_switch_wal|for\s+(?:update|share))\b", RegexOptions.IgnoreCase)]
    private static partial Regex Changes();

    /// <summary>Of SQL Server, MySQL, SQLite, Oracle, ClickHouse.</summary>
    [GeneratedRegex(@"\bdbo\.|\bsys\.|\bsysobjects\b|\[\w+\]|`|\btop\s*\(?[0-9]|\bgetdate\s*\(|\blen\s*\(|^\s*go\s*$|^\s*use\s|\bnvarchar\b|\bsqlite_master\b|\bdual\b|\btoDate\s*\(|\bcount\(\)|^\s*show\s+(?:tables|databases|processlist|slave|replica|master|engine|status|variables)|\bifnull\s*\(|\bdate_sub\s*\(|\bcurdate\s*\(", RegexOptions.IgnoreCase | RegexOptions.Multiline)]
    private static partial Regex OtherDialect();

    [GeneratedRegex(@"\b(?:mysql|mariadb|sql server|mssql|ssms|sqlite|oracle|clickhouse|bigquery|snowflake|d1)\b", RegexOptions.IgnoreCase)]
    private static partial Regex OtherServer();

    /// <summary>One value comes out of it: a count, a sum.</summary>
    [GeneratedRegex(@"^select\s+(?:count|sum|max|min|avg|bool_and|bool_or)\s*\([^()]*(?:\([^()]*\)[^()]*)*\)(?:\s*(?:as\s+)?\w+)?\s+from\b", RegexOptions.IgnoreCase)]
    private static partial Regex Aggregate();

    [GeneratedRegex(@"\bgroup\s+by\b|\bunion\b", RegexOptions.IgnoreCase)]
    private static partial Regex Groups();

    [GeneratedRegex(@"^(?:select\s+[\w."" ]+\s+from\b|show\s+\w+)", RegexOptions.IgnoreCase)]
    private static partial Regex OneColumn();

    [GeneratedRegex(@"(?<n>[0-9]+)\s+(?:rows?|records?|entries|tables?|zeilen|lignes?|filas?|linhas?|registros?|строк\w*|行)", RegexOptions.IgnoreCase)]
    private static partial Regex Rows();

    [GeneratedRegex(@"\bno (?:orphan\w*|duplicate\w*|missing|pending|stuck|failed|invalid|blocked|long[ -]running)\b|\bkeine (?:doppelten|verwaisten|offenen|hängenden)\b|\baucun(?:e)? (?:doublon|orphelin)|\bsin (?:duplicados|huérfanos)|\bsem (?:duplicados|órfãos)|нет (?:дубликатов|дублей)|没有(?:重复|孤立)|重複(?:が)?(?:ない|なし)", RegexOptions.IgnoreCase)]
    private static partial Regex Without();
}
