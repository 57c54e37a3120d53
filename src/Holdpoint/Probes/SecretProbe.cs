using Holdpoint.Configuration;
using Holdpoint.Expressions;

namespace Holdpoint.Probes;

/// <summary>The strength and age of a secret, looked up as <c>${secret:NAME}</c> is. The secret itself is no fact, no evidence and in no message.</summary>
public sealed class SecretProbe : Probe
{
    private readonly string _folder;
    private readonly Func<string, string?> _environment;

    public SecretProbe()
        : this("/run/secrets", Environment.GetEnvironmentVariable)
    {
    }

    internal SecretProbe(string folder, Func<string, string?> environment) => (_folder, _environment) = (folder, environment);

    public override Signature Signature { get; } = new("secret", "The strength and age of a secret, never the secret itself.")
    {
        Arguments = [new("NAME", "As in ${secret:NAME}: a file in /run/secrets or .secrets, else a variable of the environment.")],
        Facts =
        [
            new("length", Dimension.Count, "Characters, without a line end at the end."),
            new("classes", Dimension.Count, "How many of these it has: lower case, upper case, digits, others."),
            new("bits", Dimension.Count, "Estimated entropy: Shannon's, of its own characters, times its length. Words and dates are overestimated."),
            new("age", Dimension.Duration, "Time since the file was written; unknown for a variable, which has no date."),
        ],
        DefaultCondition = "length >= 1",
        Example = "secret database_password length >= 20 and age < 30d",
    };

    public override Task<Reading> MeasureAsync(ProbeCall call, CancellationToken cancel)
    {
        var name = call.Arguments[0];
        // The folder of holdpoint.yaml is found upward, as it is for the checklist itself.
        var project = Path.GetDirectoryName(ProjectFile.Find(Path.Combine(call.Context.Directory, "checklist.md"))) ?? call.Context.Directory;
        return Task.FromResult(new Secrets(project, _environment, _folder).Find(name) switch
        {
            SecretLookup.Found found => Of(found.Value, Age(name, found.From, call.Context.Time.GetUtcNow())),
            SecretLookup.Missing missing => new Reading.NoAnswer(missing.Because),
            var other => throw new InvalidOperationException($"no such lookup: {other}"),
        });
    }

    private Value Age(string name, string from, DateTimeOffset now)
    {
        if (!Path.IsPathRooted(from) || !File.Exists(from))
            return new Value.Unknown($"{name} comes from {from}, which has no date: put it into the file {Path.Combine(_folder, name)}");
        var age = now - new DateTimeOffset(File.GetLastWriteTimeUtc(Target(from)), TimeSpan.Zero);
        return age >= TimeSpan.Zero ? Value.Duration(age) : new Value.Unknown($"{from} is dated in the future: compare the clocks");
    }

    /// <summary>Kubernetes mounts a secret as a link to the version that counts.</summary>
    private static string Target(string path) => File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;

    private static Reading Of(string secret, Value age) => Reading.Of(
        ("length", Value.Count(secret.Length)),
        ("classes", Value.Count(Classes(secret))),
        ("bits", Value.Count(Bits(secret))),
        ("age", age));

    private static int Classes(string secret) =>
        secret.Select(c => char.IsLower(c) ? 'a' : char.IsUpper(c) ? 'A' : char.IsDigit(c) ? '0' : '-').Distinct().Count();

    /// <summary>−Σ p·log₂ p over the shares p of its characters (Shannon 1948), times the number of characters; whole bits, rounded down.</summary>
    private static double Bits(string secret)
    {
        var entropy = secret.GroupBy(c => c).Select(g => (double)g.Count() / secret.Length).Sum(p => -p * Math.Log2(p));
        return Math.Floor((entropy * secret.Length) + 1e-9);
    }
}
