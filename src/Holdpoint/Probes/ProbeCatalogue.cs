using Holdpoint.Expressions;

namespace Holdpoint.Probes;

/// <summary>Every probe of this assembly, found by its type, so that a new one is one new file.</summary>
public static class ProbeCatalogue
{
    // Only what is public: to load every type of the assembly would be a sixth of a start.
    private static readonly Lazy<IReadOnlyDictionary<string, Probe>> BuiltIn = new(() => typeof(Probe).Assembly.GetExportedTypes()
        .Where(t => t.IsSubclassOf(typeof(Probe)) && !t.IsAbstract && t.GetConstructor(Type.EmptyTypes) is not null)
        .Select(t => (Probe)Activator.CreateInstance(t)!)
        .ToDictionary(p => p.Signature.Name, StringComparer.Ordinal));

    public static IReadOnlyDictionary<string, Probe> Probes => BuiltIn.Value;

    public static IReadOnlyDictionary<string, Signature> Signatures => BuiltIn.Value.ToDictionary(p => p.Key, p => p.Value.Signature, StringComparer.Ordinal);
}
