using System.Threading.Channels;

namespace Holdpoint.Cli.Runs;

/// <summary>Keys that a person presses, read on a thread of their own: a terminal can't be asked without waiting.</summary>
internal sealed class Keys
{
    private readonly Channel<ConsoleKeyInfo> _keys = Channel.CreateUnbounded<ConsoleKeyInfo>();

    public Keys() => new Thread(Read) { IsBackground = true, Name = "keys" }.Start();

    public ChannelReader<ConsoleKeyInfo> Reader => _keys.Reader;

    private void Read()
    {
        try
        {
            while (true)
                _keys.Writer.TryWrite(Console.ReadKey(intercept: true));
        }
        catch (InvalidOperationException)
        {
            // The terminal is gone; nobody presses anything any more.
            _keys.Writer.TryComplete();
        }
    }
}
