using Holdpoint.Checklists;
using Holdpoint.Configuration;

namespace Holdpoint.Tests.Configuration;

public sealed class ScopeTests
{
    private readonly Dictionary<string, string> _outside = new() { ["HOME_TOWN"] = "Bern", ["db_password"] = "hunter22" };

    private Scope Scope(string yaml, string? environment = null, string frontMatter = "")
    {
        var (settings, problems) = ProjectFile.ReadFrontMatter(new FrontMatter(frontMatter, 2), "go.md");
        Assert.Equal([], problems.Select(p => p.ToString()));
        return new(Yaml.Read(yaml), new Secrets("/nowhere", name => _outside.GetValueOrDefault(name), "/nowhere"))
        {
            Environment = environment,
            FrontMatter = settings,
            EnvironmentVariable = name => _outside.GetValueOrDefault(name),
        };
    }

    private const string Layers = "vars: { a: yaml, b: yaml, c: yaml, d: yaml, e: yaml }\nenvironments: { production: { vars: { c: yaml-production, d: yaml-production, e: yaml-production } } }\n";
    private const string FrontLayers = "title: x\nholdpoint:\n  vars:\n    b: front\n    c: front\n    d: { default: front, per_environment: { production: front-production } }\n    e: front\n";

    [Theory]
    [InlineData("a", "yaml")]
    [InlineData("b", "front")]
    [InlineData("c", "yaml-production")]
    [InlineData("d", "front-production")]
    [InlineData("e", "given")]
    public void The_nearer_value_wins(string name, string value)
    {
        var scope = Scope(Layers, "production", FrontLayers) with { Given = new Dictionary<string, string> { ["e"] = "given" } };
        Assert.Empty(scope.Check());
        Assert.Equal(value, scope.Value(name));
    }

    [Fact]
    public void Values_of_files_refer_to_others_and_given_ones_stand_as_they_are()
    {
        var scope = Scope("vars: { host: '${region}.example.com', region: eu, url: 'https://${host}/${env:HOME_TOWN}?p=${secret:db_password}' }") with
        {
            Given = new Dictionary<string, string> { ["note"] = "${secret:db_password}" },
        };
        Assert.Equal("https://eu.example.com/Bern?p=hunter22", scope.Value("url"));
        Assert.Equal("${secret:db_password}", scope.Value("note"));
        Assert.Equal("https://eu.example.com/Bern?p=***", scope.Secrets.Mask(scope.Value("url")!));
        Assert.Equal("https://${host}/${env:HOME_TOWN}?p=${secret:db_password}", scope.Written("url"));
    }

    [Fact]
    public void What_has_no_value_says_why()
    {
        var scope = Scope("vars: { region: { required: true }, api: 'x${region}' }\nenvironments: { production: {} }", "production");
        Assert.False(scope.TryResolve("go to ${api}", out _, out var because));
        Assert.Equal("the variable region has no value in production: give it with --var region=…", because);
        Assert.False(scope.TryResolve("${regoin}", out _, out because));
        Assert.Equal("there is no variable regoin: did you mean `region`?", because);
        Assert.False(scope.TryResolve("${env:NO_SUCH}", out _, out because));
        Assert.Equal("the environment has no variable NO_SUCH: set it before the start", because);
        Assert.False(scope.TryResolve("${version}", out _, out because));
        Assert.Equal("${version} is not known yet", because);
        Assert.True(scope.TryResolve("plain", out var plain, out because));
        Assert.Equal(("plain", ""), (plain, because));
    }

    [Fact]
    public void References_in_a_circle_are_a_problem_and_no_endless_search()
    {
        var scope = Scope("vars: { a: '${b}', b: '${c}', c: 'x${a}', d: '${a}' }");
        Assert.Equal(
        [
            "the variable `a` refers to itself: a → b → c → a",
            "the variable `b` refers to itself: b → c → a → b",
            "the variable `c` refers to itself: c → a → b → c",
        ], scope.Check().Select(p => p.What));
        Assert.Null(scope.Value("d"));
    }

