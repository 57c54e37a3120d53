using Holdpoint.Checklists;
using static Holdpoint.Tests.Expressions.Marks;

namespace Holdpoint.Tests.Expressions;

/// <summary>What a mistaken mark says: where, what, and the mend.</summary>
public sealed class MarkMistakesTests
{
    [Theory]
    // Names.
    [InlineData("? http ${api}/health staus == 200", "22: http has no fact `staus` (did you mean `status`?)")]
    [InlineData("? http ${api}/health witin 60s", "22: http has no fact `witin` (did you mean `within`?)")]
    [InlineData("? htpp ${api}/health", "3: no probe or metric is named `htpp` (did you mean `http`?)")]
    [InlineData("? eror_rate < 1%", "3: no metric or probe is named `eror_rate` (did you mean `error_rate`? metrics are declared in holdpoint.yaml)")]
    [InlineData("? burn > 2", "3: no metric or probe is named `burn` (metrics are declared in holdpoint.yaml)")]
    [InlineData("? systemctl status nginx", "3: no probe or metric is named `systemctl` (for a command write `? sh systemctl …`; metrics are declared in holdpoint.yaml)")]
    [InlineData("? deploy web", "3: `deploy` is an action, and `?` asks (write `! deploy …`)")]
    [InlineData("! delpoy web", "3: no action is named `delpoy` (did you mean `deploy`?)")]
    [InlineData("! http ${api}", "3: no action is named `http` (`http` measures: write `? http …`)")]
    [InlineData("? http ${apo}/health", "8: no variable is named `apo` (did you mean `${api}`?)")]
    [InlineData("? http ${api}/health $.version == \"${versoin}\"", "36: no variable is named `versoin` (did you mean `${version}`?)")]
    [InlineData("? http ${api", "8: `${` without its `}` (close the variable: ${name})")]
    // Arguments.
    [InlineData("? http", "7: http needs URL (for example `http url`)")]
    [InlineData("? http within 60s", "8: http needs URL, and `within` is a word of the language (for example `http url`; quote it if the argument is meant: \"within\")")]
    [InlineData("? disk free > 20GB", "8: disk needs PATH before its condition (for example `disk path`)")]
    [InlineData("? http GET ${api}/health", "12: `${api}/health` is one word too many for http, which takes one argument (URL) (quote an argument that has blanks; what follows the arguments is a condition or a timing)")]
    [InlineData("? http method=POST ${api}", "8: `method=` stands before URL (options follow the arguments; for example `http url`)")]
    [InlineData("? http ${api} metod=POST", "15: http has no option `metod=` (did you mean `method`?)")]
    [InlineData("? http ${api} status == 200 method=PUT", "29: `method=` stands behind the condition or a timing (options follow the arguments; for example `http url`)")]
    [InlineData("? http ${api} within 5s method=PUT", "25: `method=` stands behind the condition or a timing (options follow the arguments; for example `http url`)")]
    [InlineData("? http ${api} method=", "15: `method=` has no value (write method=value without blanks; an empty value is method=\"\")")]
    [InlineData("? http ${api} method=GET method=PUT", "26: `method=` stands twice (leave one)")]
    [InlineData("? http ${api} method == 3", "15: `method` is an option of http (write `method=value` right behind the arguments)")]
    [InlineData("? http \"${api}", "8: the string \"${api} has no closing quote (close it with \")")]
    [InlineData("? ping a packets=many", "18: packets of ping is a plain number, and `many` is none (write a number without a unit)")]
    [InlineData("! deploy web settle=10", "21: settle of deploy is a duration, and `10` is none (write 10ms or 10s)")]
    [InlineData("! deploy web strategy=canari", "23: strategy of deploy can't be `canari` (did you mean `canary`?)")]
    [InlineData("! sh", "5: sh has no command (for example `sh command`)")]
    // Dimensions and units.
    [InlineData("? http ${api} time < 500", "22: `time` is a duration, and 500 has no unit (write 500ms, 500s, 500m, 500h or 500d)")]
    [InlineData("? disk / used < 80", "17: `used` is a ratio, and 80 has no unit (write 80%)")]
    [InlineData("? disk / used < 0.8", "17: `used` is a ratio, and 0.8 has no unit (write 80%)")]
    [InlineData("? disk / free > 20", "17: `free` is a size in bytes, and 20 has no unit (write 20MB or 20GB)")]
    [InlineData("? disk / free > 20Gb", "17: `20Gb` has no unit that is known (did you mean 20GB?)")]
    [InlineData("? disk / free > 20 GB", "17: a blank parts 20 from its unit (write 20GB)")]
    [InlineData("? http ${api} time < 5min", "22: `5min` has no unit that is known (did you mean 5m?)")]
    [InlineData("? disk / free > 5s", "17: `free` is a size in bytes, and `5s` is a duration (write a number with its unit: kB, MB, GB (decimal) or KiB, MiB, GiB (binary))")]
    [InlineData("? disk / free > used", "17: `free` is a size in bytes, and `used` is a ratio (compare like with like)")]
    [InlineData("? http ${api} status == \"200\"", "25: `status` is a plain number, and `\"200\"` is a text (write 200 without quotes)")]
    [InlineData("? http ${api} status == 200%", "25: `status` is a plain number, and `200%` is a ratio (write a number without a unit)")]
    [InlineData("? http ${api} body == 5", "23: `body` is a text, and `5` is a plain number (write \"5\")")]
    [InlineData("? http ${api} body > \"a\"", "20: a text has no order (a text is compared with ==, !=, in or contains)")]
    [InlineData("? http ${api} $.a > \"a\"", "19: a text has no order (a text is compared with ==, !=, in or contains)")]
    [InlineData("? http ${api} up > true", "18: true or false has no order (write `== true` or `== false`)")]
    [InlineData("? http ${api} up == 1", "21: `up` is true or false, and `1` is a plain number (write `== true` or `== false`)")]
    [InlineData("? http ${api} time contains \"a\"", "15: `time` is a duration, and only a text contains something (compare it: ==, !=, <, <=, >, >=)")]
    [InlineData("? http ${api} status in [200, 5%]", "31: `status` is a plain number, and `5%` is a ratio (write a number without a unit)")]
    [InlineData("? http ${api} status in 299..200", "25: the range 299..200 is empty (write 200..299)")]
    [InlineData("? target web version == \"abc\"", "25: \"abc\" is no version (write 1.4.2)")]
    [InlineData("? error_rate < 110% baseline", "16: a share of the baseline is written as a factor (write `1.1x baseline`)")]
    [InlineData("? http ${api} 5 > 3", "15: `5` and `3` are both fixed, so nothing is measured (name a fact or a metric on one side)")]
    [InlineData("? http ${api} body == 2x baseline", "23: `body` is a text, which can't be multiplied (write `== baseline`)")]
    // Comparisons of other languages.
    [InlineData("? http ${api} status = 200", "22: `=` is no comparison (write `==`)")]
    [InlineData("? http ${api} status => 200", "22: `=>` is no comparison (write `>=`)")]
    [InlineData("? http ${api} status =< 200", "22: `=<` is no comparison (write `<=`)")]
    [InlineData("? http ${api} up && status == 200", "18: `&&` is not of this language (write `and`)")]
    [InlineData("? http ${api} up || status == 200", "18: `||` is not of this language (write `or`)")]
    [InlineData("? http ${api} !up", "15: `!` is not of this language here (write `not`)")]
    [InlineData("? http ${api} status is 200", "22: `is` is no comparison (write `==`)")]
    [InlineData("? http ${api} up AND status == 200", "18: `AND` is not understood here (did you mean `and`?)")]
    // Conditions.
    [InlineData("? http ${api} $.status == healthy", "27: `healthy` is neither a value nor a fact of http (write \"healthy\" if it is a text)")]
    [InlineData("? http ${api} status", "15: `status` is compared with nothing (write what must hold: `status == 0`)")]
    [InlineData("? http ${api} status ==", "24: the condition ends where a value should stand (write a number, a \"text\" or a name)")]
    [InlineData("? http ${api} (status == 200", "29: a parenthesis is not closed (close the `(` of column 25, or join what follows with `and` or `or`)")]
    [InlineData("? http ${api} status == 200 time < 1s", "29: `time` follows a condition (join them: `and time …`)")]
    [InlineData("? http ${api} within 5s status == 200", "25: `status` stands behind a timing (the condition stands before the timings)")]
    [InlineData("? http ${api} $.a[*] == 1", "15: `$.a[*]` selects many values (say which are meant: all($.a[*]), any($.a[*]) or count($.a[*]))")]
    [InlineData("? disk / $.a == 1", "10: disk has no answer that `$.a` could look into (its facts are free, used, size)")]
    [InlineData("? run matching == 0", "7: `matching` needs its text (write matching\"…\")")]
    [InlineData("? run exit\"x\" == 0", "11: `exit` takes no text (put a comparison between them: `exit == \"x\"`)")]
    [InlineData("? http ${api} error_rate < 1%", "15: `error_rate` is a metric, and a condition of http takes facts of http alone (give it a mark of its own: `? error_rate …`)")]
    [InlineData("? error_rate < 1% and status == 200", "23: `status` is a fact of http, and a condition on metrics takes metrics alone (ask the probe in a mark of its own: `? http … status …`)")]
    [InlineData("? error_rate p100 < 1% over 5m", "14: `p100` is no percentile (write p50, p95, p99 or p99.9)")]
    [InlineData("? error_rate median < 1% over 5m", "14: `median` is no statistic (write p50; the statistics are min, max, avg, sum, last, burn and p50 … p99.9)")]
    [InlineData("? disk /", "3: disk measures, and nothing says what must hold (add a condition; its facts are free, used, size; for example `disk path`)")]
    [InlineData("? scenario status == 200", "12: scenario has no fact `status` (its facts are time)")]
    // Timings.
    [InlineData("? http ${api} within 60", "22: `within` needs a duration, and `60` is none (write 60s or 60m)")]
    [InlineData("? http ${api} within 5min", "22: `within` needs a duration, and `5min` is none (did you mean 5m?)")]
    [InlineData("? http ${api} within 5 min", "22: `within` needs a duration, and `5` is none (write 5m without a blank)")]
    [InlineData("? http ${api} within 1m 30s", "25: `30s` stands apart from 1m (write 1m30s without a blank)")]
    [InlineData("? http ${api} within", "21: `within` has no duration (write `within 30s`; the units are ms, s, m, h or d)")]
    [InlineData("? http ${api} within 5s within 6s", "25: `within` stands twice (leave one)")]
    [InlineData("? http ${api} retry many", "21: `retry` needs a number from 1 to 1000, and `many` is none (write `retry 3`)")]
    [InlineData("? http ${api} warn time < 1s", "15: `warn` stands without `unless` (write `, warn unless time < 500ms`)")]
    [InlineData("? http ${api} grace 5m", "15: `grace` belongs to `! rollback when` (leave it out)")]
    // Actions and rules.
    [InlineData("! deploy web within 60s", "14: `within` belongs to a check (put it into the check that follows the action: `! deploy …` `? … within …`)")]
    [InlineData("! deploy web retry 3", "14: an action is repeated only where that does no harm (leave `retry` out: deploy is never repeated without asking)")]
    [InlineData("! run retry 3", "7: an action is repeated only where that does no harm (add `idempotent=true` behind the arguments if it may run twice)")]
    [InlineData("! rollback web when error_rate > 5%", "16: `when` makes a rule of it, and a rule rolls back whatever this run has deployed (write `! rollback when …` without a target)")]
    [InlineData("! hold", "3: `hold` is a rule, and says not when (write `! hold when error_rate > 5% for 1m`)")]
    [InlineData("! hold when asked", "13: only a rollback can be asked for (write `! rollback when asked`)")]
    [InlineData("! rollback when error_rate > 5% within 1m", "33: a rule has no `within` (`for` says how long it must have held, and `until 1h` that it is judged in the first hour alone)")]
    [InlineData("! rollback when error_rate > 5% over 5m", "33: `over` is the window of a statistic, and the rule names none (`for` says how long it must have held; or name one of avg, min, max, sum, burn, p95 behind the metric)")]
    [InlineData("! rollback when error_rate burn > 14.4 over 1h and 1h", "40: the window 1h stands twice (leave one)")]
    [InlineData("! rollback when error_rate burn > 14.4 for 5m", "46: `burn` is looked at over windows, and the rule names none (write `over 1h and 5m`: the long window proves that it matters, the short one that it still goes on)")]
    [InlineData("! rollback when error_rate burn > 5% over 1h", "35: `error_rate burn` is a plain number, and `5%` is a ratio (write a number without a unit)")]
    [InlineData("? error_rate burn_rate < 1% over 6h", "14: `burn_rate` is no statistic (write burn; the statistics are min, max, avg, sum, last, burn and p50 … p99.9)")]
    [InlineData("! rollback when latency_p95 burn > 6 over 6h", "17: `latency_p95` is a duration, and a budget burns by a share of failures (ask it of a metric of unit ratio or percent)")]
    [InlineData("! rollback when queue burn > 6 over 6h", "17: `queue` is a plain number, and a budget burns by a share of failures (ask it of a metric of unit ratio or percent)")]
    [InlineData("! rollback when error_rate burn > 3x baseline over 6h", "35: a burn rate has no baseline: it is relative to the objective already (compare it with a number: > 14.4)")]
    [InlineData("! rollback when error_rate > 5% for 2h until 1h", "48: the rule ends before it can have held for long enough (make `until` longer than `for`)")]
    [InlineData("! rollback unless http ${api} over 5m", "31: a rule has no `over` here (`for` says how long it must have held)")]
    [InlineData("! rollback when staus == 500", "17: no metric is named `staus` (metrics are declared in holdpoint.yaml under `metrics:`)")]
    [InlineData("! rollback unless error_rate > 5%", "19: `unless` takes a probe (a condition on metrics follows `when`, turned round)")]
    // Sign-offs.
    [InlineData("@ sre and dba or ops", "15: `and` and `or` between roles don't mix (write two marks: `@ a and b` `@ c`)")]
    [InlineData("@ release manager", "11: `manager` follows the role release (a role is one word: release-manager; several are joined with `and` or `or`)")]
    [InlineData("@ sre, dba", "6: `,` follows the role sre (join roles with `and` or `or`)")]
    [InlineData("@ sre and", "10: a role is missing (name a role of holdpoint.yaml in letters, digits, `.`, `-` and `_`: `@ release-manager`)")]
    public void A_mistake_is_told_with_its_place_and_its_mend(string mark, params string[] problems) => Assert.Equal(problems, Mistakes(mark, AFence));

