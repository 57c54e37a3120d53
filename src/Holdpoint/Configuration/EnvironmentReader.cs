namespace Holdpoint.Configuration;

/// <summary>Reads <c>environments:</c>.</summary>
internal static class EnvironmentReader
{
    public static Dictionary<string, EnvironmentDefinition> Read(YamlView environments, ShapeCheck check)
    {
        var result = new Dictionary<string, EnvironmentDefinition>(StringComparer.Ordinal);
        foreach (var (name, at, value) in environments.Entries)
        {
            if (value["objective"].IsThere && !value["availability"].IsThere)
                check.Add(value["objective"].At, $"`{name}` has an objective and nothing that measures it", "add availability: a check");
            result[name] = new(name)
            {
                Variables = VariableReader.ReadValues(value["vars"], check),
                Protected = value["protected"].IsTrue,
                Availability = value["availability"].Placed,
                Objective = value["objective"].Share,
                Freeze = [.. value["freeze"].Items.Select(w => WindowOf(w, check)).OfType<FreezeWindow>()],
            };
        }

        return result;
    }

    private static FreezeWindow? WindowOf(YamlView window, ShapeCheck check)
    {
        if (!window.IsMapping)
            return null;
        var zone = window["zone"].Text is { } name ? Zones.Find(name).Zone : null;
        var reason = window["reason"].Text;
        var hasDates = window.Entries.Any(e => e.Name is "from" or "until");
        if (window.Entries.Any(e => e.Name == "weekly"))
        {
            if (hasDates)
                check.Add(window.At, "this window is weekly and has dates", "make two windows of it");
            return zone is not null && window["weekly"].Text is { } weekly && WeeklySpan.Read(weekly).Span is { } span ? new FreezeWindow.Weekly(span, zone, reason) : null;
        }

        if (window.Entries.All(e => e.Name is not "from") || window.Entries.All(e => e.Name is not "until"))
        {
            check.Add(window.At, "this window lacks its beginning or its end", "write from: and until:, or weekly: Fri 16:00 .. Mon 06:00");
            return null;
        }

        if (zone is null || window["from"].Text is not { } from || window["until"].Text is not { } until || LocalMoment.Read(from) is not { } begin || LocalMoment.Read(until) is not { } last)
            return null;
        var end = last.IsDay ? last.At.AddDays(1) : last.At;
        if (end <= begin.At)
        {
            check.Add(window["until"].At, $"this window ends ({until}) before it begins ({from})", "exchange the two, or correct one");
            return null;
        }

        return new FreezeWindow.Dates(begin.At, end, $"{from} until {until}", zone, reason);
    }
}
