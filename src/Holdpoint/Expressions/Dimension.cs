namespace Holdpoint.Expressions;

/// <summary>What kind of quantity a fact, a metric or a literal is. Comparing two kinds is a mistake that is found when the file is read.</summary>
public enum Dimension
{
    /// <summary>Known only when it is measured: JSON values, variables of the environment, SQL results.</summary>
    Any,

    /// <summary>Seconds.</summary>
    Duration,

    /// <summary>Bytes.</summary>
    Bytes,

    /// <summary>1 is 100 %.</summary>
    Ratio,

    /// <summary>A plain number.</summary>
    Count,
    Text,
    Boolean,
    Version,
}
