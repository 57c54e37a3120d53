using Holdpoint.Plans;

namespace Holdpoint.Tests.Plans;

public sealed class IdMapTests
{
    private const string Before = """
        ## Before

        - [ ] Room on the disk `? disk / free > 5GB`
        - [ ] Memory `? memory free > 1GB`
        - [ ] Somebody has told the customers
        - [ ] Go `@ sre and dba`

        ## Out

        **Stage:** deploy

        - [ ] Columns are there `! sh ./migrate up` `? sh ./migrate status`
        - [ ] New one runs `! run`

          ```bash
          ./switch
          ```

        - [ ] It answers `? http http://localhost/health within 60s`
        """;

    [Fact]
    public void Nothing_changed_maps_everything_to_itself()
    {
        var map = Map(Before);
        Assert.Equal(8, map.Count);
        Assert.All(map, m => Assert.Equal(m.Key, m.Value));
    }

    [Fact]
    public void An_edited_check_keeps_its_id_and_not_its_verdict() =>
        Assert.Equal(["before/memory"], Lost(Before.Replace("free > 1GB", "free > 2GB", StringComparison.Ordinal)));

    [Fact]
    public void An_edited_fence_is_another_action() =>
        Assert.Equal(["out/new-one-runs"], Lost(Before.Replace("./switch", "./switch --fast", StringComparison.Ordinal)));

    [Fact]
    public void A_changed_role_asks_anew() =>
        Assert.Equal(["before/go"], Lost(Before.Replace("@ sre and dba", "@ sre", StringComparison.Ordinal)));

    [Fact]
    public void A_longer_timeout_of_an_action_changes_nothing_that_it_did() =>
        Assert.Empty(Lost(Before.Replace("`! run`", "`! run timeout 20m`", StringComparison.Ordinal)));

    [Fact]
    public void A_renamed_item_is_known_by_its_mark()
    {
        var map = Map(Before.Replace("Room on the disk", "Enough space", StringComparison.Ordinal).Replace("Columns are there", "Schema", StringComparison.Ordinal));
        Assert.Equal("before/enough-space", map["before/room-on-the-disk"]);
        Assert.Equal(("out/schema#1", "out/schema#2"), (map["out/columns-are-there#1"], map["out/columns-are-there#2"]));
        Assert.Equal(8, map.Count);
    }

    [Fact]
    public void A_slip_mended_in_a_sign_off_keeps_the_signature_and_another_meaning_does_not()
    {
        Assert.Equal("before/somebody-has-told-all-customers", Map(Before.Replace("told the customers", "told all customers", StringComparison.Ordinal))["before/somebody-has-told-the-customers"]);
        Assert.Equal(["before/somebody-has-told-the-customers"], Lost(Before.Replace("Somebody has told", "Nobody has told", StringComparison.Ordinal)));
        Assert.Equal(["before/somebody-has-told-the-customers"], Lost(Before.Replace("told the customers", "warned the neighbours", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_number_changed_in_a_sign_off_asks_anew() =>
        Assert.Equal(["s/two-people-watch-for-10-minutes"], Between("## S\n\n- [ ] Two people watch for 10 minutes\n", "## S\n\n- [ ] Two people watch for 20 minutes\n").Lost);

    [Fact]
    public void Everything_under_a_renamed_heading_is_found_again()
    {
        var map = Map(Before.Replace("## Out", "## Put it out there", StringComparison.Ordinal));
        Assert.Equal(8, map.Count);
        Assert.Equal("put-it-out-there/new-one-runs", map["out/new-one-runs"]);
    }

    [Fact]
    public void An_action_that_moved_to_another_section_is_not_forgotten()
    {
        var (map, _) = Between(
            "## A\n\n- [ ] one `! sh ./once` `? env X`\n- [ ] two `? env Y`\n\n## B\n\n- [ ] three `? env Z`\n",
            "## A\n\n- [ ] two `? env Y`\n\n## B\n\n- [ ] three `? env Z`\n- [ ] eins `! sh ./once` `? env X`\n");
        Assert.Equal("b/eins#1", map["a/one#1"]);
        Assert.False(map.ContainsKey("a/one#2"));
    }

    [Fact]
    public void What_stands_twice_alike_is_not_guessed_at()
    {
        var (map, lost) = Between(
            "## S\n\n- [ ] one `! sh ./once`\n- [ ] two `! sh ./once`\n",
            "## S\n\n- [ ] eins `! sh ./once`\n- [ ] zwei `! sh ./once`\n");
        Assert.Empty(map);
        Assert.Equal(2, lost.Count);
    }

    [Fact]
    public void A_mark_put_in_front_moves_the_numbers_and_not_the_verdicts()
    {
        var map = Map(Before.Replace("Columns are there `!", "Columns are there `? env READY` `!", StringComparison.Ordinal));
        Assert.Equal(("out/columns-are-there#2", "out/columns-are-there#3"), (map["out/columns-are-there#1"], map["out/columns-are-there#2"]));
    }

    [Fact]
    public void Another_host_is_another_check_and_another_action()
    {
        const string On = """
            ## S

            **Host:** web1

            - [ ] room `? disk / free > 5GB`
            - [ ] shown `? browser https://shop.example`
            - [ ] here `? memory host=localhost free > 1GB`
            - [ ] made `! sh ./make`
            - [ ] sure `@ sre if disk / free < 6GB`
            """;

        Assert.Equal(["s/room", "s/made", "s/sure"], Between(On, On.Replace("web1", "web2", StringComparison.Ordinal)).Lost);
        Assert.Equal(["s/room", "s/made", "s/sure"], Between(On, On.Replace("**Host:** web1", "", StringComparison.Ordinal)).Lost);
        Assert.Empty(Between(On.Replace("web1", "localhost", StringComparison.Ordinal), On.Replace("**Host:** web1", "", StringComparison.Ordinal)).Lost);
    }

    [Fact]
    public void Another_folder_is_another_check_and_another_script()
    {
        const string In = """
            ## S

            **Dir:** api

            - [ ] documents `? changed docs/** files >= 1`
            - [ ] made `! sh ./make`
            - [ ] said `! tell ops`
            - [ ] sure `@ sre if file VERSION files == 1`
            - [ ] seen `@ sre`
            """;

        Assert.Equal(["s/documents", "s/made", "s/sure"], Between(In, In.Replace("**Dir:** api", "**Dir:** web", StringComparison.Ordinal)).Lost);
        Assert.Equal(["s/documents", "s/made", "s/sure"], Between(In, In.Replace("**Dir:** api", "", StringComparison.Ordinal)).Lost);
        Assert.Empty(Between(In, In.Replace("## S", "## T", StringComparison.Ordinal)).Lost);
    }

    private static IReadOnlyDictionary<string, string> Map(string after) => Between(Before, after).Map;

    private static IReadOnlyList<string> Lost(string after) => Between(Before, after).Lost;

    private static (IReadOnlyDictionary<string, string> Map, IReadOnlyList<string> Lost) Between(string before, string after)
    {
        var (old, @new) = (Planning.Good(before), Planning.Good(after));
        var map = IdMap.Between(old, @new);
        Assert.Equal(map.Count, map.Values.Distinct().Count());
        Assert.All(map, m => Assert.True(old.Step(m.Key)!.GetType() == @new.Step(m.Value)!.GetType()));
        return (map, [.. old.AllItems.SelectMany(i => i.Steps).Select(s => s.Id).Where(id => !map.ContainsKey(id))]);
    }
}
