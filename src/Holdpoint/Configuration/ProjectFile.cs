using System.Text;
using Holdpoint.Checklists;

namespace Holdpoint.Configuration;

/// <summary>Finds and reads <c>holdpoint.yaml</c>, and the part of a checklist's front matter that is Holdpoint's.</summary>
public static class ProjectFile
{
    public const string Name = "holdpoint.yaml";

    /// <summary>4 MB, what the limit of a million characters may take in UTF-8.</summary>
    private const int ByteLimit = 4 * YamlTree.CharacterLimit;

    private static readonly string[] Names = [Name, "holdpoint.yml"];

    /// <summary>The nearest <c>holdpoint.yaml</c> (or <c>.yml</c>), from the checklist's folder upward; null where there is none.</summary>
    public static string? Find(string checklistPath)
    {
        for (var folder = Path.GetDirectoryName(Path.GetFullPath(checklistPath)); folder is not null; folder = Path.GetDirectoryName(folder))
            foreach (var name in Names)
                if (File.Exists(Path.Combine(folder, name)))
                    return Path.Combine(folder, name);
        return null;
    }

    /// <summary>The configuration that holds for a checklist; every default where there is no file.</summary>
    public static (Project Project, IReadOnlyList<Problem> Problems) LoadFor(string checklistPath) =>
        Find(checklistPath) is { } path ? Load(path) : (Project.Empty(Path.GetDirectoryName(Path.GetFullPath(checklistPath)) ?? "/"), []);

    /// <summary>Reads a file. One that is missing, unreadable or no UTF-8 text is a problem too.</summary>
    public static (Project Project, IReadOnlyList<Problem> Problems) Load(string path)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var bytes = new MemoryStream();
            var buffer = new byte[64 * 1024];
            for (var n = stream.Read(buffer); n > 0 && bytes.Length <= ByteLimit; n = stream.Read(buffer))
                bytes.Write(buffer, 0, n);
            if (bytes.Length > ByteLimit)
                return Refused(path, $"the file has more than {ByteLimit / 1_000_000} MB", "keep data in files of its own and only settings here");
            var span = bytes.GetBuffer().AsSpan(0, (int)bytes.Length);
            if (span is [0xFF, 0xFE, ..] or [0xFE, 0xFF, ..])
                return Refused(path, "the file is UTF-16 text", "save it as UTF-8");
            return Parse(path, new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(span));
        }
        catch (DecoderFallbackException e)
        {
            return Refused(path, $"the file is no UTF-8 text (byte {e.Index + 1})", "save it as UTF-8");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Refused(path, $"the file can't be read: {e.Message}", "check that it is there and that you may read it");
        }
    }

    /// <summary>Reads the text of a file, with every problem found. Never throws for what the text holds.</summary>
    /// <param name="path">Where it stands; relative paths in it start in its folder.</param>
    public static (Project Project, IReadOnlyList<Problem> Problems) Parse(string path, string text)
    {
        var (root, problem) = YamlTree.Read(path, text);
        if (problem is not null)
            return (EmptyAt(path), [problem]);
        var check = new ShapeCheck(path);
        if (root is null or YamlScalar { IsNothing: true })
            return (EmptyAt(path) with { Path = path, Text = text }, []);
        if (VersionProblem(path, root) is { } other)
            return (EmptyAt(path), [other]);
        check.Check(root, ProjectShape.File, Name, root.At);
        var project = ProjectReader.Read(path, text, new(root, check), check);
        return (project, InOrder(check.Problems));
    }

    /// <summary>Reads the <c>holdpoint:</c> key of front matter. Everything else in it is the author's, also what is no YAML.</summary>
    /// <param name="file">The checklist's path, for problems.</param>
    public static (FrontMatterSettings Settings, IReadOnlyList<Problem> Problems) ReadFrontMatter(FrontMatter frontMatter, string file)
    {
        var nothing = FrontMatterSettings.None with { File = file };
        if (!HasOwnKey(frontMatter.Yaml))
            return (nothing, []);
        var (root, problem) = YamlTree.Read(file, frontMatter.Yaml, frontMatter.FirstLine);
        if (problem is not null)
            return (nothing, [problem]);
        if (root is not YamlMapping mapping)
            return (nothing, []);

        var check = new ShapeCheck(file);
        var own = mapping.Entries.Where(e => e.Key == "holdpoint").ToList();
        foreach (var second in own.Skip(1))
            check.Add(second.At, $"`holdpoint` stands here a second time; the first is on line {own[0].At.Line}", "keep one of them");
        foreach (var entry in own.Take(1))
            check.Check(entry.Value, ProjectShape.FrontMatter, "holdpoint", entry.At);
        var variables = VariableReader.Read(new YamlView(root, check)["holdpoint"]["vars"], check);
        return (new(file, variables, check.References), InOrder(check.Problems));
    }

    /// <summary>Front matter without a line that begins with the key need not even be YAML.</summary>
    private static bool HasOwnKey(string yaml) =>
        yaml.Split('\n').Any(line => line.TrimStart('\uFEFF', ' ', '{', '"', '\'').StartsWith("holdpoint", StringComparison.Ordinal));

    /// <summary>A file of another format would give errors everywhere; only the reason for them is told.</summary>
    private static Problem? VersionProblem(string path, YamlNode root) =>
        (root as YamlMapping)?.Value("holdpoint") is YamlScalar { IsNothing: false, Text: not "1" } version
            ? new(path, version.At, int.TryParse(version.Text, out var number) && number > 1
                ? $"this file has the format {number}; this version of Holdpoint reads format 1"
                : $"`{version.Form}` is no format version", "write holdpoint: 1, or use the Holdpoint that the file was written for")
            : null;

    private static (Project, IReadOnlyList<Problem>) Refused(string path, string what, string fix) => (EmptyAt(path), [new(path, new(1, 1), what, fix)]);

    private static Project EmptyAt(string path) => Project.Empty(Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/");

    /// <summary>By place; what an alias brings twice is told once.</summary>
    private static IReadOnlyList<Problem> InOrder(IReadOnlyList<Problem> problems) =>
        [.. problems.Distinct().OrderBy(p => p.At.Line).ThenBy(p => p.At.Column)];
}
