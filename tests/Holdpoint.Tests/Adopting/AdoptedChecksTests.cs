namespace Holdpoint.Tests.Adopting;

public class AdoptedChecksTests
{
    [Theory]
    [InlineData("curl -f https://shop.test/up", "`? http https://shop.test/up`")]
    [InlineData("curl -s https://shop.test/up # → 204", "`? http https://shop.test/up status == 204`")]
    [InlineData("curl -sk https://shop.test/up", "`? http https://shop.test/up insecure=true`")]
    [InlineData("curl -I shop.test:8080/", "`? http http://shop.test:8080/ method=HEAD`")]
    [InlineData("curl -s https://shop.test/up | jq '.state' # \"ready\"", "`? http https://shop.test/up $.state == \"ready\"`")]
    [InlineData("time curl -s https://shop.test/ > /dev/null\n# Expected: <250ms", "`? http https://shop.test/ time < 250ms`")]
    [InlineData("curl -s https://shop.test/queue\n# Should return an empty list", "`? http https://shop.test/queue count($[*]) == 0`")]
    [InlineData("curl https://$SHOP_HOST/up", "`? http https://${shop_host}/up`")]
    [InlineData("curl https://api.yourdomain.com/up", "`? http https://api.${domain}/up`")]
    [InlineData("df -h /srv\n# Expected: >15GB available", "`? disk /srv free > 15GB`")]
    [InlineData("free -m\n# Should be at least 2GB", "`? memory free >= 2GB`")]
    [InlineData("uptime # Load should be < 3", "`? load one < 3`")]
    [InlineData("systemctl is-active shop", "`? systemd shop`")]
    [InlineData("sudo systemctl status shop", "`? systemd shop`")]
    [InlineData("docker compose ps # Expected: all services up", "`? compose`")]
    [InlineData("docker compose ps api worker # should be running", "`? compose service=api,worker`")]
    [InlineData("ping -c 4 10.1.2.3", "`? ping 10.1.2.3 packets=4 up`")]
    [InlineData("ping -c 3 10.1.2.3\n# All of them should come back", "`? ping 10.1.2.3`")]
    [InlineData("nc -zv db.shop.test 5432", "`? tcp db.shop.test:5432`")]
    [InlineData("dig +short shop.test", "`? dns shop.test`")]
    public void Where_a_probe_says_the_same_it_is_asked(string script, string marks) => Assert.Equal(marks, Adopt.Item("It is well", script));

    [Theory]
    [InlineData("pytest tests/shop", "`? run`")]
    [InlineData("alembic current\n# Expected: 00a7 (head)", "`? run output contains \"00a7 (head)\"`")]
    [InlineData("./bin/health-report.sh\n# Expected output: 12/12 services healthy", "`? run output contains \"12/12\"`")]
    [InlineData("curl -s http://prom.test/api/v1/targets | jq '.data | length' # Expected: 9", "`? run $ == 9`")]
    [InlineData("curl -s http://prom.test/api/v1/targets | jq '.data | length' # Expected: 8-10 targets", "`? run $ in 8..10`")]
    [InlineData("redis-cli ping # PONG", "`? run output contains \"PONG\"`")]
    [InlineData("kubectl rollout status deployment/shop", "`? run`")]
    [InlineData("kubectl apply --dry-run=client -f k8s/", "`? run`")]
    public void Else_the_block_is_run_with_what_is_expected_of_it(string script, string marks) => Assert.Equal(marks, Adopt.Item("It is well", script));

    [Theory]
    [InlineData("kubectl get pods")]
    [InlineData("git log -1")]
    [InlineData("docker images | head")]
    [InlineData("curl -s http://prom.test/metrics | grep -c up")]
    [InlineData("docker ps\n# Should look like in the wiki")]
    public void What_only_shows_is_judged_by_a_person_too(string script) => Assert.Equal("`? run` `@ operator`", Adopt.Item("It is well", script));

    [Fact]
    public void The_person_is_the_owner_of_the_section() =>
        Assert.Equal("`? run` `@ sre`", Adopt.MarksOf(Adopt.Text("## Checks\n\n**Responsible:** SRE\n\n- [ ] Nodes are there\n  ```bash\n  kubectl get nodes\n  ```\n")));

    [Fact]
    public void A_search_that_should_find_nothing_passes_on_nothing_and_not_on_a_failure_before_it() =>
        Assert.Equal("`? run lines == 0 and exit in 0..1 and stderr == \"\"`", Adopt.Item("No errors in the log", "docker compose logs --tail 40 | grep -i error"));

    [Theory]
    [InlineData("Logs are fine", "docker logs a | grep -i error\ndocker logs b | grep -i error")]
    [InlineData("No trouble", "docker logs a | grep refused\ndocker logs b | grep refused")]
    public void Of_two_such_searches_what_they_search_is_shown(string item, string script) => Assert.Equal("`? sh docker logs a` `? sh docker logs b` `@ operator`", Adopt.Item(item, script));

