using System.Globalization;
using System.Text.RegularExpressions;
using Holdpoint.Checklists;
using Holdpoint.Expressions;
using Holdpoint.Metrics;
using Holdpoint.Watching;

namespace Holdpoint.Plans;

/// <summary>The fields of one heading, read; null where it has none of that name, or one that can't be read and was reported.</summary>
internal sealed partial record SectionFields
{
    public static SectionFields None { get; } = new();

    public Stage? Stage { get; private init; }

    public GatePolicy? Gate { get; private init; }

    public Owner? Owner { get; private init; }

    public TimeSpan? Budget { get; private init; }

    public string? Watch { get; private init; }

    public string? Due { get; private init; }

    public TimeSpan? Fresh { get; private init; }

    public EachField? Each { get; private init; }

    public Field? OnlyIf { get; private init; }

    public Field? Directory { get; private init; }

    public Field? Host { get; private init; }

    public string? Environment { get; private init; }

    /// <summary>Null: before the deployment, said or not.</summary>
    public BaselineOrigin? Baseline { get; private init; }

    public static SectionFields Read(Section section, PlannedFile file, Draft draft)
    {
        if (section.Fields.Count == 0)
            return None;
        var fields = None;
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var field in section.Fields)
        {
            if (!seen.Add(field.Name))
                file.Error(field.At, $"the field `{field.Name}` stands twice under \"{section.Heading}\"", "leave one");
            else
                fields = fields.With(field, file, draft);
        }

        if (file.IsMarked && section.Items.Count == 0)
            fields.ReportWithoutItems(section, file);
        return fields;
    }

    /// <summary>A field's value as it is meant: code and emphasis around all of it say nothing.</summary>
    public static string ValueOf(Field field)
    {
        var value = field.Value.Trim();
        return value.Length > 1 && value[0] == '`' && value[^1] == '`' ? value.Trim('`').Trim() : value;
    }

    private SectionFields With(Field field, PlannedFile file, Draft draft)
    {
        var value = ValueOf(field);
        switch (field.Name)
        {
            case FieldNames.Stage:
                return this with { Stage = ReadStage(field, value, file) };
            case FieldNames.Gate:
                return this with { Gate = ReadGate(field, value, file) };
            case FieldNames.Owner:
                return value.Length == 0 ? this : this with { Owner = new(value.TrimStart('@').Trim(), file, field.At) };
            case FieldNames.Budget:
                return this with { Budget = ReadDuration(field, value, "5m", file) };
            case FieldNames.Fresh:
                return this with { Fresh = ReadDuration(field, value, "30m", file) };
            case FieldNames.Watch:
                if (WatchSchedule.TryParse(value, out _, out var noSchedule))
                    return this with { Watch = value };
                file.Error(field.At, noSchedule.What, noSchedule.Fix);
                return this;
            case FieldNames.Due:
                if (DueTime.TryParse(value, out _, out var notDue))
                    return this with { Due = TwoWords(value) };
                file.Error(field.At, notDue.What, notDue.Fix);
                return this;
            case FieldNames.OnlyIf:
                return this with { OnlyIf = field };
            case FieldNames.Each:
                return this with { Each = EachField.Read(field, value, file, draft.Project) };
            case FieldNames.Host:
                // In a file without marks it is prose.
                return file.IsMarked && value.Length > 0 ? this with { Host = field } : this;
            case FieldNames.Dir:
                return this with { Directory = field };
            case FieldNames.Environment:
                return ReadEnvironment(field, value, file, draft);
            case FieldNames.Baseline:
                return ReadBaseline(field, value, file, draft);
            default:
                return this;
        }
    }

    private static Stage? ReadStage(Field field, string value, PlannedFile file)
    {
        foreach (var stage in Enum.GetValues<Stage>())
            if (value.Equals(StageOrder.Word(stage), StringComparison.OrdinalIgnoreCase))
                return stage;
        var words = Enum.GetValues<Stage>().Select(StageOrder.Word);
        file.Error(field.At, $"there is no stage `{value}`", Nearest.Hint(value.ToLowerInvariant(), words, $"the stages are {string.Join(", ", words)}"));
        return null;
    }

    private static GatePolicy? ReadGate(Field field, string value, PlannedFile file)
    {
        if (value.Equals("passed", StringComparison.OrdinalIgnoreCase))
            return GatePolicy.Default;
        if (Score().Match(value) is { Success: true } match && decimal.Parse(match.Groups["least"].ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture) is <= 100 and var least)
            return new(least);
        file.Error(field.At, $"`Gate: {value}` can't be read", "write score >= 80, with a number from 0 to 100, or passed for the rule that nothing may have failed");
        return null;
    }

    private static TimeSpan? ReadDuration(Field field, string value, string example, PlannedFile file)
    {
        if (Units.ParseDuration(value) is { } time && time > TimeSpan.Zero)
            return time;
        file.Error(field.At, $"`{field.Name}: {value}` is no duration", decimal.TryParse(value, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out _)
            ? $"write the unit: {value}m, {value}h"
            : $"write a number with {Units.UnitsOf(Dimension.Duration)}: {example}");
        return null;
    }

    /// <summary>"Environment: see the wiki" is prose; only a known name makes it a field.</summary>
    private SectionFields ReadEnvironment(Field field, string value, PlannedFile file, Draft draft)
    {
        if (draft.Project.Environments.ContainsKey(value))
            return this with { Environment = value };
        if (file.IsMarked && Nearest.To(value, draft.Project.Environments.Keys) is { } near)
            file.Warning(field.At, $"there is no environment `{value}`, so this line is read as prose", $"did you mean {near}?");
        return this;
    }

    private SectionFields ReadBaseline(Field field, string value, PlannedFile file, Draft draft)
    {
        string[] environments = [.. draft.Project.Environments.Keys];
        if (BaselineOrigin.Parse(value, environments) is { } origin)
            return this with { Baseline = origin is BaselineOrigin.Before ? null : origin };
        file.Error(field.At, $"`Baseline: {value}` names no environment, and is none of the other origins", Nearest.Hint(value, environments, $"write one of: {BaselineOrigin.Forms}"));
        return this;
    }

    /// <summary>These are not inherited, so under a heading without items of its own they would do nothing, silently.</summary>
    private void ReportWithoutItems(Section section, PlannedFile file)
    {
        foreach (var field in section.Fields)
            if (field.Name is FieldNames.OnlyIf or FieldNames.Watch or FieldNames.Due)
                file.Error(field.At, $"`{field.Name}` stands under a heading without items of its own, and is not inherited", "write it under each heading that has items");
            else if (field.Name is FieldNames.Gate or FieldNames.Budget or FieldNames.Baseline)
                file.Warning(field.At, $"`{field.Name}` stands under a heading without items of its own, and is not inherited", "write it under each heading that has items");
    }

    /// <summary>The engine reads two words: <c>1h30m before</c>.</summary>
    private static string TwoWords(string due)
    {
        var words = due.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
        return $"{string.Concat(words[..^1])} {words[^1]}";
    }

    [GeneratedRegex(@"^score\s*>=\s*(?<least>[0-9]{1,3}(?:\.[0-9]+)?)\s*%?$", RegexOptions.IgnoreCase)]
    private static partial Regex Score();
}
