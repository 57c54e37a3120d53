using Holdpoint.Configuration;
using Holdpoint.Expressions;
using Holdpoint.Probes;
using Holdpoint.Probes.Migrations;
using Holdpoint.Probes.Postgres;
using Holdpoint.Processes;

namespace Holdpoint.Actions;

/// <summary>Migrates a database by the project's own tool; what revision it had and has is told.</summary>
public sealed class MigrateAction : ActionVerb
{
    /// <summary>Stands first in the output, which outlives a driver.</summary>
    private const string BeforeLine = "revision before: ";

    /// <summary>Arguments: the revision before, then the command.</summary>
    private const string Wrapper = $"""printf '{BeforeLine}%s\n' "$1"; shift; exec "$@" """;

    public override Signature Signature { get; } = new("migrate", "Migrates a database with the scripts of migrations: in holdpoint.yaml. Without compatible=true nothing rolls back by itself afterwards; back to an earlier revision always asks a person.")
    {
        Kind = "action",
        Arguments = [new("DATABASE", "a name under servers: postgres:, and under migrations: with up: and down:, which bash runs with $HOLDPOINT_TO and the variables of libpq (PGHOST, PGDATABASE …)")],
        Options =
        [
            new("compatible", "the version that ran before works with the migrated database as well, so that a rollback may follow by itself", Dimension.Boolean) { OneOf = ["true", "false"] },
            new("to", "the revision to come to, as the tool takes it; without it the newest"),
        ],
        ServerKind = "postgres",
        Example = "migrate main compatible=true",
        Needs = "bash, coreutils and util-linux, and what the scripts call; to tell revisions what the probe migrations needs",
    };

    public override async Task<Deed> PrepareAsync(ActionCall call, CancellationToken cancel)
    {
        var name = call.Arguments[0];
        if (call.World.Project.Migrations.GetValueOrDefault(name) is not { } definition)
            return new Deed.Refused($"how {name} is migrated is not configured: add migrations: {name}: {{ up: … }} in holdpoint.yaml");
        try
        {
            var question = DataScript.Question(call, new[] { ("tool", definition.Tool), ("dir", definition.Files) }.Where(o => o.Item2 is not null).ToDictionary(o => o.Item1, o => o.Item2!));
            var server = PostgresServer.Of(question, name);
            var to = call.Options.GetValueOrDefault("to");
            var (before, because) = await ReadAsync(question, cancel);
            var way = to is null ? MigrationWay.Up : before?.WayTo(to) ?? MigrationWay.Unknown;
            if (way == MigrationWay.There)
                return new Deed.AlreadyDone($"{name} is at revision {before!.Revision}");
            if (way == MigrationWay.Down && definition.Down is null)
                return new Deed.Refused($"{to} lies before {before!.Revision}, and {name} has no way back: add migrations: {name}: {{ down: … }} in holdpoint.yaml");
            if (way is MigrationWay.Down or MigrationWay.Unknown && !call.Forced)
                return new Deed.Asks(way == MigrationWay.Down
                    ? $"from {before!.Revision} to {to} {name} goes back, which may lose data: a person decides"
                    : $"whether {to} lies before what {name} has is not known ({because ?? before!.State.Unclear ?? "no file has it"}): a person decides");
            if (way == MigrationWay.Unknown && definition.Down is not null)
                return new Deed.Refused($"whether {name} goes up or down to {to} is not known ({because ?? before!.State.Unclear ?? "no file has it"}): name a revision that has a file");
            var script = DataScript.Of(way == MigrationWay.Down ? definition.Down! : definition.Up);
            var command = new Command("bash", ["-euo", "pipefail", "-c", Wrapper, "migrate", before?.Revision ?? "", script.Program, .. script.Arguments]);
            return new Deed.Detached(DataScript.In(call, command, server, ("HOLDPOINT_TO", to ?? "")), (outcome, token) => JudgeAsync(question, to, way, outcome, token));
        }
        catch (Unanswered e)
        {
            return new Deed.Refused(e.Message);
        }
    }

    private static async Task<Verdict> JudgeAsync(ProbeCall question, string? to, MigrationWay way, ActionOutcome outcome, CancellationToken cancel)
    {
        var (now, because) = await ReadAsync(question, cancel);
        var before = Before(outcome);
        var told = now is null ? $"what revision it is at can't be read: {because}" : before is null ? $"it is at revision {now.Revision}" : $"it was at revision {before} and is now at {now.Revision}";
        return outcome switch
        {
            ActionOutcome.Ended { ExitCode: 0 } when now is not null && Missing(now, to, way) is var (expected, actual) => new Verdict.Failed(expected, $"the script ended with exit 0; {actual}; {told}"),
            ActionOutcome.Ended { ExitCode: 0 } => new Verdict.Passed(told),
            // Its client was ended; what it had begun on the server may go on there.
            ActionOutcome.TimedOut late => new Verdict.Unknown($"not ended within {Units.Duration(late.Limit)}, and the server may still be at it; {told}"),
            _ => OutcomeVerdict.Of(outcome) is Verdict.Failed failed ? new Verdict.Failed(failed.Expected, $"{failed.Actual}; {told}") : OutcomeVerdict.Of(outcome),
        };
    }

    /// <summary>What a script that ended well has left undone; null: nothing that could be told.</summary>
    private static (string Expected, string Actual)? Missing(MigrationReading now, string? to, MigrationWay way) => to switch
    {
        null or "head" or "heads" => now.State is { Unclear: null, Pending.Count: > 0 and var count } ? ("nothing pending", $"{count} pending") : null,
        _ when now.Files.Any(f => now.Is(f.Id, to)) && way != MigrationWay.Unknown => now.Is(now.State.Current, to) ? null : ($"revision {to}", "it is at another"),
        _ => null,
    };

    private static string? Before(ActionOutcome outcome)
    {
        var text = outcome switch { ActionOutcome.Ended e => e.Output.Text, ActionOutcome.TimedOut t => t.Output.Text, _ => "" };
        return text.StartsWith(BeforeLine, StringComparison.Ordinal) && text[BeforeLine.Length..].Split('\n')[0] is { Length: > 0 } revision ? revision : null;
    }

    /// <summary>Null with the reason: it can't be read, which is no failure of the migration.</summary>
    private static async Task<(MigrationReading? Reading, string? Because)> ReadAsync(ProbeCall question, CancellationToken cancel)
    {
        try
        {
            using var limit = new AttemptLimit(Look, question.Context.Time, cancel);
            return (await MigrationsProbe.ReadAsync(question with { Timeout = Look }, limit.Token), null);
        }
        catch (Unanswered e)
        {
            return (null, e.Message);
        }
        catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
        {
            return (null, $"no answer within {Units.Duration(Look)}");
        }
    }

    private static TimeSpan Look { get; } = TimeSpan.FromSeconds(30);
}
