using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using Holdpoint.Processes;

namespace Holdpoint.Systems.Tests.Cli;

/// <summary>A watch as people at other terminals see it and speak to it, while one process drives and the demo's service serves.</summary>
public sealed class WatchCommandTests
{
    private const string Checklist = """
        # Shop

        ## Roll out

        **Stage:** deploy

        - [ ] New version out `! deploy web` #critical

        ## Watch

        **Stage:** watch

        **Watch:** every 30m until 1h

        - [ ] It is healthy `? http ${service}/health timeout 20s`
        - [ ] Slow answers wait for somebody `! hold when answer > 1m for 4s`

        """;

    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(5);

    [Fact]
    public async Task A_watch_is_seen_extended_and_ended_from_other_processes()
    {
        var port = FreePort();
        using var bench = new CliBench(Checklist, CliBench.Configuration.Replace("production: {}", "production: { availability: 'http ${service}/health timeout 20s' }", StringComparison.Ordinal) + $$"""
            vars:
              service: http://127.0.0.1:{{port}}
            metrics:
              answer: { unit: seconds, http: { get: "${service}/health" } }

            """);
        using var enough = new CancellationTokenSource();
        var service = ServeAsync(bench, port, enough.Token);
        try
        {
            var driving = await bench.CallUntilAsync("watch: entered", "deploy", "--release", "2.0");

            var seen = await StateAsync(bench, s => s.GetProperty("availability") is { ValueKind: JsonValueKind.Object } up && up.GetProperty("observed_seconds").GetDouble() >= 15 && s.GetProperty("metrics").GetArrayLength() > 0);
            var picture = await bench.CallAsync("watch", "--once");
            var extended = await bench.CallAsync("extend", "--for", "30m", "--reason", "the batch has not run", "--by", "bo");
            var longer = await StateAsync(bench, _ => true);
            var ended = await bench.CallAsync("end-watch", "--reason", "the office closes", "--by", "bo");
            var run = await driving;
            var last = await bench.CallAsync("watch", "--once");
            var record = await bench.CallAsync("show", "--json");

            Assert.StartsWith("process ", seen.GetProperty("driver").GetString(), StringComparison.Ordinal);
            Assert.Equal("quiet", seen.GetProperty("rules")[0].GetProperty("state").GetString());
            Assert.InRange(seen.GetProperty("left_seconds").GetDouble(), 1, 3600);
            Assert.Contains("answer  ", picture.Output, StringComparison.Ordinal);
            Assert.Contains("hold when answer > 1m for 4s", picture.Output, StringComparison.Ordinal);
            Assert.Contains("error budget at 99.95%", picture.Output, StringComparison.Ordinal);
            Assert.DoesNotContain('\e', picture.All);
            Assert.Equal(0, extended.ExitCode);
            Assert.Equal(1800, longer.GetProperty("extended_seconds").GetDouble());
            Assert.True(ended.ExitCode == 0, ended.All);
            // How well a busy machine could see in these few seconds is not this test's matter.
            Assert.True(run.ExitCode is 0 or 6, run.All);
            Assert.Contains("ended early by bo", last.Output, StringComparison.Ordinal);
            Assert.Equal("bo", record.Json.GetProperty("watch").GetProperty("ended_by").GetString());
            Assert.Equal("the batch has not run", record.Json.GetProperty("watch").GetProperty("extensions")[0].GetProperty("reason").GetString());
            Assert.True(record.Json.GetProperty("availability").GetProperty("observed_seconds").GetDouble() >= 15);
            Assert.False(File.Exists(Path.Combine(bench.RunFolder, "watch-now.json")));
        }
        finally
        {
            await enough.CancelAsync();
            await service;
        }
    }

    /// <summary>What <c>holdpoint watch --once --json</c> says last, once that is so.</summary>
    private static async Task<JsonElement> StateAsync(CliBench bench, Func<JsonElement, bool> reached)
    {
        using var limit = new CancellationTokenSource(s_limit, TimeProvider.System);
        while (true)
        {
            var said = await bench.CallAsync("watch", "--once", "--json");
            Assert.True(said.ExitCode == 0, said.All);
            var state = JsonDocument.Parse(said.Output.TrimEnd().Split('\n')[^1]).RootElement;
            Assert.Equal("state", state.GetProperty("type").GetString());
            if (reached(state))
                return state;
            Assert.True(state.GetProperty("outcome").ValueKind == JsonValueKind.Null, said.All);
            await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System, limit.Token);
        }
    }

    private static async Task ServeAsync(CliBench bench, int port, CancellationToken enough)
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        var program = Path.Combine(here.Parent!.Parent!.FullName, "Holdpoint.Cli", here.Name, "Holdpoint.Cli.dll");
        try
        {
            await new CommandRunner(TimeProvider.System).RunAsync(new(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [program, "demo-service", "--port", $"{port}", "--version", "2.0"]) { WorkingDirectory = bench.Folder }, TimeSpan.FromMinutes(20), enough);
        }
        catch (OperationCanceledException) when (enough.IsCancellationRequested)
        {
            // The test is over.
        }
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
