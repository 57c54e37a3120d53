using System.Text.RegularExpressions;
using Holdpoint.Adopting.Shell;

namespace Holdpoint.Adopting;

/// <summary>Reads a block: its pipelines, what they do, and what the comments beside them expect.</summary>
internal static partial class BlockReader
{
    private static readonly HashSet<string> ShellLike = new(StringComparer.Ordinal) { "", "bash", "sh", "shell", "zsh", "console", "terminal", "shell-session", "powershell", "pwsh", "ps1" };

    private const string ToBeFilled = "it holds the placeholder";

    public static bool IsShell(string language) => ShellLike.Contains(language);

    public static ReadBlock Read(Block block)
    {
        var text = string.Join('\n', block.Lines);
        var nothing = new ShellScript([], [], null);
        if (!ShellLike.Contains(block.Language))
            return new(block, nothing, [], $"a block in {block.Language} is no script for a shell") { HasCommands = block.Language is "sql" or "cmd" or "bat" };
        if (block.Lines.All(string.IsNullOrWhiteSpace))
            return new(block, nothing, [], "the block is empty") { HasCommands = false };
        if (block.Lines.Any(l => Box().IsMatch(l)))
            return new(block, nothing, [], "it holds boxes of its own, which are no commands; make items of them");
        if (block.Lines.Any(l => l.TrimStart().StartsWith("$ ", StringComparison.Ordinal)))
            return new(block, nothing, [], "it shows a session with prompts; leave the commands alone in it");
        var script = ShellReader.Read(block.Lines);
        if (script.Why is { } why)
            return new(block, script, [], why);
        if (script.IsEmpty)
            return new(block, script, [], "there is no command in it, only comments") { HasCommands = false };
        var pipelines = PipelinesOf(script);
        Attach(script, pipelines, block.Lines);
        AttachBelow(block, pipelines);
        // Settings, a table of a scheduler, keys to press, sentences: a fence in a shell's name holds no command then.
        var commands = pipelines.Where(p => p.Head.Words.Count > 0).ToList();
        if (commands.Count == 0 && script.Commands.All(c => c.WritesTo.Count == 0 && !c.IsSubstitution))
            return new(block, script, pipelines, "it only sets variables, which end with the block: see vars: in holdpoint.yaml") { HasCommands = false };
        if (commands.Count > 0 && (commands[0].Head.Program == "*" || commands.Count(p => p.Effect == Effect.Unknown && NoProgram().IsMatch(p.Head.Program)) * 2 >= commands.Count))
            return new(block, script, pipelines, "its lines are no commands") { HasCommands = false };
        var looksLikeCommands = block.Language.Length > 0 || pipelines.Any(p => p.Effect != Effect.Unknown);
        var reason = WhyNot(block, text, script, pipelines);
        return new(block, script, pipelines, reason)
        {
            IsToBeFilled = reason?.StartsWith(ToBeFilled, StringComparison.Ordinal) == true,
            HasCommands = looksLikeCommands,
            Placeholders = Placeholders.In(WithoutComments(block.Lines)),
            Variables = Placeholders.ReadFromEnvironment(WithoutComments(block.Lines)),
        };
    }

