using Holdpoint.Checklists;
using Holdpoint.Configuration;
using Holdpoint.Expressions;

namespace Holdpoint.Tests.Configuration;

public sealed class ProjectFileTests
{
    private const string Whole = """
        holdpoint: 1

        vars:
          api: http://localhost:8000
          ticket: { ask: "Change ticket" }
          region: { required: true }

        roles:
          release-manager: [ana@example.com]
          sre: [bo@example.com, cy@example.com]
        four_eyes: true

        hosts:
          db1: { ssh: deploy@db1.internal }
          web: [web1.internal, db1]

        environments:
          staging:
            vars: { api: https://staging.example.com }
          production:
            vars: { api: https://example.com }
            protected: true
            availability: 'http ${api}/health timeout 1s'
            objective: 99.95%
            freeze:
              - { from: 2026-12-20, until: 2027-01-03, zone: Europe/Zurich, reason: year end }
              - { weekly: Fri 16:00 .. Mon 06:00, zone: Europe/Zurich }

        servers:
          postgres: { main: { url: "${secret:database_url}" } }
          redis:    { main: { url: redis://localhost:6379, user: shop } }

        metrics:
          latency_p95:
            unit: seconds
            scrape: { url: "${api}/metrics", quantile: 0.95, of: http_request_duration_seconds }

        targets:
          web:
            command:
              now:      ./bin/current
              deploy:   ./bin/switch "$HOLDPOINT_VERSION"
              rollback: ./bin/switch "$HOLDPOINT_PREVIOUS_VERSION"
            healthy: 'http ${api}/health'
            within: 90s

        channels:
          ops: { slack: "${secret:slack_webhook}" }
          log: { file: deploy.log }
        tell:
          - { on: [started, rolled-back], to: ops }
          - { on: finished, to: [ops, log] }

        record:
          folder: .runs
          sign_with: "${secret:record_key}"
        """;

    [Fact]
    public void A_whole_file_is_read_without_a_problem()
    {
        var project = Yaml.Read(Whole);
        Assert.Equal("/p", project.Folder);
        Assert.Equal(["api", "ticket", "region"], project.Variables.Keys);
        Assert.Equal("https://example.com", project.Variables["api"].PerEnvironment["production"].Content);
        Assert.Equal("Change ticket", project.Variables["ticket"].Ask);
        Assert.True(project.Variables["region"].Required);
        Assert.Equal(["bo@example.com", "cy@example.com"], project.Roles["sre"]);
        Assert.True(project.FourEyes);
        var production = project.Environments["production"];
        Assert.True(production.Protected);
        Assert.Equal(0.9995, production.Objective!.Value, 12);
        Assert.Equal(2, production.Freeze.Count);
        Assert.False(project.Environments["staging"].Protected);
        Assert.Equal("shop", project.Servers["redis"]["main"].Settings["user"].Content);
        var target = Assert.IsType<TargetDefinition.OfCommands>(project.Targets["web"]);
        Assert.Equal("./bin/switch \"$HOLDPOINT_VERSION\"", target.Deploy.Content);
        Assert.Equal(TimeSpan.FromSeconds(90), target.Within);
        Assert.Equal("slack", project.Channels["ops"].Kind);
        Assert.Equal("deploy.log", project.Channels["log"].Settings["path"].Content);
        Assert.Equal(["ops", "log"], project.Tell[1].To);
        Assert.Equal(".runs", project.Record.Folder);
        Assert.Equal("${secret:record_key}", project.Record.SignWith!.Content);
    }

