using System.Globalization;
using System.Text;

namespace Holdpoint.Processes;

/// <summary>
/// The files of one detached action. <c>job</c>: what it is (written first, once). <c>lock</c>: held while anything of it
/// lives. <c>started</c>: it began. <c>output</c>, <c>input</c>. <c>result</c>: how it ended. <c>closed</c>: it was ended or
/// given up from outside, and a wrapper that comes later must not begin.
/// </summary>
internal sealed class ActionFolder(string path)
{
    /// <param name="Limit">The action's timeout.</param>
    /// <param name="OutputLimit">In characters.</param>
    public sealed record JobFile(string Id, TimeSpan Limit, int OutputLimit);

    /// <param name="Pid">Of the wrapper, which leads the session.</param>
    /// <param name="BootId">The machine's, since its last boot.</param>
    /// <param name="Began">Since that boot.</param>
    public sealed record StartedFile(int Pid, long StartTicks, string BootId, TimeSpan Began)
    {
        public bool BeforeLastBoot => BootId != ProcessStat.BootId;

        /// <summary>The wrapper itself, not another process to which its pid has gone.</summary>
        public bool LeaderLives => !BeforeLastBoot && ProcessStat.Read(Pid) is { State: not ('Z' or 'X') } stat && stat.StartTicks == StartTicks;
    }

    public sealed record ResultFile(bool TimedOut, int ExitCode, TimeSpan Elapsed);

    public enum Closing { GivenUp, Ended, Late }

    public sealed record ClosedFile(Closing How, string Because);

    public string Path => path;

    public string Lock => File("lock");

    public string Script => File("action.sh");

    public string Output => File("output");

    /// <summary>Only for its owner: output and input may hold secrets.</summary>
    /// <exception cref="IOException">The folder can't be written, or holds an action already.</exception>
    public void Create(JobFile job, string? input)
    {
        if (OperatingSystem.IsWindows())
            Directory.CreateDirectory(path);
        else
            Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);

        Write("job", string.Create(CultureInfo.InvariantCulture, $"{job.Id} {job.Limit.Ticks} {job.OutputLimit}\n"), FileMode.CreateNew);
        Write("lock", "", FileMode.CreateNew);
        Write("output", "", FileMode.CreateNew);
        Write("action.sh", ActionScript.Text, FileMode.CreateNew);
        if (!string.IsNullOrEmpty(input))
            Write("input", input, FileMode.CreateNew);
        Posix.SyncDirectory(path);
    }

    public JobFile? ReadJob() =>
        Read("job") is [var id, var ticks, var limit, ..]
            ? new JobFile(id, new TimeSpan(long.Parse(ticks, CultureInfo.InvariantCulture)), int.Parse(limit, CultureInfo.InvariantCulture))
            : null;

    public StartedFile? ReadStarted() =>
        Read("started") is [var pid, var ticks, var boot, var began, ..]
            ? new StartedFile(int.Parse(pid, CultureInfo.InvariantCulture), long.Parse(ticks, CultureInfo.InvariantCulture), boot, Hundredths(began))
            : null;

    public ResultFile? ReadResult() =>
        Read("result") is [var how, var code, var elapsed, ..]
            ? new ResultFile(how == "timeout", int.Parse(code, CultureInfo.InvariantCulture), Hundredths(elapsed))
            : null;

    public ClosedFile? ReadClosed() =>
        Read("closed") is [var how, .. var because] ? new ClosedFile(Enum.Parse<Closing>(how), string.Join(' ', because)) : null;

    /// <summary>The first to close tells why. A disk that is full takes no note of it, nor that of a start: what has not begun never will.</summary>
    public void Close(Closing how, string because)
    {
        if (ReadClosed() is not null)
            return;
        try
        {
            Write("closed.new", $"{how} {because}\n", FileMode.Create);
            System.IO.File.Move(File("closed.new"), File("closed"), overwrite: true);
            Posix.SyncDirectory(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Ending what runs must not fail for want of a note.
            return;
        }
    }

    /// <summary>Head and tail of the output so far, and its exact size.</summary>
    public async Task<CapturedOutput> ReadOutputAsync(int limit, CancellationToken cancel)
    {
        if (!System.IO.File.Exists(Output))
            return CapturedOutput.Nothing;
        var capture = new OutputCapture(limit);
        await using var stream = new FileStream(Output, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, useAsync: true);
        var buffer = new byte[64 * 1024];
        for (int read; (read = await stream.ReadAsync(buffer, cancel)) > 0;)
            capture.Append(buffer.AsSpan(0, read));
        capture.Finish(atEnd: true);
        return capture.Captured();
    }

    /// <summary>The last lines, of at most the last 64 KiB.</summary>
    public string Tail(int lines)
    {
        if (lines <= 0 || !System.IO.File.Exists(Output))
            return "";
        using var stream = new FileStream(Output, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        stream.Seek(-Math.Min(stream.Length, 64 * 1024), SeekOrigin.End);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        var all = reader.ReadToEnd().TrimEnd('\n').Split('\n');
        return string.Join('\n', all.TakeLast(lines));
    }

    private string File(string name) => System.IO.Path.Combine(path, name);

    private string[]? Read(string name)
    {
        try
        {
            return System.IO.File.ReadAllText(File(name)).Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries);
        }
        catch (Exception absent) when (absent is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private void Write(string name, string text, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = FileShare.Read };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using var stream = new FileStream(File(name), options);
        stream.Write(Encoding.UTF8.GetBytes(text));
        stream.Flush(flushToDisk: true);
    }

    private static TimeSpan Hundredths(string text) => TimeSpan.FromMilliseconds(long.Parse(text, CultureInfo.InvariantCulture) * 10);
}