    [Fact]
    public void References_that_double_are_bounded()
    {
        var text = "vars:\n  v0: xxxxxxxxxx\n  e0: ''\n";
        for (var i = 1; i < 19; i++)
            text += $"  v{i}: '{string.Concat(Enumerable.Repeat($"${{v{i - 1}}}", 10))}'\n  e{i}: '{string.Concat(Enumerable.Repeat($"${{e{i - 1}}}", 10))}'\n";
        var scope = Scope(text);
        Assert.False(scope.TryResolve("${v18}", out _, out var because));
        Assert.Contains("becomes longer than", because, StringComparison.Ordinal);
        Assert.Equal("", scope.Value("e18"));
    }

    [Fact]
    public void A_long_chain_of_references_is_a_reason_and_no_crash()
    {
        var scope = Scope("vars:\n  v0: x\n" + string.Concat(Enumerable.Range(1, 5000).Select(i => $"  v{i}: '${{v{i - 1}}}'\n")));
        Assert.Null(scope.Value("v5000"));
        Assert.Equal("x", scope.Value("v10"));
    }

    [Fact]
    public void Names_that_nobody_declares_are_told_at_their_place()
    {
        var scope = Scope("vars: { api: x }\nservers: { redis: { main: { url: '${apii}/${version}' } } }\n");
        var problem = Assert.Single(scope.Check());
        Assert.Equal("/p/holdpoint.yaml:2:35: error: there is no variable `apii` (did you mean `api`?)", problem.ToString());
    }

    [Theory]
    [InlineData("version", "`version` is a built-in name and can't be declared")]
    [InlineData("path", "`path` would replace PATH in scripts")]
    [InlineData("ld_preload", "`ld_preload` would replace LD_PRELOAD in scripts")]
    [InlineData("holdpoint_version", "`holdpoint_version` would replace HOLDPOINT_VERSION in scripts")]
    [InlineData("when", "`when` is a word of the language")]
    [InlineData("a-b", "`a-b` can't be the name of a variable")]
    public void A_name_that_is_taken_cant_be_declared(string name, string what)
    {
        Assert.Equal(what, Assert.Single(Yaml.Problems($"vars: {{ {name}: x }}")).What);
        Assert.Equal(what, Assert.Single(Yaml.Problems($"environments: {{ p: {{ vars: {{ {name}: x }} }} }}")).What);
    }

    [Fact]
    public void Two_names_that_scripts_cant_tell_apart_are_a_problem() =>
        Assert.Equal("`API` and `api` are both API in scripts", Assert.Single(Yaml.Problems("vars: { api: x, API: y }")).What);

    [Fact]
    public void A_given_name_that_is_taken_and_an_unknown_environment_are_problems()
    {
        var scope = Scope("environments: { production: {} }", "prodution") with { Given = new Dictionary<string, string> { ["version"] = "1", ["PATH"] = "x" } };
        Assert.Equal(["--var version=… would replace a built-in name", "--var PATH=… would replace PATH in scripts", "there is no environment `prodution`"], scope.Check().Select(p => p.What));
        Assert.Contains("did you mean `production`?", scope.Check()[2].Fix, StringComparison.Ordinal);
        Assert.Empty(scope.ScriptVariables());
    }

    [Fact]
    public void What_is_required_and_what_is_asked_is_known_before_the_start()
    {
        var scope = Scope("""
            vars:
              region: { required: true }
              zone: { required: true, per_environment: { production: a } }
              ticket: { ask: Change ticket, required: true }
              note: { ask: A note, default: none }
              plain: x
            environments: { production: {} }
            """, "production");
        Assert.Equal(["region"], scope.MissingRequired());
        Assert.Equal([new Question("ticket", "Change ticket", null, true), new Question("note", "A note", "none", false)], scope.ToAsk());
        var answered = scope with { Given = new Dictionary<string, string> { ["ticket"] = "C-1", ["note"] = "", ["region"] = "eu" } };
        Assert.Empty(answered.MissingRequired());
        Assert.Empty(answered.ToAsk());
    }

