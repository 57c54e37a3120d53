using System.Collections;
using System.Diagnostics.CodeAnalysis;

namespace Holdpoint.Expressions;

/// <summary>Things by their names, each made when it is first asked for, and once: a checklist names three of sixty.</summary>
internal sealed class Catalogue<T>(IReadOnlyList<string> names, Func<string, T> make) : IReadOnlyDictionary<string, T>
    where T : class
{
    private readonly HashSet<string> _names = new(names, StringComparer.Ordinal);
    private readonly Dictionary<string, T> _made = new(StringComparer.Ordinal);
    private readonly Lock _making = new();

    public int Count => names.Count;

    public IEnumerable<string> Keys => names;

    public IEnumerable<T> Values => names.Select(name => this[name]);

    public T this[string key] => TryGetValue(key, out var value) ? value : throw new KeyNotFoundException($"nothing is called {key}");

    public bool ContainsKey(string key) => _names.Contains(key);

    public bool TryGetValue(string key, [MaybeNullWhen(false)] out T value)
    {
        lock (_making)
        {
            if (_made.TryGetValue(key, out value))
                return true;
            if (!_names.Contains(key))
                return false;
            _made[key] = value = make(key);
            return true;
        }
    }

    public IEnumerator<KeyValuePair<string, T>> GetEnumerator() => names.Select(name => KeyValuePair.Create(name, this[name])).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
