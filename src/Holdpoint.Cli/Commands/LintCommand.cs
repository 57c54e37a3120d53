using System.CommandLine;

namespace Holdpoint.Cli.Commands;

/// <summary>Reads checklists and tells every problem.</summary>
internal sealed class LintCommand : CliCommand
{
    private readonly Argument<string[]> _files = new("FILE") { Description = "checklists; else the one that lies here", Arity = ArgumentArity.ZeroOrMore };
    private readonly ChecklistOptions _checklist = new();
    private readonly Option<bool> _strict = new("--strict") { Description = "warnings fail as well" };
    private readonly Option<bool> _json = new("--json") { Description = "the problems as JSON" };

    public override string Summary => "Read checklists and tell every problem, with its place and its remedy";

    public override CommandGroup Group => CommandGroup.Checklists;

    public override string Details => "Nothing is run. With several environments and no --env, names are checked for each of them. Exit 2 when a file holds an error, or with --strict a warning.";

    public override IReadOnlyList<string> Examples => ["holdpoint lint DEPLOY.md", "holdpoint lint --strict --json docs/*.md"];

    public override void Declare(Command command)
    {
        command.Add(_files);
        _checklist.AddOptionsTo(command);
        command.Add(_strict);
        command.Add(_json);
    }

    public override async Task<int> RunAsync(CommandContext context)
    {
        var terminal = context.Terminal;
        var files = context.Get(_files) is { Length: > 0 } given ? given.Distinct().ToArray() : [ChecklistFiles.Default(context.World.Directory)];
        var problems = new List<Checklists.Problem>();
        foreach (var file in files)
            problems.AddRange(await WorkspaceReader.LintAsync(_checklist.Request(context, file), context.World));
        problems = [.. problems.Distinct()];
        var errors = problems.Count(p => p.IsError);
        var warnings = problems.Count - errors;

        if (context.Get(_json))
            JsonOut.Print(terminal, json =>
            {
                JsonOut.Strings(json, "files", files);
                json.WriteNumber("errors", errors);
                json.WriteNumber("warnings", warnings);
                JsonOut.Problems(json, problems);
            });
        else
            foreach (var problem in problems)
                terminal.Print(Painted(terminal, problem));

        terminal.Say($"{files.Length} {(files.Length == 1 ? "file" : "files")}, {errors} {(errors == 1 ? "error" : "errors")}, {warnings} {(warnings == 1 ? "warning" : "warnings")}");
        return errors > 0 || (warnings > 0 && context.Get(_strict)) ? ExitCode.Usage : ExitCode.Passed;
    }

    private static string Painted(Terminal terminal, Checklists.Problem problem)
    {
        var text = Terminal.Clean(problem.ToString());
        var word = problem.IsError ? "error:" : "warning:";
        return terminal.Colour ? text.Replace($": {word} ", $": {terminal.Paint(problem.IsError ? Ink.Bad : Ink.Warning, word)} ", StringComparison.Ordinal) : text;
    }
}
