using System.Collections.Concurrent;
using Holdpoint.Expressions;
using Holdpoint.Probes;
using Holdpoint.Processes;

namespace Holdpoint.Tests.Probes.Forges;

/// <summary>GitHub or GitLab by its documented JSON: addresses and their answers; whatever else is asked is not found.</summary>
internal sealed class ForgeStandIn : IAsyncDisposable
{
    public const string Commit = "6dcb09b5b57875f334f61aebed695e2e4193db5e";

    private readonly ConcurrentDictionary<string, Func<string, string>> _answers = new();
    private readonly Loopback _server;
    private readonly string _kind;

    public ForgeStandIn(string kind)
    {
        _kind = kind;
        _server = Loopback.Http(request =>
        {
            var target = request.Split(' ')[1];
            return _answers.TryGetValue(target.Split('?')[0], out var answer) ? answer(request) : Loopback.Reply(404, """{"message":"Not Found"}""", "Content-Type: application/json\r\n");
        });
    }

    public Dictionary<string, string> Settings { get; } = new() { ["token"] = "t0ken", ["repository"] = "octo/shop" };

    public string Url => _server.Url;

    public ScriptedCommands Commands { get; } = new();

    public IEnumerable<string> Requests => _server.Requests;

    /// <summary>From the project's address on: <c>/pulls/7</c>; of the interface: <c>//orgs/octo</c>; of the server: <c>///api/graphql</c>.</summary>
    public ForgeStandIn Answers(string path, string body, int status = 200, string headers = "")
    {
        _answers[Absolute(path)] = _ => Loopback.Reply(status, body, "Content-Type: application/json\r\n" + headers);
        return this;
    }

    public ForgeStandIn Answers(string path, Func<string, string> reply)
    {
        _answers[Absolute(path)] = reply;
        return this;
    }

    public ProbeContext Context() => new()
    {
        Commands = Commands,
        Time = new StandingTime(),
        Directory = "/",
        Server = (string kind, string name, out string because) =>
        {
            because = kind == _kind && name == "main" ? "" : $"there is no {kind} server `{name}` in the configuration";
            return because.Length > 0 ? null : new Dictionary<string, string>(Settings) { ["url"] = Settings.GetValueOrDefault("url") ?? _server.Url };
        },
    };

    public Task<CheckResult> AskAsync(string mark) => SupplyMark.RunAsync(mark + " timeout 1m", Context());

    public async Task<Verdict> JudgeAsync(string mark) => (await AskAsync(mark)).Verdict;

    public ValueTask DisposeAsync() => _server.DisposeAsync();

    private string Absolute(string path) => path.StartsWith("///", StringComparison.Ordinal) ? path[2..] : path.StartsWith("//", StringComparison.Ordinal)
        ? (_kind == "github" ? "/api/v3" : "/api/v4") + path[1..]
        : (_kind == "github" ? "/api/v3/repos/octo/shop" : "/api/v4/projects/octo%2Fshop") + path;
}