    [Theory]
    [InlineData("htop")]
    [InlineData("npm run dev")]
    [InlineData("kubectl port-forward svc/shop 8080:80")]
    [InlineData("docker logs -f api | grep error")]
    [InlineData("Get-Service shop")]
    [InlineData("ssh deploy@shop.test")]
    [InlineData("vim .env")]
    [InlineData("shopctl frobnicate")]
    [InlineData("while true; do curl http://shop.test; done")]
    [InlineData("$ df -h\nFilesystem  Size")]
    [InlineData("# For systemd\nsystemctl status shop\n# For Docker\ndocker ps")]
    [InlineData("systemctl status shop\n# or\ndocker ps")]
    public void What_never_ends_wants_a_person_or_is_not_known_is_left(string script)
    {
        var adopted = Adopt.Text($"## Checks\n\n- [ ] It is well\n\n  ```bash\n{string.Join('\n', script.Split('\n').Select(l => "  " + l))}\n  ```\n");

        Assert.False(adopted.IsChanged);
        Assert.Contains(adopted.Findings, f => f is { IsBlock: true, Kind: Holdpoint.Adopting.FindingKind.Left, Because.Length: > 0 });
    }

    [Theory]
    [InlineData("docker logs -f api", "`? sh docker logs api --tail=100` `@ operator`")]
    [InlineData("journalctl -fu shop", "`? sh journalctl -u shop -n 100 --no-pager` `@ operator`")]
    [InlineData("docker-compose -f prod.yml logs -f web", "`? sh docker-compose -f prod.yml logs web --tail=100` `@ operator`")]
    [InlineData("kubectl get pods -n shop -w", "`? sh kubectl get pods -n shop` `@ operator`")]
    [InlineData("tail -f shop.log", "`? sh tail -n 100 shop.log` `@ operator`")]
    [InlineData("docker ps\ndocker stats", "`? sh docker ps` `? sh docker stats --no-stream` `@ operator`")]
    [InlineData("shopctl orders check-stock", "`? run`")]
    [InlineData("shopctl status", "`? run` `@ operator`")]
    [InlineData("firebase deploy --dry-run", "`? run`")]
    public void What_follows_is_shown_once_and_a_person_judges(string script, string marks) => Assert.Equal(marks, Adopt.Item("It is well", script));

    [Theory]
    [InlineData("cat shop.log | grep ERROR | wc -l\n# Should be 0 or minimal", "`? run exit in 0..1 and stderr == \"\", warn unless $ == 0` `@ operator`")]
    [InlineData("curl -s http://shop.test/targets | jq 'length'\n# Expected: 32 (or verify the critical ones)", "`? run, warn unless $ == 32` `@ operator`")]
    [InlineData("docker compose logs 2>&1 | grep -c ERROR\n# Should be 0", "`? run exit in 0..1` `@ operator`")]
    [InlineData("ls dumps/*.gz 2>/dev/null | wc -l\ndf -h", "`? sh df -h` `@ operator`")]
    [InlineData("terraform version  # >= 1.14.2", "`? run` `@ operator`")]
    [InlineData("grep -rn http:// src |\n  grep -v localhost\n# Should return no results", "`? run lines == 0 and exit in 0..1 and stderr == \"\"`")]
    [InlineData("grep -rn password src\n# Should return no results (except in comments)", "`? run exit in 0..1 and stderr == \"\", warn unless lines == 0` `@ operator`")]
    public void What_a_text_softens_is_no_more_than_a_warning_and_a_person_looks(string script, string marks) => Assert.Equal(marks, Adopt.Item("Looks good", script));

    [Theory]
    [InlineData("All tests pass (`npm run test` and `pytest`)", "`? sh npm run test`")]
    [InlineData("`mypy src` is clean and `ruff check .` too", "`? sh mypy src` `? sh ruff check .`")]
    [InlineData("`/up` → 200 OK", "`? http ${base_url}/up status == 200`")]
    [InlineData("Shop `/up` returns 204", "`? http ${shop_url}/up status == 204`")]
    [InlineData("Disk space > 30% free", "`? disk / used < 70%`")]
    [InlineData("Never `git push --force`", "")]
    [InlineData("`git` is installed", "")]
    public void An_items_own_words_may_hold_the_check(string item, string marks) => Assert.Equal(marks, Adopt.Words(item));

    [Theory]
    [InlineData("Error rate < 2%", "`? error_rate < 2%`")]
    [InlineData("p95 latency < 300ms", "`? latency_p95 < 300ms`")]
    [InlineData("Fehlerrate < 1 %", "`? error_rate < 1%`")]
    [InlineData("Uso de CPU normal (<70%)", "`? cpu_used < 70%`")]
    [InlineData("错误率 < 1%", "`? error_rate < 1%`")]
    [InlineData("Error rate +10% over baseline", "")]
    public void After_the_deployment_limits_are_checks_on_metrics_to_fill_in(string item, string marks)
    {
        var adopted = Adopt.Text($"## Deployment\n\n- [ ] Out\n\n## Post-deployment\n\n- [ ] {item}\n");

        Assert.EndsWith($"{item}{(marks.Length > 0 ? " " + marks : "")}\n", adopted.Text, StringComparison.Ordinal);
        Assert.Equal(marks.Length > 0, adopted.Configuration is not null);
    }
}
