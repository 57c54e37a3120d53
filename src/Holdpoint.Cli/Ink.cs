namespace Holdpoint.Cli;

/// <summary>What a colour stands for on the terminal.</summary>
internal enum Ink
{
    Plain,
    Strong,
    Faint,
    Good,
    Warning,
    Bad,
    Unsure,
}
