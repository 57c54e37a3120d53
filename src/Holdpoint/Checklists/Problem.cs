namespace Holdpoint.Checklists;

public enum Severity
{
    /// <summary>The file can be run; somebody should look.</summary>
    Warning,

    /// <summary>The file can't be run.</summary>
    Error,
}

/// <summary>One mistake in a file: where it is, what is wrong, and what mends it.</summary>
/// <param name="File">The file's path as it was given; problems of included checklists carry their own.</param>
public sealed record Problem(string File, Position At, string What, string Fix, Severity Severity = Severity.Error)
{
    public bool IsError => Severity == Severity.Error;

    /// <summary>The form that compilers use and editors can jump to: <c>file:line:column: error: what (fix)</c>.</summary>
    public override string ToString() =>
        $"{File}:{At.Line}:{At.Column}: {(IsError ? "error" : "warning")}: {What}{(Fix.Length > 0 ? $" ({Fix})" : "")}";
}
