using Holdpoint.Checklists;
using Holdpoint.Expressions;
using Holdpoint.Probes;

namespace Holdpoint.Plans;

/// <summary>Looks up what marks name in the configuration: targets, channels, servers, environments, roles, and the variables of bodies.</summary>
internal sealed class References(Draft draft, PlannedFile file, Surroundings here)
{
    public void Look(params ReadOnlySpan<Check?> checks)
    {
        foreach (var check in checks)
            if (check?.Call is { } call)
                Look(call, null);
    }

    public void Look(Call call, Check? condition)
    {
        var arguments = call.Signature.Arguments;
        for (var i = 0; i < arguments.Count && i < call.Arguments.Count; i++)
            switch (arguments[i].Name)
            {
                case "TARGET":
                    LookUp(call.Arguments[i], draft.Project.Targets, "target", "targets:");
                    break;
                case "STATE" when call.Signature is { Name: "maintenance", IsExternal: false } && draft.Project.Maintenance is null:
                    file.Error(call.Arguments[i].At, "there is no maintenance mode", "add maintenance: { on: …, off: … } to holdpoint.yaml");
                    break;
                case "CHANNEL":
                    LookUp(call.Arguments[i], draft.Project.Channels, "channel", "channels:");
                    break;
                case "NAME" when call.Signature is { Name: "backup" or "restore", IsExternal: false }:
                    LookUp(call.Arguments[i], draft.Project.Backups, "backup", "backups:");
                    if (NameOf(call.Arguments[i]) is { } name && draft.Project.Backups.GetValueOrDefault(name) is { } backup
                        && (call.Signature is { Kind: "action", Name: "backup" } ? backup.WhyNotMade : call.Signature.Name == "restore" ? backup.WhyNotRestored : null) is var (what, fix))
                        file.Error(call.Arguments[i].At, what, fix);
                    break;
                case "SERVER" or "DATABASE" when !call.Signature.IsExternal:
                    LookUpServer(call.Arguments[i], call.Signature.ServerKind ?? call.Signature.Name);
                    if (call.Signature.Name == "migrate")
                        LookUp(call.Arguments[i], draft.Project.Migrations, "way to migrate", "migrations:");
                    break;
            }

        if (call.Options.TryGetValue("environment", out var environment) && !call.Signature.IsExternal)
            LookUp(environment, draft.Project.Environments, "environment", "environments:");
        if (call.Options.TryGetValue("cluster", out var cluster) && !call.Signature.IsExternal)
            LookUpServer(cluster, "kubernetes");
        if (call.Options.TryGetValue("host", out var host) && call.Signature.OwnOption("host") is null)
            LookAtHost(host.Source, host.At);
        if (call.Body is { } body)
            LookAtBody(call, body);
        Look(condition);
    }

    public void Look(Instruction.Rule rule)
    {
        if (rule.Channel is { } channel)
            LookUp(channel, draft.Project.Channels, "channel", "channels:");
        Look(rule.Unless);
    }

    public void Look(Instruction.SignOff sign)
    {
        Look(sign.If);
        if (draft.Project.Roles.Count == 0)
            return;
        var roles = draft.Project.Roles;
        var isSound = true;
        foreach (var role in sign.Roles.Roles)
            isSound &= LookAtRole(role, sign.Mark.At, file);
        if (isSound && sign.Roles.All && sign.Roles.Roles.Count > 1 && !RoleMatching.IsPossible([.. sign.Roles.Roles.Select(r => roles[r])]))
            file.Error(sign.Mark.At, $"`{sign.Roles}` needs {sign.Roles.Roles.Count} different people, and the members of these roles are too few: {string.Join(", ", sign.Roles.Roles.SelectMany(r => roles[r]).Distinct(StringComparer.Ordinal))}", "give one of the roles another member, or ask for one role less");
    }

    public void LookAtHost(Field host) => LookAtHost(SectionFields.ValueOf(host), host.At);

    /// <summary>A name that is not declared is one that ssh knows; what can't be one is told.</summary>
    private void LookAtHost(string text, Position at)
    {
        if (Word.VariablesIn(text).FirstOrDefault(v => !here.Vocabulary.Variables!.Contains(v) && !v.Contains(':', StringComparison.Ordinal)) is { } unknown)
            file.Error(at, $"no variable is named `{unknown}`", Nearest.To(unknown, here.Vocabulary.Variables!) is { } near ? $"did you mean `${{{near}}}`?" : "declare it under `vars:` in holdpoint.yaml");
        else if (draft.Resolve(text, here, out _) is { } name && Hosts.HostAddress.WhyNot(name, draft.Project) is { } because)
            file.Error(at, because.Split(": ")[0], because.Contains(": ", StringComparison.Ordinal) ? because[(because.IndexOf(": ", StringComparison.Ordinal) + 2)..] : "write a name under hosts: in holdpoint.yaml, or one that ssh knows");
    }

    /// <summary>Told at the field, since that is where it is mended.</summary>
    public void LookAtOwner(Owner owner)
    {
        if (draft.Project.Roles.Count > 0)
            LookAtRole(RoleOf(owner.Role, draft.Project), owner.At, owner.File);
    }