    private static string? WhyNot(Block block, string text, ShellScript script, List<Pipeline> pipelines)
    {
        if (script.Comments.Any(c => Alternative().IsMatch(c.Text)) || script.Comments.Count(c => ForPlatform().IsMatch(c.Text)) > 1)
            return "it holds several ways to do the same; keep one of them in the block, and mark it";
        if (pipelines.Any(p => p.Effect == Effect.Changes) && script.Comments.Any(c => Preview().IsMatch(c.Text)) && script.Comments.Any(c => Production().IsMatch(c.Text)))
            return "it holds several ways to do it, for a preview and for production; keep one of them in the block, and mark it";
        if (script.Comments.LastOrDefault(c => !c.IsTrailing && Numbered().IsMatch(c.Text)) is { } step && pipelines.Any(p => p.Effect == Effect.Changes) && !script.Commands.Any(c => c.Line > step.Line))
            return $"the step \"{Shortened(step.Text)}\" in it has no command";
        if (pipelines.Any(p => p.Effect == Effect.Changes) && block.Below is { } below && First().IsMatch(below.Text))
            return $"the line below says what comes before it: \"{Shortened(below.Text)}\"";
        if (pipelines.Any(p => p.Effect == Effect.Changes) && (block.Above?.Text ?? block.Step?.Text) is { } above && (First().IsMatch(above) || ByPipeline().IsMatch(above)))
            return $"the line above says when, or who else does it: \"{Shortened(above)}\"";
        if (pipelines.Count > 1 && pipelines.FirstOrDefault(EndsBadlyOnNothing) is { } none)
            return $"`{Shortened(none.Text)}` ends badly where nothing is there; put it into an item of its own";
        if (pipelines.Where(p => p.Effect is Effect.Unknown).Select(p => p.Commands.FirstOrDefault(c => Judge.Of(c) == Effect.Unknown) ?? p.Head).FirstOrDefault() is { } unknown)
            return $"adopt does not know what `{Shortened(unknown.Text)}` does";
        if (block.IsShell && script.Commands.FirstOrDefault(c => c.Words.Count > 0 && (Cmdlets.Of(c.Words) is not null || c.Program.EndsWith(".ps1", StringComparison.OrdinalIgnoreCase))) is { } other)
            return $"`{Shortened(other.Text)}` is for PowerShell, and the fence does not say so";
        if (!block.IsShell && Placeholders.ReadFromEnvironment(WithoutComments(block.Lines)).FirstOrDefault(n => n is not "env" && !text.Contains($"${n} =", StringComparison.Ordinal)) is { } variable)
            return $"`${variable}` is a variable of PowerShell that nothing in the block sets";
        if (script.Commands.FirstOrDefault(c => c.Program is "cat" or "head" or "tail" or "bat" or "Get-Content" && c.Arguments.Any(a => SecretsFile().IsMatch(a))) is { } secrets)
            return $"`{Shortened(secrets.Text)}` would show secrets, and a run keeps what it is shown";
        if (pipelines.FirstOrDefault(p => p.Effect is Effect.Interactive) is { } interactive)
            return $"`{Shortened(interactive.Text)}` wants a person at a keyboard";
        if (pipelines.FirstOrDefault(p => p.Effect is Effect.Endless) is { } endless)
            return $"`{Shortened(endless.Text)}` goes on until somebody stops it";
        if (pipelines.Any(p => p.Effect == Effect.Changes) && script.Comments.Select(c => c.Text).Append(block.Above?.Text ?? "").FirstOrDefault(t => Sometimes().IsMatch(t)) is { } sometimes)
            return $"it is not always done: \"{Shortened(sometimes)}\"";
        if (script.Comments.FirstOrDefault(c => c.IsTrailing && NotMeant().IsMatch(c.Text)) is { } not)
            return $"a comment in it says \"{Shortened(not.Text)}\"";
        if (pipelines.All(p => p.Effect == Effect.Prepares && p.Head.Program is "cd" or "pushd"))
            return "it only prepares a shell, which ends with the block: see the field **Dir:**, and vars: in holdpoint.yaml";
        if (Placeholders.In(WithoutComments(block.Lines)) is [var placeholder, ..])
            return placeholder.Variable is "version" or "previous_version"
                ? $"{ToBeFilled} {placeholder.Written}: write $HOLDPOINT_{placeholder.Variable.ToUpperInvariant()} in its place, and mark it"
                : $"{ToBeFilled} {placeholder.Written}: write ${placeholder.Variable.ToUpperInvariant()} in its place, and mark it";
        if (text.Contains("...", StringComparison.Ordinal) && Ellipsis().IsMatch(WithoutComments(block.Lines)))
            return "it leaves something out (…)";
        if (pipelines.All(p => p.Head.Program is "sleep"))
            return null;
        return pipelines.All(p => p.Effect == Effect.Prepares) ? "it only prepares a shell, which ends with the block: see the field **Dir:**, and vars: in holdpoint.yaml" : null;
    }

