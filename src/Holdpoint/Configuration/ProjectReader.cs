using Holdpoint.Checklists;
using Holdpoint.Expressions;

namespace Holdpoint.Configuration;

/// <summary>Makes a <see cref="Project"/> of a checked tree, and checks what one key says of another.</summary>
internal static class ProjectReader
{
    public static Project Read(string path, string text, YamlView root, ShapeCheck check)
    {
        var environments = EnvironmentReader.Read(root["environments"], check);
        var variables = VariableReader.WithEnvironments(VariableReader.Read(root["vars"], check), environments.Values, check);
        foreach (var declaration in variables.Values)
            foreach (var (environment, value) in declaration.PerEnvironment)
                if (!environments.ContainsKey(environment))
                    check.Add(value.At, $"there is no environment `{environment}`", Spelling.Remedy(environment, environments.Keys));

        var channels = ChannelsOf(root["channels"]);
        var metrics = ComparedMetrics.Split(MetricReader.Read(root["metrics"], root["servers"], check), root, check);
        return new Project
        {
            Path = path,
            Folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/",
            Text = text,
            Variables = variables,
            Roles = RolesOf(root["roles"], check),
            FourEyes = root["four_eyes"].IsTrue,
            Hosts = HostsOf(root["hosts"], check),
            Environments = environments,
            Servers = ServersOf(root["servers"], check),
            Backups = BackupDefinition.Read(root["backups"], root["servers"], check),
            Migrations = MigrationDefinition.Read(root["migrations"], root["servers"], check),
            Metrics = metrics.Watched,
            ComparedMetrics = metrics.Compared,
            Targets = TargetReader.Read(root["targets"], check),
            Maintenance = MaintenanceDefinition.Read(root["maintenance"], check),
            Channels = channels,
            Tell = TellOf(root["tell"], root["channels"], check),
            Record = new(root["record"]["folder"].Text ?? ".holdpoint", root["record"]["sign_with"].Placed),
            References = [.. check.References.Except(metrics.OfSides)],
        };
    }

    private static Dictionary<string, IReadOnlyList<string>> RolesOf(YamlView roles, ShapeCheck check)
    {
        var result = new Dictionary<string, IReadOnlyList<string>>(StringComparer.Ordinal);
        foreach (var (name, at, value) in roles.Entries)
        {
            if (name is "and" or "or" or "if")
                check.Add(at, $"`{name}` is a word of the language", "give the role another name");
            result[name] = [.. value.Texts.Select(t => t.Content.Trim()).Distinct(StringComparer.Ordinal)];
            if (result[name].Count == 0)
                check.Add(at, $"the role `{name}` has no members, so nobody can sign for it", $"write {name}: [name@example.com]", Severity.Warning);
        }

        return result;
    }

    private static Dictionary<string, HostDefinition> HostsOf(YamlView hosts, ShapeCheck check)
    {
        var result = new Dictionary<string, HostDefinition>(StringComparer.Ordinal);
        foreach (var (name, at, value) in hosts.Entries)
        {
            if (value["ssh"].Placed is { } ssh)
            {
                result[name] = new HostDefinition.Machine(name, ssh, value["config"].Placed);
                // ssh would take it for an option, and -oProxyCommand runs a program.
                if (ssh.Content.StartsWith('-'))
                    check.Add(ssh.At, $"the host `{name}` begins with '-'", "write user@host");
            }
            else if (value.IsList)
            {
                result[name] = new HostDefinition.Group(name, [.. value.Texts.Select(t => t.Content.Trim())]);
                foreach (var member in value.Texts.Where(t => t.Content.StartsWith('-')))
                    check.Add(member.At, $"a host of `{name}` begins with '-'", "write user@host");
                if (!value.Items.Any())
                    check.Add(at, $"the group `{name}` has no hosts", "add one, or remove the group");
            }
        }

        foreach (var (name, at, value) in hosts.Entries)
            if (value.IsList && ContainsItself(name, result))
                check.Add(at, $"the group `{name}` contains itself", "remove it from its members");
        return result;
    }

    private static bool ContainsItself(string name, Dictionary<string, HostDefinition> hosts)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        var open = new Stack<string>([name]);
        while (open.TryPop(out var next))
            foreach (var member in hosts.GetValueOrDefault(next) is HostDefinition.Group group ? group.Members : [])
            {
                if (member == name)
                    return true;
                if (seen.Add(member))
                    open.Push(member);
            }

        return false;
    }

    private static Dictionary<string, IReadOnlyDictionary<string, ServerDefinition>> ServersOf(YamlView servers, ShapeCheck check)
    {
        var result = new Dictionary<string, IReadOnlyDictionary<string, ServerDefinition>>(StringComparer.Ordinal);
        foreach (var (kind, at, named) in servers.Entries)
        {
            if (ServerKinds.WrongKind(kind) is { } wrong)
                check.Add(at, wrong);
            var ofKind = new Dictionary<string, ServerDefinition>(StringComparer.Ordinal);
            foreach (var (name, place, settings) in named.Entries)
            {
                foreach (var (key, where, _) in settings.Entries)
                    if (ServerKinds.WrongSetting(kind, key) is { } mistake)
                        check.Add(where, mistake);
                if (ServerKinds.Lacking(kind, name, [.. settings.Entries.Select(e => e.Item1)]) is { } lacking)
                    check.Add(place, lacking);
                ofKind[name] = new(kind, name, TextsOf(settings), place);
            }

            result[kind] = ofKind;
        }

        return result;
    }

    private static Dictionary<string, PlacedText> TextsOf(YamlView settings)
    {
        var result = new Dictionary<string, PlacedText>(StringComparer.Ordinal);
        foreach (var (key, _, value) in settings.Entries)
            if (value.Placed is { } text)
                result[key] = text;
        return result;
    }

    private static Dictionary<string, ChannelDefinition> ChannelsOf(YamlView channels)
    {
        var result = new Dictionary<string, ChannelDefinition>(StringComparer.Ordinal);
        foreach (var (name, at, value) in channels.Entries)
            foreach (var (kind, _, settings) in value.Entries.Take(1))
                if (Notifications.ChannelCatalogue.Channels.TryGetValue(kind, out var channel))
                    result[name] = new(name, kind, settings.Placed is { } alone
                        ? new Dictionary<string, PlacedText> { [channel.Settings[0].Name] = alone }
                        : TextsOf(settings), at);
        return result;
    }

    private static List<TellRule> TellOf(YamlView tell, YamlView channels, ShapeCheck check)
    {
        // Also those whose settings are wrong: one mistake is told once.
        var known = channels.Entries.Select(c => c.Name).ToList();
        var result = new List<TellRule>();
        foreach (var rule in tell.Items)
        {
            var to = rule["to"].Texts;
            foreach (var channel in to.Where(t => !known.Contains(t.Content)))
                check.Add(channel.At, $"there is no channel `{channel.Content}`", Spelling.Remedy(channel.Content, known));
            result.Add(new([.. rule["on"].Texts.Select(t => t.Content)], [.. to.Select(t => t.Content)], rule.At));
        }

        return result;
    }
}
