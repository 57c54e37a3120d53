using System.Text;
using System.Text.RegularExpressions;
using Holdpoint.Expressions;
using Holdpoint.Hosts;
using Holdpoint.Processes;

namespace Holdpoint.Probes;

/// <summary>What <c>run</c> and <c>sh</c> have in common: a script is run and its end, its output and its time are the facts.</summary>
internal static partial class ScriptMeasurement
{
    public static IReadOnlyList<Argument> Options { get; } =
    [
        new("dir", "Folder to run in; relative to the checklist's own. Default: the section's Dir."),
        new("as", "Another user to run as, through sudo without a password."),
    ];

    public static IReadOnlyList<FactDeclaration> Facts { get; } =
    [
        new("exit", Dimension.Count, "Exit code; 128 + the signal's number where a signal ended it."),
        new("output", Dimension.Text, "Standard output without its last line end; unknown where it is longer than what is kept (1 MiB)."),
        new("stderr", Dimension.Text, "Standard error without its last line end; unknown where it is longer than what is kept (1 MiB)."),
        new("lines", Dimension.Count, "Lines of standard output."),
        LineMatches.Declaration("standard output"),
        new("time", Dimension.Duration, "From start to end."),
    ];

    public static async Task<Reading> RunAsync(Script script, ProbeCall call, CancellationToken cancel)
    {
        if (script is Script.Unrunnable unrunnable)
            return new Reading.NoAnswer(unrunnable.Because);
        if (!LineMatches.TryFor(call, out var matching, out var problem))
            return new Reading.NoAnswer(problem);
        var directory = Machine.Of(call).Absolute(call.Option("dir") ?? ".");
        if (call.Context.Host is null && !Directory.Exists(directory))
            return new Reading.NoAnswer($"{directory}: no such folder to run in");

        var command = ((Script.Runs)script).Command with
        {
            WorkingDirectory = directory,
            Environment = call.Context.ScriptVariables,
            OnOutputLine = line =>
            {
                foreach (var counter in matching)
                    counter.See(line);
            },
        };
        if (call.Option("as") is { } user && (call.Context.Host is not null || user != Environment.UserName))
        {
            if (await WhyNotAsync(user, call, cancel) is { } refusal)
                return new Reading.NoAnswer(refusal);
            command = As(user, command);
        }

        return await call.Context.Commands.RunAsync(command, call.Timeout, cancel) switch
        {
            CommandResult.Exited ended => Measured(ended, matching),
            CommandResult.TimedOut late => new Reading.NoAnswer($"did not end within {Units.Duration(late.Limit)}; its process group was ended")
            {
                Evidence = [Output($"no end after {Units.Duration(late.Limit)}", late.Output, late.Error)],
            },
            CommandResult.NotStarted refused => new Reading.NoAnswer(refused.Because),
            var other => throw new InvalidOperationException($"no such end of a command: {other}"),
        };
    }

    private static Reading.Measured Measured(CommandResult.Exited ended, IReadOnlyList<LineMatches> matching)
    {
        var values = new Dictionary<string, Value>
        {
            ["exit"] = Value.Count(ended.ExitCode),
            ["output"] = Whole("standard output", ended.Output),
            ["stderr"] = Whole("standard error", ended.Error),
            ["lines"] = Value.Count(ended.Output.Lines),
            ["time"] = Value.Duration(ended.Elapsed),
        };
        foreach (var (name, value) in matching.Select(m => m.Fact))
            values[name] = value;
        return new(new Facts(values, ended.Output.Text)) { Evidence = [Output($"exit {ended.ExitCode} after {Units.Duration(ended.Elapsed)}", ended.Output, ended.Error)] };
    }

    /// <summary>A text with a hole in it would let "contains no error" pass without proof.</summary>
    private static Value Whole(string name, CapturedOutput captured) => captured.IsWhole
        ? Value.Of(captured.Text.TrimEnd('\n', '\r'))
        : new Value.Unknown($"{name} is longer than what is kept ({captured.Characters} characters): ask with matching\"…\" or lines");

    private static Evidence Output(string end, CapturedOutput output, CapturedOutput error)
    {
        var text = new StringBuilder();
        foreach (var (name, captured) in new[] { ("standard output", output), ("standard error", error) })
        {
            if (captured.Characters == 0)
                continue;
            text.Append("--- ").Append(name).Append('\n').Append(captured.Text);
            if (!captured.Text.EndsWith('\n'))
                text.Append('\n');
        }

        return Evidence.OfText("output.txt", text.Append("--- ").Append(end).Append('\n').ToString());
    }

    /// <summary>Asked beforehand, so that sudo's own exit code 1 is not taken for the script's.</summary>
    private static async Task<string?> WhyNotAsync(string user, ProbeCall call, CancellationToken cancel)
    {
        if (!UserName().IsMatch(user))
            return $"as={user} is no name of a user";
        var trial = As(user, new Command("true", []) { Environment = call.Context.ScriptVariables });
        var me = call.Context.Address?.Destination ?? Environment.UserName;
        return await call.Context.Commands.RunAsync(trial, call.Timeout, cancel) switch
        {
            CommandResult.Exited { ExitCode: 0 } => null,
            CommandResult.Exited ended => $"{me} may not run as {user}: {FirstLine(ended.Error.Text, $"sudo ended with {ended.ExitCode}")}; "
                + $"allow it in sudoers (\"{me.Split('@')[0]} ALL=({user}) NOPASSWD:SETENV: ALL\") or leave as= out",
            CommandResult.TimedOut late => $"sudo did not answer within {Units.Duration(late.Limit)} whether {me} may run as {user}",
            CommandResult.NotStarted refused => $"as={user} needs sudo: {refused.Because}",
            var other => throw new InvalidOperationException($"no such end of a command: {other}"),
        };
    }

    /// <summary>Names of variables only: values on a command line would be seen by every user of the machine.</summary>
    private static Command As(string user, Command command)
    {
        var keep = string.Join(',', command.Environment.Where(v => v.Value is not null).Select(v => v.Key).Order(StringComparer.Ordinal));
        return command with
        {
            Program = "sudo",
            Arguments = ["-n", "-u", user, .. keep.Length > 0 ? [$"--preserve-env={keep}"] : Array.Empty<string>(), "--", command.Program, .. command.Arguments],
        };
    }

    private static string FirstLine(string text, string otherwise) =>
        text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).FirstOrDefault() ?? otherwise;

    [GeneratedRegex("^[A-Za-z_][A-Za-z0-9_.-]*\\$?$")]
    private static partial Regex UserName();
}
