using Holdpoint.Expressions;
using Holdpoint.Plans;

namespace Holdpoint.Tests.Plans;

public sealed class WholeChecklistTests
{
    private const string Bakery = """
        # Bakery: release of the ordering service

        Whoever is on call drives; the others read along.

        ## Safety net

        **Owner:** sre

        **Gate:** score >= 75

        - [ ] Orders are dumped `! run` `? file dumps/*.gz newest.age < 5m and newest.size > 10kB` #critical

          ```bash
          # the nightly dump is too old for this
          pg_dump "$ORDERS" | gzip > "dumps/$(date +%s).gz"
          ls -l dumps
          ```

        - [ ] Somebody restored last week's dump `@ dba`
        - [ ] Ovens are told to wait #advisory

        ## Look around

        **Fresh:** 10m

        - [ ] Room on the disk `? disk / free > 5GB` #weight=2
        - [ ] Shop answers `? http ${api}/health, warn unless time < 300ms`
        - [ ] Go `@ release-manager and sre` #id=go

        ## Put it out

        **Stage:** deploy

        - [ ] Migrations
          - [ ] Columns are there `! sh ./migrate up` `? sh ./migrate status` #no-return
        - [ ] New service out `! deploy web` #critical
        - [ ] It answers `? http ${api}/health $.status == "ok" within 60s`

        ## Try it

        **Stage:** verify

        - [ ] A cake can be ordered `? scenario`

          ```http
          POST ${api}/orders

          {"cake": "plum"}

          ? status == 201
          order = $.id

          ### always
          DELETE ${api}/orders/${order}

          ? status == 204
          ```

        ## Night

        **Stage:** watch

        **Watch:** every 15m until 2h, every 1h until 24h

        - [ ] Still quick `? latency <= 1.2x baseline`
        - [ ] Back when orders fail `! rollback when error_rate > 5% for 1m grace 2m`
        - [ ] Say so before that `! tell ops when error_rate > 1% for 5m`

        ## Way back

        **Stage:** rollback

        **Budget:** 5m

        - [ ] Previous service back `! rollback web`
        - [ ] It answers again `? http ${api}/health within 60s`

        ## Look back

        **Stage:** review

        **Due:** 7 d after

        - [ ] Notes are written
        """;

    [Fact]
    public void Every_section_lands_in_its_stage_and_every_item_gets_its_id()
    {
        var (plan, problems) = Planning.Of(Bakery, Planning.Yaml, "staging");

        Assert.Empty(problems);
        Assert.Equal("Bakery: release of the ordering service", plan!.Title);
        Assert.Equal(
            ["safety-net Prepare", "look-around Prepare", "put-it-out Deploy", "try-it Verify", "night Watch", "way-back Rollback", "look-back Review"],
            plan.Sections.Select(s => $"{s.Id} {s.Stage}"));
        Assert.Equal(
            ["safety-net/orders-are-dumped", "safety-net/somebody-restored-last-weeks-dump", "safety-net/ovens-are-told-to-wait",
             "look-around/room-on-the-disk", "look-around/shop-answers", "go",
             "put-it-out/migrations", "put-it-out/columns-are-there", "put-it-out/new-service-out", "put-it-out/it-answers",
             "try-it/a-cake-can-be-ordered",
             "night/still-quick", "night/back-when-orders-fail", "night/say-so-before-that",
             "way-back/previous-service-back", "way-back/it-answers-again", "look-back/notes-are-written"],
            plan.Ids());
        Assert.Equal([Stage.Prepare, Stage.Deploy, Stage.Verify, Stage.Watch], plan.Stages);
    }

    [Fact]
    public void Fields_say_gate_owner_freshness_budget_watch_and_due_time()
    {
        var plan = Planning.Good(Bakery, Planning.Yaml, "staging");
        var sections = plan.Sections.ToDictionary(s => s.Id);

        Assert.Equal(75m, sections["safety-net"].Gate!.MinimumScore);
        Assert.Equal("sre", sections["safety-net"].Owner);
        Assert.Null(sections["look-around"].Owner);
        Assert.Equal(TimeSpan.FromMinutes(10), sections["look-around"].Fresh);
        Assert.Equal("every 15m until 2h, every 1h until 24h", sections["night"].Watch);
        Assert.Equal(TimeSpan.FromMinutes(5), sections["way-back"].Budget);
        Assert.Equal("7d after", sections["look-back"].Due);
        Assert.All(plan.Sections, s => Assert.Equal(("deploy.md", Path.GetFullPath(".")), (s.File, s.Directory)));
    }

