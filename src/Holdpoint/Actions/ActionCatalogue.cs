using Holdpoint.Expressions;

namespace Holdpoint.Actions;

/// <summary>Every action of this assembly, found by its type, so that a new one is one new file.</summary>
public static class ActionCatalogue
{
    private static readonly Lazy<IReadOnlyDictionary<string, ActionVerb>> BuiltIn = new(() => typeof(ActionVerb).Assembly.GetExportedTypes()
        .Where(t => t.IsSubclassOf(typeof(ActionVerb)) && !t.IsAbstract && t.GetConstructor(Type.EmptyTypes) is not null)
        .Select(t => (ActionVerb)Activator.CreateInstance(t)!)
        .ToDictionary(a => a.Signature.Name, StringComparer.Ordinal));

    public static IReadOnlyDictionary<string, ActionVerb> Actions => BuiltIn.Value;

    public static IReadOnlyDictionary<string, Signature> Signatures => BuiltIn.Value.ToDictionary(a => a.Key, a => a.Value.Signature, StringComparer.Ordinal);
}
