using Holdpoint.Expressions;

namespace Holdpoint.Probes;

/// <summary>A secret's strength and age. The secret itself is no fact, no evidence and in no message.</summary>
public sealed class SecretProbe : Probe
{
    private readonly string _folder;
    private readonly Func<string, string?> _environment;

    public SecretProbe()
        : this("/run/secrets", Environment.GetEnvironmentVariable)
    {
    }

    internal SecretProbe(string folder, Func<string, string?> environment) => (_folder, _environment) = (folder, environment);

    public override Signature Signature { get; } = new("secret", "A secret's strength and age, never the secret itself.")
    {
        Arguments = [new("NAME", "The file /run/secrets/NAME or, where there is none, the variable NAME of the environment.")],
        Facts =
        [
            new("length", Dimension.Count, "Characters, without a line end at the end; 0 where the secret is nowhere."),
            new("classes", Dimension.Count, "How many of these it has: lower case, upper case, digits, others."),
            new("bits", Dimension.Count, "Estimated entropy: Shannon's, of its own characters, times its length. Words and dates are overestimated."),
            new("age", Dimension.Duration, "Time since the file was written; unknown for a variable, which has no date."),
        ],
        DefaultCondition = "length >= 1",
        Example = "secret database_password length >= 20 and age < 30d",
    };

    public override async Task<Reading> MeasureAsync(ProbeCall call, CancellationToken cancel)
    {
        var name = call.Arguments[0];
        if (name.Length == 0 || name is "." or ".." || name.Contains('/'))
            return new Reading.NoAnswer($"'{name}' is no name of a secret: write the name of a file in {_folder} or of a variable");
        var path = Path.Combine(_folder, name);
        try
        {
            if (File.Exists(path))
            {
                var age = call.Context.Time.GetUtcNow() - new DateTimeOffset(File.GetLastWriteTimeUtc(path), TimeSpan.Zero);
                return Of(await File.ReadAllTextAsync(path, cancel), age >= TimeSpan.Zero ? Value.Duration(age) : new Value.Unknown($"{path} is dated in the future: compare the clocks"));
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return new Reading.NoAnswer($"the secret {name} can't be read: {e.Message}");
        }

        return _environment(name) is { } value
            ? Of(value, new Value.Unknown($"{name} is a variable of the environment, which has no date: mount it as {path}"))
            : Of("", new Value.Unknown($"{name} is neither the file {path} nor a variable of the environment"));
    }

    private static Reading Of(string content, Value age)
    {
        var secret = content.TrimEnd('\n', '\r');
        return Reading.Of(("length", Value.Count(secret.Length)), ("classes", Value.Count(Classes(secret))), ("bits", Value.Count(Bits(secret))), ("age", age));
    }

    private static int Classes(string secret) =>
        secret.Select(c => char.IsLower(c) ? 'a' : char.IsUpper(c) ? 'A' : char.IsDigit(c) ? '0' : '-').Distinct().Count();

    /// <summary>−Σ p·log₂ p over the shares p of its characters (Shannon 1948), times the number of characters; whole bits, rounded down.</summary>
    private static double Bits(string secret)
    {
        var entropy = secret.GroupBy(c => c).Select(g => (double)g.Count() / secret.Length).Sum(p => -p * Math.Log2(p));
        return Math.Floor((entropy * secret.Length) + 1e-9);
    }
}
