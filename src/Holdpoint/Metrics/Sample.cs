namespace Holdpoint.Metrics;

/// <summary>What one look at a metric brought.</summary>
/// <remarks>Watches keep hundreds of thousands of them, so each is as small as it can be: 48 bytes.</remarks>
public abstract record Sample
{
    private readonly long _ticks;

    private Sample(DateTimeOffset at) => At = at;

    /// <summary>In UTC.</summary>
    public DateTimeOffset At
    {
        get => new(_ticks, TimeSpan.Zero);
        init => _ticks = value.UtcTicks;
    }

    /// <param name="Value">In the base unit of the metric's dimension; never NaN.</param>
    /// <param name="Events">How many events stand behind it, where the source knows: requests, observations.</param>
    public sealed record Measured(DateTimeOffset At, double Value, double? Events = null) : Sample(At)
    {
        private readonly double _events = Events ?? double.NaN;

        public double? Events => double.IsNaN(_events) ? null : _events;
    }

    /// <summary>Too few events to judge by. Not quiet, and not the instrument's fault.</summary>
    public sealed record Sparse(DateTimeOffset At, string Because) : Sample(At);

    /// <param name="TargetFails">The instrument works and says that what it looks at is gone: that is failing. Else the instrument itself is silent: blind.</param>
    public sealed record Missing(DateTimeOffset At, string Because, bool TargetFails = false) : Sample(At);

    /// <summary>Taken from the store's history afterwards, not when it happened.</summary>
    public bool FilledIn { get; init; }

    /// <summary>Null where there is none.</summary>
    public double? Number => this is Measured measured ? measured.Value : null;

    /// <summary>Why there is no number; empty where there is one.</summary>
    public string Reason => this switch
    {
        Measured => "",
        Sparse s => s.Because,
        Missing m => m.Because,
        _ => throw new InvalidOperationException($"no such sample: {GetType().Name}"),
    };
}
