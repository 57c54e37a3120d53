using System.Net;
using System.Text;
using System.Text.Json;
using Holdpoint.Configuration;
using Holdpoint.Notifications;
using Holdpoint.Processes;

namespace Holdpoint.Tests.Notifications;

public sealed class AnnouncerTests : IDisposable
{
    private static readonly Message Said = new("Web 2.0 rolled back", "error_rate (7%) > 5%\nlast line", Urgency.Alarm, "r-17", "https://holdpoint.example.com/runs/r-17?a=1&b=2");

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("holdpoint");
    private readonly FakeHttp _http = new();
    private readonly FakeCommands _commands = new();
    private readonly FakeClock _clock = new();

    public void Dispose()
    {
        _folder.Delete(recursive: true);
        _http.Dispose();
    }

    private Scope Scope(string channels, string tell = "[]")
    {
        var (project, problems) = ProjectFile.Parse(Path.Combine(_folder.FullName, "holdpoint.yaml"), $"channels: {{ {channels} }}\ntell: {tell}\nvars: {{ team: ops }}\n");
        Assert.Empty(problems);
        return new(project, new Secrets("/nowhere", name => name == "hook" ? "https://hooks.example.com/T0/s3cr3t" : null, "/nowhere"));
    }

    private Task<Announcement> Tell(string channel, Message? message = null) => Tell(Scope(channel), message);

    private Task<Announcement> Tell(Scope scope, Message? message = null) =>
        Announcer().TellAsync(scope, "c", message ?? Said, TestContext.Current.CancellationToken);

    private Announcer Announcer() => new(new ChannelContext(_commands, _clock, new HttpMessageInvoker(_http, disposeHandler: false)));

    [Fact]
    public async Task Slack_gets_a_text_that_cant_steer_it()
    {
        var told = await Tell("c: { slack: '${secret:hook}' }", Said with { Title = "a <!channel> & b" });
        Assert.Equal(new Announcement("c", true, "", 1), told);
        Assert.Equal("https://hooks.example.com/T0/s3cr3t", _http.Asked.Single().Url);
        using var body = JsonDocument.Parse(_http.Asked.Single().Body);
        Assert.Equal(":rotating_light: *a &lt;!channel&gt; &amp; b*\nerror_rate (7%) &gt; 5%\nlast line\n<https://holdpoint.example.com/runs/r-17?a=1&amp;b=2|run r-17>", body.RootElement.GetProperty("text").GetString());
    }

    [Fact]
    public async Task A_webhook_gets_JSON_and_its_authorization()
    {
        Assert.True((await Tell("c: { webhook: { url: 'https://example.com/in', authorization: 'Bearer ${team}' } }")).Told);
        var asked = _http.Asked.Single();
        Assert.Equal("Bearer ops", asked.Authorization);
        using var body = JsonDocument.Parse(asked.Body);
        Assert.Equal("alarm", body.RootElement.GetProperty("urgency").GetString());
        Assert.Equal("r-17", body.RootElement.GetProperty("run").GetString());
        Assert.Equal("2026-03-02T09:00:00Z", body.RootElement.GetProperty("at").GetString());
    }

