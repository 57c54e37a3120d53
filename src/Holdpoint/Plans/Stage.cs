namespace Holdpoint.Plans;

/// <summary>The parts of a run, in the order in which they come; <see cref="Rollback"/> and <see cref="Review"/> stand beside it.</summary>
public enum Stage
{
    Prepare,
    Deploy,
    Verify,
    Watch,
    Close,
    Rollback,
    Review,
}
