using Holdpoint.Checklists;
using Holdpoint.Expressions;
using static Holdpoint.Tests.Expressions.Marks;

namespace Holdpoint.Tests.Expressions;

public sealed class MarkParserTests
{
    [Theory]
    [InlineData("? file backups/*.sql.gz newest.age < 2m and newest.size > 1MB")]
    [InlineData("? disk / free > 20GB")]
    [InlineData("? alertmanager main")]
    [InlineData("? run matching \"error|panic\" == 0")]
    [InlineData("? http ${api}/health $.status == \"healthy\" within 60s")]
    [InlineData("? scenario")]
    [InlineData("? latency_p95 <= 1.1x baseline")]
    [InlineData("? http ${api}/health within 60s")]
    [InlineData("? http https://a.example time < 500ms")]
    [InlineData("? run dir=app as=deploy")]
    [InlineData("? http ${api} all($.x[*].ok) == true and count($.items) > 3 and any($.items[*].name) == \"a\"")]
    [InlineData("? http ${api} status not in [500, 502] and header\"Server\" not exists and body not contains 'oops'")]
    [InlineData("? http ${api}, warn unless time < 500ms, within 60s")]
    [InlineData("? disk / free > 20GB, warn unless used < 80% every 5m for 10m timeout 2s retry 3")]
    [InlineData("? target web version >= 2.20 and version != 1.2.3-rc.1")]
    [InlineData("? target web version == ${version}")]
    [InlineData("? error_rate p99.9 < 1% and not (queue > 5 or latency_p95 avg > 1s) over 5m")]
    [InlineData("? (error_rate < 1%)")]
    [InlineData("? 5% > error_rate")]
    [InlineData("? disk / free > 0 and used in 0..80%")]
    [InlineData("? tls a.example:443 remaining > 30d and valid == true")]
    [InlineData("? tls a.example not valid")]
    [InlineData("? process nginx count == 4")]
    [InlineData("? alertmanager main labels={a=\"b\"} firing == 0")]
    [InlineData("? http \"https://a.example/a b\" method=\"GET\" $[\"a b\"][0].c exists")]
    [InlineData("? http ${api} $.a == null if disk / free > 1GB within 5s")]
    [InlineData("? error_rate < 1% if ${environment} == \"production\"")]
    [InlineData("? env DATABASE_URL")]
    [InlineData("? http ${env:HOST}/x")]
    [InlineData("? http ${secret:token}")]
    [InlineData("? sh pg_isready -h db && echo ok | grep -q ok")]
    [InlineData("! run")]
    [InlineData("! run dir=app idempotent=true timeout 5m retry 2")]
    [InlineData("! sh ./bin/x --when later if y")]
    [InlineData("! deploy web")]
    [InlineData("! deploy web strategy=canary settle=10s timeout 30m if error_rate < 1%")]
    [InlineData("! rollback web")]
    [InlineData("! rollback when error_rate > 5% for 1m")]
    [InlineData("! rollback when latency_p95 > 3x baseline for 2m grace 5m")]
    [InlineData("! rollback when error_rate burn > 14.4 over 1h and 5m")]
    [InlineData("! tell ops when error_rate burn > 1 over 3d and 6h for 1m")]
    [InlineData("! rollback when error_rate avg > 5% over 10m until 1h grace 5m")]
    [InlineData("! rollback unless http ${api}/health until 1h")]
    [InlineData("! rollback unless http ${api}/health status == 200 for 30s until 1h")]
    [InlineData("? error_rate burn < 1 over 6h")]
    [InlineData("! rollback when asked")]
    [InlineData("! rollback unless http ${api}/health status == 200 for 30s")]
    [InlineData("! hold when error_rate > 1% or queue > 100")]
    [InlineData("! tell ops when error_rate > 1% for 5m")]
    [InlineData("! tell ops")]
    [InlineData("@ sre")]
    [InlineData("@ release-manager and devops-lead")]
    [InlineData("@ dba or sre.on_call if error_rate > 1%")]
    public void Every_form_of_the_language_is_read(string mark)
    {
        var (instruction, problems) = Read(mark, AFence);
        Assert.Empty(problems.Select(p => p.ToString()));
        Assert.NotNull(instruction);
    }

