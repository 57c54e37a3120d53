using Holdpoint.Expressions;
using static Holdpoint.Tests.Expressions.Marks;

namespace Holdpoint.Tests.Expressions;

public sealed class ExplainTests
{
    [Theory]
    [InlineData("? http ${api}/health $.status == \"healthy\" within 60s", "Asks http ${api}/health; passes when status is in 200..299 and $.status == \"healthy\"; tried again for up to 1m.")]
    [InlineData("? disk / free > 20GB, warn unless used < 80%", "Asks disk /; passes when free > 20GB; warns unless used < 80%.")]
    [InlineData("? run matching \"error|panic\" == 0", "Runs its fence (bash, 2 lines); passes when exit == 0 and matching \"error|panic\" == 0.")]
    [InlineData("? sh pg_isready", "Runs the command `pg_isready`; passes when exit == 0.")]
    [InlineData("? scenario", "Asks scenario with its fence (bash, 2 lines); passes as it judges itself.")]
    [InlineData("? latency_p95 <= 1.1x baseline", "Looks at latency_p95; passes when latency_p95 <= 1.1 times its baseline.")]
    [InlineData("? error_rate p99 < 1% over 5m", "Looks at error_rate; passes when the p99 of error_rate < 1%; looks back over 5m.")]
    [InlineData("? tls a.example not valid retry 2 timeout 3s", "Asks tls a.example; passes when valid is false; tried again up to 2 times; one attempt may take 3s.")]
    [InlineData("? http ${api} status in [200, 204] and (up or $.a exists) if queue < 5", "Asks http ${api}; passes when status is one of 200, 204 and (up is true or $.a exists). Skipped unless queue < 5.")]
    [InlineData("! deploy web strategy=canary timeout 30m", "Does deploy web strategy=canary, once; one attempt may take 30m.")]
    [InlineData("! run idempotent=true retry 2", "Runs its fence (bash, 2 lines) idempotent=true, which may be repeated; one attempt may take 15m; tried again up to 2 times.")]
    [InlineData("! rollback when latency_p95 > 3x baseline for 2m grace 5m", "Rolls back whatever this run has deployed when latency_p95 > 3 times its baseline for 2m; a person has 5m to hold it.")]
    [InlineData("! rollback when error_rate burn > 14.4 over 1h and 5m", "Rolls back whatever this run has deployed when the burn rate of error_rate > 14.4 over the last 1h and over the last 5m.")]
    [InlineData("! rollback when error_rate > 1% for 5m until 1h", "Rolls back whatever this run has deployed when error_rate > 1% for 5m, in the first 1h after the deploy alone.")]
    [InlineData("! rollback when asked", "Rolls back whatever this run has deployed when a person asks for it.")]
    [InlineData("! hold unless http ${api} for 30s", "Holds the run when http ${api} does not pass (status is in 200..299) for 30s.")]
    [InlineData("! tell ops when error_rate > 1% for 5m", "Tells ops when error_rate > 1% for 5m.")]
    [InlineData("@ sre", "Waits until sre signs.")]
    [InlineData("@ release-manager and devops-lead", "Waits until release-manager and devops-lead sign, each a different person.")]
    [InlineData("@ a or b", "Waits until a or b signs.")]
    public void A_mark_is_told_in_plain_words(string mark, string sentence) => Assert.Equal(sentence, Explain.Instruction(Valid<Instruction>(mark, AFence)));
}
