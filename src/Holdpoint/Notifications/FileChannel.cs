using System.Text;

namespace Holdpoint.Notifications;

/// <summary>A file that messages are appended to: a line with time, urgency, run and title, the text indented below it.</summary>
public sealed class FileChannel : Channel
{
    public override string Kind => "file";

    public override string Summary => "A file that messages are appended to.";

    public override IReadOnlyList<ChannelSetting> Settings { get; } = [new("path", "The file, from the folder of holdpoint.yaml. Its folder has to be there.")];

    public override async Task<Delivery> SendAsync(Message message, ChannelCall call, CancellationToken cancel)
    {
        var path = Path.GetFullPath(call.Settings["path"], call.Folder);
        var bytes = Encoding.UTF8.GetBytes(Entry(message, call.Context.Time.GetUtcNow()));
        try
        {
            // Nobody else may write meanwhile: appending is a seek and a write, and two writers would overwrite each other.
            await using var stream = new FileStream(path, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
            await stream.WriteAsync(bytes, cancel);
            stream.Flush(flushToDisk: true);
            return new Delivery.Told();
        }
        catch (DirectoryNotFoundException)
        {
            return new Delivery.NotTold($"the folder of {path} is not there: mkdir -p {Path.GetDirectoryName(path)}", IsFinal: true);
        }
        catch (UnauthorizedAccessException e)
        {
            return new Delivery.NotTold($"{path} can't be written: {e.Message}", IsFinal: true);
        }
        catch (IOException e)
        {
            return new Delivery.NotTold($"{path} can't be written: {e.Message}");
        }
    }

    private static string Entry(Message message, DateTimeOffset now)
    {
        var entry = new StringBuilder($"{now.UtcDateTime:yyyy-MM-ddTHH:mm:ssZ} {message.Urgency.ToString().ToLowerInvariant()} [{Line(message.Run)}] {Line(message.Title)}\n");
        foreach (var part in (string?[])[message.Text, message.Link])
            foreach (var line in (part ?? "").ReplaceLineEndings("\n").Split('\n').Where(l => l.Length > 0))
                entry.Append("  ").Append(Line(line)).Append('\n');
        return entry.ToString();
    }

    /// <summary>Control characters would forge lines, or steer the terminal of whoever reads the file.</summary>
    private static string Line(string text) => string.Concat(text.Select(c => char.IsControl(c) ? ' ' : c));
}
