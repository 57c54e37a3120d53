using System.CommandLine;
using Holdpoint.Runs;
using Command = System.CommandLine.Command;

namespace Holdpoint.Cli.Runs;

/// <summary>A command by which a person says something to a run, whoever drives it. It is decided on the newest state and appended to the journal; the driver hears it.</summary>
internal abstract class SpokenCommand : RunCommand
{
    protected RunOptions Options { get; } = new();

    public override CommandGroup Group => CommandGroup.People;

    protected static Option<string?> ReasonOption(string description = "why; it stands in the record") => new("--reason") { Description = description, HelpName = "TEXT" };

    public override void Declare(Command command)
    {
        DeclareOwn(command);
        Options.AddOptionsTo(command);
    }

    protected abstract void DeclareOwn(Command command);

    /// <returns>Null: nothing is to be said, which has been told.</returns>
    protected abstract Task<PersonCommand?> SayAsync(CommandContext context, OpenRun run, Person by);

    protected sealed override async Task<int> DoAsync(CommandContext context)
    {
        var by = await Person.OfAsync(context, Options.By);
        var (office, run) = await Options.OpenAsync(context);
        await using (run)
        {
            if (await SayAsync(context, run, by) is not { } said)
                return ExitCode.Passed;
            return await TellAsync(context, office, run, by, said);
        }
    }

    /// <summary>What comes after it was said; the exit code.</summary>
    protected virtual Task<int> AfterAsync(CommandContext context, RunOffice office, OpenRun run, Person by) => Task.FromResult(ExitCode.Passed);

    protected string Required(CommandContext context, Option<string?> option, string what) =>
        context.Get(option)?.Trim() is { Length: > 0 } text ? text
        : context.Terminal.Ask($"{what}:") ?? throw new CliError($"{Name} needs {what}", $"say {option.Name} \"…\"");

    protected async Task<int> TellAsync(CommandContext context, RunOffice office, OpenRun run, Person by, PersonCommand said)
    {
        var terminal = context.Terminal;
        var before = run.Session.Entries.Count;
        if (await RunOffice.SayAsync(run, said, context.Stop) is { } refused)
            throw new CliError(refused.Because, refused.Remedy, ExitCode.Refused);
        var happened = run.Session.Entries.Skip(before).Select(e => (Entry: e, Event: EventNames.FromEntry(e))).Where(e => e.Event is not null && e.Entry.Actor == by.Name).ToList();
        var driver = Drivers.Of(run);
        if (context.Get(Options.Json))
            JsonOut.Print(terminal, json =>
            {
                json.WriteString("run", run.Session.Run.Id);
                json.WriteString("by", by.Name);
                json.WriteBoolean("driven", driver is not null);
                json.WriteStartArray("events");
                foreach (var (entry, _) in happened)
                {
                    json.WriteStartObject();
                    json.WriteNumber("sequence", entry.Sequence);
                    json.WriteString("at", entry.At);
                    json.WriteString("type", entry.Type);
                    json.WritePropertyName("data");
                    entry.Data.WriteTo(json);
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            });
        else
            foreach (var (entry, e) in happened)
                if (Transcript.Of(run.Standing.Plan, entry, e!) is { } line)
                    terminal.Print(line.ToString());
        var code = await AfterAsync(context, office, run, by);
        if (Drivers.Of(run) is null && !run.Session.Run.HasEnded)
            terminal.Say($"nobody drives run {run.Session.Run.Id} now; it goes on with: holdpoint resume {run.Session.Run.Id}");
        return code;
    }
}
