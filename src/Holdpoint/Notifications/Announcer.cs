using Holdpoint.Configuration;

namespace Holdpoint.Notifications;

/// <summary>
/// Tells people: three attempts of 10 seconds at most, 1 and 4 seconds between them (longer where the other side asks for it, up to 30).
/// Never throws for what a channel does; secrets are masked in what is sent and in the reason of a failure.
/// </summary>
public sealed class Announcer(ChannelContext context)
{
    /// <summary>3.</summary>
    public const int Attempts = 3;

    /// <summary>8000 characters of a message's text are sent; the rest stands in the record.</summary>
    public const int TextLimit = 8000;

    private static readonly TimeSpan[] Pauses = [TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(4)];
    private static readonly TimeSpan LongestPause = TimeSpan.FromSeconds(30);

    /// <summary>10 seconds.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Tells a transition to every channel that <c>tell:</c> names for it, side by side. Empty where it names none.</summary>
    public async Task<IReadOnlyList<Announcement>> AnnounceAsync(Scope scope, string transition, Message message, CancellationToken cancel)
    {
        var channels = scope.Project.Tell.Where(t => t.On.Contains(transition)).SelectMany(t => t.To).Distinct(StringComparer.Ordinal);
        return await Task.WhenAll(channels.Select(c => TellAsync(scope, c, message, cancel)));
    }

    /// <summary>Tells one channel. An unknown channel, and a setting without a value, are not told, with the reason.</summary>
    public async Task<Announcement> TellAsync(Scope scope, string channel, Message message, CancellationToken cancel)
    {
        if (!scope.Project.Channels.TryGetValue(channel, out var definition))
            return new(channel, false, $"there is no channel `{channel}`: {Spelling.Remedy(channel, [.. scope.Project.Channels.Keys])}", 0);
        if (!ChannelCatalogue.Channels.TryGetValue(definition.Kind, out var kind))
            return new(channel, false, $"there is no kind of channel `{definition.Kind}`", 0);
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var setting in kind.Settings)
            if (definition.Settings.GetValueOrDefault(setting.Name) is { } written)
            {
                if (setting.Form == SettingForm.Script)
                    settings[setting.Name] = written.Content;
                else if (scope.TryResolve(written.Content, out var value, out var because))
                    settings[setting.Name] = value;
                else
                    return new(channel, false, scope.Secrets.Mask(because), 0);
            }

        var call = new ChannelCall(settings, scope.Project.Folder, scope.ScriptVariables(), AttemptTimeout, context);
        return await TryAsync(channel, kind, Masked(message, scope.Secrets), call, scope.Secrets, cancel);
    }

    private async Task<Announcement> TryAsync(string name, Channel channel, Message message, ChannelCall call, Secrets secrets, CancellationToken cancel)
    {
        for (var attempt = 1; ; attempt++)
        {
            if (await AttemptAsync(channel, message, call, cancel) is not Delivery.NotTold failure)
                return new(name, true, "", attempt);
            if (failure.IsFinal || attempt == Attempts)
                return new(name, false, secrets.Mask(failure.Because), attempt);
            var pause = failure.RetryAfter is { } asked && asked > Pauses[attempt - 1] ? asked : Pauses[attempt - 1];
            await Task.Delay(pause < LongestPause ? pause : LongestPause, context.Time, cancel);
        }
    }

    private async Task<Delivery> AttemptAsync(Channel channel, Message message, ChannelCall call, CancellationToken cancel)
    {
        using var late = new CancellationTokenSource(AttemptTimeout, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancel, late.Token);
        try
        {
            return await channel.SendAsync(message, call, either.Token);
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            throw;
        }
        catch (OperationCanceledException)
        {
            return new Delivery.NotTold($"no answer within {AttemptTimeout.TotalSeconds:0.#}s");
        }
        catch (Exception e)
        {
            // A channel that breaks must not break the run that tells something through it.
            return new Delivery.NotTold($"the channel broke: {e.Message}");
        }
    }

    private static Message Masked(Message message, Secrets secrets)
    {
        var text = secrets.Mask(message.Text);
        return message with
        {
            Title = secrets.Mask(message.Title),
            Text = text.Length > TextLimit ? text[..TextLimit] + "\n… (the rest stands in the record)" : text,
            Link = message.Link is null ? null : secrets.Mask(message.Link),
        };
    }
}

/// <summary>Whether a channel was told.</summary>
/// <param name="Because">Why not; empty where it was.</param>
public sealed record Announcement(string Channel, bool Told, string Because, int Attempts);
