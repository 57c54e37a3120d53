using Holdpoint.Checklists;
using Holdpoint.Expressions;
using Holdpoint.Probes;

namespace Holdpoint.Tests.Probes;

/// <summary>What no probe could ask is found when the file is read, not in the night of the run.</summary>
public sealed class WrongArgumentsTests
{
    private static readonly Vocabulary Words = new() { Probes = ProbeCatalogue.Signatures, Actions = new Dictionary<string, Signature>(), Variables = new HashSet<string> { "api" } };

    [Theory]
    [InlineData("tcp localhost", "'localhost' has no port: write HOST:PORT")]
    [InlineData("tcp localhost:99999", "a port is a number from 1 to 65535")]
    [InlineData("tls shop.example.org:https", "a port is a number from 1 to 65535")]
    [InlineData("smtp mail.example.org:x", "a port is a number from 1 to 65535")]
    [InlineData("http htp://shop.example.org", "'htp://shop.example.org' is no address that HTTP can reach")]
    [InlineData("http shop.example.org", "write http://shop.example.org or https://shop.example.org")]
    [InlineData("headers shop.example.org", "is no web address")]
    [InlineData("cors shop.example.org origin=https://a", "is no web address")]
    [InlineData("browser shop.example.org", "is no web address")]
    [InlineData("ratelimit shop.example.org accepted <= 5", "is no web address")]
    [InlineData("ratelimit https://shop.example.org requests=100000", "a burst is of 1 to ")]
    [InlineData("websocket https://shop.example.org", "write ws://HOST/… or wss://HOST/…")]
    [InlineData("registry https://registry.example.org/", "write registry.example.org")]
    [InlineData("ping a packets=1000", "packets=1000 is no number from 1 to 100")]
    [InlineData("logs docker", "'docker' names none: write docker:NAME (a file of that name: ./docker)")]
    [InlineData("logs loki:", "'loki:' names none: write loki:NAME")]
    [InlineData("logs app.log matching \"(\" == 0", "matching\"(\" is no regular expression")]
    public void Is_an_error_that_says_how_to_write_it(string mark, string told) => Assert.Contains(told, Assert.Single(Problems(mark)).What, StringComparison.Ordinal);

    [Theory]
    [InlineData("elasticsearch main", "did you mean `opensearch`?")]
    [InlineData("ssl shop.example.org", "did you mean `tls`?")]
    [InlineData("K8S app=web", "did you mean `kubernetes`?")]
    public void A_product_s_name_leads_to_the_probe(string mark, string fix) => Assert.Contains(fix, Assert.Single(Problems(mark)).Fix, StringComparison.Ordinal);

    [Fact]
    public void No_probe_is_called_as_another_is() => Assert.DoesNotContain(
        ProbeCatalogue.Signatures.Values.SelectMany(s => s.AlsoCalled).GroupBy(n => n), g => g.Count() > 1 || ProbeCatalogue.Signatures.ContainsKey(g.Key));

    [Theory]
    [InlineData("tcp ${api}:80")]
    [InlineData("tcp ${api}")]
    [InlineData("http ${api}/health")]
    [InlineData("logs ./docker")]
    [InlineData("logs app.log matching \"${api}(\" == 0")]
    public void A_variable_s_value_is_not_known_yet(string mark) => Assert.Empty(Problems(mark));

    private static List<Problem> Problems(string mark)
    {
        var problems = new List<Problem>();
        MarkParser.ParseCheck(mark, 0, new("", mark), Words, problems);
        return problems;
    }
}
