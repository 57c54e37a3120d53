namespace Holdpoint.Checklists;

/// <summary>A place in a file. Line and column count from 1; the column counts UTF-16 units, as editors do.</summary>
public readonly record struct Position(int Line, int Column)
{
    public override string ToString() => $"{Line}:{Column}";
}
