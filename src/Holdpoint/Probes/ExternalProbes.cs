using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Holdpoint.Expressions;
using Holdpoint.Processes;

namespace Holdpoint.Probes;

/// <summary>
/// Probes that users bring: programs <c>holdpoint-probe-NAME</c> on PATH. Built-in verbs come first, so a program is looked for only when no
/// probe of this product has the name. A description is asked once in the life of this object, which lives as long as the process.
/// </summary>
public sealed partial class ExternalProbes
{
    private const string Prefix = "holdpoint-probe-";

    /// <summary>How long a program may take to describe itself.</summary>
    private static readonly TimeSpan DescribeLimit = TimeSpan.FromSeconds(5);

    private readonly ICommandRunner _commands;
    private readonly IReadOnlyDictionary<string, string> _programs;
    private readonly ConcurrentDictionary<string, Task<ExternalLookup>> _described = new(StringComparer.Ordinal);

    private ExternalProbes(ICommandRunner commands, IReadOnlyDictionary<string, string> programs) => (_commands, _programs) = (commands, programs);

    /// <summary>The names after <c>holdpoint-probe-</c> of the programs there are.</summary>
    public IEnumerable<string> Names => _programs.Keys.Order(StringComparer.Ordinal);

    /// <param name="directories">Null: those of PATH. In the first that has it, a program counts.</param>
    public static ExternalProbes Find(ICommandRunner commands, IEnumerable<string>? directories = null)
    {
        directories ??= (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries);
        var programs = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var directory in directories.Where(Directory.Exists))
        {
            foreach (var path in Programs(directory).Where(IsExecutable).Order(StringComparer.Ordinal))
                if (Path.GetFileName(path)[Prefix.Length..] is var name && VerbName().IsMatch(name))
                    programs.TryAdd(name, Path.GetFullPath(path));
        }

        return new(commands, programs);
    }

    /// <summary>The probe of that name; <see cref="ExternalLookup.Missing"/> where no program is called so, <see cref="ExternalLookup.Broken"/> with the reason where it does not describe itself.</summary>
    public async Task<ExternalLookup> TryDescribeAsync(string name, CancellationToken cancel = default)
    {
        if (!_programs.TryGetValue(name, out var path))
            return new ExternalLookup.Missing();
        return await _described.GetOrAdd(name, _ => DescribeAsync(name, path)).WaitAsync(cancel);
    }

    /// <summary>Under no caller's token: others may wait for the same description.</summary>
    private async Task<ExternalLookup> DescribeAsync(string name, string path) =>
        await _commands.RunAsync(new Command(path, ["--describe"]), DescribeLimit, CancellationToken.None) switch
        {
            CommandResult.Exited { ExitCode: 0 } ended => ExternalDescription.Read(name, ended.Output.Text, out var problem) is { } signature
                ? new ExternalLookup.Found(new ExternalProbe(path, signature))
                : new ExternalLookup.Broken($"{path} --describe: {problem}"),
            CommandResult.Exited ended => new ExternalLookup.Broken($"{path} --describe ended with {ended.ExitCode}: {GitRepository.FirstLine(ended.Error.Text)}"),
            CommandResult.TimedOut late => new ExternalLookup.Broken($"{path} --describe did not end within {Units.Duration(late.Limit)}"),
            CommandResult.NotStarted refused => new ExternalLookup.Broken($"{path} --describe: {refused.Because}"),
            var other => throw new InvalidOperationException($"no such end of a command: {other}"),
        };

    private static string[] Programs(string directory)
    {
        try
        {
            return Directory.GetFiles(directory, Prefix + "*");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A folder of PATH that may not be listed is passed over, as every shell's completion does; a probe that is then missing is an error by its name.
            return [];
        }
    }

    private static bool IsExecutable(string path) =>
        OperatingSystem.IsWindows() || (File.GetUnixFileMode(path) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0;

    [GeneratedRegex("^[a-z][a-z0-9_-]*$")]
    private static partial Regex VerbName();
}

/// <summary>What looking for a program of a probe's name brought.</summary>
public abstract record ExternalLookup
{
    public sealed record Found(ExternalProbe Probe) : ExternalLookup;

    public sealed record Missing : ExternalLookup;

    /// <param name="Because">The program, and what is wrong with its description.</param>
    public sealed record Broken(string Because) : ExternalLookup;

    private ExternalLookup() { }
}
