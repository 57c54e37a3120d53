using System.Text.Json;
using System.Text.RegularExpressions;
using Holdpoint.Expressions;
using Holdpoint.Processes;

namespace Holdpoint.Probes;

/// <summary>A program that a probe asks: docker, kubectl, systemctl. It runs where the call's commands run, and speaks untranslated.</summary>
internal sealed class AskedProgram(ProbeCall call, string program, CancellationToken cancel)
{
    private const int OutputLimit = 16 * 1024 * 1024;

    /// <summary>Added to its environment; a null value removes a variable.</summary>
    public IReadOnlyDictionary<string, string?> Environment { get; init; } = new Dictionary<string, string?>();

    /// <summary>It reads files of the call's folder, which then has to be there on another machine too.</summary>
    public bool ReadsFolder { get; init; }

    /// <summary>What to do where the program isn't there: a package, an address.</summary>
    public string Remedy { get; init; } = "";

    /// <summary>What it answers, whatever its exit code.</summary>
    /// <exception cref="ProgramMissing">It can't be started.</exception>
    /// <exception cref="Unanswered">It is late, or writes more than can be read.</exception>
    public Task<ProgramAnswer> AskAsync(params IReadOnlyList<string> arguments) => AskAsync(arguments, input: null);

    /// <param name="input">Written to its standard input.</param>
    public async Task<ProgramAnswer> AskAsync(IReadOnlyList<string> arguments, string? input)
    {
        var command = new Command(program, arguments)
        {
            WorkingDirectory = call.Context.Host is null || ReadsFolder ? call.Context.Directory : null,
            Environment = new Dictionary<string, string?>(Environment) { ["LC_ALL"] = "C" },
            Input = input,
            OutputLimit = OutputLimit,
        };
        return await call.Context.Commands.RunAsync(command, call.Timeout, cancel) switch
        {
            // A shell on the way (ssh) says so with 127; here the program itself is not found.
            CommandResult.Exited { ExitCode: 127 } ended when ended.Error.Text.Contains("not found", StringComparison.Ordinal) => throw Missing($"{program}: not found on PATH"),
            CommandResult.Exited { Output.IsWhole: false } => throw new Unanswered($"{Named(arguments)} answers with more than {Units.Bytes(OutputLimit)}"),
            CommandResult.Exited ended => new ProgramAnswer(Named(arguments), ended.ExitCode, ended.Output.Text, ended.Error.Text),
            CommandResult.TimedOut late => throw new Unanswered($"{Named(arguments)} did not end within {Units.Duration(late.Limit)}"),
            CommandResult.NotStarted refused when refused.Because.Contains("on PATH", StringComparison.Ordinal) => throw Missing(refused.Because),
            // The machine can't be reached, its folder is not there: installing the program would help nobody.
            CommandResult.NotStarted refused => throw new Unanswered(refused.Because),
            var other => throw new InvalidOperationException($"no such end of a command: {other}"),
        };
    }

    /// <summary>The program and its verb: enough for a message, and no argument that might be long.</summary>
    private string Named(IReadOnlyList<string> arguments) => $"{program} {arguments.FirstOrDefault(a => !a.StartsWith('-'))}".TrimEnd();

    private ProgramMissing Missing(string because) => new(Remedy.Length > 0 ? $"{because}: {Remedy}" : because);
}

/// <summary>How a program that was asked has ended.</summary>
/// <param name="Question">The program and its verb, for messages: <c>docker inspect</c>.</param>
internal sealed partial record ProgramAnswer(string Question, int Exit, string Output, string Error)
{
    /// <summary>Its complaint in one line, without warnings, logs and hints at its help; of a Python program's trace the last line.</summary>
    public string Complaint
    {
        get
        {
            var lines = (Error.Trim().Length > 0 ? Error : Output).Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            var told = lines.Where(l => !Aside().IsMatch(l)).ToList();
            var line = told is [] ? lines.LastOrDefault() ?? "it gives no reason" : told[0].StartsWith("Traceback", StringComparison.Ordinal) ? told[^1] : string.Join("; ", told);
            return line.Length > 500 ? line[..499] + "…" : line;
        }
    }

    public bool Says(string words) => Error.Contains(words, StringComparison.OrdinalIgnoreCase);

    public Unanswered Refusal => new($"{Question} ended with {Exit}: {Complaint}");

    /// <summary>What it wrote, if it ended well.</summary>
    /// <exception cref="Unanswered">It did not; with its own words.</exception>
    public string Text => Exit == 0 ? Output : throw Refusal;

    /// <summary>What it wrote, as one JSON document, if it ended well.</summary>
    public JsonElement Document => Json(Text);

    /// <exception cref="Unanswered">Something else, or only its beginning.</exception>
    public JsonElement Json(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            throw new Unanswered($"{Question} answers with something other than one whole JSON document: {Start(text)}");
        }
    }

    /// <summary>Logs of Kubernetes (<c>E1121 03:18:07.498 …</c>) and of compose, warnings, and hints at the help.</summary>
    [GeneratedRegex(@"^([EWI]\d{4} |time="".*level=(warn|info)|WARN|Warning:|See '|Run '|Usage:)", RegexOptions.CultureInvariant)]
    private static partial Regex Aside();

    private static string Start(string text) => text.Trim() is { Length: > 0 } t ? $"'{t[..Math.Min(60, t.Length)].ReplaceLineEndings(" ")}'" : "nothing";
}

/// <summary>The instrument is not there.</summary>
internal sealed class ProgramMissing(string because) : Unanswered(because);