    /// <summary>The role that a section's owner is: <c>Release manager</c> is <c>release-manager</c> where that is configured.</summary>
    public static string RoleOf(string owner, Configuration.Project project) =>
        project.Roles.Count == 0 || project.Roles.ContainsKey(owner) ? owner
        : project.Roles.Keys.FirstOrDefault(r => ItemIds.Slug(r) == ItemIds.Slug(owner)) ?? owner;

    /// <summary>An environment that is protected wants something to stand before the deploy; checks that the configuration holds are read like marks.</summary>
    public static void CheckEnvironment(Draft draft)
    {
        var environment = draft.Project.Environments.GetValueOrDefault(draft.Request.Environment ?? "");
        if (environment?.Availability is { } availability)
            CheckConfigured(draft, availability);
        if (draft.Project.Maintenance?.Shows is { } shows && draft.Acts.Any(a => a.Act.Call.Signature.Name == "maintenance"))
            CheckConfigured(draft, shows);
        foreach (var target in (draft.Project.Targets.Count == 0 ? [] : draft.Acts).Select(a => a.Act.Target).OfType<string>().Distinct(StringComparer.Ordinal))
            foreach (var check in draft.Project.Targets.GetValueOrDefault(target)?.Checks ?? [])
                CheckConfigured(draft, check);
        if (environment is not { Protected: true } || draft.Sections.FirstOrDefault(s => s.Planned.Stage == Stage.Deploy) is not { } deploy
            || draft.Sections.Any(s => s.Planned.Stage == Stage.Prepare && s.Planned.Steps.Any()))
            return;
        deploy.File.Error(deploy.Planned.At, $"{environment.Name} is protected, and nothing in `prepare` has to pass before this section deploys", "add a section above it with what has to be proven first");
    }

    private static void CheckConfigured(Draft draft, Configuration.PlacedText check)
    {
        var source = new SourceText(draft.Project.Path ?? Configuration.ProjectFile.Name, draft.Project.Text);
        var start = check.At.Line <= source.LineCount ? source.LineStart(Math.Max(1, check.At.Line)) + check.At.Column - 1 : 0;
        MarkParser.ParseCheck(check.Content, start, source, draft.Vocabulary, draft.Problems);
    }

    /// <summary>Of every kind: a verb that is not called like a kind (<c>sql</c>) takes several.</summary>
    private bool LookAtRole(string role, Position at, PlannedFile where)
    {
        if (!draft.Project.Roles.TryGetValue(role, out var members))
            where.Error(at, $"there is no role `{role}`, so nobody could sign", Nearest.Hint(role, draft.Project.Roles.Keys, "declare it with its members under roles: in holdpoint.yaml"));
        else if (members.Count == 0)
            where.Error(at, $"the role `{role}` has no members, so nobody could sign", "add members under roles: in holdpoint.yaml");
        return members is { Count: > 0 };
    }

    private void LookUpServer(Word name, string kind)
    {
        // Its password is not repeated: what lint says is read by more people than the file.
        if (name.Source.Contains("://", StringComparison.Ordinal))
            file.Error(name.At, "an address, and what it holds of secrets, does not belong in a checklist", $"declare it under servers: {kind}: in holdpoint.yaml, its password from ${{env:…}}, and write its name here");
        else
            LookUp(name, draft.Project.Servers.GetValueOrDefault(kind) ?? new Dictionary<string, Configuration.ServerDefinition>(), $"{kind} server", $"servers: {kind}:");
    }

    private void LookUp<T>(Word word, IReadOnlyDictionary<string, T> known, string kind, string key)
    {
        if (NameOf(word) is { } name && !known.ContainsKey(name))
            file.Error(word.At, $"there is no {kind} `{name}`", Nearest.Hint(name, known.Keys, $"add it under {key} in holdpoint.yaml"));
    }

    /// <summary>Null: it has no value yet, and is looked up when it has one.</summary>
    private string? NameOf(Word word) => word.Literal ?? draft.Resolve(word.Source, here, out _);

    private void LookAtBody(Call call, Fence body)
    {
        if (call.Signature.Name == "scenario")
            LookAtScenario(body);
        else if (call.Signature.Name is "tell" or "sql")
            LookAtVariables(body, Word.VariablesIn(body.Content));
    }

    private void LookAtScenario(Fence body)
    {
        var (scenario, problems) = ScenarioReader.Read(body.Content);
        foreach (var (line, what, fix) in problems)
            file.Error(new(body.At.Line + line - 1, body.At.Column), what, fix);
        LookAtVariables(body, scenario.NeededVariables);
    }

    private void LookAtVariables(Fence body, IEnumerable<string> names)
    {
        var known = here.Vocabulary.Variables!;
        foreach (var name in names.Distinct(StringComparer.Ordinal))
        {
            if (known.Contains(name) || name.StartsWith("env:", StringComparison.Ordinal) || name.StartsWith("secret:", StringComparison.Ordinal))
                continue;
            file.Error(FencePlaces.Of(body, $"${{{name}}}"), name.Length == 0 ? "`${}` names no variable" : $"no variable is named `{name}`", Nearest.To(name, known) is { } near
                ? $"did you mean `${{{near}}}`?"
                : "declare it under `vars:` in holdpoint.yaml, or write ${env:NAME} or ${secret:NAME}");
        }
    }
}