    [Fact]
    public void Every_mistake_is_told_at_once()
    {
        var mistakes = Mistakes("? http ${apo} staus == 200 and time < 500 within 60, warn unless size < 5 retry x");
        Assert.Equal(6, mistakes.Length);
    }

    [Fact]
    public void Curly_quotes_are_taken_for_straight_ones_with_a_warning()
    {
        var (instruction, problems) = Read("? http ${api} $.status == “healthy”");
        Assert.NotNull(instruction);
        var problem = Assert.Single(problems);
        Assert.Equal((Severity.Warning, new Position(2, 37)), (problem.Severity, problem.At));
    }

    [Fact]
    public void A_statistic_without_a_window_is_warned_of()
    {
        var (instruction, problems) = Read("? latency_p95 p99 < 1s");
        Assert.NotNull(instruction);
        Assert.Equal("add `over 5m`", Assert.Single(problems).Fix);
    }

    [Fact]
    public void A_default_condition_that_cannot_be_read_is_told_where_it_is_used()
    {
        var broken = Known.Probes["disk"] with { DefaultCondition = "fre > 5GB", IsExternal = true };
        var vocabulary = Known with { Probes = new Dictionary<string, Holdpoint.Expressions.Signature> { ["disk"] = broken } };
        var (instruction, problems) = Read("? disk / used < 5%", vocabulary: vocabulary);
        Assert.Null(instruction);
        Assert.Equal("the default condition of disk, `fre > 5GB`, can't be read: disk has no fact `fre`", Assert.Single(problems).What);
    }

    [Fact]
    public void Deep_parentheses_and_endless_chains_are_mistakes_and_no_crash()
    {
        Assert.Contains("nested", Assert.Single(Mistakes("? queue > 1 and " + new string('(', 100_000))), StringComparison.Ordinal);
        Assert.Contains("nested", Assert.Single(Mistakes("? " + string.Concat(Enumerable.Repeat("not ", 50_000)) + "queue > 1")), StringComparison.Ordinal);
        Assert.Contains("more than 200 comparisons", Assert.Single(Mistakes("? queue > 1" + string.Concat(Enumerable.Repeat(" and queue > 1", 50_000)))), StringComparison.Ordinal);
    }
}
