using Holdpoint.Checklists;
using Holdpoint.Expressions;
using Holdpoint.Probes;

namespace Holdpoint.Tests.Probes;

/// <summary>Marks as they stand in a file, from their text to the verdict.</summary>
public sealed class NetworkMarksTests
{
    private static readonly Vocabulary Words = new() { Probes = ProbeCatalogue.Signatures, Actions = new Dictionary<string, Signature>() };

    [Theory]
    [InlineData("http URL", "passed", "status (200) in 200..299")]
    [InlineData("http URL $.status == \"healthy\" and header\"X-Version\" == \"1.4.0\"", "passed", "healthy")]
    [InlineData("http URL $.status == \"degraded\"", "failed", "$.status is \"healthy\", expected $.status == \"degraded\"")]
    [InlineData("http URL body contains \"stranger\"", "failed", "body")]
    [InlineData("http URL $.status.deep == 1", "unknown", "$.status.deep: a text has no member deep")]
    public async Task A_mark_passes_fails_with_the_value_or_is_unknown_with_the_reason(string mark, string verdict, string message)
    {
        await using var server = Loopback.Http(_ => Loopback.Reply(200, """{"status": "healthy"}""", "X-Version: 1.4.0\r\n"));
        var judged = await JudgeAsync(mark.Replace("URL", server.Url, StringComparison.Ordinal));
        Assert.Equal(verdict, judged.Name);
        Assert.Contains(message, judged.Message);
    }

    [Fact]
    public async Task An_error_status_does_not_pass_a_check_of_the_time_alone()
    {
        await using var server = Loopback.Http(_ => Loopback.Reply(500));
        Assert.Equal("status is 500, expected status in 200..299", Assert.IsType<Verdict.Failed>(await JudgeAsync($"http {server.Url} time < 60s")).Message);
    }

    [Fact]
    public async Task A_refused_connection_never_passes_and_its_reason_is_told()
    {
        var target = $"127.0.0.1:{Loopback.ClosedPort()}";
        Assert.Equal($"{target} refuses the connection", Assert.IsType<Verdict.Unknown>(await JudgeAsync($"http http://{target}/")).Because);
        Assert.IsType<Verdict.Failed>(await JudgeAsync($"tcp {target}"));
        Assert.IsType<Verdict.Passed>(await JudgeAsync($"tcp {target} not up"));
    }

    [Fact]
    public void Every_example_of_a_network_probe_can_be_read()
    {
        foreach (var name in (string[])["http", "tcp", "tls", "dns", "ping"])
        {
            var example = ProbeCatalogue.Signatures[name].Example;
            var problems = new List<Problem>();
            Assert.NotNull(MarkParser.ParseCheck(example, 0, new("", example), Words, problems));
            Assert.Empty(problems);
        }
    }

    private static async Task<Verdict> JudgeAsync(string mark)
    {
        var problems = new List<Problem>();
        var check = MarkParser.ParseCheck(mark, 0, new("", mark), Words, problems);
        Assert.Empty(problems);
        var call = check!.Call!;
        var reading = await ProbeCatalogue.Probes[call.Signature.Name].MeasureAsync(
            new([.. call.Arguments.Select(a => a.Source)], call.Options.ToDictionary(o => o.Key, o => o.Value.Source), [.. check.Condition!.Operands.OfType<Operand.Fact>()]) { Context = NetworkQuestion.Context(), Timeout = TimeSpan.FromMinutes(1) },
            TestContext.Current.CancellationToken);
        return reading is Reading.Measured measured ? Evaluator.Judge(check, new() { Facts = measured.Facts }) : new Verdict.Unknown(reading.Because());
    }
}
