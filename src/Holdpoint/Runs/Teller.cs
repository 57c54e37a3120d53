using Holdpoint.Configuration;

namespace Holdpoint.Runs;

/// <summary>Tells people about transitions of a run, where the configuration says so, and journals whether it arrived. Only transitions are told.</summary>
public sealed class Teller(RunSession session, RunWorld world)
{
    /// <summary>What one message may take: 20 s. Telling never holds a run up for longer.</summary>
    public static TimeSpan Limit { get; } = TimeSpan.FromSeconds(20);

    /// <returns>Whether it arrived anywhere.</returns>
    public async Task<bool> TransitionAsync(string transition, string title, string text)
    {
        var channels = world.Project.Tell.Where(t => t.On.Contains(transition)).SelectMany(t => t.To).Distinct().ToList();
        // A grace that nobody configured a channel for is told in the terminal and the record; whoever wants it told says so.
        if (transition == Transition.RollingBack && channels.Count == 0)
            channels = [.. world.Project.Tell.SelectMany(t => t.To).Distinct()];
        var told = await Task.WhenAll(channels.Select(c => SayAsync(c, title, text)));
        return told.Any(t => t);
    }

    /// <summary>On every channel that is told anything.</summary>
    public Task EverybodyAsync(string title, string text) =>
        Task.WhenAll(world.Project.Tell.SelectMany(t => t.To).Distinct().Select(c => SayAsync(c, title, text)));

    public async Task<bool> SayAsync(string channel, string title, string text)
    {
        using var limit = new CancellationTokenSource(Limit, world.Time);
        string? because;
        try
        {
            because = await world.Tell(channel, world.Secrets.Mask(title), world.Secrets.Mask(text), limit.Token);
        }
        catch (OperationCanceledException)
        {
            because = $"{channel} did not take it within {Expressions.Units.Duration(Limit)}";
        }

        await session.AppendSalvagingAsync("driver", _ => [new Event.Told(channel, world.Secrets.Mask(title), because is null, because ?? "")], () => world.Reserve(false), CancellationToken.None);
        return because is null;
    }
}
