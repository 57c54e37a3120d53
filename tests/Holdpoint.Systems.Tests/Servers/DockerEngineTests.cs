namespace Holdpoint.Systems.Tests.Servers;

/// <summary>What other tests rely on.</summary>
public sealed class DockerEngineTests(DockerEngine engine)
{
    [Fact]
    public async Task The_engine_runs_containers_and_compose_with_ports_on_the_loopback()
    {
        await engine.StartedAsync();
        var folder = Directory.CreateTempSubdirectory("holdpoint-");
        var project = DockerEngine.NewName("ports");
        await File.WriteAllTextAsync(Path.Combine(folder.FullName, "docker-compose.yml"), $"""
            version: "2.4"
            services:
              web: {"{"} image: "{DockerEngine.Image}", command: "httpd -f -p 80", ports: ["127.0.0.1::80"] {"}"}
            """, TestContext.Current.CancellationToken);
        try
        {
            await engine.ComposeAsync(folder.FullName, "-p", project, "up", "-d");
            var address = (await engine.ComposeAsync(folder.FullName, "-p", project, "port", "web", "80")).Trim();

            Assert.StartsWith("127.0.0.1:", address, StringComparison.Ordinal);
            Assert.Equal("/\n", await engine.DockerAsync("exec", $"{project}_web_1", "sh", "-c", "pwd"));
        }
        finally
        {
            await engine.ComposeAsync(folder.FullName, "-p", project, "down", "-t", "0");
            folder.Delete(recursive: true);
        }
    }
}
