using System.CommandLine;

namespace Holdpoint.Cli;

/// <summary>What a command was called with, and what it may use.</summary>
internal sealed record CommandContext(ParseResult Parsed, CliWorld World)
{
    public Terminal Terminal => World.Terminal;

    public TimeProvider Time => World.Time;

    /// <summary>Cancelled by the first Ctrl-C.</summary>
    public CancellationToken Stop => World.Stop;

    public T? Get<T>(Option<T> option) => Parsed.GetValue(option);

    public T? Get<T>(Argument<T> argument) => Parsed.GetValue(argument);
}
