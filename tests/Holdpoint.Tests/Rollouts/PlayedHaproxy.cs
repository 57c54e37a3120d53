using System.Text;
using Holdpoint.Rollouts;

namespace Holdpoint.Tests.Rollouts;

/// <summary>HAProxy's states, weights and checks as far as commands move them: for what a real one takes half a minute for.</summary>
internal sealed class PlayedHaproxy
{
    private readonly Dictionary<string, (string State, int Weight)> _servers = new(StringComparer.Ordinal);

    /// <summary>Servers whose health checks fail.</summary>
    public HashSet<string> Ill { get; } = [];

    public Dictionary<string, int> UnderWay { get; } = [];

    /// <summary>Lines of commands that change something.</summary>
    public List<string> Lines { get; } = [];

    public PlayedHaproxy Add(string name, string state, int weight)
    {
        _servers[name] = (state, weight);
        return this;
    }

    public string StateOf(string name) => _servers[name].State;

    public Task<HaproxyStats> TellAsync(IReadOnlyList<string> commands, CancellationToken cancel)
    {
        if (commands.Count > 0)
            Lines.Add(string.Join(';', commands.Select(c => c.Replace("set server web/", "", StringComparison.Ordinal))));
        foreach (var command in commands)
        {
            var words = command.Split(' ');
            var name = words[2].Split('/')[1];
            var (state, weight) = _servers[name];
            _servers[name] = words[3] == "state" ? (words[4], weight) : (state, words[4] == "100%" ? 0 : int.Parse(words[4]));
        }

        var table = new StringBuilder("# pxname,svname,qcur,scur,stot,econ,eresp,status,weight,bck,check_desc,\n");
        foreach (var (name, (state, weight)) in _servers)
            table.Append($"web,{name},0,{UnderWay.GetValueOrDefault(name)},0,0,0,{Status(name, state)},{weight},0,{(Ill.Contains(name) ? "Layer4 timeout" : "")},\n");
        return Task.FromResult(HaproxyStats.Parse(table.Append('\n').ToString(), "played"));
    }

    private string Status(string name, string state) => state == "maint" ? "MAINT" : Ill.Contains(name) ? "DOWN" : state == "drain" ? "DRAIN" : "UP";
}