    [Fact]
    public void A_check_stands_where_it_begins_inside_its_quotes() =>
        Assert.Equal(new Position(23, 20), Yaml.Read(Whole).Environments["production"].Availability!.At);

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("# only a comment\n")]
    [InlineData("---\n")]
    [InlineData("~")]
    [InlineData("holdpoint: 1")]
    [InlineData("vars:\nroles:\nenvironments:\nmetrics:\ntell:\nrecord:\n")]
    public void Everything_has_a_default(string text)
    {
        var project = Yaml.Read(text);
        Assert.Empty(project.Variables);
        Assert.False(project.FourEyes);
        Assert.Equal(".holdpoint", project.Record.Folder);
        Assert.Empty(project.Environments);
    }

    [Fact]
    public void A_target_is_tried_for_a_minute_by_default() =>
        Assert.Equal(TimeSpan.FromSeconds(60), Yaml.Read("targets: { web: { command: { now: a, deploy: b, rollback: c } } }").Targets["web"].Within);

    [Fact]
    public void Every_problem_is_told_at_once_in_the_order_of_the_file()
    {
        var problems = Yaml.Problems("""
            enviroments: {}
            four_eyes: yes
            targets:
              web:
                command: { now: ./current }
                within: 60
            roles: nobody
            """);
        Assert.Equal(
        [
            "1:1 `enviroments` is not known in `holdpoint.yaml` (did you mean `environments`?)",
            "2:12 `four_eyes`: true or false is meant here (write true)",
            "5:5 `command` lacks `deploy` (add deploy: Makes $HOLDPOINT_VERSION run)",
            "5:5 `command` lacks `rollback` (add rollback: Makes $HOLDPOINT_PREVIOUS_VERSION run again)",
            "6:13 `within`: a duration needs its unit (write 60s, 60m or 60h)",
            "7:8 `roles` is the text \"nobody\" here; a mapping (a role: …) is meant (write key: value lines below it, indented by two blanks)",
        ], problems.Select(p => $"{p.At} {p.What} ({p.Fix})"));
    }

    [Theory]
    [InlineData("FourEyes: true", "four_eyes")]
    [InlineData("four-eyes: true", "four_eyes")]
    [InlineData("role: {}", "roles")]
    [InlineData("environments: { p: { protectd: true } }", "protected")]
    [InlineData("environments: { p: { freeze: [ { form: 2026-01-01, until: 2026-01-02, zone: UTC } ] } }", "from")]
    [InlineData("metrics: { m: { unit: second, command: x } }", "seconds")]
    [InlineData("tell: [ { on: [finishd], to: ops } ]\nchannels: { ops: { file: a } }", "finished")]
    [InlineData("tell: [ { on: [finished], to: opps } ]\nchannels: { ops: { file: a } }", "ops")]
    [InlineData("servers: { postgress: { main: { url: a } } }", "postgres")]
    [InlineData("environments: { p: { freeze: [ { weekly: Sat, zone: Europe/Zurch } ] } }", "Europe/Zurich")]
    [InlineData("vars: { a: { defualt: 1 } }", "default")]
    [InlineData("channels: { ops: { slak: a } }", "slack")]
    public void A_slip_of_the_pen_is_answered_with_the_nearest_known_name(string text, string meant) =>
        Assert.Contains(Yaml.Problems(text), p => p.Fix.Contains($"did you mean `{meant}`?", StringComparison.Ordinal));

    [Theory]
    [InlineData("2", "this file has the format 2; this version of Holdpoint reads format 1")]
    [InlineData("x", "`the text \"x\"` is no format version")]
    public void Another_format_is_refused_without_telling_its_keys(string version, string what)
    {
        var problem = Assert.Single(Yaml.Problems($"holdpoint: {version}\nnew_key: 1\n"));
        Assert.Equal(what, problem.What);
    }

    [Theory]
    [InlineData("servers: { redis: { main: { url: a, db: 2 } } }", "a redis server has no setting `db` (it takes url, user, password, ca, insecure)")]
    [InlineData("servers: { prometheus: { main: { url: a, tokn: b } } }", "a prometheus server has no setting `tokn` (did you mean `token`?)")]
    [InlineData("servers: { prometheus: { main: { token: a } } }", "the prometheus server `main` has no url (add url: …)")]
    [InlineData("servers: { mysql: { main: { user: a } } }", "the mysql server `main` has no url and no socket (add url: …)")]
    [InlineData("metrics: { e: { unit: ratio, prometheus: up } }", "there is no prometheus server `main` (add servers: prometheus: main: { url: … })")]
    [InlineData("channels: { s: { statuspage: { page: abc, token: x } } }", "`statuspage` comes with a later version (use one of: command, file, slack, webhook)")]
    [InlineData("record: { store: postgres }", "`store` comes with a later version (use folder)")]
    public void What_a_later_version_brings_is_told_as_that_and_once(string text, string told) => Assert.EndsWith(told, Yaml.Problem(text), StringComparison.Ordinal);

    [Theory]
    [InlineData("targets: { web: { healthy: 'http a' } }", "1:12 `web` says nothing of its kind (add one of: command, compose, docker, kubernetes, systemd)")]
    [InlineData("targets: { t: { compose: { project: a, services: [a_blue, a_green] }, strategy: canary } }", "1:12 canary needs something that sends the requests (add traffic: with one of haproxy, kubernetes, nginx)")]
    [InlineData("targets: { t: { compose: { project: a, services: [a, b] }, strategy: canary } }", null)]
    [InlineData("targets: { t: { compose: { project: a, services: [a] }, smoke: { b: 'http x' } } }", "1:66 the target t has no unit `b` (it has a)")]
    [InlineData("targets: { t: { compose: { project: a, services: [a] }, compare: slow } }\nmetrics: { slow: { unit: seconds, scrape: { url: 'http://a', of: a } } }", "1:66 `slow` does not say which side of the canary it is of (put ${colour}, which is blue or green, into its address: http://api-${colour}:8080/metrics)")]
    [InlineData("targets: { t: { compose: { project: a, services: [a] }, compare: slow } }\nmetrics: { slow: { unit: seconds, command: ./slow } }", "1:66 `slow` does not say which side of the canary it is of (use $COLOUR in its command: it is blue or green)")]
    [InlineData("targets: { t: { compose: { project: a, services: [a] }, compare: slow } }\nmetrics: { slower: { unit: seconds, command: ./slow } }", "1:66 no metric is named `slow` (did you mean `slower`?)")]
    [InlineData("targets: { t: { compose: { project: a, services: [a] }, steps: [50%, 5%] } }", "1:64 these are no rising shares (write them as [5%, 25%, 50%, 100%])")]
    [InlineData("targets: { t: { command: { now: a, deploy: b, rollback: c }, settle: 10s } }", "1:70 `settle` is nothing that commands of your own could follow (remove it, or describe the target by compose, docker, kubernetes or systemd)")]
    [InlineData("metrics: { m: { unit: seconds, command: a, http: { get: 'http://a' } } }", "1:44 `m` has `command` and `http`; only one of them can be (keep one)")]
    [InlineData("four_eyes:\n", "1:11 `four_eyes` has no value (write one, or remove the line)")]
    [InlineData("vars: { a: }", "1:12 `a` has no value (write one; \"\" is an empty text)")]
    [InlineData("vars: { a: 1 }\nvars: { b: 1 }", "2:1 `vars` stands here a second time; the first is on line 1 (keep one of them)")]
    [InlineData("vars:\n  a: 1\n  a: 2\n", "3:3 `a` stands here a second time; the first is on line 2 (keep one of them)")]
    [InlineData("roles: { 'a b': [x] }", "1:10 `a b` can't be the name of a role (use letters, digits, '.', '_' and '-', beginning with a letter or a digit)")]
    [InlineData("hosts: { web: [] }", "1:10 the group `web` has no hosts (add one, or remove the group)")]
    [InlineData("hosts: { a: [b], b: [a] }", null)]
    [InlineData("hosts: { a: { ssh: -oProxyCommand=x } }", "1:20 the host `a` begins with '-' (write user@host)")]
    [InlineData("vars: [a, b]", "1:7 `vars` is a list here; a mapping (a variable: …) is meant (write key: value lines below it, indented by two blanks)")]
    [InlineData("channels: { w: { webhook: 'ftp://x' } }", "1:27 `webhook`: this is no http or https address (write it whole: https://host/path)")]
    [InlineData("channels: { w: { webhook: { authorization: x } } }", "1:18 `webhook` lacks `url` (add url: The address)")]
    [InlineData("roles: { sre: ['${x}'] }", "1:16 `sre` takes no variables (write the value itself)")]
    [InlineData("environments: { p: { objective: 99% } }", "1:33 `p` has an objective and nothing that measures it (add availability: a check)")]
    [InlineData("environments: { p: { availability: 'http a', objective: 120% } }", "1:57 `objective`: a share between 0% and 100% is meant here (write it as 99.95%)")]
    [InlineData("just text", "1:1 `holdpoint.yaml` is the text \"just text\" here; a mapping (holdpoint, vars, roles, four_eyes, hosts) is meant (write key: value lines below it, indented by two blanks)")]
    public void A_mistake_names_its_place_and_its_mend(string text, string? told)
    {
        if (told is null)
            Assert.Equal(2, Yaml.Problems(text).Count);
        else
            Assert.Equal(told, Yaml.Problem(text));
    }

    [Fact]
    public void A_role_without_members_is_a_warning() =>
        Assert.False(Assert.Single(Yaml.Problems("roles: { sre: [] }")).IsError);

    [Theory]
    [InlineData("targets: { t: { command: { now: 'curl ${secret:x}', deploy: a, rollback: b } } }", "a command gets variables from its environment; ${secret:x} is not put in")]
    [InlineData("channels: { c: { command: 'mail ${env:WHO}' } }", "a command gets variables from its environment; ${env:WHO} is not put in")]
    public void A_secret_written_into_a_command_is_refused(string text, string what) => Assert.Equal(what, Assert.Single(Yaml.Problems(text)).What);

    [Fact]
    public void A_shells_own_expansions_are_left_to_it() =>
        Yaml.Read("targets: { t: { command: { now: 'echo ${X:-none} ${Y} $(date)', deploy: a, rollback: b } } }");

    [Theory]
    [InlineData("${a b}")]
    [InlineData("${a")]
    [InlineData("${secrt:x}")]
    [InlineData("${secret:../x}")]
    [InlineData("${env:A-B}")]
    public void What_is_no_reference_is_a_problem(string value) => Assert.Single(Yaml.Problems($"servers: {{ redis: {{ main: {{ url: \"{value}\" }} }} }}"));

    [Fact]
    public void A_group_stands_for_its_machines_and_ssh_knows_the_rest()
    {
        var project = Yaml.Read(Whole);
        Assert.Equal(["web1.internal", "deploy@db1.internal"], project.HostsOf("web").Select(h => h.Ssh.Content));
        Assert.Equal(["elsewhere"], project.HostsOf("elsewhere").Select(h => h.Ssh.Content));
    }

    [Fact]
    public void The_file_is_found_upward_and_its_folder_is_the_projects()
    {
        var root = Directory.CreateTempSubdirectory("holdpoint");
        try
        {
            var deep = root.CreateSubdirectory("a/b");
            File.WriteAllText(Path.Combine(root.FullName, "holdpoint.yaml"), "four_eyes: true\n");
            var (project, problems) = ProjectFile.LoadFor(Path.Combine(deep.FullName, "go.md"));
            Assert.Empty(problems);
            Assert.True(project.FourEyes);
            Assert.Equal(root.FullName, project.Folder);
            File.WriteAllText(Path.Combine(deep.FullName, "holdpoint.yml"), "");
            Assert.Equal(Path.Combine(deep.FullName, "holdpoint.yml"), ProjectFile.Find(Path.Combine(deep.FullName, "go.md")));
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_file_that_cant_be_read_is_a_problem()
    {
        var root = Directory.CreateTempSubdirectory("holdpoint");
        try
        {
            var path = Path.Combine(root.FullName, "holdpoint.yaml");
            Assert.StartsWith("the file can't be read", Assert.Single(ProjectFile.Load(path).Problems).What, StringComparison.Ordinal);
            File.WriteAllBytes(path, [0x61, 0x3A, 0x20, 0xFF, 0xC0]);
            Assert.StartsWith("the file is no UTF-8 text", Assert.Single(ProjectFile.Load(path).Problems).What, StringComparison.Ordinal);
            File.WriteAllBytes(path, [0xFF, 0xFE, 0x61, 0x00]);
            Assert.Equal("the file is UTF-16 text", Assert.Single(ProjectFile.Load(path).Problems).What);
            File.WriteAllBytes(path, new byte[5_000_000]);
            Assert.Equal("the file has more than 4 MB", Assert.Single(ProjectFile.Load(path).Problems).What);
        }
        finally
        {
            root.Delete(recursive: true);
        }
    }

    [Fact]
    public void A_metric_that_a_canary_compares_is_known_by_its_sides_alone()
    {
        const string text = """
            targets: { api: { compose: { project: a, services: [a_blue, a_green] }, strategy: canary, compare: [slow], traffic: { haproxy: { socket: /run/a.sock, backend: a } } } }
            metrics:
              slow: { unit: seconds, scrape: { url: 'http://a-${colour}/metrics', of: latency } }
              load: { unit: count, command: ./load }
            """;
        var (project, problems) = ProjectFile.Parse("holdpoint.yaml", text);
        Assert.Empty(problems);
        Assert.Equal(["slow"], project.ComparedMetrics.Keys);
        Assert.Equal(["load"], project.Metrics.Keys);
        Assert.DoesNotContain(project.References, r => r.Name == "colour");
        Assert.Equal(["slow"], Assert.IsType<TargetDefinition.OfPlatform>(project.Targets["api"]).Rollout.Compare);

        foreach (var (sign, mark) in new[] { (Sign.Act, "rollback when slow > 1s"), (Sign.Ask, "slow < 1s") })
        {
            var mistakes = new List<Problem>();
            MarkParser.Parse(new Mark(sign, mark, 0, new(1, 1), null), new SourceText("DEPLOY.md", mark), Holdpoint.Plans.Planner.Vocabulary(project, new Dictionary<string, Signature>()), mistakes);
            Assert.Equal("`slow` is asked of one side of a canary, which compares it by itself", Assert.Single(mistakes).What);
        }
    }
}