    [Fact]
    public void A_probe_takes_its_arguments_and_then_its_condition()
    {
        var check = Check("? http ${api}/health, method=GET".Replace(",", "", StringComparison.Ordinal) + " $.status == \"healthy\" within 60s");
        Assert.Equal("${api}/health", Assert.Single(check.Call!.Arguments).Source);
        Assert.Equal("GET", check.Call.Options["method"].Source);
        Assert.Equal("status in 200..299 and $.status == \"healthy\"", check.Condition!.Text);
        Assert.Equal(TimeSpan.FromSeconds(60), check.Timing.Within);
        Assert.Equal("http ${api}/health method=GET $.status == \"healthy\" within 60s", check.Text);
        Assert.Equal(new Position(2, 13), check.At);
    }

    [Theory]
    [InlineData("? http ${api} time < 500ms", "status in 200..299 and time < 500ms")]
    [InlineData("? http ${api} time < 500ms or up", "status in 200..299 and (time < 500ms or up)")]
    [InlineData("? http ${api} status == 404", "status == 404")]
    [InlineData("? compose total > 2", "total > 2")]
    [InlineData("? compose restarts == 0", "ready == total and restarts == 0")]
    [InlineData("? compose", "ready == total")]
    public void The_default_condition_also_holds_unless_the_mark_names_one_of_its_facts(string mark, string condition) =>
        Assert.Equal(condition, Check(mark).Condition!.Text);

    [Fact]
    public void Quotes_go_and_commas_end_a_word_and_a_variable_may_hold_blanks()
    {
        var words = Check("? file 'my backups/*.gz', files > 1").Call!.Arguments;
        Assert.Equal("my backups/*.gz", words[0].Source);
        Assert.True(words[0].Quoted);
        Assert.Equal("${env:MY DIR}/a", Check("? file ${env:MY DIR}/a files > 1").Call!.Arguments[0].Source);
    }

    [Fact]
    public void A_shell_command_is_the_rest_as_it_stands_and_nothing_is_put_in()
    {
        var act = Valid<Instruction.Act>("! sh  echo ${UNKNOWN} 'a b' if x");
        Assert.Equal("echo ${UNKNOWN} 'a b' if x", act.Call.Arguments[0].Literal);
        Assert.Equal("echo ${UNKNOWN} 'a b' if x", act.Call.Arguments[0].Resolve(_ => "wrong"));
        Assert.Null(act.If);
    }

    [Fact]
    public void A_timing_at_the_end_of_a_shell_command_is_warned_of()
    {
        var (instruction, problems) = Read("? sh curl x within 60s");
        Assert.NotNull(instruction);
        var problem = Assert.Single(problems);
        Assert.Equal(Severity.Warning, problem.Severity);
        Assert.Equal("`within 60s` is read by the shell, because sh takes the whole rest of the mark", problem.What);
    }

    [Fact]
    public void And_binds_closer_than_or_and_not_closest()
    {
        var or = Assert.IsType<Condition.Or>(Check("? queue > 1 or not queue > 2 and queue > 3").Condition);
        var and = Assert.IsType<Condition.And>(or.Right);
        Assert.IsType<Condition.Not>(and.Left);
        Assert.Equal("not queue > 2 and queue > 3", and.Text);
    }

    [Fact]
    public void A_literal_takes_the_dimension_of_what_it_is_compared_with()
    {
        var version = Assert.IsType<Condition.Compare>(((Condition.And)Check("? target web version >= 2.20 and ready == total").Condition!).Left);
        Assert.Equal("2.20", Assert.IsType<Value.Version>(Assert.IsType<Operand.Literal>(version.Right).Value).Parsed.Text);
        var zero = Assert.IsType<Condition.Compare>(Check("? disk / free > 0").Condition);
        Assert.Equal(new Value.Number(0, Dimension.Bytes), Assert.IsType<Operand.Literal>(zero.Right).Value);
        var share = Assert.IsType<Condition.Compare>(Check("? error_rate < 1%").Condition);
        Assert.Equal(new Value.Number(0.01, Dimension.Ratio), Assert.IsType<Operand.Literal>(share.Right).Value);
    }

