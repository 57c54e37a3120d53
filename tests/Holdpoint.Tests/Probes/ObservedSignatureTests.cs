using Holdpoint.Probes;

namespace Holdpoint.Tests.Probes;

public sealed class ObservedSignatureTests
{
    [Theory]
    [InlineData("logs"), InlineData("grafana"), InlineData("sentry"), InlineData("otel"), InlineData("image"), InlineData("registry")]
    public void A_probe_s_own_example_reads_without_a_problem(string name) => ObservedMark.Read(ProbeCatalogue.Signatures[name].Example);
}
