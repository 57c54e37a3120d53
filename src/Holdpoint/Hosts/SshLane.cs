using System.Diagnostics;
using System.Text;
using Holdpoint.Processes;

namespace Holdpoint.Hosts;

/// <summary>A shell on a host, held open: one command after another.</summary>
internal sealed class SshLane : IDisposable
{
    private readonly Process _ssh;
    private readonly Stream _input;
    private readonly StreamMarks _output;
    private readonly StreamMarks _error;
    private readonly Lock _gate = new();
    private bool _left;
    private bool _disposed;

    private SshLane(Process ssh) =>
        (_ssh, _input, _output, _error) = (ssh, ssh.StandardInput.BaseStream, new(ssh.StandardOutput.BaseStream), new(ssh.StandardError.BaseStream));

    /// <summary>Neither lost nor left.</summary>
    public bool IsOpen
    {
        get
        {
            lock (_gate)
                return !_left && !_ssh.HasExited;
        }
    }

    /// <summary>What there was instead of a shell.</summary>
    /// <param name="Said">What ssh, or the host, said about it.</param>
    internal sealed record Opened(SshLane? Lane, string Said);

    /// <param name="ssh">Whose standard streams are those of <see cref="RemoteShell.Boot"/>.</param>
    /// <param name="stop">Ends the attempt.</param>
    public static async Task<Opened> OpenAsync(Command ssh, CancellationToken stop)
    {
        switch (Launch.Begin(ssh, job: null))
        {
            case Launch.Refused refused:
                return new(null, refused.Because);
            case Launch.Started started:
                var lane = new SshLane(started.Process);
                using (stop.Register(lane.Kill))
                    return await lane.GreetAsync();
            case var other:
                throw new UnreachableException($"{other}");
        }
    }

    /// <summary>How a command ended there.</summary>
    /// <param name="Word">Its exit code, or a word of <see cref="RemoteShell"/>; null: the connection was lost.</param>
    /// <param name="Begun">It was started before that.</param>
    internal sealed record Ended(string? Word, bool Begun, CapturedOutput Output, CapturedOutput Error);

    /// <param name="text">By <see cref="RemoteShell.Say"/>, with this mark.</param>
    /// <param name="patience">What the host gets to end the command, before the lane is given up.</param>
    /// <param name="stop">Has the command ended there; the lane serves on.</param>
    public async Task<Ended> RunAsync(string text, string mark, Command command, TimeSpan patience, TimeProvider time, CancellationToken stop)
    {
        var output = new OutputCapture(command.OutputLimit, command.OnOutputLine);
        var error = new OutputCapture(command.OutputLimit);
        var reading = Task.WhenAll(ReadAsync(_output, mark, output), ReadAsync(_error, mark, error));
        var said = SayAsync(text);
        var answered = 0;
        var stopping = Task.CompletedTask;
        try
        {
            await using (stop.Register(() => stopping = StopAsync()))
                await Task.WhenAll(said, reading);
            await stopping;
        }
        catch
        {
            // The caller's OnOutputLine threw: nobody reads any more.
            Kill();
            throw;
        }

        var ends = await reading;
        var whole = ends.All(e => e.Word is not null);
        if (!whole)
            Kill();
        else if (Interlocked.Exchange(ref answered, 1) == 0)
            await SayAsync(RemoteShell.Next);
        output.Finish(atEnd: whole);
        error.Finish(atEnd: whole);
        return new(whole ? ends[0].Word : null, ends[0].Begun, output.Captured(), error.Captured());

        // The shell takes one answer for each command.
        async Task StopAsync()
        {
            if (Interlocked.Exchange(ref answered, 1) != 0)
                return;
            await said;
            await SayAsync(RemoteShell.Stop);
            await Task.WhenAny(reading, Task.Delay(patience, time, CancellationToken.None));
            if (!reading.IsCompleted)
                Kill();
        }
    }

    private async Task<Opened> GreetAsync()
    {
        var mark = RemoteShell.NewMark();
        var said = (Output: new OutputCapture(2000), Error: new OutputCapture(4000));
        var greeting = SayAsync(RemoteShell.Greeting(mark));
        var ready = await Task.WhenAll(_output.NextAsync(mark, said.Output), _error.NextAsync(mark, said.Error));
        await greeting;
        if (ready.All(r => r is not null))
            return new(this, "");
        Dispose();
        return new(null, $"{said.Error.Captured().Text}\n{said.Output.Captured().Text}".Trim());
    }

    private static async Task<(string? Word, bool Begun)> ReadAsync(StreamMarks stream, string mark, OutputCapture capture)
    {
        // What the command before left in the background may have written until now.
        var word = await stream.NextAsync(mark, capture: null);
        return word == RemoteShell.Begun ? (await stream.NextAsync(mark, capture), true) : (word, false);
    }

    private async Task SayAsync(string text)
    {
        try
        {
            await _input.WriteAsync(Encoding.UTF8.GetBytes(text));
            await _input.FlushAsync();
        }
        catch (Exception gone) when (gone is IOException or ObjectDisposedException)
        {
            // The connection has ended; the streams that come from there say so as well.
            Leave();
        }
    }

    private void Kill()
    {
        lock (_gate)
        {
            _left = true;
            if (!_disposed)
                _ssh.Kill();
        }
    }

    private void Leave()
    {
        lock (_gate)
            _left = true;
    }

    /// <summary>Lets the shell, and what it runs, end: there is nothing more to come.</summary>
    public void Close()
    {
        Leave();
        try
        {
            _input.Dispose();
        }
        catch (IOException)
        {
            // It has ended already.
            return;
        }
    }

    public void Dispose()
    {
        Close();
        lock (_gate)
        {
            if (_disposed)
                return;
            // Whoever still reads of it gets the end of its streams first.
            if (!_ssh.WaitForExit(TimeSpan.FromSeconds(2)))
            {
                _ssh.Kill();
                _ssh.WaitForExit(TimeSpan.FromSeconds(1));
            }

            _disposed = true;
            _ssh.Dispose();
        }
    }
}
