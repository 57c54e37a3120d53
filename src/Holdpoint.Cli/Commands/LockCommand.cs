using System.CommandLine;
using Holdpoint.Cli.Runs;
using Holdpoint.Journal;
using Holdpoint.Runs;
using Command = System.CommandLine.Command;

namespace Holdpoint.Cli.Commands;

/// <summary>Shows who has environments, and locks or unlocks one by hand.</summary>
internal sealed class LockCommand : RunCommand
{
    private readonly Argument<string?> _environment = new("ENV") { Description = "the environment; without it all locks are listed", Arity = ArgumentArity.ZeroOrOne };
    private readonly Option<string?> _reason = new("--reason") { Description = "lock it by hand, because", HelpName = "TEXT" };
    private readonly Option<string?> _for = new("--for") { Description = "how long it stays locked; else until it is released", HelpName = "SPAN" };
    private readonly Option<bool> _release = new("--release") { Description = "end a lock that was set by hand, or that a dead run left (a driver of it that only sleeps is ended)" };
    private readonly Option<string?> _by = Person.Option();
    private readonly Option<string?> _record = RecordPlace.Option();
    private readonly Option<bool> _json = new("--json") { Description = "as JSON" };

    public override string Summary => "Show who has an environment, lock it by hand, or unlock it";

    public override string Details => "A run locks its environment from deploy to the end of verify, and a second run is refused meanwhile (exit 8). The lock holds for this machine only. A living run's lock is not for people to end: abort the run, or roll it back.";

    public override IReadOnlyList<string> Examples => ["holdpoint lock", "holdpoint lock production --reason \"database maintenance\" --for 2h", "holdpoint lock production --release"];

    public override void Declare(Command command)
    {
        command.Add(_environment);
        foreach (var option in new Option[] { _reason, _for, _release, _by, _record, _json })
            command.Add(option);
    }

    protected override async Task<int> DoAsync(CommandContext context)
    {
        var record = RecordPlace.Find(context, _record);
        var locks = new EnvironmentLock(record, context.Time);
        var environment = context.Get(_environment);
        var reason = context.Get(_reason)?.Trim();
        if (environment is null)
            return reason is null && !context.Get(_release) ? Show(context, locks.ReadAll()) : throw new CliError("which environment is meant is not said", "holdpoint lock ENV …");
        if (context.Get(_release))
        {
            if (locks.Read(environment) is { RunId: { } run } dead && dead.HasExpired(context.Time.GetUtcNow()) && await new Fence(new RunStore(record, context.Time), context.Time).EndAsync(run, context.Stop) is { } alive)
                throw new CliError($"{dead.Explain(context.Time)}; but {alive.Because}", alive.Remedy, ExitCode.Refused);
            return await AnswerAsync(context, await locks.UnlockAsync(environment, context.Stop), $"{environment} is unlocked");
        }

        if (context.Get(_for) is not null && reason is null)
            throw new CliError("a lock needs a reason", "say --reason \"…\"");
        if (reason is null)
            return Show(context, locks.Read(environment) is { } holder ? [holder] : []);
        if (reason.Length == 0)
            throw new CliError("a lock needs a reason", "say --reason \"…\"");
        var by = await Person.OfAsync(context, _by);
        DateTimeOffset? until = context.Get(_for) is { } span ? context.Time.GetUtcNow() + Spans.Of(span, "--for 2h") : null;
        return await AnswerAsync(context, await locks.LockAsync(environment, by.Name, reason, until, context.Stop), null);
    }

    private Task<int> AnswerAsync(CommandContext context, LockAnswer answer, string? done)
    {
        switch (answer)
        {
            case LockAnswer.Refused refused:
                throw new CliError(refused.Text, refused.Holder is { IsManual: true } ? "holdpoint lock ENV --release ends it" : "wait for it, or see holdpoint status", ExitCode.Refused);
            case LockAnswer.Acquired acquired:
                return Task.FromResult(Show(context, [acquired.Holder]));
            default:
                if (context.Get(_json))
                    return Task.FromResult(Show(context, []));
                context.Terminal.Print(done ?? "unlocked");
                return Task.FromResult(ExitCode.Passed);
        }
    }

    private int Show(CommandContext context, IReadOnlyList<LockHolder> holders)
    {
        var terminal = context.Terminal;
        if (context.Get(_json))
            JsonOut.Print(terminal, json =>
            {
                json.WriteStartArray("locks");
                foreach (var holder in holders)
                {
                    json.WriteStartObject();
                    json.WriteString("environment", holder.Environment);
                    json.WriteString("by", holder.Actor);
                    json.WriteString("host", holder.Host);
                    json.WriteString("run", holder.RunId);
                    json.WriteString("reason", holder.Reason);
                    json.WriteString("since", holder.Since);
                    if (holder.Expiry is { } expiry)
                        json.WriteString("expiry", expiry);
                    json.WriteBoolean("expired", holder.HasExpired(context.Time.GetUtcNow()));
                    json.WriteEndObject();
                }

                json.WriteEndArray();
            });
        else if (holders.Count == 0)
            terminal.Print(context.Get(_environment) is { } environment ? $"{environment} is free" : "nothing is locked");
        else
            foreach (var holder in holders)
                terminal.Print(Terminal.Clean(holder.Explain(context.Time)));
        return ExitCode.Passed;
    }
}
