using System.Globalization;
using System.Text.Json;

namespace Holdpoint.Journal;

/// <summary>Who wants an environment, and for how long without a sign of life.</summary>
/// <param name="Lease">After that long without a heartbeat another may take over.</param>
/// <param name="Above">The highest epoch that the run's journal has seen; the lock's epoch will be higher.</param>
public sealed record LockRequest(string Environment, string Actor, string RunId, string Reason, TimeSpan Lease, int Above = 0);

/// <summary>Who has an environment.</summary>
/// <param name="RunId">Null for a lock that a person has set by hand.</param>
/// <param name="Since">UTC, like the other times.</param>
/// <param name="Expiry">Null: until somebody unlocks it.</param>
/// <param name="Epoch">Grows with every holder of this environment.</param>
public sealed record LockHolder(
    string Environment, string Actor, string Host, int Pid, string? RunId, string Reason, DateTimeOffset Since, DateTimeOffset Heartbeat, DateTimeOffset? Expiry, int Epoch)
{
    public bool IsManual => RunId is null;

    public bool HasExpired(DateTimeOffset now) => Expiry is { } expiry && expiry <= now;

    /// <summary>The text of a refusal, with times in the zone of the clock.</summary>
    public string Explain(TimeProvider time)
    {
        var now = time.GetUtcNow();
        var since = TimeZoneInfo.ConvertTime(Since, time.LocalTimeZone);
        var today = TimeZoneInfo.ConvertTime(now, time.LocalTimeZone).Date == since.Date;
        var when = since.ToString(today ? "HH:mm" : "yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture);
        var who = IsManual ? $"locked by hand by {Actor} (host {Host})" : $"locked by {Actor} (run {RunId}, pid {Pid}, host {Host})";
        var alive = (IsManual, Expiry) switch
        {
            (true, null) => "until it is unlocked",
            (true, { } until) when until > now => $"until {TimeZoneInfo.ConvertTime(until, time.LocalTimeZone).ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture)}",
            (true, _) => "expired",
            _ => $"heartbeat {Span(now - Heartbeat)} ago" + (HasExpired(now) ? $", lease expired {Span(now - Expiry!.Value)} ago: it can be taken over" : ""),
        };
        return $"{Environment} is {who} since {when} for {Reason}, {alive}; this machine only";
    }

    private static string Span(TimeSpan span) => span.TotalSeconds switch
    {
        < 0 => "0 s",
        < 120 => $"{(int)span.TotalSeconds} s",
        < 7200 => $"{(int)span.TotalMinutes} min",
        _ => $"{(int)span.TotalHours} h",
    };
}

/// <summary>What became of an attempt to take, keep or give back a lock.</summary>
public abstract record LockAnswer
{
    /// <summary>The caller holds it now.</summary>
    public sealed record Acquired(LockHolder Holder) : LockAnswer
    {
        public int Epoch => Holder.Epoch;
    }

    /// <summary>Nobody holds it now.</summary>
    public sealed record Free : LockAnswer;

    /// <summary>Nothing has changed; the text is for people.</summary>
    public sealed record Refused(LockHolder? Holder, string Text) : LockAnswer;

    private LockAnswer()
    {
    }
}

/// <summary>The file of a lock: its epoch outlives its holders.</summary>
internal sealed record LockState(int Epoch, LockHolder? Holder)
{
    public byte[] Render()
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text, new JsonWriterOptions { Indented = true }))
        {
            json.WriteStartObject();
            json.WriteNumber("epoch", Epoch);
            if (Holder is { } holder)
            {
                json.WriteString("environment", holder.Environment);
                json.WriteString("actor", holder.Actor);
                json.WriteString("host", holder.Host);
                json.WriteNumber("pid", holder.Pid);
                json.WriteString("run", holder.RunId);
                json.WriteString("reason", holder.Reason);
                json.WriteString("since", holder.Since);
                json.WriteString("heartbeat", holder.Heartbeat);
                if (holder.Expiry is { } expiry)
                {
                    json.WriteString("expiry", expiry);
                }
            }

            json.WriteEndObject();
        }

        text.WriteByte((byte)'\n');
        return text.ToArray();
    }

    /// <exception cref="FormatException">Not what <see cref="Render"/> writes.</exception>
    public static LockState Parse(ReadOnlyMemory<byte> text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var root = document.RootElement;
            var epoch = root.GetProperty("epoch").GetInt32();
            return new(epoch, root.TryGetProperty("actor", out var actor)
                ? new(
                    root.GetProperty("environment").GetString()!, actor.GetString()!, root.GetProperty("host").GetString()!, root.GetProperty("pid").GetInt32(),
                    root.GetProperty("run").GetString(), root.GetProperty("reason").GetString()!, root.GetProperty("since").GetDateTimeOffset(),
                    root.GetProperty("heartbeat").GetDateTimeOffset(), root.TryGetProperty("expiry", out var expiry) ? expiry.GetDateTimeOffset() : null, epoch)
                : null);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException(e.Message, e);
        }
    }
}