    [Fact]
    public void Each_mark_becomes_a_step_and_a_rule_becomes_none()
    {
        var plan = Planning.Good(Bakery, Planning.Yaml, "staging");

        var dump = plan.Step<PlannedStep.Act>("safety-net/orders-are-dumped#1");
        Assert.Equal(["safety-net/orders-are-dumped#2"], dump.Postconditions);
        Assert.Equal(TimeSpan.FromMinutes(15), dump.Timeout);
        Assert.Equal(["sre", "release-manager"], plan.Step<PlannedStep.Sign>("go").Roles.Roles.Order(StringComparer.Ordinal).Reverse());
        Assert.Equal(["sre"], plan.Step<PlannedStep.Sign>("safety-net/ovens-are-told-to-wait").Roles.Roles);
        Assert.Equal("web", plan.Step<PlannedStep.Act>("put-it-out/new-service-out").Target);
        Assert.Equal(["put-it-out/it-answers"], plan.Step<PlannedStep.Act>("put-it-out/new-service-out").Postconditions);
        Assert.Equal([("night/back-when-orders-fail", RuleEffect.Rollback), ("night/say-so-before-that", RuleEffect.Tell)], plan.Rules.Select(r => (r.Id, r.Rule.Effect)));
        Assert.Empty(plan.AllItems.Single(i => i.Id == "night/back-when-orders-fail").Steps);
        Assert.False(plan.AllItems.Single(i => i.Id == "night/back-when-orders-fail").IsLeaf);
        Assert.Empty(plan.AllItems.Single(i => i.Id == "put-it-out/migrations").Steps);
    }

    [Fact]
    public void Tags_weigh_and_mark_items()
    {
        var items = Planning.Good(Bakery, Planning.Yaml, "staging").AllItems.ToDictionary(i => i.Id);

        Assert.True(items["safety-net/orders-are-dumped"].Critical);
        Assert.True(items["safety-net/ovens-are-told-to-wait"].Advisory);
        Assert.Equal(2, items["look-around/room-on-the-disk"].Weight);
        Assert.True(items["put-it-out/columns-are-there"].NoReturn);
    }

    [Fact]
    public void A_dry_run_says_on_which_host()
    {
        var lines = DryRun.Lines(Planning.Good("""
            ## Look

            **Host:** ${host}

            **Each:** host in web

            - [ ] Room `? disk / free > 5GB`
            - [ ] There `? memory host=${region}.internal free > 1GB` `! sh host=localhost ./here`
            - [ ] Made `! run` `? browser https://shop.example`

              ```bash
              ./make
              ```
            """, Planning.Yaml));

        Assert.Equal("""
            prepare
              Look (web1)
                Room
                  ? disk / free > 5GB (on web1)
                There
                  ? memory host=${region}.internal free > 1GB (on ${region}.internal)
                  ! sh host=localhost ./here
                Made
                  ! run (on web1): ./make
                  ? browser https://shop.example
            """, string.Join('\n', lines.TakeWhile(l => !l.Contains("web2", StringComparison.Ordinal))));
    }

    [Fact]
    public void A_dry_run_says_what_would_run_in_order()
    {
        var lines = DryRun.Lines(Planning.Good(Bakery, Planning.Yaml, "staging"));

        Assert.Equal("""
            prepare
              Safety net [gate: score >= 75]
                Orders are dumped [critical]
                  ! run: pg_dump "$ORDERS" | gzip > "dumps/$(date +%s).gz" (and 2 more lines)
                  ? file dumps/*.gz newest.age < 5m and newest.size > 10kB
                Somebody restored last week's dump
                  @ dba
                Ovens are told to wait [advisory]
                  @ sre
              Look around
                Room on the disk
                  ? disk / free > 5GB
                Shop answers
                  ? http ${api}/health, warn unless time < 300ms
                Go
                  @ release-manager and sre
            deploy
              Put it out
                Migrations
                  Columns are there [no return]
                    ! sh ./migrate up
                    ? sh ./migrate status
                New service out [critical]
                  ! deploy web
                It answers
                  ? http ${api}/health $.status == "ok" within 60s
            verify
              Try it
                A cake can be ordered
                  ? scenario
            watch
              Night [every 15m until 2h, every 1h until 24h]
                Still quick
                  ? latency <= 1.2x baseline
                Back when orders fail
                Say so before that
            rollback (only when going back)
              Way back [budget 5m]
                Previous service back
                  ! rollback web
                It answers again
                  ? http ${api}/health within 60s
            review
              Look back [due 7d after]
                Notes are written
                  @ dba or release-manager or sre
            rules, from the first deploy to the end of the watch
              ! rollback when error_rate > 5% for 1m grace 2m
              ! tell ops when error_rate > 1% for 5m
            """.ReplaceLineEndings("\n"), string.Join('\n', lines));
    }
}
