namespace Holdpoint.Tests.Probes;

public sealed class SupplySignatureTests
{
    [Theory]
    [InlineData("ci"), InlineData("review"), InlineData("issues"), InlineData("junit"), InlineData("coverage"), InlineData("sarif"), InlineData("audit"), InlineData("secrets"), InlineData("git")]
    public void A_probe_s_own_example_reads_without_a_problem(string probe) => SupplyMark.ReadsItsExample(probe);
}
