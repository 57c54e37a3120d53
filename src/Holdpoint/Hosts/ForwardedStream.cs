using System.Diagnostics;
using Holdpoint.Probes;
using Holdpoint.Processes;

namespace Holdpoint.Hosts;

/// <summary>A connection that a host has made for us: the standard streams of <c>ssh -W</c>. It ends with this object.</summary>
internal sealed class ForwardedStream : Stream
{
    private readonly Process _ssh;
    private readonly HostAddress _address;
    private readonly Stream _input;
    private readonly Stream _output;
    private readonly Task<string> _said;
    private bool _answered;
    private bool _disposed;

    public ForwardedStream(Process ssh, HostAddress address)
    {
        (_ssh, _address, _input, _output) = (ssh, address, ssh.StandardInput.BaseStream, ssh.StandardOutput.BaseStream);
        _said = SaidAsync(ssh.StandardError.BaseStream);
    }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <exception cref="Unanswered">The host lets no connection through.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await _output.ReadAsync(buffer, cancellationToken);
        _answered |= read > 0;
        if (read == 0 && !buffer.IsEmpty && !_answered)
            await ExplainAsync(cancellationToken);
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer, offset, count, CancellationToken.None).GetAwaiter().GetResult();

    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        try
        {
            await _input.WriteAsync(buffer, cancellationToken);
        }
        catch (IOException) when (!_answered)
        {
            await ExplainAsync(cancellationToken);
            throw;
        }
    }

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override void Write(byte[] buffer, int offset, int count) => _input.Write(buffer, offset, count);

    public override Task FlushAsync(CancellationToken cancellationToken) => _input.FlushAsync(cancellationToken);

    public override void Flush() => _input.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_disposed)
        {
            _disposed = true;
            _ssh.Kill();
            _ssh.WaitForExit(TimeSpan.FromSeconds(1));
            _ssh.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>It ended without a byte: ssh tells whether that was its own doing.</summary>
    private async Task ExplainAsync(CancellationToken cancel)
    {
        await _ssh.WaitForExitAsync(cancel);
        if (_ssh.ExitCode == 0)
            return;
        var said = (await _said.WaitAsync(cancel)).Trim();
        throw new Unanswered(said.Contains("forwarding", StringComparison.OrdinalIgnoreCase)
            ? $"{_address.Name} makes this connection itself and lets none through for others: allow it in its sshd_config (AllowTcpForwarding, PermitOpen)"
            : $"the connection to {_address.Name} was lost{(said.Length > 0 ? $": {said.Split('\n')[^1].Trim()}" : "")}");
    }

    private static async Task<string> SaidAsync(Stream error)
    {
        var said = new OutputCapture(2000);
        try
        {
            await OutputReader.ReadAsync(error, said, CancellationToken.None);
        }
        catch (Exception left) when (left is IOException or ObjectDisposedException)
        {
            // Whoever had the connection has left it.
            return "";
        }

        return said.Captured().Text;
    }
}
