using System.CommandLine;
using Holdpoint.Cli.Runs;
using Holdpoint.Runs;
using Command = System.CommandLine.Command;

namespace Holdpoint.Cli.Commands;

/// <summary>Takes an edited checklist into a run that has not ended.</summary>
internal sealed class AmendCommand : RunCommand
{
    private readonly Argument<string> _file = new("FILE") { Description = "the edited checklist" };
    private readonly RunOptions _options = new();
    private readonly Option<string?> _reason = new("--reason") { Description = "why; it stands in the record", HelpName = "TEXT" };

    public override string Summary => "Take an edited checklist into a run that goes on";

    public override string Details => "Items keep what is known of them as far as they are still there; signatures lapse, because what they were given for has changed. The configuration is read anew as well.";

    public override IReadOnlyList<string> Examples => ["holdpoint amend DEPLOY.md --reason \"the new limit for the disk\""];

    public override CommandGroup Group => CommandGroup.People;

    public override void Declare(Command command)
    {
        command.Add(_file);
        _options.AddOptionsTo(command);
        command.Add(_reason);
    }

    protected override async Task<int> DoAsync(CommandContext context)
    {
        var terminal = context.Terminal;
        var reason = context.Get(_reason)?.Trim() is { Length: > 0 } text ? text : terminal.Ask("why?") ?? throw new CliError("amend needs a reason", "say --reason \"…\"");
        var by = await Person.OfAsync(context, _options.By);
        var (office, run) = await _options.OpenAsync(context);
        await using (run)
        {
            var state = run.Session.Run;
            if (state.End is { } end)
                throw new CliError($"run {state.Id} has ended: {Transcript.OutcomeWord(end.Outcome)}", "holdpoint deploy starts another", ExitCode.Refused);
            var edited = await WorkspaceReader.RequireAsync(new(context.Get(_file)!) { Environment = state.Environment, Variables = state.Definition.Variables, Release = state.Start.Version }, context.World);
            var before = run.Standing.Plan.AllItems.SelectMany(i => i.Steps).Select(s => s.Id).ToHashSet();
            var map = await office.AmendAsync(run, edited.Definition, by.Name, reason, context.Stop);
            var after = edited.Plan.AllItems.SelectMany(i => i.Steps).Select(s => s.Id).ToHashSet();
            var gone = before.Where(id => !map.ContainsKey(id)).Order(StringComparer.Ordinal).ToList();
            var added = after.Except(map.Values).Order(StringComparer.Ordinal).ToList();
            var renamed = map.Where(m => m.Key != m.Value && before.Contains(m.Key)).OrderBy(m => m.Key, StringComparer.Ordinal).ToList();
            if (context.Get(_options.Json))
            {
                JsonOut.Print(terminal, json =>
                {
                    json.WriteString("run", state.Id);
                    JsonOut.Strings(json, "gone", gone);
                    JsonOut.Strings(json, "added", added);
                    json.WriteStartObject("renamed");
                    foreach (var (from, to) in renamed)
                        json.WriteString(from, to);
                    json.WriteEndObject();
                });
                return ExitCode.Passed;
            }

            terminal.Print($"run {state.Id} goes by the edited checklist now");
            foreach (var (from, to) in renamed)
                terminal.Print($"  {from} is {to} now");
            foreach (var id in gone)
                terminal.Print($"  {id} is gone");
            foreach (var id in added)
                terminal.Print($"  {id} is new");
            if (Drivers.Of(run) is null)
                terminal.Say($"nobody drives it now; it goes on with: holdpoint resume {state.Id}");
            return ExitCode.Passed;
        }
    }
}
