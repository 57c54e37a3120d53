using System.Net;
using System.Net.Http.Json;
using System.Net.Sockets;
using System.Text.Json;
using Holdpoint.Cli.Demo;
using Holdpoint.Tests.Probes;

namespace Holdpoint.Tests.Demo;

public sealed class DemoServiceTests
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_page_and_health_name_the_version()
    {
        await using var service = new DemoService(new(0, "1.4.0"), TimeProvider.System);
        using var client = new HttpClient { BaseAddress = service.Address };
        Assert.Contains("<b>1.4.0</b>", await client.GetStringAsync("/", Cancel));
        Assert.Equal("""{"status":"healthy","version":"1.4.0"}""", await client.GetStringAsync("/health", Cancel));
        Assert.Equal(HttpStatusCode.NotFound, (await client.GetAsync("/nothing", Cancel)).StatusCode);
    }

    [Fact]
    public async Task A_note_is_made_once_changed_locked_and_removed()
    {
        await using var service = new DemoService(new(0, "1"), TimeProvider.System);
        using var client = new HttpClient { BaseAddress = service.Address };
        async Task<(int Status, string Body)> Send(string method, string path, string? json = null)
        {
            using var request = new HttpRequestMessage(new(method), path) { Content = json is null ? null : new StringContent(json) };
            var reply = await client.SendAsync(request, Cancel);
            return ((int)reply.StatusCode, await reply.Content.ReadAsStringAsync(Cancel));
        }

        Assert.Equal((201, """{"id":1,"name":"a","text":"","locked":false}"""), await Send("POST", "/v1/notes", """{"name":"a"}"""));
        Assert.Equal(422, (await Send("POST", "/v1/notes", """{"name":"a"}""")).Status);
        Assert.Equal(422, (await Send("POST", "/v1/notes", "{}")).Status);
        Assert.Equal(400, (await Send("POST", "/v1/notes", "nonsense")).Status);
        Assert.Equal((200, """{"id":1,"name":"a","text":"b","locked":true}"""), await Send("PUT", "/v1/notes/1", """{"text":"b","locked":true}"""));
        Assert.Equal(409, (await Send("PUT", "/v1/notes/1", """{"text":"c"}""")).Status);
        Assert.Equal(409, (await Send("DELETE", "/v1/notes/1")).Status);
        Assert.Equal(200, (await Send("PATCH", "/v1/notes/1", """{"locked":false}""")).Status);
        Assert.Equal((204, ""), await Send("DELETE", "/v1/notes/1"));
        Assert.Equal(404, (await Send("GET", "/v1/notes/1")).Status);
        Assert.Equal(405, (await Send("DELETE", "/v1/notes")).Status);
        Assert.Equal((200, """{"notes":[]}"""), await Send("GET", "/v1/notes"));
    }

    [Fact]
    public async Task Every_fifth_request_fails_but_never_health_or_metrics()
    {
        await using var service = new DemoService(new(0, "1") { Errors = 0.2 }, TimeProvider.System);
        using var client = new HttpClient { BaseAddress = service.Address };
        var codes = new List<int>();
        for (var i = 0; i < 10; i++)
        {
            codes.Add((int)(await client.GetAsync("/", Cancel)).StatusCode);
            Assert.True((await client.GetAsync("/health", Cancel)).IsSuccessStatusCode);
        }

        Assert.Equal([200, 200, 200, 200, 500, 200, 200, 200, 200, 500], codes);
        var metrics = await client.GetStringAsync("/metrics", Cancel);
        Assert.Contains("http_requests_total{code=\"200\"} 8\n", metrics);
        Assert.Contains("http_requests_total{code=\"500\"} 2\n", metrics);
        Assert.Contains("http_request_duration_seconds_bucket{le=\"+Inf\"} 10\n", metrics);
        Assert.EndsWith("# EOF\n", metrics);
    }

    [Theory]
    [InlineData("nonsense\r\n\r\n", "HTTP/1.1 400")]
    [InlineData("POST / HTTP/1.1\r\nContent-Length: 9999999\r\n\r\n", "HTTP/1.1 413")]
    [InlineData("POST / HTTP/1.1\r\nTransfer-Encoding: gzip\r\n\r\n", "HTTP/1.1 411")]
    [InlineData("POST /v1/notes HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n", "HTTP/1.1 400")]
    public async Task What_can_not_be_read_gets_an_answer(string request, string answer)
    {
        await using var service = new DemoService(new(0, "1"), TimeProvider.System);
        using var client = new TcpClient("127.0.0.1", service.Port);
        await client.GetStream().WriteAsync(System.Text.Encoding.ASCII.GetBytes(request), Cancel);
        using var reader = new StreamReader(client.GetStream());
        Assert.StartsWith(answer, await reader.ReadToEndAsync(Cancel));
    }

    [Fact]
    public async Task A_request_under_way_is_answered_before_it_stops()
    {
        var time = new FakeClock();
        var service = new DemoService(new(0, "1") { Slow = TimeSpan.FromMilliseconds(400) }, time);
        using var client = new HttpClient { BaseAddress = service.Address };
        var request = client.GetAsync("/", Cancel);
        await time.Waited.WaitAsync(Cancel);
        var stopping = service.DisposeAsync().AsTask();
        time.Ring();
        Assert.Equal(HttpStatusCode.OK, (await request).StatusCode);
        await stopping;
    }

    [Fact]
    public async Task Traffic_counts_what_failed_and_when()
    {
        await using var service = new DemoService(new(0, "1") { Errors = 0.5 }, TimeProvider.System);
        var traffic = new DemoTraffic(service.Address, 1000, TimeProvider.System);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(Cancel);
        var running = traffic.RunAsync(stop.Token);
        while (traffic.Count.Sent < 10)
            await Task.Yield();
        await stop.CancelAsync();
        await running;
        var count = traffic.Count;
        Assert.InRange(count.Failed - count.Ok, -1, 1);
        Assert.NotNull(count.LastFailure);
        Assert.Equal("status 500", count.Reason);
    }

    [Fact]
    public async Task The_front_follows_the_file_without_losing_a_request()
    {
        var live = Path.GetTempFileName();
        try
        {
            await using var old = new DemoService(new(0, "1.3.2"), TimeProvider.System);
            await using var next = new DemoService(new(0, "1.4.0"), TimeProvider.System);
            await using var front = new DemoFront(new(0, live), TimeProvider.System);
            using var client = new HttpClient { BaseAddress = front.Address };
            async Task<string> Version() => (await client.GetFromJsonAsync<JsonElement>("/health", Cancel)).GetProperty("version").GetString()!;

            await File.WriteAllTextAsync(live, $"{old.Port}\n", Cancel);
            Assert.Equal("1.3.2", await Version());
            await File.WriteAllTextAsync(live, $"{next.Port}", Cancel);
            Assert.Equal("1.4.0", await Version());
            var created = await client.PostAsJsonAsync("/v1/notes", new { name = "through the front" }, Cancel);
            Assert.Equal(HttpStatusCode.Created, created.StatusCode);
        }
        finally
        {
            File.Delete(live);
        }
    }

    [Fact]
    public async Task A_front_without_a_backend_says_so()
    {
        var live = Path.GetTempFileName();
        try
        {
            await using var front = new DemoFront(new(0, live), TimeProvider.System);
            using var client = new HttpClient { BaseAddress = front.Address };
            Assert.Contains("holds no port", await (await client.GetAsync("/", Cancel)).Content.ReadAsStringAsync(Cancel));
            await File.WriteAllTextAsync(live, $"{Loopback.ClosedPort()}", Cancel);
            var reply = await client.GetAsync("/", Cancel);
            Assert.Equal(HttpStatusCode.ServiceUnavailable, reply.StatusCode);
            Assert.Contains("does not answer", await reply.Content.ReadAsStringAsync(Cancel));
        }
        finally
        {
            File.Delete(live);
        }
    }

    [Fact]
    public async Task A_port_that_is_taken_is_told_as_a_mistake_of_usage()
    {
        await using var service = new DemoService(new(0, "1"), TimeProvider.System);
        Assert.Equal(2, await DemoService.RunAsync(new(service.Port, "1"), Cancel));
    }

    [Fact]
    public async Task Cancelling_stops_it_with_success()
    {
        using var stop = new CancellationTokenSource();
        var running = DemoService.RunAsync(new(0, "1"), stop.Token);
        await stop.CancelAsync();
        Assert.Equal(0, await running);
    }

    /// <summary>Timers ring when the test says so.</summary>
    private sealed class FakeClock : TimeProvider
    {
        private readonly TaskCompletionSource _waited = new(TaskCreationOptions.RunContinuationsAsynchronously);
        private readonly List<(TimerCallback Callback, object? State)> _timers = [];

        public Task Waited => _waited.Task;

        public void Ring()
        {
            var (callback, state) = _timers[0];
            callback(state);
        }

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            lock (_timers)
                _timers.Add((callback, state));
            _waited.TrySetResult();
            return new Silent();
        }

        private sealed class Silent : ITimer
        {
            public bool Change(TimeSpan dueTime, TimeSpan period) => true;

            public void Dispose()
            {
            }

            public ValueTask DisposeAsync() => ValueTask.CompletedTask;
        }
    }
}
