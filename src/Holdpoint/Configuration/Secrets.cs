using System.Collections.Concurrent;
using System.Text;

namespace Holdpoint.Configuration;

/// <summary>
/// Finds secrets by name and remembers each value that it hands out, so that <see cref="Mask(string)"/> can take it out of whatever
/// is kept or shown. A secret is the first of: the file <c>NAME</c> in the folder that <c>$HOLDPOINT_SECRETS_DIR</c> names, in
/// <c>/run/secrets</c>, in <c>.secrets</c> beside <c>holdpoint.yaml</c>; the variable <c>NAME</c> of the environment, or <c>NAME</c>
/// in capitals. Files are read anew each time, so that a changed secret is used; one line end at their end is left out.
/// Safe to use from several threads.
/// </summary>
public sealed class Secrets(string projectFolder, Func<string, string?> environmentVariable, string systemFolder = "/run/secrets")
{
    /// <summary>64 KiB: a secret is a password, a token or a key.</summary>
    public const int SizeLimit = 64 * 1024;

    /// <summary>4 characters. What is shorter stands in too many other words to be masked.</summary>
    public const int ShortestMasked = 4;

    private readonly ConcurrentDictionary<string, string> _warnings = new(StringComparer.Ordinal);
    private readonly SecretForms _forms = new();

    /// <summary>What is unwise about the secrets found so far, a sentence each.</summary>
    public IReadOnlyList<string> Warnings => [.. _warnings.Values.Order(StringComparer.Ordinal)];

    public static bool IsName(string name) => NameRule.Label.Fits(name) || NameRule.Identifier.Fits(name);

    public SecretLookup Find(string name)
    {
        if (!IsName(name))
            return new SecretLookup.Missing($"`{name}` can't be the name of a secret: use {NameRule.Label.Says}");
        foreach (var (folder, isOwn) in Folders())
        {
            var path = Path.Combine(folder, name);
            if (!File.Exists(path))
                continue;
            var lookup = Read(path, name);
            if (lookup is SecretLookup.Found found)
                Note(name, found, isOwn ? path : null);
            return lookup;
        }

        foreach (var variable in (string[])[name, Capitals(name)])
            if (environmentVariable(variable) is { Length: > 0 } value)
            {
                var found = new SecretLookup.Found(value, $"the variable {variable}");
                Note(name, found, null);
                return found;
            }

        return new SecretLookup.Missing($"the secret {name} is nowhere: put it into the file {Path.Combine(projectFolder, ".secrets", name)} or into the variable {Capitals(name)}");
    }

    /// <summary>Remembers a value that came another way, so that it is masked from now on.</summary>
    public void Remember(string value) => _forms.Add(value);

    /// <summary>The text without secrets; <c>***</c> stands where one was, also in base64, percent encoding, JSON and HTML.</summary>
    public string Mask(string text) => _forms.Mask(text);

    /// <summary>The same for bytes in UTF-8, or in no encoding at all: other bytes stay as they are.</summary>
    public byte[] Mask(ReadOnlySpan<byte> bytes) => _forms.Mask(bytes);

    private IEnumerable<(string Folder, bool IsOwn)> Folders()
    {
        if (environmentVariable("HOLDPOINT_SECRETS_DIR") is { Length: > 0 } given)
            yield return (given, true);
        // Docker and Kubernetes decide about the modes here, not the user.
        yield return (systemFolder, false);
        yield return (Path.Combine(projectFolder, ".secrets"), true);
    }

    private static SecretLookup Read(string path, string name)
    {
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            var buffer = new byte[SizeLimit + 1];
            var length = stream.ReadAtLeast(buffer, buffer.Length, throwOnEndOfStream: false);
            if (length > SizeLimit)
                return new SecretLookup.Missing($"the secret {name} in {path} is larger than 64 KiB");
            var text = new UTF8Encoding(false, throwOnInvalidBytes: true).GetString(buffer, 0, length);
            if (text.Contains('\0', StringComparison.Ordinal))
                return new SecretLookup.Missing($"the secret {name} in {path} holds a NUL byte: encode it, as base64 for example");
            if (text.EndsWith('\n'))
                text = text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2] : text[..^1];
            return text.Length > 0 ? new SecretLookup.Found(text, path) : new SecretLookup.Missing($"the secret {name} in {path} is empty");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new SecretLookup.Missing($"the secret {name} in {path} can't be read: {e.Message}");
        }
        catch (DecoderFallbackException)
        {
            return new SecretLookup.Missing($"the secret {name} in {path} is not UTF-8 text: encode it, as base64 for example");
        }
    }

    private void Note(string name, SecretLookup.Found found, string? ownFile)
    {
        _forms.Add(found.Value);
        if (found.Value.Length < ShortestMasked)
            _warnings.TryAdd($"short {name}", $"the secret {name} is shorter than {ShortestMasked} characters and is not masked: use a longer one");
        if (ownFile is not null && !OperatingSystem.IsWindows() && (File.GetUnixFileMode(ownFile) & (UnixFileMode.OtherRead | UnixFileMode.OtherWrite)) != 0)
            _warnings.TryAdd($"open {name}", $"everybody on this machine can read {ownFile}: chmod 600 {ownFile}");
    }

    private static string Capitals(string name) => name.ToUpperInvariant().Replace('-', '_').Replace('.', '_');
}

/// <summary>What looking for a secret brought.</summary>
public abstract record SecretLookup
{
    /// <param name="From">The file, or the variable, for a person.</param>
    public sealed record Found(string Value, string From) : SecretLookup
    {
        // A record prints its members, and this one must not.
        public override string ToString() => $"a secret from {From}";
    }

    /// <param name="Because">With the remedy.</param>
    public sealed record Missing(string Because) : SecretLookup;

    private SecretLookup() { }
}
