using Holdpoint.Hosts;
using Holdpoint.Processes;

namespace Holdpoint.Tests.Hosts;

/// <summary>Hosts that answer as they are told, and a list of what was asked of which.</summary>
internal sealed class FakeHosts(Func<HostAddress, Command, CommandResult> answer) : IHosts
{
    public List<(HostAddress Host, Command Command)> Asked { get; } = [];

    public ICommandRunner On(HostAddress address) => new Runner(command =>
    {
        lock (Asked)
            Asked.Add((address, command));
        return answer(address, command);
    });

    public Command Detached(HostAddress address, Command command, TimeSpan limit) => new("ssh", [address.Destination]);

    public static CommandResult Exits(int code, string output = "", string error = "") => new CommandResult.Exited(code, Text(output), Text(error), TimeSpan.FromMilliseconds(10));

    private static CapturedOutput Text(string text) => new(text, text.Length, text.Count(c => c == '\n'));

    private sealed class Runner(Func<Command, CommandResult> answer) : ICommandRunner
    {
        public Task<CommandResult> RunAsync(Command command, TimeSpan timeout, CancellationToken cancel) => Task.FromResult(answer(command));
    }
}
