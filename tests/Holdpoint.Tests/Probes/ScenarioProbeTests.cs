using Holdpoint.Checklists;
using Holdpoint.Cli.Demo;
using Holdpoint.Expressions;
using Holdpoint.Probes;

namespace Holdpoint.Tests.Probes;

public sealed class ScenarioProbeTests
{
    private const string OnlyOnce = """
        POST ${api}/v1/notes
        Content-Type: application/json

        {"name": "${name}"}

        ? status == 201
        id = $.id

        ###
        POST ${api}/v1/notes
        Content-Type: application/json

        {"name": "${name}"}

        ? status == 422 and $.error contains "called"

        ### always
        DELETE ${api}/v1/notes/${id}

        ? status == 204
        """;

    [Fact]
    public async Task What_is_made_is_found_refused_and_taken_away_again()
    {
        await using var service = new DemoService(new(0, "1"), TimeProvider.System);
        var reading = await RunAsync(OnlyOnce, service.Address);
        Assert.Equal("3 steps answered 201, 422, 204, as expected", Assert.IsType<Verdict.Passed>(reading.Verdict).Shown);
        Assert.IsType<Value.Number>(reading.Facts["time"]);
        Assert.Equal(["step-1.txt", "step-2.txt", "step-3.txt"], reading.Evidence.Select(e => e.Name));
        Assert.Contains("? status (201) == 201: holds", reading.EvidenceText());
        Assert.Contains("id = 1\n", reading.EvidenceText());
        Assert.Equal("1 step answered 200, as expected", (await RunAsync("GET ${api}/v1/notes\n\n? count($.notes[*]) == 0", service.Address)).Verdict.Message);
    }

    [Fact]
    public async Task A_value_with_a_quotation_mark_stays_one_value_of_the_body()
    {
        await using var service = new DemoService(new(0, "1"), TimeProvider.System);
        Assert.IsType<Verdict.Passed>((await RunAsync(OnlyOnce, service.Address, name: "a\", \"locked\": true, \"text\": \"")).Verdict);
    }

    [Fact]
    public async Task The_first_step_that_fails_is_named_with_its_value_and_what_was_made_is_still_cleaned_up()
    {
        await using var service = new DemoService(new(0, "1"), TimeProvider.System);
        var reading = await RunAsync(OnlyOnce.Replace("? status == 422", "? status == 200", StringComparison.Ordinal) + "\n\n###\nGET ${api}/never\n", service.Address);
        Assert.Equal("step 2 POST …/notes: status is 422, expected status == 200", Assert.IsType<Verdict.Failed>(reading.Verdict).Message);
        Assert.Equal(["step-1.txt", "step-2.txt", "step-3.txt"], reading.Evidence.Select(e => e.Name));
        Assert.Contains("HTTP/1.1 204", reading.EvidenceText());
    }

