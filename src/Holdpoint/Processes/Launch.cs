using System.ComponentModel;
using System.Diagnostics;

namespace Holdpoint.Processes;

/// <summary>The start of a program with its three streams on pipes.</summary>
internal abstract record Launch
{
    /// <param name="OwnSession">It leads a session and a process group; its pid is the number of both.</param>
    internal sealed record Started(Process Process, string Program, bool OwnSession) : Launch;

    internal sealed record Refused(string Because) : Launch;

    private Launch() { }

    private static readonly Lazy<string?> SetSid = new(() => CommandRunner.FindOnPath("setsid"));

    /// <summary>.NET ignores SIGPIPE and hands that down, by which <c>yes | head</c> would end with an error text instead of silently.</summary>
    private static readonly Lazy<string?> Env = new(() => CommandRunner.FindOnPath("env") is { } env && KnowsDefaultSignal(env) ? env : null);

    public static bool CanOwnSession => SetSid.Value is not null;

    /// <summary>Whether a program's error output is that of setsid or env, which could not become the program.</summary>
    public static bool IsComplaint(string error, string program) =>
        new[] { "setsid", Env.Value ?? "env" }
            .Any(starter => error.StartsWith(starter + ": ", StringComparison.Ordinal))
        && error.Contains(program, StringComparison.Ordinal);

    /// <param name="job">Marks the program's environment. Null: no mark.</param>
    public static Launch Begin(Command command, Job? job)
    {
        if (Obstacle(command) is { } obstacle)
            return new Refused(obstacle);
        if (command.CalledAs is not null)
            return new Refused($"{command.Program} can't be given another name here");
        return Find(command) switch
        {
            ProgramSearch.Found program => Begin(command, program.Path, job),
            ProgramSearch.Missing missing => new Refused(missing.Because),
            var other => throw new UnreachableException($"{other}"),
        };
    }

    private static Launch Begin(Command command, string program, Job? job)
    {
        // Each becomes the next in place, so the pid stays; setsid does because it is not the leader of a group.
        List<string> line = [];
        if (SetSid.Value is { } setsid)
            line.Add(setsid);
        // env would take a path with = for a variable.
        if (Env.Value is { } env && !program.Contains('=', StringComparison.Ordinal))
            line.AddRange([env, "--default-signal=PIPE"]);
        line.AddRange([program, .. command.Arguments]);

        var start = new ProcessStartInfo(line[0], line[1..])
        {
            WorkingDirectory = command.WorkingDirectory is { } directory ? Path.GetFullPath(directory) : "",
            UseShellExecute = false,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        if (job is not null)
            start.Environment[Job.Variable] = job.Value;
        foreach (var (name, value) in command.Environment)
        {
            if (value is null)
                start.Environment.Remove(name);
            else
                start.Environment[name] = value;
        }

        var process = new Process { StartInfo = start };
        try
        {
#pragma warning disable RS0030 // This is the place that starts processes.
            process.Start();
#pragma warning restore RS0030
            return new Started(process, program, SetSid.Value is not null);
        }
        catch (Exception refused) when (refused is Win32Exception or IOException or InvalidOperationException)
        {
            process.Dispose();
            return new Refused($"{command.Program}: {Reason(refused)}");
        }
    }

    /// <summary>Where the program of a command is, with the command's own PATH and directory.</summary>
    public static ProgramSearch Find(Command command) => ProgramSearch.For(
        command.Program,
        command.Environment.TryGetValue("PATH", out var path) ? path : Environment.GetEnvironmentVariable("PATH"),
        command.WorkingDirectory);

    /// <summary>What the system would misread or refuse without a word on the cause. Null: nothing.</summary>
    public static string? Obstacle(Command command)
    {
        if (command.WorkingDirectory is { } directory && !Directory.Exists(directory))
            return File.Exists(directory) ? $"{directory}: this is a file, not a directory to work in" : $"{directory}: the directory to work in does not exist";
        if (command.Arguments.Append(command.Program).Any(HasNul))
            return $"{command.Program}: an argument holds a NUL character, which no program can be given";
        foreach (var (name, value) in command.Environment)
        {
            if (name.Length == 0 || name.Contains('=', StringComparison.Ordinal) || HasNul(name) || (value is not null && HasNul(value)))
                return $"{command.Program}: the environment variable '{name.Replace("\0", "\\0", StringComparison.Ordinal)}' has a name or a value that no program can be given";
        }
        return null;
    }

    /// <summary>GNU coreutils since 8.31; asked once.</summary>
    private static bool KnowsDefaultSignal(string env)
    {
        using var asked = new Process
        {
            StartInfo = new ProcessStartInfo(env, ["--default-signal=PIPE", "true"])
            {
                UseShellExecute = false, RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true,
            },
        };
        try
        {
#pragma warning disable RS0030 // This is the place that starts processes.
            asked.Start();
#pragma warning restore RS0030
            asked.WaitForExit();
            return asked.ExitCode == 0;
        }
        catch (Win32Exception)
        {
            // One that can't even be started doesn't know it.
            return false;
        }
    }

    private static bool HasNul(string text) => text.Contains('\0', StringComparison.Ordinal);

    private static string Reason(Exception refused) => refused switch
    {
        Win32Exception { NativeErrorCode: 7 } => "its arguments and environment are too long for the system",
        // The text of .NET's own message repeats the program, which here is often setsid.
        Win32Exception { NativeErrorCode: var code } => $"could not be started: {new Win32Exception(code).Message}",
        _ => $"could not be started: {refused.Message}",
    };
}
