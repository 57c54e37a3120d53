namespace Holdpoint.Runs;

/// <summary>What a driver does when people have to say something and nothing has changed yet.</summary>
public enum Patience
{
    /// <summary>Leave, with the exit code that says what is awaited.</summary>
    Leave,

    /// <summary>Stay: somebody answers in this terminal, or from another.</summary>
    Stay,
}
