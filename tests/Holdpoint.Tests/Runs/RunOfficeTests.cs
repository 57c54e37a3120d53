using Holdpoint.Probes;
using Holdpoint.Runs;
using Holdpoint.Tests.Journal;

namespace Holdpoint.Tests.Runs;

/// <summary>What is refused before a run begins, since nobody could ever get past it.</summary>
public class RunOfficeTests
{
    private static string Roles(string roles) => $"{Story.Web}four_eyes: true\nroles: {{ {roles} }}\n";

    private static async Task<CannotRun?> StartAsync(string sign, string roles)
    {
        using var folder = new TemporaryFolder();
        var time = new ManualTime();
        using var http = new HttpClient();
        var office = new RunOffice(folder.Path, time, new FakeWorld(time), http, new Dictionary<string, Probe>());
        try
        {
            await using var run = await office.StartAsync(Story.Read($"## Before\n\n- [ ] Go `@ {sign}` #id=go\n", Roles(roles)), new("production", "2.0", null, "ana", null), TestContext.Current.CancellationToken);
            return null;
        }
        catch (CannotRun refused)
        {
            return refused;
        }
    }

    [Theory]
    [InlineData("sre", "sre: [ana]")]
    [InlineData("lead or sre", "lead: [ana], sre: [ana]")]
    [InlineData("lead and sre", "lead: [ana], sre: [bo]")]
    [InlineData("lead and sre", "lead: [ana, bo], sre: [bo]")]
    public async Task With_four_eyes_a_gate_that_only_the_starter_could_open_is_refused(string sign, string roles) =>
        Assert.Contains("somebody else has to start it", (await StartAsync(sign, roles))?.Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("sre", "sre: [ana, bo]")]
    [InlineData("lead or sre", "lead: [ana], sre: [bo]")]
    [InlineData("lead and sre", "lead: [bo, cy], sre: [bo]")]
    public async Task A_gate_that_others_can_open_is_not(string sign, string roles) => Assert.Null(await StartAsync(sign, roles));
}
