using Holdpoint.Configuration;
using Holdpoint.Expressions;
using Holdpoint.Probes;

namespace Holdpoint.Hosts;

/// <summary>Where a section's marks look and act: what <c>host=</c>, <c>environment=</c> and the field <c>Host</c> lead to.</summary>
/// <param name="Hosts">Null: other machines can't be reached from here.</param>
public sealed record Place(Scope Scope, IHosts? Hosts)
{
    /// <summary>The home of whom the connection is made as.</summary>
    public const string Home = "~";

    /// <summary>The section's field <c>Host</c> as it is written; null where it has none.</summary>
    public string? Host { get; init; }

    /// <summary>Where commands run on a host: the section's <c>Dir</c>, relative to the home there.</summary>
    public string Directory { get; init; } = Home;

    /// <summary>Targets of the configuration, with the variables of a scope.</summary>
    public Func<Scope, string, IObservedTarget?> Targets { get; init; } = (_, _) => null;

    /// <summary>The context of one call: on its host, in its environment. Null: it can't be had (then <paramref name="because"/> says why).</summary>
    /// <exception cref="UndefinedVariable">A word of it names a variable that has no value now.</exception>
    public static ProbeContext? Of(Call call, ProbeContext here, out string because)
    {
        because = "";
        if (here.Place is not { } place)
        {
            because = "other hosts and environments can't be reached from here";
            return call.Signature.EngineOptions.Any(o => IsGiven(call, o.Name)) ? null : here;
        }

        if (IsGiven(call, "environment"))
        {
            var environment = call.Options["environment"].Resolve(here.Variable);
            if (!place.Scope.Project.Environments.ContainsKey(environment))
            {
                because = $"there is no environment {environment}: add it under environments: in holdpoint.yaml";
                return null;
            }

            (place, here) = place.In(environment, here);
        }

        var name = IsGiven(call, "host") ? call.Options["host"].Resolve(here.Variable)
            : call.Signature.OnHosts && place.Host is { } host ? Word.Resolve(host, here.Variable)
            : null;
        return name is null || HostAddress.IsHere(name) ? here : place.On(name, here, out because);
    }

    /// <summary>The options of a call that are its verb's own, resolved.</summary>
    public static Dictionary<string, string> OwnOptions(Call call, Func<string, string?> variable) =>
        call.Options.Where(o => !IsEngines(call, o.Key)).ToDictionary(o => o.Key, o => o.Value.Resolve(variable), StringComparer.Ordinal);

    private static bool IsGiven(Call call, string option) => call.Options.ContainsKey(option) && IsEngines(call, option);

    private static bool IsEngines(Call call, string option) => call.Signature.OwnOption(option) is null;

    private (Place, ProbeContext) In(string environment, ProbeContext here)
    {
        var scope = Scope with { Environment = environment, BuiltIns = new Dictionary<string, string>(Scope.BuiltIns, StringComparer.Ordinal) { ["environment"] = environment } };
        var place = this with { Scope = scope };
        return (place, here with { Place = place, Variable = scope.Value, Server = scope.Server, Target = name => Targets(scope, name), ScriptVariables = scope.ScriptVariables() });
    }

    private ProbeContext? On(string name, ProbeContext here, out string because)
    {
        if (HostAddress.Of(name, Scope, out because) is not { } address)
            return null;
        if (Hosts is null)
        {
            because = $"{name} can't be reached from here";
            return null;
        }

        return here with { Host = name, Address = address, Commands = Hosts.On(address), Directory = Directory };
    }
}
