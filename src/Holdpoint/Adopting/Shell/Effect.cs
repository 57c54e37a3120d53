namespace Holdpoint.Adopting.Shell;

/// <summary>What a command does to the world, as far as its words tell.</summary>
internal enum Effect
{
    /// <summary>Not in any table: nothing is made of it.</summary>
    Unknown,

    /// <summary>Neither asks nor changes: <c>cd</c>, <c>export</c>, <c>echo</c>, <c>sleep</c>.</summary>
    Prepares,

    /// <summary>Changes nothing that matters, and its exit code says whether all is well.</summary>
    Proves,

    /// <summary>Changes nothing, and ends with 0 whatever it shows.</summary>
    Shows,

    Changes,

    /// <summary>Takes away what no later command brings back.</summary>
    Destroys,

    /// <summary>Goes on until somebody stops it.</summary>
    Endless,

    /// <summary>Wants a person at a keyboard.</summary>
    Interactive,
}
