using Holdpoint.Checklists;

namespace Holdpoint.Expressions;

/// <summary>
/// Reads marks by the language's grammar. Never throws, whatever the text: each mistake becomes a problem with its place and its mend, and a text that
/// holds an error is not read at all, because half a check would prove half of what was meant.
/// </summary>
public static class MarkParser
{
    /// <summary>The mark read; null where it holds an error. Warnings alone do not stop it.</summary>
    public static Instruction? Parse(Mark mark, SourceText source, Vocabulary vocabulary, List<Problem> problems)
    {
        var text = new MarkText(mark.Text, mark.Start, source, vocabulary, problems);
        text.WarnOfCurlyQuotes();
        if (text.Next is '?' or '!')
        {
            text.Error(0, "the sign stands here twice", $"write it once: `{text.Next} {text.Text[1..].TrimStart()}`");
            return null;
        }

        var instruction = mark.Sign switch
        {
            Sign.Ask => ReadAsk(text, mark),
            Sign.Act => new ActReader(text, mark).Read(),
            Sign.Person => ReadSignOff(text, mark),
            _ => throw new InvalidOperationException($"no such sign: {mark.Sign}"),
        };
        return text.Failed ? null : instruction;
    }

    /// <summary>A check without sign and <c>if</c>, as configuration writes it: <c>http ${api}/health timeout 1s</c>.</summary>
    /// <param name="start">Offset of <paramref name="check"/> in the source.</param>
    public static Check? ParseCheck(string check, int start, SourceText source, Vocabulary vocabulary, List<Problem> problems)
    {
        var text = new MarkText(check, start, source, vocabulary, problems);
        text.WarnOfCurlyQuotes();
        var read = new CheckReader(text).Read(null, behindIf: true);
        return text.Failed ? null : read;
    }

    /// <summary>A condition by itself, as a <c>?</c> line of a scenario writes it. The default condition is not put in.</summary>
    /// <param name="signature">Whose facts it may name; null: metrics.</param>
    /// <param name="start">Offset of <paramref name="condition"/> in the source.</param>
    public static Condition? ParseCondition(string condition, int start, SourceText source, Signature? signature, Vocabulary vocabulary, List<Problem> problems)
    {
        var text = new MarkText(condition, start, source, vocabulary, problems);
        text.WarnOfCurlyQuotes();
        var read = new ConditionReader(text, signature).Read();
        if (read is not null && !text.SkipBlanks().AtEnd)
            UnknownNames.Leftover(text, signature, hasCondition: true);
        return text.Failed ? null : read;
    }

    private static Instruction.Ask? ReadAsk(MarkText text, Mark mark)
    {
        var check = new CheckReader(text).Read(mark.Body, behindIf: false);
        var condition = ReadIf(text);
        return check is null ? null : new(mark, check, condition);
    }

    private static Check? ReadIf(MarkText text) => text.TakeKeyword("if") ? new CheckReader(text).Read(null, behindIf: true) : null;

    private static Instruction.SignOff? ReadSignOff(MarkText text, Mark mark)
    {
        var roles = new List<string>();
        string? joint = null;
        while (true)
        {
            text.SkipBlanks();
            if (ReadRole(text) is not { } role)
                return null;
            roles.Add(role);
            var at = text.SkipBlanks().At;
            var word = text.PeekName();
            if (text.AtEnd || word is "if")
                break;
            if (word is not ("and" or "or"))
            {
                text.Error(at, $"`{text.PeekWord()}` follows the role {role}", text.Next is ',' or '&' or '|' or '+' ? "join roles with `and` or `or`" : $"a role is one word: {role}-{text.PeekWord()}; several are joined with `and` or `or`");
                return null;
            }

            if (joint is not null && !word.SequenceEqual(joint))
            {
                text.Error(at, "`and` and `or` between roles don't mix", "write two marks: `@ a and b` `@ c`");
                return null;
            }

            joint = word.ToString();
            text.At += joint.Length;
        }

        return new(mark, new(joint != "or", roles), ReadIf(text));
    }

    private static string? ReadRole(MarkText text)
    {
        var begin = text.At;
        while (char.IsLetterOrDigit(text.Next) || text.Next is '_' or '.' or '-')
            text.At++;
        var role = text.Slice(begin, text.At);
        if (role.Length > 0 && !Keywords.IsReserved(role) && (text.AtEnd || char.IsWhiteSpace(text.Next) || text.Next is ',' or '&' or '|' or '+'))
            return role;
        text.At = begin;
        text.Error(begin, text.AtEnd ? "a role is missing" : $"`{text.PeekWord()}` is no role", "name a role of holdpoint.yaml in letters, digits, `.`, `-` and `_`: `@ release-manager`");
        return null;
    }
}
