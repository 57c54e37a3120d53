using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Holdpoint.Expressions;
using Holdpoint.Metrics;
using Holdpoint.Tests.Probes;

namespace Holdpoint.Tests.Metrics;

/// <summary>What comes back from an address that should be a Prometheus. None of it is a number, none of it is a failing target, and each names what mends it.</summary>
public sealed class PrometheusOddAnswersTests : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("holdpoint-").FullName;
    private readonly Dictionary<string, string> _settings = [];

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Theory]
    [InlineData(200, "<!doctype html><title>Log in</title>", "a page for people (HTML)", "set url and token")]
    [InlineData(200, "hello", "answers no JSON", "is this its address?")]
    [InlineData(200, "[1]", "not as Prometheus does", "what stands before /api/v1")]
    [InlineData(200, "{\"status\":\"success\"}", "not as Prometheus does", "what stands before /api/v1")]
    [InlineData(200, "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"res", "broke off its answer before the end", "")]
    [InlineData(503, "Service Unavailable", "is not ready (503)", "it starts, reads its log, or ends")]
    [InlineData(502, "<html>Bad Gateway</html>", "answers 502", "")]
    [InlineData(401, "no", "answers 401", "check token, user and password in holdpoint.yaml")]
    [InlineData(403, "no", "answers 403", "check the rights")]
    [InlineData(404, "404 page not found", "answers 404", "nothing at this address")]
    [InlineData(400, """{"status":"error","errorType":"bad_data","error":"1:5: parse error: unexpected end of input"}""", "can't read the query", "1:5: parse error")]
    [InlineData(422, """{"status":"error","errorType":"execution","error":"query processing would load too many samples into memory in query execution"}""", "too many samples", "--query.max-samples")]
    [InlineData(422, """{"status":"error","errorType":"execution","error":"found duplicate series for the match group"}""", "can't compute the query", "duplicate series")]
    [InlineData(503, """{"status":"error","errorType":"timeout","error":"query timed out in expression evaluation"}""", "gave the query up", "raise the metric's timeout")]
    [InlineData(500, """{"status":"error","errorType":"internal","error":"disk is on fire"}""", "answers 500", "disk is on fire")]
    [InlineData(401, """{"status":"error","errorType":"no org id","error":"no org id"}""", "answers 401", "no org id")]
    [InlineData(200, """{"status":"success","warnings":["store 10.0.0.7 is away"],"data":{"resultType":"vector","result":[{"metric":{},"value":[1,"5"]}]}}""", "answers only in part: store 10.0.0.7 is away", "partial: true")]
    [InlineData(200, """{"status":"success","isPartial":true,"data":{"resultType":"vector","result":[{"metric":{},"value":[1,"5"]}]}}""", "answers only in part", "partial: true")]
    [InlineData(200, """{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"histogram":[1,{"count":"5"}]}]}}""", "a histogram where one number is meant", "histogram_quantile")]
    public async Task Odd_answers_are_missing_samples_that_say_what_is_odd_and_what_mends_it(int status, string body, string odd, string mend)
    {
        await using var server = Loopback.Http(_ => Loopback.Reply(status, body));
        await IsMissingAsync(server.Url, odd, mend);
    }

    [Fact]
    public async Task Where_partial_answers_are_taken_their_numbers_count_and_notes_never_keep_one_from_counting()
    {
        await using var partial = Loopback.Http(_ => Loopback.Reply(200, """{"status":"success","warnings":["a store is away"],"data":{"resultType":"vector","result":[{"metric":{},"value":[1,"5"]}]}}"""));
        Assert.Equal(5, (await SampleAsync(partial.Url, new("main", "queue_length") { TakesParts = true })).Number);
        await using var noted = Loopback.Http(_ => Loopback.Reply(200, """{"status":"success","infos":["PromQL info: metric might not be a counter"],"data":{"resultType":"vector","result":[{"metric":{},"value":[1,"5"]}]}}"""));
        Assert.Equal(5, (await SampleAsync(noted.Url)).Number);
    }

    [Fact]
    public async Task Half_an_answer_is_none()
    {
        await using var server = Loopback.Http(_ => "HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n{\"status\":\"succ");
        await IsMissingAsync(server.Url, "broke off", "");
    }

    [Fact]
    public async Task A_refused_connection_is_blindness_and_not_a_failing_target() =>
        await IsMissingAsync($"http://127.0.0.1:{Loopback.ClosedPort()}", "refuses the connection", "");

    [Fact]
    public async Task A_redirect_is_not_followed_but_told_without_what_it_carries()
    {
        await using var server = Loopback.Http(_ => Loopback.Reply(302, "", "Location: https://login.example.org/oauth?state=t1cket\r\n"));
        var because = await IsMissingAsync(server.Url, "sends elsewhere (302 to https://login.example.org/oauth)", "write the address that answers as its url");
        Assert.DoesNotContain("t1cket", because, StringComparison.Ordinal);
        Assert.Single(server.Requests);
    }

    [Fact]
    public async Task A_server_that_never_answers_is_given_up_after_the_metrics_timeout()
    {
        await using var server = Loopback.Silent();
        var missing = Assert.IsType<Sample.Missing>(await SampleAsync(server.Url, timeout: TimeSpan.FromMilliseconds(50)));
        Assert.Contains("no answer within 50ms from Prometheus main", missing.Because, StringComparison.Ordinal);
        Assert.False(missing.TargetFails);
    }

    [Fact]
    public async Task A_query_that_is_a_scalar_is_a_number_and_one_that_is_a_range_or_text_is_told_so()
    {
        // As Prometheus: a scalar can't stand beside series, a vector of it can.
        await using var scalar = Loopback.Http(r => r.Contains("query=vector%28", StringComparison.Ordinal) ? Loopback.Reply(200, """{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"5"]}]}}""")
            : r.Contains("label_replace", StringComparison.Ordinal) ? Loopback.Reply(400, """{"status":"error","errorType":"bad_data","error":"set operator \"or\" not allowed in binary scalar expression"}""")
            : Loopback.Reply(200, """{"status":"success","data":{"resultType":"scalar","result":[1,"5"]}}"""));
        Assert.Equal(5, (await SampleAsync(scalar.Url, new("main", "scalar(queue_length)"))).Number);

        foreach (var (kind, mend) in ((string, string)[])[("matrix", "put rate(…)"), ("string", "text where one number is meant")])
        {
            await using var server = Loopback.Http(r => r.Contains("label_replace", StringComparison.Ordinal)
                ? Loopback.Reply(400, """{"status":"error","errorType":"bad_data","error":"set operator \"or\" not allowed"}""")
                : Loopback.Reply(200, "{\"status\":\"success\",\"data\":{\"resultType\":\"" + kind + "\",\"result\":[]}}"));
            await IsMissingAsync(server.Url, "where one number is meant", mend);
        }
    }

    [Fact]
    public async Task A_mistake_in_the_count_is_told_as_one_of_the_count()
    {
        await using var server = Loopback.Http(r => r.Contains("sum%28oops", StringComparison.Ordinal)
            ? Loopback.Reply(400, """{"status":"error","errorType":"bad_data","error":"parse error"}""")
            : Loopback.Reply(200, """{"status":"success","data":{"resultType":"vector","result":[]}}"""));
        Assert.Contains("count: Prometheus main", (await SampleAsync(server.Url, new("main", "a / b") { Count = "sum(oops" })).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_server_is_told_who_asks_for_which_tenant_with_headers_of_its_own_and_no_message_tells_it()
    {
        await using var server = Loopback.Http(_ => Loopback.Reply(404));
        (_settings["user"], _settings["password"], _settings["tenant"], _settings["header_X_Api_Key"]) = ("ana", "s3cr3t", "shop", "k3y"); // gitleaks:allow
        var because = (await SampleAsync(server.Url + "/mimir/prometheus/")).Reason;
        Assert.DoesNotContain("s3cr3t", because, StringComparison.Ordinal);
        Assert.DoesNotContain("k3y", because, StringComparison.Ordinal);
        var request = Assert.Single(server.Requests);
        Assert.StartsWith("POST /mimir/prometheus/api/v1/query ", request, StringComparison.Ordinal);
        Assert.Contains("Authorization: Basic YW5hOnMzY3IzdA==", request, StringComparison.Ordinal);
        Assert.Contains("X-Scope-OrgID: shop", request, StringComparison.Ordinal);
        Assert.Contains("X-Api-Key: k3y", request, StringComparison.Ordinal);
        Assert.Contains("Content-Type: application/x-www-form-urlencoded", request, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_server_of_an_authority_of_ones_own_is_trusted_by_its_file_or_by_insecure_and_else_not()
    {
        using var authority = Loopback.Authority();
        using var certificate = Loopback.Certificate(authority);
        await using var server = Loopback.Tls(certificate, Loopback.Reply(200, """{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"5"]}]}}"""));
        var url = $"https://localhost:{server.Port}";
        await IsMissingAsync(url, "is not trusted", "");
        _settings["root_certificate"] = "authority.pem";
        await IsMissingAsync(url, "authority.pem", "PEM files are meant");
        await File.WriteAllTextAsync(Path.Combine(_folder, "authority.pem"), authority.ExportCertificatePem(), TestContext.Current.CancellationToken);
        Assert.Equal(5, (await SampleAsync(url)).Number);
        _settings.Remove("root_certificate");
        _settings["insecure"] = "true";
        Assert.Equal(5, (await SampleAsync(url)).Number);
    }

    [Fact]
    public async Task Who_asks_proves_it_by_a_certificate_of_the_client()
    {
        using var authority = Loopback.Authority();
        using var certificate = Loopback.Certificate(authority);
        using var client = Loopback.Certificate(authority, "holdpoint");
        var seen = "";
        await using var server = Loopback.MutualTls(certificate, subject => seen = subject, Loopback.Reply(200, """{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1,"5"]}]}}"""));
        await WriteAsync("authority.pem", authority.ExportCertificatePem());
        await WriteAsync("client.pem", client.ExportCertificatePem());
        using (var key = client.GetECDsaPrivateKey()!)
            await WriteAsync("client.key", new string(PemEncoding.Write("PRIVATE KEY", key.ExportPkcs8PrivateKey())));
        (_settings["root_certificate"], _settings["client_certificate"], _settings["client_key"]) = ("authority.pem", "client.pem", "client.key");
        Assert.Equal(5, (await SampleAsync($"https://localhost:{server.Port}")).Number);
        Assert.Equal("CN=holdpoint", seen);
    }

    private Task WriteAsync(string name, string text) => File.WriteAllTextAsync(Path.Combine(_folder, name), text, TestContext.Current.CancellationToken);

    private async Task<string> IsMissingAsync(string url, string odd, string mend)
    {
        var missing = Assert.IsType<Sample.Missing>(await SampleAsync(url));
        Assert.False(missing.TargetFails);
        Assert.Contains(odd, missing.Because, StringComparison.Ordinal);
        Assert.Contains(mend, missing.Because, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', missing.Because);
        return missing.Because;
    }

    private Task<Sample> SampleAsync(string url, MetricSourceDefinition.Prometheus? source = null, TimeSpan? timeout = null)
    {
        _settings["url"] = url;
        var context = new MetricContext
        {
            Http = null!,
            Commands = null!,
            Time = TimeProvider.System,
            Directory = _folder,
            Server = (_, _) => _settings,
        };
        var definition = new MetricDefinition("queue", Dimension.Count, 1, source ?? new("main", "queue_length")) { Timeout = timeout ?? TimeSpan.FromSeconds(60) };
        return MetricSources.Create(definition, context).SampleAsync(TimeProvider.System.GetUtcNow(), TestContext.Current.CancellationToken);
    }
}
