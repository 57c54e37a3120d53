using Holdpoint.Systems.Tests.Cli;
using Holdpoint.Systems.Tests.Processes;
using Holdpoint.Systems.Tests.Servers;

namespace Holdpoint.Systems.Tests.Hosts;

/// <summary>The command line with hosts: a verdict for each host of a group, actions there, and nothing that stays.</summary>
public sealed class HostRunTests(SshServers servers) : Scratch, IClassFixture<SshServers>
{
    private string Configuration => $$"""
        holdpoint: 1
        environments: { production: {} }
        hosts:
          web1: { ssh: web1, config: {{servers.Config}} }
          web2: { ssh: web2, config: {{servers.Config}} }
          silent: { ssh: silent, config: {{servers.Config}} }
          refusing: { ssh: refusing, config: {{servers.Config}} }
          web: [web1, silent, web2]

        """;

    [Fact(Timeout = 180_000)]
    public async Task Each_host_of_a_group_has_its_own_verdict_and_a_dead_one_is_unknown_alone()
    {
        using var bench = new CliBench("""
            # Shop

            ## On ${host}

            **Each:** host in web

            **Host:** ${host}

            - [ ] There is room `? disk / free > 1kB`
            - [ ] It is another machine `? sh test -n "$SSH_CONNECTION"`

            """, Configuration);

        var said = await bench.CallAsync("check", "DEPLOY.md", "--json");

        Assert.Equal(6, said.ExitCode);
        var verdicts = said.Json.GetProperty("sections").EnumerateArray().Select(s => $"{s.GetProperty("heading").GetString()}: {string.Join(", ", s.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("verdict").GetString()))}");
        Assert.Equal(["On web1: passed, passed", "On silent: unknown, unknown", "On web2: passed, passed"], verdicts);
    }

    [Fact(Timeout = 180_000)]
    public async Task Actions_happen_there_and_what_they_say_is_kept()
    {
        using var bench = new CliBench($$"""
            # Shop

            ## Roll out

            **Stage:** deploy

            **Host:** web1

            **Dir:** {{Root}}

            - [ ] Made `! run idempotent=true` `? file made lines == 1 and size > 1B`

              ```bash
              echo "$HOLDPOINT_VERSION ${SSH_CONNECTION:+there}" > made; echo said; echo also >&2
              ```

            - [ ] Made by one line `! sh echo there > line` `? file line`
            - [ ] Made on another `! sh host=web2 echo "$PWD" > {{Root}}/home`
            - [ ] Made here `! sh host=localhost echo here > {{Root}}/here; test -z "${SSH_CONNECTION-}"`

            """, Configuration);

        var said = await bench.CallAsync("deploy", "DEPLOY.md", "--release", "2.0");

        Assert.True(said.ExitCode == 0, said.All);
        Assert.Equal("2.0 there\n", File.ReadAllText(At("made")));
        Assert.Equal(["here", "home", "line", "made"], Directory.EnumerateFiles(Root).Select(f => Path.GetFileName(f)).Order());
        var evidence = Directory.EnumerateFiles(bench.PathOf(".holdpoint"), "*output.txt", SearchOption.AllDirectories).Select(File.ReadAllText).ToList();
        Assert.Contains(evidence, e => e == "holdpoint: web1: begun\nsaid\nalso\nholdpoint: web1: 0\n");
    }

    [Theory(Timeout = 180_000)]
    [InlineData("! sh exit 255", "exit 255")]
    [InlineData("! run timeout 2s", "not ended within 2s")]
    [InlineData("! sh host=refusing true", "refusing refuses the connection")]
    public async Task An_action_that_fails_there_says_why_and_leaves_nothing(string mark, string message)
    {
        using var bench = new CliBench($"""
            # Shop

            ## Roll out

            **Stage:** deploy

            **Host:** web1

            - [ ] Made `{mark}` #critical

              ```bash
              sleep {Long} & setsid sleep {Long} & wait
              ```

            ## Going back

            **Stage:** rollback

            - [ ] Unmade `! sh true`

            """, Configuration);

        var said = await bench.CallAsync("deploy", "DEPLOY.md", "--release", "2.0");

        Assert.NotEqual(0, said.ExitCode);
        Assert.Contains(message, said.All, StringComparison.Ordinal);
        await UntilAsync(() => Sleepers() == 0);
    }
}
