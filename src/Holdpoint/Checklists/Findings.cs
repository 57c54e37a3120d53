namespace Holdpoint.Checklists;

/// <summary>The problems of one file, collected while it is read.</summary>
internal sealed class Findings(SourceText source)
{
    private readonly List<Problem> _problems = [];
    private readonly List<Problem> _whenMarked = [];

    /// <summary>Whether the file has a mark, or something that was meant as one. Only then is it measured by the language's rules.</summary>
    public bool Marked { get; set; }

    public void Error(int offset, string what, string fix) =>
        _problems.Add(new(source.Path, source.PositionAt(offset), what, fix));

    public void Warning(int offset, string what, string fix) =>
        _problems.Add(new(source.Path, source.PositionAt(offset), what, fix, Severity.Warning));

    /// <summary>An error in a file with marks; in other people's plain lists nothing, or a warning.</summary>
    public void ErrorWhenMarked(int offset, string what, string fix, bool warnsElse = false)
    {
        var problem = new Problem(source.Path, source.PositionAt(offset), what, fix, warnsElse ? Severity.Warning : Severity.Error);
        _whenMarked.Add(problem);
    }

    public IReadOnlyList<Problem> InOrder()
    {
        var found = Marked
            ? _problems.Concat(_whenMarked.Select(p => p with { Severity = Severity.Error }))
            : _problems.Concat(_whenMarked.Where(p => p.Severity == Severity.Warning));
        return [.. found.OrderBy(p => p.At.Line).ThenBy(p => p.At.Column)];
    }
}