    /// <summary><c>ls *.gz 2>/dev/null | wc -l</c>: 0, and an end that stops the script.</summary>
    public static bool EndsBadlyOnNothing(Pipeline pipeline) => pipeline.Head.Program is "ls" && pipeline.Last is { Program: "wc" } && pipeline.Text.Contains("2>", StringComparison.Ordinal);

    private static List<Pipeline> PipelinesOf(ShellScript script)
    {
        var pipelines = new List<Pipeline>();
        var current = new List<ShellCommand>();
        // Commands of a substitution come before the command that they stand in; what they do counts for it.
        var inner = Effect.Prepares;
        foreach (var command in script.Commands)
        {
            if (command.IsSubstitution)
            {
                inner = Judge.Worse(inner, Judge.Of(command) is Effect.Shows or Effect.Proves ? Effect.Prepares : Judge.Of(command));
                continue;
            }

            if (command.PipedFrom is null && current.Count > 0)
                Finish();
            current.Add(command);
        }

        if (current.Count > 0)
            Finish();
        return pipelines;

        void Finish()
        {
            pipelines.Add(new([.. current], Judge.Worse(inner, EffectOf(current))));
            current.Clear();
            inner = Effect.Prepares;
        }
    }

    private static Effect EffectOf(List<ShellCommand> commands)
    {
        var effects = commands.Select(Judge.Of).ToList();
        var worst = effects.Aggregate(Effect.Prepares, Judge.Worse);
        if (worst is not (Effect.Shows or Effect.Proves) || commands.Count == 1)
            return worst is Effect.Shows && effects.Count == 1 ? Refined(commands[0]) : worst;
        // The last of a pipe says whether something was found; a count or a cut says nothing by its exit code.
        return effects[^1] is Effect.Proves ? Effect.Proves : Effect.Shows;
    }

    /// <summary>Commands that show, and fail where what they are asked for is not there.</summary>
    private static Effect Refined(ShellCommand command)
    {
        var words = Judge.Inner(command.Words);
        return words switch
        {
            ["ls", ..] when words.Skip(1).Any(w => !w.StartsWith('-')) => Effect.Proves,
            ["psql", ..] when words.Any(w => Connects().IsMatch(w)) => Effect.Proves,
            ["mysql" or "mariadb" or "clickhouse-client", ..] when words.Any(w => Connects().IsMatch(w)) => Effect.Proves,
            _ => Effect.Shows,
        };
    }

    private static void Attach(ShellScript script, List<Pipeline> pipelines, IReadOnlyList<string> lines)
    {
        foreach (var comment in script.Comments)
        {
            var expected = comment.IsTrailing ? Expectations.Trailing(comment.Text) : Expectations.Announced(comment.Text);
            if (expected is null)
                continue;
            var before = pipelines.LastOrDefault(p => p.Line <= comment.Line);
            var after = pipelines.FirstOrDefault(p => p.Line > comment.Line);
            var follows = before is not null && (comment.IsTrailing || after is null || IsDirectlyBelow(before, comment, lines, script));
            (follows ? before : after ?? before)?.Expected.Add(expected);
        }
    }

    /// <summary>"Expected: …" below a block is about its last command; where several work, a person has to see which.</summary>
    private static void AttachBelow(Block block, List<Pipeline> pipelines)
    {
        if (block.Below is { } below && Expectations.Announced(below.Text.Replace("**", "", StringComparison.Ordinal)) is { } expected && pipelines.LastOrDefault(p => p.Effect != Effect.Prepares) is { Expected.Count: 0 } last)
            last.Expected.Add(pipelines.Count(p => p.Effect != Effect.Prepares) == 1 ? expected : new Expectation.Prose());
    }

    /// <summary>Nothing but other comments stands between a command and what is said of it.</summary>
    private static bool IsDirectlyBelow(Pipeline before, ShellComment comment, IReadOnlyList<string> lines, ShellScript script) =>
        Enumerable.Range(before.Last.LastLine + 1, Math.Max(0, comment.Line - before.Last.LastLine - 1)).All(l => lines[l].Trim().Length > 0 && script.Comments.Any(c => c.Line == l && !c.IsTrailing));

