using System.Text;
using Holdpoint.Expressions;
using Holdpoint.Hosts;

namespace Holdpoint.Probes;

/// <summary>A dotenv file against the example that lists what it must set. Names are told, values never.</summary>
public sealed class EnvFileProbe : Probe
{
    /// <summary>Where no example is named, the first of these beside the file.</summary>
    private static readonly string[] Endings = [".example", ".sample", ".template", ".dist"];

    public override Signature Signature { get; } = new("envfile", "A dotenv file, whole: every variable of its example is set.")
    {
        Arguments = [new("PATH", "The file of variables: .env")],
        Options = [new("like", "The example that names what must be set. Default: PATH with .example, .sample, .template or .dist behind it.")],
        Facts =
        [
            new("missing", Dimension.Count, "Variables that the example names and the file doesn't."),
            new("empty", Dimension.Count, "Variables of the file whose value is empty."),
        ],
        DefaultCondition = "missing == 0 and empty == 0",
        OnHosts = true,
        Example = "envfile .env like=.env.example",
    };

    public override async Task<Reading> MeasureAsync(ProbeCall call, CancellationToken cancel)
    {
        var reading = "";
        var machine = Machine.Of(call);
        try
        {
            reading = call.Arguments[0];
            var path = machine.Absolute(reading);
            var file = DotEnv.Parse(await machine.ReadAsync(path, cancel));
            var empty = file.Names.Where(n => string.IsNullOrWhiteSpace(file[n])).Order(StringComparer.Ordinal).ToList();

            var like = call.Option("like") is { } given ? machine.Absolute(given) : await ExampleAsync(machine, path, cancel);
            if (like is null)
            {
                var none = new Value.Unknown($"{call.Arguments[0]} has no example beside it: name one with like=FILE");
                return new Reading.Measured(Facts.Of(("missing", none), ("empty", Value.Count(empty.Count)))) { Evidence = [Names([], empty)] };
            }

            reading = call.Option("like") ?? like;
            var example = DotEnv.Parse(await machine.ReadAsync(like, cancel));
            var missing = example.Names.Where(n => file[n] is null).Order(StringComparer.Ordinal).ToList();
            return new Reading.Measured(Facts.Of(("missing", Value.Count(missing.Count)), ("empty", Value.Count(empty.Count)))) { Evidence = [Names(missing, empty)] };
        }
        catch (Unanswered e)
        {
            return new Reading.NoAnswer(e.Message);
        }
        catch (Exception e) when (e is FormatException or IOException or UnauthorizedAccessException)
        {
            return new Reading.NoAnswer($"{reading} can't be read as variables: {e.Message}");
        }
    }

    private static async Task<string?> ExampleAsync(Machine machine, string path, CancellationToken cancel)
    {
        foreach (var ending in Endings)
            if (await machine.HasFileAsync(path + ending, cancel))
                return path + ending;
        return null;
    }

    private static Evidence Names(IReadOnlyList<string> missing, IReadOnlyList<string> empty)
    {
        var text = new StringBuilder();
        foreach (var name in missing)
            text.Append(name).Append(" is missing\n");
        foreach (var name in empty)
            text.Append(name).Append(" is empty\n");
        return Evidence.OfText("variables.txt", text.Length > 0 ? text.ToString() : "every variable is set\n");
    }
}
