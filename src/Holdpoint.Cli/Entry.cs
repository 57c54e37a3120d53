using System.CommandLine;
using System.CommandLine.Parsing;
using System.Reflection;
using Holdpoint.Expressions;

namespace Holdpoint.Cli;

/// <summary>From a command line to an exit code. No exception leaves it, and no stack trace reaches a person who did not ask for one.</summary>
internal static class Entry
{
    public static string Version { get; } =
        typeof(Entry).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "0.0.0";

    public static async Task<int> RunAsync(IReadOnlyList<string> args, CliWorld world)
    {
        var code = await AnswerAsync(args, world);
        try
        {
            world.Terminal.Flush();
            return code;
        }
        catch (IOException e)
        {
            // Whoever reads a result that was cut off must not take it for a good one.
            Refuse(world.Terminal, $"the output could not be written: {e.Message}", "", code);
            return code == ExitCode.Passed ? ExitCode.Unknown : code;
        }
    }

    private static async Task<int> AnswerAsync(IReadOnlyList<string> args, CliWorld world)
    {
        var terminal = world.Terminal;
        try
        {
            return await DispatchAsync(args, world);
        }
        catch (CommandEnds end)
        {
            return end.ExitCode;
        }
        catch (CliError error)
        {
            return Refuse(terminal, error.Message, error.Remedy, error.ExitCode);
        }
        catch (OperationCanceledException) when (world.Stop.IsCancellationRequested)
        {
            terminal.Say("holdpoint: interrupted");
            return ExitCode.Interrupted;
        }
        catch (Exception e)
        {
            return Broken(world, e);
        }
    }

    /// <summary>Not async: each async method between here and the command would be compiled anew at every start.</summary>
    private static Task<int> DispatchAsync(IReadOnlyList<string> args, CliWorld world)
    {
        var terminal = world.Terminal;
        switch (args)
        {
            case []:
                foreach (var line in HelpText.OfAll())
                    terminal.Say(line);
                return Task.FromResult(ExitCode.Usage);
            case ["--version" or "-v" or "version"]:
                terminal.Print(Version);
                return Task.FromResult(ExitCode.Passed);
            case ["--help" or "-h" or "-?" or "help"]:
                Print(terminal, HelpText.OfAll());
                return Task.FromResult(ExitCode.Passed);
            case ["help", var name]:
                return DispatchAsync([name, "--help"], world);
        }

        if (CommandTree.Find(args[0]) is not { } command)
        {
            var kind = args[0].StartsWith('-') ? "option" : "command";
            return Task.FromResult(Refuse(terminal, $"there is no {kind} {args[0]}", Nearest.Hint(args[0], CommandTree.Names, "see holdpoint --help"), ExitCode.Usage));
        }

        // Asked for before anything else, so that help is to be had beside options that are wrong.
        var declared = CommandTree.Declared(command);
        if (args.TakeWhile(a => a != "--").Skip(1).Any(a => a is "--help" or "-h" or "-?"))
        {
            Print(terminal, HelpText.Of(command, declared));
            return Task.FromResult(ExitCode.Passed);
        }

        var parsed = declared.Parse([.. args.Skip(1)], new ParserConfiguration { ResponseFileTokenReplacer = null });
        var errors = parsed.Errors.Select(e => e.Message).Concat(TakenForArguments(parsed, args)).ToList();
        if (errors.Count == 0)
            return command.RunAsync(new(parsed, world));
        foreach (var message in errors.Select(e => Message(e, declared)).Distinct())
            Refuse(terminal, message, "", ExitCode.Usage);
        terminal.Say($"see holdpoint {command.Name} --help");
        return Task.FromResult(ExitCode.Usage);
    }

    /// <summary>The parser takes an option that it does not know for an argument, where one is missing.</summary>
    private static IEnumerable<string> TakenForArguments(ParseResult parsed, IReadOnlyList<string> args)
    {
        var options = args.TakeWhile(a => a != "--").Where(a => a.Length > 1 && a[0] == '-').ToHashSet(StringComparer.Ordinal);
        return parsed.CommandResult.Children.OfType<ArgumentResult>().SelectMany(a => a.Tokens).Where(t => options.Contains(t.Value)).Select(t => $"there is no option '{t.Value}'");
    }

    /// <summary>The parser's sentence as ours: no full stop, lower case, and the option that was probably meant.</summary>
    private static string Message(string message, Command command)
    {
        message = message.TrimEnd('.');
        var said = message.Length > 1 && char.IsUpper(message[0]) && char.IsLower(message[1]) ? char.ToLowerInvariant(message[0]) + message[1..] : message;
        var word = message.Split('\'') is [_, var quoted, ..] ? quoted : "";
        var meant = word.StartsWith('-') && !command.Options.Any(o => o.Name == word) ? Nearest.Hint(word, command.Options.Where(o => !o.Hidden).Select(o => o.Name)) : "";
        return meant.Length > 0 ? $"{said}: {meant}" : said;
    }

    private static int Refuse(Terminal terminal, string what, string remedy, int exitCode)
    {
        terminal.Say($"holdpoint: {terminal.PaintError(Ink.Bad, "error:")} {Terminal.Clean(what)}{(remedy.Length > 0 ? $" ({Terminal.Clean(remedy)})" : "")}");
        return exitCode;
    }

    /// <summary>A full disk and a missing right are the machine's; the rest is our mistake, and nothing was proven either way.</summary>
    private static int Broken(CliWorld world, Exception e)
    {
        if (e is IOException or UnauthorizedAccessException)
            Refuse(world.Terminal, e.Message, "check the path, its rights and the room on the disk", ExitCode.Unknown);
        else
            Refuse(world.Terminal, $"Holdpoint {Version} broke: {e.GetType().Name}: {e.Message}", "please report this line with the command that you gave; HOLDPOINT_DEBUG=1 shows where it happened", ExitCode.Unknown);
        if (world.EnvironmentVariable("HOLDPOINT_DEBUG") is "1")
            world.Terminal.Say(e.ToString());
        return ExitCode.Unknown;
    }

    private static void Print(Terminal terminal, IEnumerable<string> lines)
    {
        foreach (var line in lines)
            terminal.Print(line);
    }
}
