namespace Holdpoint.Configuration;

/// <summary>What a checklist's front matter says under <c>holdpoint:</c>: variables, and nothing else. Its other keys are the author's.</summary>
public sealed record FrontMatterSettings(string File, IReadOnlyDictionary<string, VariableDeclaration> Variables, IReadOnlyList<Reference> References)
{
    public static FrontMatterSettings None { get; } = new("", new Dictionary<string, VariableDeclaration>(), []);
}
