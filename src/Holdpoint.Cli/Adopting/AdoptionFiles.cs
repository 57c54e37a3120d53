using Holdpoint.Adopting;
using Holdpoint.Checklists;
using Holdpoint.Configuration;
using Holdpoint.Plans;

namespace Holdpoint.Cli.Adopting;

/// <summary>Where an adopted checklist and its configuration go.</summary>
/// <param name="Checklist">The file that is written.</param>
/// <param name="Configuration">The <c>holdpoint.yaml</c> that is written or added to; null where nothing has to be.</param>
internal sealed record AdoptionFiles(string Checklist, string? Configuration)
{
    private const string Ending = ".holdpoint";
    private const string Beside = "holdpoint.adopted.yaml";

    public static AdoptionFiles Of(string file, bool inPlace, Adopted adopted, string? existing)
    {
        var folder = Path.GetDirectoryName(file) ?? "";
        var checklist = inPlace ? file : Path.Combine(folder, $"{Path.GetFileNameWithoutExtension(file)}{Ending}.md");
        return new(checklist, adopted.Configuration is null ? null : adopted.Beside ? Path.Combine(folder, Beside) : existing ?? Path.Combine(folder, ProjectFile.Name));
    }

    /// <summary>Whether a file was written by this command: then it is read in place of the one that it came from.</summary>
    public static bool IsAdopted(string file) => Path.GetFileNameWithoutExtension(file).EndsWith(Ending, StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads the file and what stands around it.</summary>
    public static (AdoptRequest Request, string? ConfigurationPath) Read(string file, CliWorld world)
    {
        var read = ChecklistReader.Read(file, null, KnownVerbs.All);
        if (read is { Source.Text.Length: 0, Problems: [var refused, ..] })
            throw new CliError($"{file}: {refused.What}", refused.Fix);
        var path = ProjectFile.Find(file);
        var (project, problems) = ProjectFile.LoadFor(file);
        if (problems.FirstOrDefault(p => p.IsError) is { } problem)
            throw new CliError(problem.ToString(), "mend the configuration first: nothing is added to one that can't be read");
        return (new(read.Source, project)
        {
            Configuration = path is null ? null : File.ReadAllText(path),
            Time = world.Time,
            ReadFile = linked => Linked(linked),
        }, path);
    }

    private static LinkedFile Linked(string path)
    {
        if (!File.Exists(path))
            return new LinkedFile.Missing();
        var read = ChecklistReader.Read(path, null, KnownVerbs.All);
        return read is { Source.Text.Length: 0, Problems: [var problem] } ? new LinkedFile.Unreadable(problem.What) : new LinkedFile.Found(read.Source);
    }
}
