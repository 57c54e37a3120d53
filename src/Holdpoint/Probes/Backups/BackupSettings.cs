namespace Holdpoint.Probes.Backups;

/// <summary>An entry of <c>backups:</c> in holdpoint.yaml, variables and secrets put in.</summary>
/// <param name="Files">A pattern, from <paramref name="Folder"/>.</param>
/// <param name="Record">The folder in which the last rehearsal is remembered.</param>
/// <param name="Database">The postgres server whose database it is of; null: rows are not compared.</param>
/// <param name="Into">The postgres server for the scratch database; null: restoring is not rehearsed.</param>
internal sealed record BackupSettings(string Name, string Files, string Folder, string Record, string? Database, string? Into, IReadOnlyList<string> Tables)
{
    /// <exception cref="Unanswered">There is no such backup, or a variable in it has no value.</exception>
    public static BackupSettings Of(ProbeCall call)
    {
        var name = call.Arguments[0];
        var settings = call.Context.Server("backup", name, out var because) ?? throw new Unanswered(because);
        var folder = settings.GetValueOrDefault("folder") ?? call.Context.Directory;
        return new(
            name,
            settings.GetValueOrDefault("files") ?? throw new Unanswered($"the backup `{name}` names no files in holdpoint.yaml"),
            folder,
            settings.GetValueOrDefault("record") ?? Path.Combine(folder, ".holdpoint"),
            settings.GetValueOrDefault("database"),
            settings.GetValueOrDefault("into"),
            settings.GetValueOrDefault("tables")?.Split('\n') ?? []);
    }
}
