using System.Text;
using Holdpoint.Checklists;

namespace Holdpoint.Expressions;

/// <summary>A word of a mark. Variables in it are put in after the text has been cut into words, so a value can't become syntax.</summary>
public sealed record Word(string Source, Position At, bool Quoted = false)
{
    /// <summary>Nothing is put in: the rest of a mark that a shell reads (<c>sh</c>).</summary>
    public bool Verbatim { get; init; }

    /// <summary>The word itself where it holds no variable, else null.</summary>
    public string? Literal => !Verbatim && Source.Contains("${", StringComparison.Ordinal) ? null : Source;

    /// <summary>Names between <c>${</c> and <c>}</c>, in order.</summary>
    public IEnumerable<string> Variables => Verbatim ? [] : VariablesIn(Source);

    public string Resolve(Func<string, string?> variable) => Verbatim ? Source : Resolve(Source, variable);

    public static IEnumerable<string> VariablesIn(string text)
    {
        for (var i = text.IndexOf("${", StringComparison.Ordinal); i >= 0; i = text.IndexOf("${", i + 2, StringComparison.Ordinal))
        {
            var end = text.IndexOf('}', i);
            if (end < 0)
                yield break;
            yield return text[(i + 2)..end];
        }
    }

    /// <summary>Puts variables in once; what they bring is not looked at again.</summary>
    /// <exception cref="UndefinedVariable">A name that has no value at this moment.</exception>
    public static string Resolve(string text, Func<string, string?> variable)
    {
        var at = text.IndexOf("${", StringComparison.Ordinal);
        if (at < 0)
            return text;
        var result = new StringBuilder();
        var done = 0;
        while (at >= 0)
        {
            var end = text.IndexOf('}', at);
            if (end < 0)
                break;
            var name = text[(at + 2)..end];
            result.Append(text, done, at - done).Append(variable(name) ?? throw new UndefinedVariable(name));
            done = end + 1;
            at = text.IndexOf("${", done, StringComparison.Ordinal);
        }

        return result.Append(text, done, text.Length - done).ToString();
    }

    public override string ToString() => Source;
}

/// <summary>A variable has no value where it is needed. Names are checked when the file is read; what is left is a value that comes later or not at all.</summary>
public sealed class UndefinedVariable(string name) : Exception($"the variable {name} has no value here")
{
    public string Name { get; } = name;
}
