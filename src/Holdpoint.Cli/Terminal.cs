using System.Text;

namespace Holdpoint.Cli;

/// <summary>
/// Results to stdout, talk to stderr. Colour only where the stream is a terminal: <c>NO_COLOR</c> and <c>TERM=dumb</c> take it away,
/// <c>FORCE_COLOR</c> brings it (no-color.org, force-color.org). Questions and moving lines only where a person sits there and no <c>CI</c> is set.
/// </summary>
internal sealed class Terminal
{
    private readonly TextWriter _out;
    private readonly TextWriter _error;
    private readonly TextReader _in;
    private readonly Func<int> _width;
    private readonly Lock _turn = new();
    private int _progress;
    private IOException? _lost;

    public Terminal(TextWriter output, TextWriter error, TextReader? input = null, TerminalKind? kind = null, Func<int>? width = null)
    {
        (_out, _error, _in) = (output, error, input ?? TextReader.Null);
        kind ??= TerminalKind.None;
        Colour = kind.OutputColour;
        ErrorColour = kind.ErrorColour;
        IsInteractive = kind.IsInteractive;
        ShowsProgress = kind.ShowsProgress;
        _width = width ?? (() => DefaultWidth);
    }

    /// <summary>100 columns where nobody says how wide it is.</summary>
    public const int DefaultWidth = 100;

    /// <summary>Stdout takes colour.</summary>
    public bool Colour { get; }

    public bool ErrorColour { get; }

    /// <summary>A person can be asked.</summary>
    public bool IsInteractive { get; }

    /// <summary>Lines on stderr may be drawn over.</summary>
    public bool ShowsProgress { get; }

    /// <summary>In columns, at least 40.</summary>
    public int Width => Math.Max(40, _width());

    public TextWriter Out => _out;

    public TextReader In => _in;

    /// <summary>The terminal of this process.</summary>
    public static Terminal OfProcess()
    {
        var utf8 = new UTF8Encoding(false);
        var kind = TerminalKind.Of(Console.IsOutputRedirected, Console.IsErrorRedirected, Console.IsInputRedirected, Environment.GetEnvironmentVariable);
        return new(
            new StreamWriter(Console.OpenStandardOutput(), utf8, 8192) { AutoFlush = false },
            new StreamWriter(Console.OpenStandardError(), utf8, 1024) { AutoFlush = true },
            Console.IsInputRedirected ? new StreamReader(Console.OpenStandardInput(), utf8) : null,
            kind,
            () => Console.IsOutputRedirected && Console.IsErrorRedirected ? DefaultWidth : Console.WindowWidth);
    }

    /// <summary>A line of results.</summary>
    public void Print(string line = "")
    {
        lock (_turn)
        {
            ClearProgress();
            _out.WriteLine(line);
        }
    }

    /// <summary>A line of talk.</summary>
    public void Say(string line = "")
    {
        lock (_turn)
        {
            ClearProgress();
            FlushOutput();
            _error.WriteLine(line);
        }
    }

    /// <summary>A line that the next one replaces. Nothing where stderr is no terminal.</summary>
    public void Progress(string line)
    {
        if (!ShowsProgress)
            return;
        lock (_turn)
        {
            var shown = line.Length < Width ? line : line[..(Width - 2)] + "…";
            _error.Write($"\r\e[K{shown}");
            _progress = shown.Length;
        }
    }

    /// <summary>Asks a person. Null where nobody can be asked, or nothing is answered.</summary>
    public string? Ask(string question)
    {
        if (!IsInteractive)
            return null;
        lock (_turn)
        {
            ClearProgress();
            FlushOutput();
            _error.Write($"{question} ");
        }

        return (ReferenceEquals(_in, TextReader.Null) ? Console.In : _in).ReadLine() is { } answer && answer.Trim() is { Length: > 0 } given ? given : null;
    }

    /// <exception cref="IOException">A part of the results did not reach stdout, now or before.</exception>
    public void Flush()
    {
        lock (_turn)
        {
            ClearProgress();
            FlushOutput();
            _error.Flush();
            if (_lost is { } lost)
                throw new IOException(lost.Message, lost);
        }
    }

    /// <summary>For stdout.</summary>
    public string Paint(Ink ink, string text) => Colour ? Painted(ink, text) : text;

    /// <summary>For stderr.</summary>
    public string PaintError(Ink ink, string text) => ErrorColour ? Painted(ink, text) : text;

    /// <summary>Text from outside on one line: what steers a terminal (colours, cursor, bells) does not reach it.</summary>
    public static string Clean(string text)
    {
        if (!text.AsSpan().ContainsAnyInRange('\0', '\x1f') && !text.AsSpan().ContainsAnyInRange('\x7f', '\x9f'))
            return text;
        var clean = new StringBuilder(text.Length);
        foreach (var c in text.TrimEnd())
            clean.Append(c is '\n' ? '⏎' : c is '\t' ? ' ' : c is '\r' ? null : char.IsControl(c) ? '�' : c);
        return clean.ToString();
    }

    /// <summary>Talk must still be possible where stdout is full.</summary>
    private void FlushOutput()
    {
        try
        {
            _out.Flush();
        }
        catch (IOException e)
        {
            _lost ??= e;
        }
    }

    private void ClearProgress()
    {
        if (_progress == 0)
            return;
        _error.Write("\r\e[K");
        _progress = 0;
    }

    private static string Painted(Ink ink, string text) => ink switch
    {
        Ink.Plain => text,
        Ink.Strong => $"\e[1m{text}\e[22m",
        Ink.Faint => $"\e[2m{text}\e[22m",
        Ink.Good => $"\e[32m{text}\e[39m",
        Ink.Warning => $"\e[33m{text}\e[39m",
        Ink.Bad => $"\e[31m{text}\e[39m",
        Ink.Unsure => $"\e[35m{text}\e[39m",
        _ => throw new InvalidOperationException($"no such ink: {ink}"),
    };
}

/// <summary>What the streams of a process are.</summary>
internal sealed record TerminalKind(bool OutputColour, bool ErrorColour, bool IsInteractive, bool ShowsProgress)
{
    /// <summary>Pipes and files.</summary>
    public static TerminalKind None { get; } = new(false, false, false, false);

    public static TerminalKind Of(bool outputRedirected, bool errorRedirected, bool inputRedirected, Func<string, string?> variable)
    {
        bool Set(string name) => !string.IsNullOrEmpty(variable(name));
        var dumb = variable("TERM") is "dumb";
        var forced = variable("FORCE_COLOR") is { Length: > 0 } force && force is not ("0" or "false");
        bool Coloured(bool redirected) => !Set("NO_COLOR") && (forced || (!redirected && !dumb));
        var attended = !Set("CI") && !errorRedirected;
        return new(Coloured(outputRedirected), Coloured(errorRedirected), attended && !inputRedirected, attended && !dumb);
    }
}