    public static string WithoutComments(IReadOnlyList<string> lines) => string.Join('\n', lines.Where(l => !l.TrimStart().StartsWith('#')).Select(l => TrailingComment().Replace(l, "")));

    /// <summary>A comment that opens another way to do the same.</summary>
    public static bool OffersAnother(string comment) => Alternative().IsMatch(comment) || ForPlatform().IsMatch(comment);

    public static string Shortened(string text) => text.Length <= 60 ? text : text[..57].TrimEnd() + "…";

    [GeneratedRegex(@"^\s*(?:[-*]\s+)?\[[ xX]\]\s|^\s*[☐⬜□]\s*")]
    private static partial Regex Box();

    [GeneratedRegex(@"^\W*(?:or|oder|ou|o|или|或|または)\W*$|\b(?:option|alternative(?:ly)?|variant|variante|opción|opção|вариант)\s*[0-9A-D]?\b|^\W*(?:or|oder|ou)\b|方案|オプション", RegexOptions.IgnoreCase)]
    private static partial Regex Alternative();

    [GeneratedRegex(@"^(?:for|für|para|pour|on|with|using|mit|con|via|für)\s+\w+", RegexOptions.IgnoreCase)]
    private static partial Regex ForPlatform();

    [GeneratedRegex(@"^(?:.*:|[*0-9.()-]+|[\p{L}]+\+.*|[^A-Za-z0-9_./~$\\""'\[{-].*)$")]
    private static partial Regex NoProgram();

    [GeneratedRegex(@"(?:^|/)\.env(?:\.(?!example|sample|template|dist)\w+)?$")]
    private static partial Regex SecretsFile();

    [GeneratedRegex(@"won'?t work|does not work|example only|do not run|don'?t run|deprecated|nicht ausführen|no ejecutar", RegexOptions.IgnoreCase)]
    private static partial Regex NotMeant();

    [GeneratedRegex(@"\bmanually\b|\b(?:if|when) (?:needed|required|necessary)\b|\bonly if\b|\balternatively\b|\bfalls (?:nötig|erforderlich)\b|\bsi es necesario\b|\bsi nécessaire\b|\bse necessário\b|при необходимости|如有需要|必要に応じ", RegexOptions.IgnoreCase)]
    private static partial Regex Sometimes();

    [GeneratedRegex(@"\b(?:preview|staging|vorschau)\b|プレビュー|ステージング|预览|预发布", RegexOptions.IgnoreCase)]
    private static partial Regex Preview();

    [GeneratedRegex(@"\b(?:production|prod|produktion|producción|produção)\b|本番|生产|正式", RegexOptions.IgnoreCase)]
    private static partial Regex Production();

    [GeneratedRegex(@"^(?:step\s*)?[0-9]{1,2}[.)、:]\s*\S", RegexOptions.IgnoreCase)]
    private static partial Regex Numbered();

    [GeneratedRegex(@"^\W*(?:before|vor dem|bevor|avant d|antes de|перед)\b", RegexOptions.IgnoreCase)]
    private static partial Regex First();

    [GeneratedRegex(@"\blet (?:the|your) (?:ci|workflow|pipeline|action)|\b(?:the|your) (?:ci/cd |ci |release |deploy(?:ment)? )?(?:workflow|pipeline) (?:then |will |now )?(?:runs?|does|deploys?|builds?|executes?|promotes?)\b|\bautomatically (?:runs?|deploys?)\b", RegexOptions.IgnoreCase)]
    private static partial Regex ByPipeline();

    [GeneratedRegex(@"\.\.\.(?!/)|…")]
    private static partial Regex Ellipsis();

    [GeneratedRegex(@"^\s*select\s+(?:1|version\(\)|now\(\)|current_timestamp|'?\w*ok\w*'?)\s*;?\s*$", RegexOptions.IgnoreCase)]
    private static partial Regex Connects();

    [GeneratedRegex(@"\s#\s.*$")]
    private static partial Regex TrailingComment();
}
