using Holdpoint.Checklists;

namespace Holdpoint.Adopting;

/// <summary>A file as it is adopted: its headings, and under each the steps, blocks and paragraphs in their order. Line numbers count from 1.</summary>
internal sealed record Outline(SourceText Source, Checklist Checklist, IReadOnlyList<Part> Parts)
{
    public string LineEnd { get; } = Source.Text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";

    public IEnumerable<Step> AllSteps => Parts.SelectMany(p => p.Steps);

    public IEnumerable<Block> AllBlocks => Parts.SelectMany(p => p.Blocks);
}

/// <summary>A heading, or what stands before the first one (level 0), with what follows it up to the next heading.</summary>
internal sealed class Part
{
    public required string Heading { get; init; }

    public required int Level { get; init; }

    public required int Line { get; init; }

    /// <summary>Offset behind the heading's last line, its line end included: where fields go.</summary>
    public required int FieldsAt { get; init; }

    public Part? Parent { get; init; }

    /// <summary>As the checklist's reader sees it; null for what stands before the first heading and holds no item.</summary>
    public Section? Section { get; init; }

    /// <summary>Tasks and plain list entries, those of every depth, in their order.</summary>
    public List<Step> Steps { get; } = [];

    public List<Block> Blocks { get; } = [];

    public List<Prose> Paragraphs { get; } = [];

    public List<Grid> Tables { get; } = [];

    public bool HasItems => Steps.Any(s => s.IsTask);

    public IEnumerable<Part> WithParents
    {
        get
        {
            for (var part = this; part is not null; part = part.Parent)
                yield return part;
        }
    }
}

/// <summary>A list entry.</summary>
/// <param name="Text">Its first paragraph as written, without the box; line breaks are blanks.</param>
/// <param name="TextAt">Offset of the paragraph, box included.</param>
/// <param name="End">Offset behind the paragraph's last visible character: where marks and tags go.</param>
/// <param name="Indent">Column (from 0) at which the content begins.</param>
/// <param name="Item">The task as the checklist's reader sees it; null for a plain entry.</param>
/// <param name="Parent">The entry that this one stands in.</param>
internal sealed record Step(Part Part, string Text, int TextAt, int End, int Indent, int Line, Item? Item, Step? Parent)
{
    public bool IsTask => Item is not null;

    /// <summary>In a quotation, where fences and marks are not its own.</summary>
    public bool IsQuoted { get; init; }

    /// <summary>Of a list with numbers.</summary>
    public bool IsNumbered { get; init; }

    /// <summary>Its box is drawn (<c>☐</c>): it becomes an item when a real one is put before it.</summary>
    public bool IsDrawn { get; init; }

    public List<Block> Blocks { get; } = [];

    /// <summary>Plain entries and tasks directly in it.</summary>
    public List<Step> Children { get; } = [];

    /// <summary>Paragraphs in it behind the first.</summary>
    public List<Prose> Paragraphs { get; } = [];

    /// <summary>The task whose marks this entry's code could carry: itself, or the nearest task that it stands in.</summary>
    public Step? Task => IsTask ? this : Parent?.Task;

    public bool HasMarks => Item is { Marks.Count: > 0 };

    /// <summary>Fences that the checklist's reader gives to the task's marks, in its order: its own, and those of plain entries in it.</summary>
    public IEnumerable<Block> Fences => Blocks.Concat(Children.Where(c => !c.IsTask).SelectMany(c => c.Fences)).OrderBy(b => b.Start);
}

/// <summary>A paragraph.</summary>
/// <param name="Step">The list entry that it stands in; null for one directly under a heading.</param>
internal sealed record Prose(string Text, int Line, int Start, int LastLine, Step? Step = null)
{
    /// <summary>As written, without white space around them.</summary>
    public IReadOnlyList<string> Lines { get; init; } = [];

    public bool IsQuoted { get; init; }
}

/// <summary>A pipe table: its cells as written, the head first.</summary>
/// <param name="Step">The list entry that it stands in.</param>
internal sealed record Grid(IReadOnlyList<GridRow> Rows, int Line, int LastLine, Step? Step)
{
    public bool IsQuoted { get; init; }

    /// <summary>What stands directly above it, or null.</summary>
    public Prose? Above { get; init; }
}

/// <param name="Line">Of the file.</param>
internal sealed record GridRow(IReadOnlyList<string> Cells, int Line)
{
    /// <summary>Empty where the row is shorter.</summary>
    public string Cell(int column) => column >= 0 && column < Cells.Count ? Cells[column] : "";
}

/// <summary>A fenced code block.</summary>
/// <param name="Lines">Without the fence's own indentation and without line ends.</param>
/// <param name="Start">Offset of the beginning of the line on which it opens.</param>
/// <param name="Line">Of the opening fence.</param>
/// <param name="LastLine">Of the closing fence.</param>
internal sealed record Block(Part Part, Step? Step, string Language, IReadOnlyList<string> Lines, int Start, int Line, int LastLine, int Column)
{
    public bool IsQuoted { get; init; }

    public bool IsClosed { get; init; }

    /// <summary>What stands directly before it in the same container: a paragraph, or null.</summary>
    public Prose? Above { get; init; }

    /// <summary>What stands directly below it in the same container: a paragraph, or null.</summary>
    public Prose? Below { get; set; }

    /// <summary>A mark of its item takes it already.</summary>
    public bool IsTaken { get; init; }

    public bool IsShell => Language is "" or "bash" or "sh" or "shell" or "zsh" or "console" or "terminal" or "shell-session";
}