    [Fact]
    public async Task A_cleaning_up_that_has_nothing_to_clean_is_left_out()
    {
        await using var server = Loopback.Http(_ => Loopback.Reply(503, "{}"));
        var reading = await RunAsync(OnlyOnce, new(server.Url));
        Assert.Equal("step 1 POST …/notes: status is 503, expected status == 201", reading.Verdict.Message);
        Assert.Contains("left out: no step captured id", reading.EvidenceText());
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_cleaning_up_that_fails_fails_the_scenario()
    {
        await using var service = new DemoService(new(0, "1"), TimeProvider.System);
        var reading = await RunAsync(OnlyOnce.Replace("""{"name": "${name}"}""", """{"name": "${name}", "locked": true}""", StringComparison.Ordinal), service.Address);
        Assert.Equal("step 3 DELETE …/${id}: status is 409, expected status == 204", reading.Verdict.Message);
    }

    [Theory]
    [InlineData("GET ${api}/v1/nothing", "step 1 GET …/nothing: status is 404, expected status in 200..299")]
    [InlineData("GET ${api}/v1/nothing\n\n? time < 60s", "step 1 GET …/nothing: status is 404, expected status in 200..299")]
    [InlineData("GET ${api}/health\n\nid = $.id", "step 1 GET …/health: $.id is absent, expected $.id exists")]
    public async Task A_step_has_to_succeed_unless_it_says_which_status_it_wants(string fence, string message)
    {
        await using var service = new DemoService(new(0, "1"), TimeProvider.System);
        Assert.Equal(message, Assert.IsType<Verdict.Failed>((await RunAsync(fence, service.Address)).Verdict).Message);
    }

    [Fact]
    public async Task A_refused_connection_leaves_it_unknown_with_the_reason()
    {
        var port = Loopback.ClosedPort();
        var verdict = (await RunAsync(OnlyOnce, new($"http://127.0.0.1:{port}"))).Verdict;
        Assert.Equal($"step 1 POST …/notes: 127.0.0.1:{port} refuses the connection", Assert.IsType<Verdict.Unknown>(verdict).Because);
    }

    [Fact]
    public async Task Silence_leaves_it_unknown_and_what_was_made_is_still_cleaned_up()
    {
        var clock = new HandClock();
        await using var server = new Loopback(async (stream, cancel) =>
        {
            var request = new byte[4096];
            var n = await stream.ReadAsync(request, cancel);
            var text = System.Text.Encoding.UTF8.GetString(request, 0, n);
            if (text.StartsWith("GET", StringComparison.Ordinal))
            {
                clock.Pass(TimeSpan.FromSeconds(10));
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancel);
            }

            await stream.WriteAsync(System.Text.Encoding.UTF8.GetBytes(Loopback.Reply(200, """{"id": 7}""")), cancel);
        });
        var reading = await RunAsync("POST ${api}/\n\nid = $.id\n\n###\nGET ${api}/slow\n\n### always\nDELETE ${api}/${id}\n", new(server.Url), time: clock);
        Assert.Equal($"step 2 GET …/slow: no answer from {server.Url}/slow within 10s for all steps", Assert.IsType<Verdict.Unknown>(reading.Verdict).Because);
        Assert.Contains($"DELETE {server.Url}/7", reading.EvidenceText());
    }

    [Fact]
    public async Task A_number_that_would_be_rounded_is_not_put_into_the_next_request()
    {
        await using var server = Loopback.Http(_ => Loopback.Reply(200, """{"id": 9007199254740993}"""));
        Assert.Contains("not one text or whole number", Assert.IsType<Verdict.Unknown>((await RunAsync("GET ${api}/\n\nid = $.id", new(server.Url))).Verdict).Because);
    }

    [Fact]
    public async Task A_variable_without_a_value_leaves_it_unknown() =>
        Assert.Contains("the variable nothing has no value here", Assert.IsType<Verdict.Unknown>((await RunAsync("GET ${nothing}/", new("http://a"))).Verdict).Because);

    [Fact]
    public async Task A_mistake_in_the_fence_is_told_with_its_line_of_the_file()
    {
        var call = new ProbeCall([], new Dictionary<string, string>(), []) { Body = new("http", "GET http://a\n\n? stauts == 200", new(40, 3)), Context = NetworkQuestion.Context() };
        Assert.StartsWith("line 42: ", (await new ScenarioProbe().MeasureAsync(call, TestContext.Current.CancellationToken)).Because());
    }

    private static async Task<Reading.Judged> RunAsync(string fence, Uri api, string name = "Test", TimeProvider? time = null)
    {
        var call = new ProbeCall([], new Dictionary<string, string>(), [])
        {
            Body = new Fence("http", fence, new(1, 1)),
            Context = NetworkQuestion.Context(time, v => v switch { "api" => api.ToString().TrimEnd('/'), "name" => name, _ => null }),
        };
        return Assert.IsType<Reading.Judged>(await new ScenarioProbe().MeasureAsync(call, TestContext.Current.CancellationToken));
    }
}
