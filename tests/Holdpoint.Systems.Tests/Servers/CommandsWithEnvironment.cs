using Holdpoint.Processes;

namespace Holdpoint.Systems.Tests.Servers;

/// <summary>Runs programs with variables that lead them to a server of the tests; a command's own come first.</summary>
internal sealed class CommandsWithEnvironment(ICommandRunner inner, IReadOnlyDictionary<string, string?> environment) : ICommandRunner
{
    public Task<CommandResult> RunAsync(Command command, TimeSpan timeout, CancellationToken cancel) =>
        inner.RunAsync(command with { Environment = environment.Concat(command.Environment).GroupBy(e => e.Key).ToDictionary(g => g.Key, g => g.Last().Value) }, timeout, cancel);
}
