using Holdpoint.Expressions;
using Holdpoint.Systems.Tests.Servers;

namespace Holdpoint.Systems.Tests.Probes;

/// <summary>tls, dns, clock and smtp against the servers that Debian has.</summary>
public sealed class NetworkServersTests(TlsServer tls, NameServer names, TimeServer time, MailServer mail)
    : IClassFixture<TlsServer>, IClassFixture<NameServer>, IClassFixture<TimeServer>, IClassFixture<MailServer>
{
    [Theory]
    [InlineData("good", "valid and remaining > 20d", "passed", "valid (true) and remaining (29d 23h) > 20d")]
    [InlineData("good", "remaining > 60d", "failed", "remaining is 29d 23h, expected remaining > 60d")]
    [InlineData("expired", "valid", "failed", "valid is false, expected valid")]
    [InlineData("expired", "remaining > 1d", "failed", "remaining is -1d")]
    [InlineData("self", "valid", "failed", "valid is false, expected valid")]
    [InlineData("wrong", "valid", "failed", "valid is false, expected valid")]
    public async Task A_certificate_is_told_for_what_it_is(string name, string condition, string verdict, string message)
    {
        var result = await WebMark.RunAsync($"tls {tls.Address} name={name}.test ca={tls.Authority} {condition}");

        Assert.Equal(verdict, result.Verdict.Name);
        Assert.Contains(message, result.Verdict.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("expired", "expired")]
    [InlineData("self", "self")]
    [InlineData("wrong", "other.test")]
    public async Task Why_it_is_not_valid_is_the_evidence(string name, string why) =>
        Assert.Contains(why, (await WebMark.RunAsync($"tls {tls.Address} name={name}.test ca={tls.Authority}")).Text("certificate.txt").Split('\n')[0], StringComparison.Ordinal);

    [Theory]
    [InlineData("shop.test has\"203.0.113.7\" and ttl <= 5m", "passed", "")]
    [InlineData("shop.test type=AAAA has\"2001:db8::7\"", "passed", "")]
    [InlineData("shop.test type=MX has\"mail.shop.test\"", "passed", "")]
    [InlineData("shop.test type=TXT has\"v=spf1\"", "passed", "")]
    [InlineData("www.shop.test has\"203.0.113.7\"", "passed", "")]
    [InlineData("shop.test has\"203.0.113.8\"", "failed", "has\"203.0.113.8\" is false")]
    [InlineData("shop.test ttl <= 1m", "failed", "ttl is 5m, expected ttl <= 1m")]
    [InlineData("nothing.test", "failed", "records is 0, expected records >= 1")]
    public async Task A_name_server_is_asked(string question, string verdict, string message)
    {
        var words = question.Split(' ', 2);
        var options = words.Length > 1 && words[1].StartsWith("type=", StringComparison.Ordinal) ? words[1].Split(' ', 2) : ["", words.ElementAtOrDefault(1) ?? ""];

        var result = await WebMark.RunAsync($"dns {words[0]} server={names.Address} {options[0]} {options[1]}");

        Assert.Equal(verdict, result.Verdict.Name);
        Assert.Contains(message, result.Verdict.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_clock_is_held_against_a_time_server()
    {
        // Both are this machine's.
        Assert.IsType<Verdict.Passed>((await WebMark.RunAsync($"clock server={time.Address} skew < 1s")).Verdict);
        Assert.StartsWith("skew is ", (await WebMark.RunAsync($"clock server={time.Address} skew > 1h")).Because<Verdict.Failed>(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_mail_server_greets_and_its_certificate_is_looked_at()
    {
        Assert.IsType<Verdict.Passed>((await WebMark.RunAsync($"smtp {mail.Address} name=mail.test ca={mail.Authority} up and tls")).Verdict);
        Assert.Equal("tls is false, expected tls", (await WebMark.RunAsync($"smtp {mail.Address} name=other.test ca={mail.Authority} up and tls")).Because<Verdict.Failed>());
    }
}
