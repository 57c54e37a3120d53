namespace Holdpoint.Notifications;

/// <summary>What people are told.</summary>
/// <param name="Title">One line.</param>
/// <param name="Text">What happened, what it means, what to do; may be empty.</param>
/// <param name="Run">The run's id.</param>
/// <param name="Link">Where more is shown; null where there is no such page.</param>
public sealed record Message(string Title, string Text, Urgency Urgency, string Run, string? Link = null)
{
    /// <summary>Title, text and link below each other, for people who read plain text.</summary>
    public string Plain => string.Join("\n", ((string?[])[Title, Text, Link]).Where(part => !string.IsNullOrEmpty(part)));
}

public enum Urgency
{
    /// <summary>Good to know.</summary>
    Notice,

    /// <summary>Somebody should look soon.</summary>
    Warning,

    /// <summary>Somebody has to act now.</summary>
    Alarm,
}

/// <summary>What one attempt to tell somebody brought.</summary>
public abstract record Delivery
{
    public sealed record Told : Delivery;

    /// <param name="Because">One line; masked by the announcer.</param>
    /// <param name="IsFinal">Trying again can't help: an address that is refused, a setting that is wrong.</param>
    public sealed record NotTold(string Because, bool IsFinal = false) : Delivery
    {
        /// <summary>How long the other side asks to be left alone.</summary>
        public TimeSpan? RetryAfter { get; init; }
    }

    private Delivery() { }
}
