using Holdpoint.Systems.Tests.Servers;

namespace Holdpoint.Systems.Tests.Rollouts;

/// <summary>Versions that change under steady load behind a real nginx.</summary>
public sealed class NginxDeliveryTests(DockerEngine engine) : DeliveryBench(engine)
{
    /// <summary>nginx keeps no connection of a client here: it would close it at a reload, and what is sent in that moment is lost.</summary>
    [Theory]
    [InlineData("rolling", "settle: 1s", "api_1,api_2,api_3")]
    [InlineData("blue-green", "settle: 1s\nkeep: 2s", "api_blue,api_green")]
    [InlineData("canary", "steps: [5%, 25%, 50%, 100%]\npause: 3s", "api_blue,api_green")]
    public Task No_request_is_lost_on_the_way_there_and_back(string strategy, string rollout, string services) => ThereAndBackAsync(strategy, rollout, services, nginx: true);
}
