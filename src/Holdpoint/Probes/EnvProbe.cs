using Holdpoint.Expressions;
using Holdpoint.Hosts;

namespace Holdpoint.Probes;

/// <summary>A variable of the environment, or of a dotenv file. Its value can be compared and is never shown.</summary>
public sealed class EnvProbe : Probe
{
    private readonly Func<string, string?> _environment;

    public EnvProbe()
        : this(Environment.GetEnvironmentVariable)
    {
    }

    internal EnvProbe(Func<string, string?> environment) => _environment = environment;

    public override Signature Signature { get; } = new("env", "A variable of the environment, or of a dotenv file.")
    {
        Arguments = [new("NAME", "The variable's name.")],
        Options = [new("file", "A dotenv file to read it from, instead of this process's environment.")],
        Facts =
        [
            new("value", Dimension.Any, "Its value, a text; compared, never shown. Absent where the variable is not set."),
            new("length", Dimension.Count, "Characters of its value; 0 where it is not set."),
        ],
        DefaultCondition = "length >= 1",
        OnHosts = true,
        Example = "env ASPNETCORE_ENVIRONMENT value == \"Production\"",
    };

    public override async Task<Reading> MeasureAsync(ProbeCall call, CancellationToken cancel)
    {
        var name = call.Arguments[0];
        if (call.Option("file") is not { } file)
            return call.Context.Host is { } host
                ? new Reading.NoAnswer($"the environment of a command over ssh tells nothing of what runs on {host}: name a file there with file=")
                : Of(_environment(name));
        var machine = Machine.Of(call);
        try
        {
            return Of(DotEnv.Parse(await machine.ReadAsync(machine.Absolute(file), cancel))[name]);
        }
        catch (Unanswered e)
        {
            return new Reading.NoAnswer(e.Message);
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            return new Reading.NoAnswer($"{file} can't be read as variables: {e.Message}");
        }
    }

    private static Reading Of(string? value) => Reading.Of(
        ("value", value is null ? new Value.Absent() : new Value.Text(value) { Hidden = true }),
        ("length", Value.Count(value?.Length ?? 0)));
}
