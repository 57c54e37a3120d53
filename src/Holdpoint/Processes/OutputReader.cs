using System.Buffers;
using System.IO.Pipes;

namespace Holdpoint.Processes;

/// <summary>Reads a pipe to its end, or until told to leave.</summary>
internal static class OutputReader
{
    /// <summary>The largest pipe that Linux gives to an ordinary user.</summary>
    private const int PipeSize = 1024 * 1024;

    /// <param name="leave">
    /// Cancelled when the program has ended and somebody else holds its pipe: what is already in the pipe is still
    /// taken, so nothing that the program wrote is lost, however busy the machine.
    /// </param>
    public static async Task ReadAsync(Stream stream, OutputCapture capture, CancellationToken leave)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(32 * 1024);
        try
        {
            capture.Finish(atEnd: await ReadToEndAsync(stream, capture, buffer, leave) || await DrainAsync(stream, capture, buffer));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static async Task<bool> ReadToEndAsync(Stream stream, OutputCapture capture, byte[] buffer, CancellationToken leave)
    {
        try
        {
            for (int read; (read = await stream.ReadAsync(buffer, leave)) > 0;)
                capture.Append(buffer.AsSpan(0, read));
            return true;
        }
        catch (OperationCanceledException) when (leave.IsCancellationRequested)
        {
            return false;
        }
    }

    private static async Task<bool> DrainAsync(Stream stream, OutputCapture capture, byte[] buffer)
    {
        for (var drained = 0; drained < PipeSize && stream is PipeStream pipe && Posix.IsReadable(pipe.SafePipeHandle.DangerousGetHandle());)
        {
            var read = await stream.ReadAsync(buffer, CancellationToken.None);
            if (read == 0)
                return true;
            capture.Append(buffer.AsSpan(0, read));
            drained += read;
        }
        return false;
    }
}