    [Fact]
    public void Scripts_see_variables_in_capitals_and_built_in_ones_under_our_name()
    {
        var scope = Scope("vars: { api: 'https://x', token: '${secret:db_password}', gone: '${env:NO_SUCH}' }") with
        {
            BuiltIns = new Dictionary<string, string> { ["version"] = "2.0", ["previous_version"] = "1.9" },
            Given = new Dictionary<string, string> { ["service"] = "web" },
        };
        Assert.Equal(new Dictionary<string, string?>
        {
            ["API"] = "https://x",
            ["TOKEN"] = "hunter22",
            ["SERVICE"] = "web",
            ["HOLDPOINT_VERSION"] = "2.0",
            ["HOLDPOINT_PREVIOUS_VERSION"] = "1.9",
        }, scope.ScriptVariables());
    }

    [Fact]
    public void A_servers_settings_come_with_their_values()
    {
        var scope = Scope("servers: { postgres: { main: { url: 'postgres://u:${secret:db_password}@db' }, other: { url: '${secret:gone}' } } }");
        Assert.Equal("postgres://u:hunter22@db", scope.Server("postgres", "main", out _)!["url"]);
        Assert.Null(scope.Server("postgres", "other", out var because));
        Assert.StartsWith("the secret gone is nowhere", because, StringComparison.Ordinal);
        Assert.Null(scope.Server("postgres", "none", out because));
        Assert.StartsWith("there is no postgres server `none`", because, StringComparison.Ordinal);
        Assert.Equal(["the secret gone is nowhere: put it into the file /nowhere/.secrets/gone or into the variable GONE"], scope.CheckOutside().Select(p => p.What));
    }

    [Fact]
    public void An_environment_alone_can_declare_a_variable()
    {
        var scope = Scope("environments: { production: { vars: { api: x } }, staging: {} }", "staging");
        Assert.Contains("api", scope.KnownNames);
        Assert.Null(scope.Value("api"));
        Assert.Equal("x", (scope with { Environment = "production" }).Value("api"));
    }

    [Theory]
    [InlineData("vars: { a: { per_environment: { production: 1 } } }", "there is no environment `production`")]
    [InlineData("vars: { a: { per_environment: { p: 1 } } }\nenvironments: { p: { vars: { a: 2 } } }", "`a` has a value for p here and on line 1")]
    [InlineData("vars: { a: {} }", "`a` says nothing of itself")]
    [InlineData("vars: { a: { required: true, default: 1 } }", "`a` is required and has a default, so it never lacks a value")]
    public void A_declaration_that_cant_be_meant_is_a_problem(string yaml, string what) => Assert.Equal(what, Assert.Single(Yaml.Problems(yaml)).What);

    [Theory]
    [InlineData("version: 3\nauthor: '")]
    [InlineData("a: [1\n\tb")]
    [InlineData("")]
    [InlineData("- just\n- a list\n")]
    public void Front_matter_without_our_key_is_the_authors(string text)
    {
        var (settings, problems) = ProjectFile.ReadFrontMatter(new FrontMatter(text, 2), "go.md");
        Assert.Empty(problems);
        Assert.Empty(settings.Variables);
    }

    [Theory]
    [InlineData("title: x\nholdpoint:\n  var: {}\n", "go.md:4:3: error: `var` is not known in `holdpoint` (did you mean `vars`?)")]
    [InlineData("holdpoint: 1\n", "go.md:2:12: error: `holdpoint` is the text \"1\" here; a mapping (vars) is meant (write key: value lines below it, indented by two blanks)")]
    [InlineData("holdpoint:\n  vars: { version: 1 }\n", "go.md:3:11: error: `version` is a built-in name and can't be declared (give the variable another name)")]
    [InlineData("holdpoint:\n\tvars: 1\n", "go.md:3:1: error: this line is indented with a tab, which YAML does not allow (indent with blanks)")]
    public void Mistakes_in_our_part_of_front_matter_stand_on_the_checklists_lines(string text, string told) =>
        Assert.Equal(told, Assert.Single(ProjectFile.ReadFrontMatter(new FrontMatter(text, 2), "go.md").Problems).ToString());
}