    [Fact]
    public async Task A_file_gets_a_line_and_the_text_below_it()
    {
        await Tell("c: { file: log.txt }");
        await Tell("c: { file: log.txt }", new Message("two\nlines \u001b[31m", "", Urgency.Notice, "r-18"));
        Assert.Equal(
            "2026-03-02T09:00:00Z alarm [r-17] Web 2.0 rolled back\n  error_rate (7%) > 5%\n  last line\n  https://holdpoint.example.com/runs/r-17?a=1&b=2\n2026-03-02T09:00:00Z notice [r-18] two lines  [31m\n",
            await File.ReadAllTextAsync(Path.Combine(_folder.FullName, "log.txt"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_file_without_its_folder_is_not_told_and_not_tried_again()
    {
        var told = await Tell("c: { file: none/log.txt }");
        Assert.Equal((false, 1), (told.Told, told.Attempts));
        Assert.Contains($"mkdir -p {_folder.FullName}/none", told.Because, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_command_reads_the_message_from_its_input()
    {
        Assert.True((await Tell("c: { command: 'mail $TEAM' }")).Told);
        var command = _commands.Ran.Single();
        Assert.Equal(["-euo", "pipefail", "-c", "mail $TEAM"], command.Arguments);
        Assert.Equal("Web 2.0 rolled back\nerror_rate (7%) > 5%\nlast line\nhttps://holdpoint.example.com/runs/r-17?a=1&b=2\n", command.Input);
        Assert.Equal(("ops", "alarm", "r-17"), (command.Environment["TEAM"], command.Environment["HOLDPOINT_URGENCY"], command.Environment["HOLDPOINT_RUN"]));
        Assert.Equal(_folder.FullName, command.WorkingDirectory);
    }

    [Fact]
    public async Task A_command_that_fails_is_tried_three_times_and_says_why()
    {
        _commands.Result = new CommandResult.Exited(3, CapturedOutput.Nothing, new CapturedOutput("first\nno such relay\n", 20, 2), TimeSpan.Zero);
        Assert.Equal(new Announcement("c", false, "the command ended with exit 3: no such relay", 3), await Tell("c: { command: mail }"));
        Assert.Equal([TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(4)], _clock.Pauses);
    }

    [Fact]
    public async Task What_passes_later_is_told()
    {
        _http.Answers.Enqueue(() => throw new HttpRequestException("refused"));
        _http.Answers.Enqueue(() => new HttpResponseMessage(HttpStatusCode.BadGateway));
        Assert.Equal(new Announcement("c", true, "", 3), await Tell("c: { slack: '${secret:hook}' }"));
    }

    [Theory]
    [InlineData(404, 1, "hooks.example.com answers 404: no_team ***")]
    [InlineData(500, 3, "hooks.example.com answers 500: no_team ***")]
    [InlineData(429, 3, "hooks.example.com answers 429: no_team ***")]
    [InlineData(302, 1, "hooks.example.com answers 302 and sends elsewhere (to other.example.com): write the final address")]
    public async Task An_address_that_refuses_is_not_asked_again_and_no_reason_holds_a_secret(int status, int attempts, string because)
    {
        _http.Otherwise = () => new HttpResponseMessage((HttpStatusCode)status)
        {
            Content = new StringContent("no_team https://hooks.example.com/T0/s3cr3t\r\n"),
            Headers = { Location = new Uri("https://other.example.com/x") },
        };
        Assert.Equal(new Announcement("c", false, because, attempts), await Tell("c: { slack: '${secret:hook}' }"));
    }

    [Theory]
    [InlineData(20, 20)]
    [InlineData(0, 1)]
    [InlineData(3600, 30)]
    public async Task The_other_side_may_ask_for_a_pause_within_bounds(int asked, int paused)
    {
        _http.Answers.Enqueue(() => new HttpResponseMessage(HttpStatusCode.TooManyRequests) { Headers = { RetryAfter = new(TimeSpan.FromSeconds(asked)) } });
        Assert.True((await Tell("c: { slack: 'https://a.example.com' }")).Told);
        Assert.Equal([TimeSpan.FromSeconds(paused)], _clock.Pauses);
    }

    [Fact]
    public async Task No_answer_in_time_is_not_told()
    {
        _http.Hangs = true;
        _clock.TimeoutsPass = true;
        Assert.Equal(new Announcement("c", false, "no answer within 10s", 3), await Tell("c: { slack: 'https://a.example.com' }"));
    }

    [Fact]
    public async Task Cancelling_ends_it()
    {
        _http.Hangs = true;
        using var cancel = new CancellationTokenSource();
        var telling = Announcer().TellAsync(Scope("c: { slack: 'https://a.example.com' }"), "c", Said, cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => telling);
    }

    [Fact]
    public async Task Secrets_are_masked_in_what_is_sent()
    {
        var scope = Scope("c: { webhook: 'https://example.com/in' }");
        scope.Secrets.Remember("hunter22");
        await Tell(scope, Said with { Title = "x hunter22", Text = new string('y', 9000) });
        Assert.DoesNotContain("hunter22", _http.Asked.Single().Body, StringComparison.Ordinal);
        Assert.True(_http.Asked.Single().Body.Length < 8400);
    }

    [Fact]
    public async Task What_cant_be_told_says_why_without_an_attempt()
    {
        Assert.Equal("there is no channel `c`: there are: cc", (await Tell("cc: { file: a }")).Because);
        var gone = await Tell("c: { slack: '${secret:gone}' }");
        Assert.Equal(0, gone.Attempts);
        Assert.StartsWith("the secret gone is nowhere", gone.Because, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_transition_goes_to_each_of_its_channels_once()
    {
        var scope = Scope("a: { webhook: 'https://a.example.com' }, b: { webhook: 'https://b.example.com' }, c: { file: x }", "[ { on: [finished, held], to: [a, b] }, { on: finished, to: a } ]");
        var told = await Announcer().AnnounceAsync(scope, Transition.Finished, Said, TestContext.Current.CancellationToken);
        Assert.Equal(["a", "b"], told.Select(t => t.Channel));
        Assert.Empty(await Announcer().AnnounceAsync(scope, Transition.Started, Said, TestContext.Current.CancellationToken));
    }

    [Fact]
    public void Every_kind_of_channel_is_found_by_its_type() => Assert.Equal(["command", "file", "slack", "webhook"], ChannelCatalogue.Channels.Keys);

    private sealed class FakeHttp : HttpMessageHandler
    {
        public List<(string Url, string? Authorization, string Body)> Asked { get; } = [];

        public Queue<Func<HttpResponseMessage>> Answers { get; } = [];

        public Func<HttpResponseMessage> Otherwise { get; set; } = () => new HttpResponseMessage(HttpStatusCode.OK);

        public bool Hangs { get; set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            if (Hangs)
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            var body = Encoding.UTF8.GetString(await request.Content!.ReadAsByteArrayAsync(cancellationToken));
            Asked.Add((request.RequestUri!.ToString(), request.Headers.Authorization?.ToString(), body));
            return Answers.TryDequeue(out var answer) ? answer() : Otherwise();
        }
    }

    private sealed class FakeCommands : ICommandRunner
    {
        public List<Command> Ran { get; } = [];

        public CommandResult Result { get; set; } = new CommandResult.Exited(0, CapturedOutput.Nothing, CapturedOutput.Nothing, TimeSpan.Zero);

        public Task<CommandResult> RunAsync(Command command, TimeSpan timeout, CancellationToken cancel)
        {
            Ran.Add(command);
            return Task.FromResult(Result);
        }
    }

    /// <summary>Pauses pass at once and are noted; an attempt's time limit passes only where a test says so.</summary>
    private sealed class FakeClock : TimeProvider
    {
        private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

        public List<TimeSpan> Pauses { get; } = [];

        public bool TimeoutsPass { get; set; }

        public override DateTimeOffset GetUtcNow() => new(2026, 3, 2, 9, 0, 0, TimeSpan.Zero);

        public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
        {
            if (dueTime != Limit)
                Pauses.Add(dueTime);
            return System.CreateTimer(callback, state, dueTime != Limit || TimeoutsPass ? TimeSpan.Zero : Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        }
    }
}
