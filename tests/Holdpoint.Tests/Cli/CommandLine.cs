using Holdpoint.Cli;

namespace Holdpoint.Tests.Cli;

/// <summary>What a command said, and how it ended.</summary>
public sealed record Said(int ExitCode, string Output, string Talk)
{
    public IReadOnlyList<string> Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>Calls commands in this process, in a folder that goes away.</summary>
public abstract class CommandLine : IDisposable
{
    protected CommandLine() => Directory.CreateDirectory(Folder);

    protected string Folder { get; } = Path.Combine(Path.GetTempPath(), "holdpoint-cli-" + Guid.NewGuid().ToString("N"));

    /// <summary>Of the process that the command believes to be in.</summary>
    protected Dictionary<string, string> Environment { get; } = [];

    protected CancellationToken Stop { get; set; } = TestContext.Current.CancellationToken;

    protected string Write(string name, string text)
    {
        var path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    protected Task<Said> CallAsync(params string[] args) => CallOnAsync(TerminalKind.None, args);

    /// <summary>On a terminal of some kind.</summary>
    private protected async Task<Said> CallOnAsync(TerminalKind kind, params string[] args)
    {
        await using var output = new StringWriter { NewLine = "\n" };
        await using var error = new StringWriter { NewLine = "\n" };
        using var world = new CliWorld(new Terminal(output, error, TextReader.Null, kind)) { Directory = Folder, EnvironmentVariable = Environment.GetValueOrDefault, StopWith = Stop };
        var code = await Entry.RunAsync(args, world);
        return new(code, output.ToString(), error.ToString());
    }

    public void Dispose()
    {
        Directory.Delete(Folder, recursive: true);
        GC.SuppressFinalize(this);
    }
}
