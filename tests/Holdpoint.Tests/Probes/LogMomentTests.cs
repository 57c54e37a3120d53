using System.Globalization;
using Holdpoint.Probes.Logs;

namespace Holdpoint.Tests.Probes;

public sealed class LogMomentTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 3, 0, 0, 0, TimeSpan.Zero);

    [Theory]
    [InlineData("2026-01-02T12:00:00Z started", "2026-01-02T12:00:00+00:00")]
    [InlineData("2026-01-02T12:00:00.5+02:00 started", "2026-01-02T12:00:00.5+02:00")]
    [InlineData("[2026-01-02 12:00:00 +0100] started", "2026-01-02T12:00:00+01:00")]
    [InlineData("2026-01-02 12:00:00.123 UTC [77] LOG:  ready", "2026-01-02T12:00:00.123+00:00")]
    [InlineData("10.0.0.1 - ana [02/Jan/2026:12:00:00 +0200] \"GET / HTTP/1.1\" 200 7", "2026-01-02T12:00:00+02:00")]
    [InlineData("{\"level\":\"info\",\"time\":\"2026-01-02T12:00:00Z\"}", "2026-01-02T12:00:00+00:00")]
    [InlineData("{\"ts\":1767355200.5,\"msg\":\"zap\"}", "2026-01-02T12:00:00.5+00:00")]
    [InlineData("{\"level\":30,\"time\":1767355200500,\"msg\":\"pino\"}", "2026-01-02T12:00:00.5+00:00")]
    [InlineData("{\"@timestamp\":\"2026-01-02T12:00:00.000Z\"}", "2026-01-02T12:00:00+00:00")]
    [InlineData("level=info ts=2026-01-02T12:00:00.000Z msg=x", "2026-01-02T12:00:00+00:00")]
    [InlineData("time=\"2026-01-02T12:00:00Z\" level=info", "2026-01-02T12:00:00+00:00")]
    [InlineData("<34>1 2026-01-02T12:00:00Z web app - - - x", "2026-01-02T12:00:00+00:00")]
    [InlineData("1767355200 x", "2026-01-02T12:00:00+00:00")]
    [InlineData("1767355200500 x", "2026-01-02T12:00:00.5+00:00")]
    public void A_time_with_its_zone_is_that_moment(string line, string moment)
    {
        var read = LogMoment.Of(line, Now)!;
        Assert.NotNull(read.Offset);
        Assert.Equal(DateTimeOffset.Parse(moment, CultureInfo.InvariantCulture), read.In(TimeZoneInfo.Utc));
    }

    [Theory]
    [InlineData("2026-01-02 12:00:00,500 INFO started")]
    [InlineData("2026/01/02 12:00:00 [error] 7#7: x")]
    [InlineData("[INFO] 2026-01-02 12:00:00 x")]
    [InlineData("[Fri Jan 02 12:00:00.5 2026] [core:error] x")]
    [InlineData("Jan  2 12:00:00 web app[7]: x")]
    [InlineData("<13>Jan  2 12:00:00 web app[7]: x")]
    [InlineData("7:M 02 Jan 2026 12:00:00.500 * Ready")]
    [InlineData("I0102 12:00:00.500000       1 main.go:7] x")]
    [InlineData("10.0.0.1:7 [02/Jan/2026:12:00:00.500] front back/s1 0/0/0/1/1 200")]
    public void A_time_without_a_zone_is_read_as_it_stands(string line)
    {
        var read = LogMoment.Of(line, Now)!;
        Assert.Null(read.Offset);
        Assert.Equal(new DateTime(2026, 1, 2, 12, 0, 0), new DateTime(read.Clock.Ticks - (read.Clock.Ticks % TimeSpan.TicksPerSecond)));
    }

    [Fact]
    public void A_line_of_last_December_is_not_in_the_future() =>
        Assert.Equal(2025, LogMoment.Of("Dec 31 23:59:00 web app[7]: x", Now)!.Clock.Year);

    [Theory]
    [InlineData("    at c.e.Cart.add(Cart.java:7)")]
    [InlineData("started on 2026-01-02 12:00:00")]
    [InlineData("2026-13-02 12:00:00 x")]
    [InlineData("12345 x")]
    [InlineData("{\"time\":true}")]
    [InlineData("{\"time\":\"2026-01-02T12:")]
    [InlineData("")]
    public void What_begins_with_no_time_has_none(string line) => Assert.Null(LogMoment.Of(line, Now));
}
