namespace Holdpoint.Checklists;

/// <summary>The names that make a paragraph <c>**Name:** value</c> a section's field.</summary>
public static class FieldNames
{
    public const string Stage = "Stage";
    public const string Owner = "Owner";
    public const string Gate = "Gate";
    public const string Budget = "Budget";
    public const string Watch = "Watch";
    public const string Due = "Due";
    public const string Fresh = "Fresh";
    public const string OnlyIf = "Only if";
    public const string Each = "Each";
    public const string Host = "Host";
    public const string Dir = "Dir";
    public const string Environment = "Environment";
    public const string Baseline = "Baseline";

    public static IReadOnlyList<string> All { get; } =
        [Stage, Owner, Gate, Budget, Watch, Due, Fresh, OnlyIf, Each, Host, Dir, Environment, Baseline];

    private static readonly Dictionary<string, string> s_byKey = All.ToDictionary(Key, StringComparer.Ordinal);
    private static readonly HashSet<string> s_exact = new(All, StringComparer.Ordinal);

    public static bool IsField(string name) => s_exact.Contains(name);

    /// <summary>The field that a name differs from only in case, plural, blank or hyphen (<c>owners</c>, <c>Only-if</c>), or null.</summary>
    public static string? VariantOf(string name)
    {
        if (s_exact.Contains(name) || name.Length > 16)
            return null;
        var key = Key(name);
        if (s_byKey.TryGetValue(key, out var field))
            return field;
        if (key.EndsWith('s') && s_byKey.TryGetValue(key[..^1], out field))
            return field;
        return key.EndsWith("es", StringComparison.Ordinal) && s_byKey.TryGetValue(key[..^2], out field) ? field : null;
    }

    private static string Key(string name) =>
        string.Concat(name.Where(c => c is not (' ' or '-' or '_'))).ToLowerInvariant();
}
