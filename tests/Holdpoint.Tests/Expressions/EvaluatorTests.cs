using Holdpoint.Expressions;
using static Holdpoint.Tests.Expressions.Marks;

namespace Holdpoint.Tests.Expressions;

public sealed class EvaluatorTests
{
    [Fact]
    public void The_values_stand_in_their_places()
    {
        var judgement = Judge("? disk / free > 20GB and used < 80%", ("free", Value.Bytes(12.4e9)), ("used", Value.Ratio(0.5)));
        Assert.Equal(new(Truth.False, "free (12.4 GB) > 20GB and used (50%) < 80%", "", "free > 20GB", "free is 12.4 GB"), judgement);
        Assert.Equal("free (24 GB) > 20GB", Judge("? disk / free > 20GB", ("free", Value.Bytes(24e9))).Shown);
    }

    [Fact]
    public void Only_the_part_that_decides_is_told()
    {
        var both = Judge("? http ${api} status == 200 or time < 1s", ("status", Value.Count(500)), ("time", Value.Duration(TimeSpan.FromSeconds(2))));
        Assert.Equal(("status == 200 or time < 1s", "status is 500, time is 2s"), (both.Expected, both.Actual));
        var range = Judge("? http ${api}", ("status", Value.Count(500)));
        Assert.Equal(("status in 200..299", "status is 500", "status (500) in 200..299"), (range.Expected, range.Actual, range.Shown));
        var not = Judge("? tls a not valid", ("valid", Value.Of(true)));
        Assert.Equal((Truth.False, "not valid", "valid is true", "not valid (true)"), (not.Truth, not.Expected, not.Actual, not.Shown));
    }

