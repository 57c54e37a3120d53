using System.Text.Json;
using System.Text.RegularExpressions;
using Holdpoint.Configuration;
using Holdpoint.Expressions;
using Holdpoint.Probes;
using Holdpoint.Processes;

namespace Holdpoint.Rollouts;

/// <summary>A cluster and namespace through <c>kubectl</c>, so that logging in is that of the person at the terminal.</summary>
internal sealed partial class KubernetesAccess
{
    /// <summary>On a deployment that was scaled to 0: how many replicas it had.</summary>
    public const string KeptReplicas = "holdpoint/replicas";

    private const int OutputLimit = 16 * 1024 * 1024;

    /// <summary>What one question to the cluster may take: 20 s; kubectl itself gives up after 15 s and says at what.</summary>
    private static readonly TimeSpan LookTimeout = TimeSpan.FromSeconds(20);

    private readonly RolloutContext _context;
    private readonly List<string> _where = [];

    /// <exception cref="ArgumentException">The configuration has no such cluster, or a namespace that can't be.</exception>
    public KubernetesAccess(TargetSettings settings, RolloutContext context)
    {
        _context = context;
        IReadOnlyDictionary<string, string> server = new Dictionary<string, string>();
        if (settings["cluster"] is { } cluster)
            server = context.Server("kubernetes", cluster, out var because) ?? throw new ArgumentException(because);
        if (server.GetValueOrDefault("kubeconfig") is { } file)
            _where.Add($"--kubeconfig={FileGlob.Absolute(file, context.Directory)}");
        if ((settings["context"] ?? server.GetValueOrDefault("context")) is { } name)
            _where.Add($"--context={name}");
        if ((settings["namespace"] ?? server.GetValueOrDefault("namespace")) is not { } space)
            return;
        Namespace = Named(space, "a namespace");
        _where.Add($"--namespace={space}");
    }

    /// <summary>Null: the context's.</summary>
    public string? Namespace { get; }

    /// <summary>For messages: <c>in the namespace shop</c>.</summary>
    public string Place => Namespace is null ? "in the context's namespace" : $"in the namespace {Namespace}";

    public TimeProvider Time => _context.Time;

    /// <summary>Settings of every kind that goes to a cluster.</summary>
    public static IReadOnlyList<Key> Keys { get; } =
    [
        new("cluster", new Shape.Scalar("A cluster of servers: kubernetes: NAME: { context, kubeconfig, namespace }; kubectl's current context by default.", ScalarKind.Text)),
        new("context", new Shape.Scalar("A context of kubectl, in place of the cluster's.", ScalarKind.Text)),
        new("namespace", new Shape.Scalar("In place of the cluster's or the context's.", ScalarKind.Text)),
    ];

    /// <summary>A name as the API takes it: a DNS subdomain (RFC 1123), so that it may stand in a question of kubectl's.</summary>
    /// <exception cref="ArgumentException">It can't be one.</exception>
    public static string Named(string name, string of) => DnsName().IsMatch(name) ? name : throw new ArgumentException($"`{name}` can't be the name of {of}: small letters, digits, '-' and '.'");

    /// <summary>What kubectl answers, whatever its exit code.</summary>
    /// <exception cref="Unreachable">It is missing or late.</exception>
    public async Task<ProgramAnswer> AskAsync(IReadOnlyList<string> arguments, CancellationToken cancel)
    {
        var question = $"kubectl {arguments[0]}";
        var command = Run("kubectl", [.. arguments, .. _where, "--request-timeout=15s"]) with { OutputLimit = OutputLimit };
        return await _context.Commands.RunAsync(command, LookTimeout, cancel) switch
        {
            CommandResult.Exited { Output.IsWhole: false } => throw new Unreachable($"{question} answers with more than {Units.Bytes(OutputLimit)}"),
            CommandResult.Exited ended => new ProgramAnswer(question, ended.ExitCode, ended.Output.Text, ended.Error.Text),
            CommandResult.TimedOut late => throw new Unreachable($"{question} did not end within {Units.Duration(late.Limit)}"),
            CommandResult.NotStarted refused => throw new Unreachable($"{refused.Because}: install it (https://kubernetes.io/docs/tasks/tools/)"),
            var other => throw new InvalidOperationException($"no such end of a command: {other}"),
        };
    }

    /// <summary>The document of a question that asks for one.</summary>
    /// <exception cref="Unreachable">kubectl says no, with its own words; or it is missing, late or cut short.</exception>
    public async Task<JsonElement> ReadAsync(IReadOnlyList<string> arguments, CancellationToken cancel)
    {
        var answer = await AskAsync([.. arguments, "--output=json"], cancel);
        try
        {
            return answer.Document;
        }
        catch (Unanswered e)
        {
            throw new Unreachable(e.Message);
        }
    }

    /// <summary>The objects of <c>deployments,replicasets</c> or of several names.</summary>
    /// <exception cref="Unreachable"/>
    public async Task<IReadOnlyList<JsonElement>> GetAsync(IReadOnlyList<string> what, CancellationToken cancel)
    {
        var document = await ReadAsync(["get", .. what], cancel);
        return document.At("items") is { ValueKind: JsonValueKind.Array } items ? [.. items.EnumerateArray()] : [document];
    }

    /// <summary>A bash script that outlives its driver; it finds kubectl's options in <c>where</c> and the arguments as its own.</summary>
    public Command Script(string text, IReadOnlyList<string> arguments)
    {
        List<string> where = [.. _where, "--request-timeout=30s"];
        return Run("bash", ["-c", text, "holdpoint-kubernetes", $"{where.Count}", .. where, .. arguments]);
    }

    private Command Run(string program, IReadOnlyList<string> arguments) => new(program, arguments)
    {
        WorkingDirectory = _context.Directory,
        Environment = new Dictionary<string, string?>(_context.Variables) { ["LC_ALL"] = "C" },
    };

    [GeneratedRegex(@"^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$")]
    private static partial Regex DnsName();
}
