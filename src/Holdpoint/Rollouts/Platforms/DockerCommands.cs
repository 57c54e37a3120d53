using System.Text.Json;
using Holdpoint.Expressions;
using Holdpoint.Probes;
using Holdpoint.Probes.Containers;
using Holdpoint.Processes;

namespace Holdpoint.Rollouts;

/// <summary>Looks at a Docker engine through its own command, in the context that a target names.</summary>
internal sealed class DockerCommands(RolloutContext context, string? engine, IReadOnlyDictionary<string, string>? variables = null)
{
    private static readonly TimeSpan LookTimeout = TimeSpan.FromSeconds(30);

    public DateTimeOffset Now => context.Time.GetUtcNow();

    /// <summary>Where a change may put a file that its program reads.</summary>
    public string FileOfRun(string name) => Path.Combine(context.RunFolder, name);

    /// <summary>Where the ids of a version's images are written, one <c>REFERENCE ID</c> a line, once they are fetched.</summary>
    public string PinsFile(string version) => FileOfRun($"images-{Plain(context.Target)}-{Plain(version)}");

    private static string Plain(string name) => string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' ? c : '-'));

    /// <summary>For a change that is run later: in the target's folder, with its variables.</summary>
    public Command Script(string script, IReadOnlyList<string> arguments, params (string Name, string Value)[] more)
    {
        var environment = Environment();
        foreach (var (name, value) in more)
            environment[name] = value;
        return new Command("sh", ["-c", script, "sh", .. arguments]) { WorkingDirectory = context.Directory, Environment = environment };
    }

    /// <summary>What a program writes that ends well.</summary>
    /// <exception cref="Unreachable">It does not.</exception>
    public async Task<string> AskAsync(string program, IReadOnlyList<string> arguments, CancellationToken cancel, params (string Name, string Value)[] more) =>
        await TryAsync(program, arguments, LookTimeout, cancel, more) switch
        {
            CommandResult.Exited { ExitCode: 0 } e => e.Output.Text,
            var failed => throw new Unreachable($"{program} {arguments[0]}: {Complaint(failed)}"),
        };

    public Task<CommandResult> TryAsync(string program, IReadOnlyList<string> arguments, TimeSpan limit, CancellationToken cancel, params (string Name, string Value)[] more)
    {
        var environment = Environment();
        foreach (var (name, value) in more)
            environment[name] = value;
        return context.Commands.RunAsync(new Command(program, arguments) { WorkingDirectory = context.Directory, Environment = environment, OutputLimit = 16 * 1024 * 1024 }, limit, cancel);
    }

    /// <summary>Why a program did not do what was asked of it, in one line.</summary>
    public static string Complaint(CommandResult failed) => failed switch
    {
        CommandResult.Exited e => new ProgramAnswer("", e.ExitCode, e.Output.Text, e.Error.Text).Complaint,
        CommandResult.TimedOut t => $"no end within {Units.Duration(t.Limit)}",
        CommandResult.NotStarted n => n.Because,
        _ => throw new InvalidOperationException($"no such result: {failed.GetType().Name}"),
    };

    /// <summary>Containers by id or name, with the id of the image that each was made from; one that goes away meanwhile is left out.</summary>
    /// <exception cref="Unreachable"/>
    public async Task<IReadOnlyList<(DockerContainer Container, string ImageId)>> InspectAsync(IReadOnlyList<string> names, CancellationToken cancel)
    {
        if (names.Count == 0)
            return [];
        var answer = await TryAsync("docker", ["container", "inspect", "--", .. names], LookTimeout, cancel);
        if (answer is not CommandResult.Exited e || (e.ExitCode != 0 && !e.Error.Text.Contains("No such container", StringComparison.OrdinalIgnoreCase)))
            throw new Unreachable($"docker inspect: {Complaint(answer)}");
        try
        {
            using var document = JsonDocument.Parse(e.Output.Text);
            return [.. document.RootElement.EnumerateArray().Select(c => (DockerContainer.Of(c), c.Text("Image") ?? ""))];
        }
        catch (Exception garbage) when (garbage is JsonException or Unanswered)
        {
            throw new Unreachable($"docker inspect answers with something other than containers: {garbage.Message}");
        }
    }

    /// <summary>The last line that a container wrote; null: none, or its log can't be read here.</summary>
    public async Task<string?> LastLineAsync(string id, CancellationToken cancel) =>
        await TryAsync("docker", ["logs", "--tail", "1", id], LookTimeout, cancel) is CommandResult.Exited { ExitCode: 0 } e
            ? $"{e.Output.Text}\n{e.Error.Text}".Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).LastOrDefault() : null;

    /// <summary>The id of an image that is on the engine; null: it isn't.</summary>
    /// <exception cref="Unreachable"/>
    public async Task<string?> ImageIdAsync(string reference, CancellationToken cancel) =>
        await TryAsync("docker", ["image", "inspect", "--format", "{{.Id}}", "--", reference], LookTimeout, cancel) switch
        {
            CommandResult.Exited { ExitCode: 0 } e => e.Output.Text.Trim(),
            CommandResult.Exited e when e.Error.Text.Contains("No such image", StringComparison.OrdinalIgnoreCase) => null,
            var failed => throw new Unreachable($"docker image inspect: {Complaint(failed)}"),
        };

    private Dictionary<string, string?> Environment()
    {
        var environment = context.Variables.ToDictionary();
        foreach (var (name, value) in variables ?? new Dictionary<string, string>())
            environment[name] = value;
        if (engine is not null)
            environment["DOCKER_CONTEXT"] = engine;
        return environment;
    }
}