    [Theory]
    [InlineData("$.status == \"healthy\"", Truth.True)]
    [InlineData("$.status != \"healthy\"", Truth.False)]
    [InlineData("$.status == \"Healthy\"", Truth.False)]
    [InlineData("$.missing == \"healthy\"", Truth.Unknown)]
    [InlineData("$.missing != \"healthy\"", Truth.Unknown)]
    [InlineData("$.missing exists", Truth.False)]
    [InlineData("$.missing not exists", Truth.True)]
    [InlineData("$.missing.deeper exists", Truth.False)]
    [InlineData("$.status.deeper exists", Truth.Unknown)]
    [InlineData("$.nothing exists", Truth.True)]
    [InlineData("$.nothing == null", Truth.True)]
    [InlineData("$.status == null", Truth.False)]
    [InlineData("$.status != null", Truth.True)]
    [InlineData("$.nothing == \"x\"", Truth.Unknown)]
    [InlineData("$.count == 3", Truth.True)]
    [InlineData("$.count > 2 and $.count in 1..3 and $.count in [1, 3] and $.count not in [1, 2]", Truth.True)]
    [InlineData("$.count < 500ms", Truth.Unknown)]
    [InlineData("$.count > 0", Truth.True)]
    [InlineData("$.count == \"3\"", Truth.Unknown)]
    [InlineData("$.text == 3", Truth.Unknown)]
    [InlineData("$.on", Truth.True)]
    [InlineData("not $.on", Truth.False)]
    [InlineData("$.status", Truth.Unknown)]
    [InlineData("$.on == true", Truth.True)]
    [InlineData("$.version >= 1.2.3", Truth.True)]
    [InlineData("$.status >= 1.2.3", Truth.Unknown)]
    [InlineData("$.status contains \"heal\"", Truth.True)]
    [InlineData("$.status not contains \"heal\"", Truth.False)]
    [InlineData("$.tags contains \"b\"", Truth.True)]
    [InlineData("$.tags contains \"z\"", Truth.False)]
    [InlineData("$.count contains \"3\"", Truth.Unknown)]
    [InlineData("$.tags == \"a\"", Truth.Unknown)]
    [InlineData("all($.good[*].ok) == true", Truth.True)]
    [InlineData("all($.good[*].ok)", Truth.True)]
    [InlineData("all($.bad[*].ok) == true", Truth.False)]
    [InlineData("any($.bad[*].ok) == true", Truth.True)]
    [InlineData("all($.holes[*].ok) == true", Truth.Unknown)]
    [InlineData("any($.holes[*].ok) == true", Truth.True)]
    [InlineData("any($.holes[*].ok) == false", Truth.Unknown)]
    [InlineData("all($.empty[*]) == true", Truth.Unknown)]
    [InlineData("any($.empty[*]) == true", Truth.Unknown)]
    [InlineData("all($.missing[*].ok) == true", Truth.Unknown)]
    [InlineData("all($.numbers) in 1..3", Truth.True)]
    [InlineData("all($.numbers) in [1, 2]", Truth.False)]
    [InlineData("all($.numbers) not in [7]", Truth.True)]
    [InlineData("any($.numbers) not in [1, 2]", Truth.True)]
    [InlineData("any($.numbers) > 2", Truth.True)]
    [InlineData("all($.tags) contains \"a\"", Truth.False)]
    [InlineData("count($.empty) == 0", Truth.True)]
    [InlineData("count($.empty[*]) == 0", Truth.True)]
    [InlineData("count($.good) == 2", Truth.True)]
    [InlineData("count($.holes[*].ok) == 1", Truth.True)]
    [InlineData("count($.missing) == 0", Truth.Unknown)]
    [InlineData("count($.missing[*]) == 0", Truth.Unknown)]
    [InlineData("count($.status) == 0", Truth.Unknown)]
    [InlineData("$.zero == $.none", Truth.Unknown)]
    [InlineData("$.zero <= $.none", Truth.Unknown)]
    [InlineData("$.zero < $.none", Truth.False)]
    [InlineData("$.zero == 0", Truth.True)]
    [InlineData("$.huge > 3", Truth.Unknown)]
    [InlineData("$.good[0].ok", Truth.True)]
    [InlineData("$.good[-1].ok", Truth.True)]
    [InlineData("$.good[7].ok == true", Truth.Unknown)]
    [InlineData("$[\"a b\"] == 1", Truth.True)]
    public void A_document_is_judged_in_three_values(string condition, Truth truth)
    {
        const string json = """
            {"status": "healthy", "nothing": null, "count": 3, "text": "3", "on": true, "version": "1.10.0", "tags": ["a", "b"], "a b": 1,
             "good": [{"ok": true}, {"ok": true}], "bad": [{"ok": true}, {"ok": false}], "holes": [{"ok": true}, {}], "empty": [],
             "numbers": [1, 2, 3], "zero": 0, "none": 0, "huge": 1e999}
            """;
        // Behind a default condition that holds, so that the truth is the mark's own.
        var facts = new Facts(new Dictionary<string, Value> { ["status"] = Value.Count(200) }, json);
        Assert.Equal(truth, Judge($"? http ${{api}} {condition}", new EvaluationContext { Facts = facts }).Truth);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("<html>")]
    [InlineData("{\"status\": ")]
    public void A_path_into_what_is_not_JSON_is_unknown(string? document)
    {
        var context = new EvaluationContext { Facts = new(new Dictionary<string, Value> { ["status"] = Value.Count(200) }, document) };
        Assert.Equal(Truth.Unknown, Judge("? http ${api} $.status == \"x\"", context).Truth);
        Assert.Equal(Truth.Unknown, Judge("? http ${api} $.status exists", context).Truth);
        Assert.Equal(Truth.Unknown, Judge("? http ${api} $.status not exists", context).Truth);
        Assert.Equal(Truth.Unknown, Judge("? http ${api} count($.status) == 0", context).Truth);
    }

    [Fact]
    public void A_fact_that_was_not_measured_or_is_no_number_is_unknown()
    {
        Assert.Equal("free was not measured", Judge("? disk / free > 20GB").Because);
        Assert.Equal("free is not a finite number", Judge("? disk / free > 20GB", ("free", Value.Bytes(double.NaN))).Because);
        Assert.Equal(Truth.Unknown, Judge("? disk / not free > 20GB", ("free", Value.Bytes(double.NaN))).Truth);
        Assert.Equal(Truth.Unknown, Judge("? disk / free > 20GB", ("free", Value.Count(50e9))).Truth);
        Assert.Equal(Truth.Unknown, Judge("? disk / free > 20GB", ("free", Value.Of("much"))).Truth);
        Assert.Equal("the disk is gone", Judge("? disk / free > 20GB", ("free", new Value.Unknown("the disk is gone"))).Because);
    }

    [Fact]
    public void Nothing_ready_of_nothing_is_unknown()
    {
        var judgement = Judge("? compose", ("ready", Value.Count(0)), ("total", Value.Count(0)));
        Assert.Equal((Truth.Unknown, "nothing to compare: both ready and total are 0"), (judgement.Truth, judgement.Because));
        Assert.Equal(Truth.True, Judge("? compose", ("ready", Value.Count(3)), ("total", Value.Count(3))).Truth);
        Assert.Equal(Truth.False, Judge("? compose", ("ready", Value.Count(0)), ("total", Value.Count(3))).Truth);
        Assert.Equal(Truth.True, Judge("? compose restarts == 0", ("ready", Value.Count(3)), ("total", Value.Count(3)), ("restarts", Value.Count(0))).Truth);
    }

