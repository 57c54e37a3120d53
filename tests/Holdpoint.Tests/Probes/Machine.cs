using Holdpoint.Checklists;
using Holdpoint.Expressions;
using Holdpoint.Probes;
using Holdpoint.Processes;

namespace Holdpoint.Tests.Probes;

/// <summary>A folder of its own, a hand-made clock and programs that answer as they are told.</summary>
internal sealed class Machine : IDisposable
{
    public string Directory { get; } = System.IO.Directory.CreateTempSubdirectory("holdpoint-").FullName;

    public SteppingTime Time { get; } = new();

    public ScriptedCommands Commands { get; } = new();

    public Dictionary<string, string?> Variables { get; } = [];

    /// <summary>Where the checklist lies; its folder, if not told otherwise.</summary>
    private string? _inner;

    public Machine In(string folder)
    {
        _inner = Path(folder);
        return this;
    }

    public string Path(string name) => System.IO.Path.Combine(Directory, name);

    public string Write(string name, string text, TimeSpan? age = null)
    {
        var path = Path(name);
        System.IO.Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        File.SetLastWriteTimeUtc(path, (Time.GetUtcNow() - (age ?? TimeSpan.Zero)).UtcDateTime);
        return path;
    }

    /// <param name="wants">Facts that the condition names: <c>lines</c>, <c>matching"panic"</c>, <c>$</c> where it looks into the answer.</param>
    public Task<Reading> AskAsync(Probe probe, IReadOnlyList<string> arguments, Dictionary<string, string>? options = null, string[]? wants = null, Fence? body = null) =>
        probe.MeasureAsync(
            new ProbeCall(arguments, options ?? [], [.. (wants ?? []).Select(Wanted)])
            {
                Body = body,
                WantsDocument = wants?.Contains("$") == true,
                Context = new ProbeContext { Commands = Commands, Time = Time, Directory = _inner ?? Directory, ScriptVariables = Variables },
            },
            TestContext.Current.CancellationToken);

    public async Task<Facts> MeasureAsync(Probe probe, IReadOnlyList<string> arguments, Dictionary<string, string>? options = null, string[]? wants = null, Fence? body = null) =>
        Assert.IsType<Reading.Measured>(await AskAsync(probe, arguments, options, wants, body)).Facts;

    public async Task<string> RefusalAsync(Probe probe, IReadOnlyList<string> arguments, Dictionary<string, string>? options = null, string[]? wants = null, Fence? body = null) =>
        Assert.IsType<Reading.NoAnswer>(await AskAsync(probe, arguments, options, wants, body)).Because;

    public void Dispose() => System.IO.Directory.Delete(Directory, recursive: true);

    private static Operand.Fact Wanted(string text)
    {
        var quote = text.IndexOf('"');
        return quote < 0 ? new(text, null, Dimension.Any, text) : new(text[..quote], text[(quote + 1)..^1], Dimension.Count, text);
    }
}

/// <summary>A clock that stands still until something waits, and then is there at once.</summary>
internal sealed class SteppingTime : TimeProvider
{
    private DateTimeOffset _now = new(2026, 3, 1, 12, 0, 0, TimeSpan.Zero);

    /// <summary>What the world does while somebody waits.</summary>
    public Action OnWait { get; set; } = () => { };

    public override DateTimeOffset GetUtcNow() => _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _now.UtcTicks;

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        _now += dueTime;
        OnWait();
        // Afterwards, because whoever waits is still busy with beginning to.
        ThreadPool.QueueUserWorkItem(_ => callback(state));
        return new Nothing();
    }

    private sealed class Nothing : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => true;

        public void Dispose() { }

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

/// <summary>Keeps what was asked, and answers in order; without an answer a program isn't there.</summary>
internal sealed class ScriptedCommands : ICommandRunner
{
    private readonly Queue<Func<Command, CommandResult>> _answers = new();

    public List<Command> Asked { get; } = [];

    public ScriptedCommands Exits(int code, string output = "", string error = "")
    {
        _answers.Enqueue(command =>
        {
            foreach (var line in output.Split('\n', StringSplitOptions.RemoveEmptyEntries))
                command.OnOutputLine?.Invoke(line);
            return new CommandResult.Exited(code, Captured(output), Captured(error), TimeSpan.FromSeconds(1.5));
        });
        return this;
    }

    public ScriptedCommands Answers(CommandResult result)
    {
        _answers.Enqueue(_ => result);
        return this;
    }

    public Task<CommandResult> RunAsync(Command command, TimeSpan timeout, CancellationToken cancel)
    {
        Asked.Add(command);
        return Task.FromResult(_answers.Count > 0 ? _answers.Dequeue()(command) : new CommandResult.NotStarted($"{command.Program} is not on PATH"));
    }

    public static CapturedOutput Captured(string text) => new(text, text.Length, text.Split('\n').Length - (text.EndsWith('\n') || text.Length == 0 ? 1 : 0));
}

/// <summary>Short ways to look at values.</summary>
internal static class Look
{
    public static double Number(this Facts facts, string key) => Assert.IsType<Value.Number>(facts[key]).Amount;

    public static string Text(this Facts facts, string key) => Assert.IsType<Value.Text>(facts[key]).Content;

    public static string Unknown(this Facts facts, string key) => Assert.IsType<Value.Unknown>(facts[key]).Because;

    public static string Evidence(this Reading reading, string name) => System.Text.Encoding.UTF8.GetString(Assert.Single(reading.Evidence, e => e.Name == name).Content.Span);
}