    [Fact]
    public void A_metric_may_have_a_statistic_and_beats_a_probe_of_its_name()
    {
        var compare = Assert.IsType<Condition.Compare>(Check("? checkout p95 < 2s over 10m").Condition);
        Assert.Equal(new Statistic("p", 0.95), Assert.IsType<Operand.Metric>(compare.Left).Statistic);
        var vocabulary = Known with { Metrics = new Dictionary<string, Dimension> { ["disk"] = Dimension.Ratio } };
        Assert.Null(Assert.IsType<Instruction.Ask>(Read("? disk < 80%", vocabulary: vocabulary).Instruction).Check.Call);
    }

    [Fact]
    public void A_rule_says_what_it_does_and_when()
    {
        var rule = Valid<Instruction.Rule>("! rollback when latency_p95 > 3x baseline for 2m grace 5m");
        Assert.Equal((RuleEffect.Rollback, TimeSpan.FromMinutes(2), TimeSpan.FromMinutes(5)), (rule.Effect, rule.For, rule.Grace));
        Assert.Equal(3, Assert.IsType<Operand.Baseline>(((Condition.Compare)rule.When!).Right).Factor);
        Assert.True(Valid<Instruction.Rule>("! rollback when asked").WhenAsked);
        Assert.Equal("ops", Valid<Instruction.Rule>("! tell ops when error_rate > 1%").Channel!.Source);
        var unless = Valid<Instruction.Rule>("! hold unless http ${api}/health for 30s").Unless!;
        Assert.Equal(("http ${api}/health", "status in 200..299"), (unless.Text, unless.Condition!.Text));
    }

    [Fact]
    public void Roles_are_all_or_any()
    {
        var all = Valid<Instruction.SignOff>("@ release-manager and devops-lead").Roles;
        Assert.True(all.All);
        Assert.Equal(["release-manager", "devops-lead"], all.Roles);
        Assert.False(Valid<Instruction.SignOff>("@ a or b").Roles.All);
    }

    [Fact]
    public void Variables_are_not_checked_where_nobody_knows_them()
    {
        var (instruction, problems) = Read("? http ${whatever}", vocabulary: Known with { Variables = null });
        Assert.NotNull(instruction);
        Assert.Empty(problems);
    }

    [Fact]
    public void A_body_that_is_missing_was_reported_by_whoever_read_the_file()
    {
        var (instruction, problems) = Read("? run matching\"x\" == 0");
        Assert.Null(instruction);
        Assert.Empty(problems);
    }

    [Fact]
    public void A_check_of_the_configuration_is_read_by_itself()
    {
        const string yaml = "healthy: 'http ${api}/health timeout 1s'";
        var problems = new List<Problem>();
        var check = MarkParser.ParseCheck("http ${api}/health timeout 1s", 10, new("holdpoint.yaml", yaml), Known, problems);
        Assert.Empty(problems);
        Assert.Equal(TimeSpan.FromSeconds(1), check!.Timing.Timeout);
        Assert.Equal(new Position(1, 11), check.At);
    }

    [Fact]
    public void A_condition_of_a_scenario_is_read_by_itself()
    {
        var problems = new List<Problem>();
        var source = new SourceText("a.md", "? status == 201");
        var condition = MarkParser.ParseCondition("status == 201", 2, source, Known.Probes["http"], Known, problems);
        Assert.Equal("status == 201", condition!.Text);
        Assert.Null(MarkParser.ParseCondition("status == 201 and", 2, source, Known.Probes["http"], Known, problems));
        Assert.Null(MarkParser.ParseCondition("status == 201 extra", 2, source, Known.Probes["http"], Known, problems));
        Assert.Equal(2, problems.Count);
    }
}
