namespace Holdpoint.Checklists;

/// <summary>A Markdown file as it was read: its sections and items in the file's order, and every problem found on the way.</summary>
public sealed record Checklist(SourceText Source, FrontMatter? FrontMatter, IReadOnlyList<Section> Sections, IReadOnlyList<Problem> Problems)
{
    /// <summary>Every section, parents before children, in the file's order.</summary>
    public IEnumerable<Section> AllSections => Sections.SelectMany(s => s.WithDescendants);

    /// <summary>Every item, parents before children, in the file's order.</summary>
    public IEnumerable<Item> AllItems
    {
        get
        {
            // Most items have no children, and an enumerator for each of them would cost more than the item.
            foreach (var section in AllSections)
            {
                for (var i = 0; i < section.Items.Count; i++)
                {
                    yield return section.Items[i];
                    if (section.Items[i].Children.Count == 0)
                        continue;
                    foreach (var below in section.Items[i].Descendants)
                        yield return below;
                }
            }
        }
    }

    /// <summary>How many items there are, as far as whoever made this has counted them: what a table of them is made for.</summary>
    internal int ItemCount { get; init; }
}

/// <summary>The YAML between <c>---</c> lines at the head of a file.</summary>
/// <param name="FirstLine">The line of the file on which <paramref name="Yaml"/> begins.</param>
public sealed record FrontMatter(string Yaml, int FirstLine);

/// <summary>A heading with what stands under it. Items before the first heading belong to a section of level 0 without a heading.</summary>
/// <param name="Level">1 to 6 as in Markdown; 0 for what stands before the first heading.</param>
/// <param name="Items">The top-level items directly under this heading; their children hang on them.</param>
/// <param name="Sections">The headings of a deeper level below this one.</param>
public sealed record Section(string Heading, int Level, Position At, IReadOnlyList<Field> Fields, IReadOnlyList<Item> Items, IReadOnlyList<Section> Sections)
{
    public IEnumerable<Section> WithDescendants => Sections.SelectMany(s => s.WithDescendants).Prepend(this);

    /// <summary>The value of the first field of this name, or null.</summary>
    public Field? Field(string name) => Fields.FirstOrDefault(f => f.Name == name);
}

/// <summary>A paragraph of the form <c>**Name:** value</c> under a heading, its name in the canonical form of <see cref="FieldNames"/>.</summary>
/// <param name="Value">As a person reads it: inline Markdown flattened, white space collapsed; empty where none is given.</param>
/// <param name="At">Where the value begins, or would.</param>
public sealed record Field(string Name, string Value, Position At);

/// <summary>A GitHub task item.</summary>
/// <param name="Text">What a person reads in its first paragraph: inline Markdown flattened, without marks and tags, white space collapsed.</param>
/// <param name="At">The list marker.</param>
/// <param name="Box">Offset, in the source's text, of the character between the brackets of <c>[ ]</c>.</param>
/// <param name="End">Offset just past the item's own first paragraph (its text, before its line end), where a written-back note goes.</param>
/// <param name="Indent">Column (from 0) at which the item's content begins: what a line must be indented by to belong to it.</param>
/// <param name="Disabled">Struck out (<c>~~…~~</c>): told as such, never run.</param>
/// <param name="Link">The target of the link that is the item's whole text, when it names another Markdown file.</param>
/// <param name="Marks">Marks of the item and of its plain sub-bullets, in reading order.</param>
public sealed record Item(
    string Text,
    Position At,
    int Box,
    int End,
    int Indent,
    bool Ticked,
    bool Disabled,
    string? Link,
    IReadOnlyList<Mark> Marks,
    IReadOnlyList<Tag> Tags,
    IReadOnlyList<Item> Children)
{
    public IEnumerable<Item> WithDescendants => Children.Count == 0 ? [this] : Descendants.Prepend(this);

    internal IEnumerable<Item> Descendants => Children.SelectMany(i => i.WithDescendants);

    /// <summary>The value of the tag of this name (<c>#weight=3</c>), the empty string for a tag without a value, or null where there is none.</summary>
    public string? Tag(string name) => Tags.FirstOrDefault(t => t.Name == name)?.Value;
}

/// <summary><c>#name</c> or <c>#name=value</c> in an item's text. Only the language's own tags are kept: critical, advisory, optional, weight, no-return, id.</summary>
public sealed record Tag(string Name, string Value, Position At);

public enum Sign
{
    /// <summary><c>?</c> asks a machine.</summary>
    Ask,

    /// <summary><c>!</c> acts.</summary>
    Act,

    /// <summary><c>@</c> asks a person.</summary>
    Person,
}

/// <summary>Inline code in an item that begins with a sign and white space.</summary>
/// <param name="Text">What follows the sign, line breaks replaced by blanks one for one, so that offsets in it are offsets in the source.</param>
/// <param name="Start">Offset of <paramref name="Text"/>, which begins with the verb, in the source's text.</param>
/// <param name="At">The sign.</param>
/// <param name="Body">The fence that this mark took, where its verb takes one.</param>
public sealed record Mark(Sign Sign, string Text, int Start, Position At, Fence? Body);

/// <summary>A fenced code block.</summary>
/// <param name="Language">First word of the info string, lower case; empty where there is none.</param>
/// <param name="Content">Lines without the fence's own indentation, joined by <c>\n</c> whatever the file's line ends are.</param>
/// <param name="At">Where the first line of the content stands.</param>
public sealed record Fence(string Language, string Content, Position At);