    [Theory]
    [InlineData("value == 5", "5", Truth.True)]
    [InlineData("value > 4", "5.5", Truth.True)]
    [InlineData("value > 4", "many", Truth.Unknown)]
    [InlineData("value == \"5\"", "5", Truth.True)]
    [InlineData("value == true", "true", Truth.True)]
    [InlineData("value == true", "yes", Truth.Unknown)]
    [InlineData("value > 1s", "1500ms", Truth.True)]
    [InlineData("value >= 1.2.3", "1.10", Truth.True)]
    [InlineData("value contains \"ab\"", "cab", Truth.True)]
    public void A_text_that_is_a_number_may_be_compared_with_one_where_nothing_says_what_it_is(string condition, string value, Truth truth)
    {
        var judgement = Judge($"? env LIMIT {condition}", ("length", Value.Count(1)), ("value", Value.Of(value)));
        Assert.Equal(truth, judgement.Truth);
        Assert.DoesNotContain(value, judgement.Shown.Replace(condition, "", StringComparison.Ordinal).Replace(condition["value ".Length..], "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("value (not shown)", judgement.Shown, StringComparison.Ordinal);
        Assert.DoesNotContain(value + " ", judgement.Because + judgement.Actual, StringComparison.Ordinal);
    }

    [Fact]
    public void Versions_are_compared_part_by_part()
    {
        (string, Value)[] Version(string v) => [("ready", Value.Count(1)), ("total", Value.Count(1)), ("version", Value.OfVersion(v))];
        Assert.Equal(Truth.True, Judge("? target web version >= 2.20", Version("2.100.1")).Truth);
        Assert.Equal(Truth.False, Judge("? target web version >= 2.20", Version("2.9")).Truth);
        Assert.Equal(Truth.True, Judge("? target web version == \"v2.20.0\"", Version("2.20")).Truth);
        Assert.Equal(Truth.Unknown, Judge("? target web version >= 2.20", Version("sha256:abc")).Truth);
        EvaluationContext With(string? v) => new() { Facts = Facts.Of(Version("1.4.0")), Variable = _ => v };
        Assert.Equal(Truth.True, Judge("? target web version == ${version}", With("v1.4")).Truth);
        Assert.Equal("version (1.4.0) == ${version} (\"v1.5\")", Judge("? target web version == ${version}", With("v1.5")).Shown[^"version (1.4.0) == ${version} (\"v1.5\")".Length..]);
        Assert.Equal("the variable version has no value here", Judge("? target web version == ${version}", With(null)).Because);
    }

    [Fact]
    public void A_baseline_takes_its_factor_and_a_floor()
    {
        var context = new EvaluationContext { Metric = _ => new Value.Number(0.180, Dimension.Duration), Baseline = _ => new Value.Number(0.160, Dimension.Duration) };
        var held = Judge("? latency_p95 <= 1.1x baseline", context);
        Assert.Equal(new(Truth.False, "latency_p95 (180ms) <= 1.1x baseline (176ms)", "", "latency_p95 <= 1.1x baseline", "latency_p95 is 180ms, 1.1x baseline is 176ms"), held);
        Assert.Equal(Truth.True, Judge("? latency_p95 <= 1.2x baseline", context).Truth);
        var zero = context with { Baseline = _ => new Value.Number(0, Dimension.Duration) };
        Assert.Equal("a baseline of 0 needs a floor: add 'or latency_p95 < value'", Judge("? latency_p95 <= 1.1x baseline", zero).Because);
        Assert.Equal(Truth.True, Judge("? latency_p95 <= 1.1x baseline or latency_p95 < 200ms", zero).Truth);
        Assert.Equal(Truth.False, Judge("? latency_p95 <= baseline", zero).Truth);
        Assert.Equal("latency_p95 has no baseline", Judge("? latency_p95 <= baseline", context with { Baseline = new EvaluationContext().Baseline }).Because);
    }

    [Fact]
    public void A_metric_without_samples_is_unknown()
    {
        Assert.Equal("nothing has measured queue", Judge("? queue == 0", new EvaluationContext()).Because);
        Assert.Equal(Truth.Unknown, Judge("? queue not exists", new EvaluationContext()).Truth);
    }

    [Fact]
    public void A_variable_in_a_text_is_put_in_and_never_told()
    {
        var context = new EvaluationContext
        {
            Facts = Facts.Of(("status", Value.Count(200)), ("body", Value.Of("hunter2")), ("header\"X-hunter2\"", Value.Of("a"))),
            Variable = name => name is "secret:token" or "api" ? "hunter2" : null,
        };
        var judgement = Judge("? http ${api} body == \"${secret:token}!\"", context);
        Assert.Equal(Truth.False, judgement.Truth);
        Assert.EndsWith("== \"${secret:token}!\"", judgement.Shown, StringComparison.Ordinal);
        Assert.Equal("body is \"hunter2\"", judgement.Actual);
        Assert.Contains("${secret:token} (not shown)", Judge("? http ${api} body == ${secret:token}", context).Shown, StringComparison.Ordinal);
        Assert.Equal(Truth.True, Judge("? http ${api} header\"X-${api}\" == \"a\"", context).Truth);
        Assert.Equal(Truth.Unknown, Judge("? http ${api} header\"X-${version}\" == \"a\"", context).Truth);
    }

    [Fact]
    public void A_long_text_is_shown_in_one_short_line()
    {
        var shown = Judge("? http ${api} body == \"x\"", ("status", Value.Count(200)), ("body", Value.Of("one\ntwo\n" + new string('é', 5000)))).Actual;
        Assert.StartsWith("body is \"one two é", shown, StringComparison.Ordinal);
        Assert.True(shown.Length < 100, shown);
    }

    [Fact]
    public void A_verdict_needs_proof()
    {
        var check = Check("? http ${api}, warn unless time < 500ms");
        EvaluationContext With(params (string, Value)[] facts) => new() { Facts = Facts.Of(facts) };
        var slow = ("time", Value.Duration(TimeSpan.FromSeconds(2)));
        var fast = ("time", Value.Duration(TimeSpan.FromMilliseconds(20)));
        Assert.Equal(new Verdict.Passed("status (200) in 200..299"), Evaluator.Judge(check, With(("status", Value.Count(200)), fast)));
        Assert.Equal(new Verdict.Warned("time is 2s, wanted time < 500ms"), Evaluator.Judge(check, With(("status", Value.Count(200)), slow)));
        Assert.Equal(new Verdict.Warned("time < 500ms is unknown: time was not measured"), Evaluator.Judge(check, With(("status", Value.Count(200)))));
        Assert.Equal(new Verdict.Failed("status in 200..299", "status is 500"), Evaluator.Judge(check, With(("status", Value.Count(500)), slow)));
        Assert.Equal(new Verdict.Unknown("status was not measured"), Evaluator.Judge(check, With(fast)));
        Assert.Equal(new Verdict.Unknown("`scenario` says nothing that must hold"), Evaluator.Judge(Check("? scenario", AFence), With(fast)));
    }

    public static TheoryData<Truth, Truth, Truth, Truth> Kleene()
    {
        var table = new TheoryData<Truth, Truth, Truth, Truth>();
        foreach (var a in Enum.GetValues<Truth>())
            foreach (var b in Enum.GetValues<Truth>())
            {
                var and = a == Truth.False || b == Truth.False ? Truth.False : a == Truth.True && b == Truth.True ? Truth.True : Truth.Unknown;
                var or = a == Truth.True || b == Truth.True ? Truth.True : a == Truth.False && b == Truth.False ? Truth.False : Truth.Unknown;
                table.Add(a, b, and, or);
            }

        return table;
    }

    [Theory]
    [MemberData(nameof(Kleene))]
    public void And_or_and_not_are_Kleenes(Truth a, Truth b, Truth and, Truth or)
    {
        var context = new EvaluationContext
        {
            Metric = m => (m.Name == "queue" ? a : b) switch
            {
                Truth.Unknown => new Value.Unknown("blind"),
                var truth => new Value.Number(truth == Truth.True ? 0 : 1, m.Dimension),
            },
        };
        Assert.Equal(and, Judge("? queue == 0 and checkout == 0", context).Truth);
        Assert.Equal(or, Judge("? queue == 0 or checkout == 0", context).Truth);
        Assert.Equal(Truth.True - (int)and, Judge("? not (queue == 0 and checkout == 0)", context).Truth);
        Assert.Equal(Truth.True - (int)and, Judge("? not queue == 0 or not checkout == 0", context).Truth);
        Assert.Equal(and != Truth.Unknown, Judge("? queue == 0 and checkout == 0", context).Because.Length == 0);
    }
}
