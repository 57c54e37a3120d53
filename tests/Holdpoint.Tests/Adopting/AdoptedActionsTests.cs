using Holdpoint.Adopting;

namespace Holdpoint.Tests.Adopting;

public class AdoptedActionsTests
{
    private static readonly string[] Changing =
    [
        "docker compose up -d", "kubectl apply -f k8s/", "helm upgrade shop ./chart", "git pull", "npm install", "make deploy", "pg_dump shop > shop.sql", "curl -X POST https://shop.test/deploys",
        "systemctl restart shop", "terraform apply -auto-approve", "psql -c \"UPDATE flags SET on = true\"", "ssh deploy@shop.test 'systemctl restart shop'", "docker exec db psql -c 'CREATE INDEX i ON t (a)'",
        "cp a b", "echo $(git fetch)", "python manage.py migrate", "./bin/deploy.sh", "redis-cli BGSAVE", "date > started.txt",
    ];

    public static TheoryData<string> Commands => [.. Changing];

    [Theory]
    [MemberData(nameof(Commands))]
    public void A_command_that_changes_something_is_an_action_where_the_section_deploys(string command) => Assert.Equal("`! run`", Adopt.Item("Do it", command, "Deployment"));

    [Theory]
    [MemberData(nameof(Commands))]
    public void Elsewhere_it_is_left_and_never_asked(string command) => Assert.Equal("", Adopt.Item("Fine", command, "Quality"));

    [Theory]
    [InlineData("docker volume rm data")]
    [InlineData("rm -rf /srv/shop")]
    [InlineData("git push --force")]
    [InlineData("psql -c 'DROP TABLE orders'")]
    [InlineData("kubectl delete namespace shop")]
    [InlineData("terraform destroy")]
    public void What_nothing_brings_back_is_left_even_there(string command) => Assert.Equal("", Adopt.Item("Do it", command, "Deployment"));

    [Theory]
    [InlineData("Datenbanksicherung", "Sicherung")]
    [InlineData("Backup", "Backups")]
    [InlineData("Sauvegarde", "Sauvegarde de la base")]
    [InlineData("备份", "数据库备份")]
    public void A_backup_is_one_in_several_languages(string item, string heading) => Assert.Equal("`! run`", Adopt.Item(item, "pg_dump shop > shop.sql", heading));

    [Fact]
    public void What_lines_below_say_of_the_file_becomes_a_check_of_it() => Assert.Equal("`! run` `? file dumps/shop_*.sql.gz newest.size > 5MB and newest.age <= 3m`", Adopt.MarksOf(Adopt.Text("""
        ## Backups

        - [ ] Dump made
          ```bash
          pg_dump shop | gzip > dumps/shop_$(date +%s).sql.gz
          ```
          - Its size > 5MB
          - The file is recent (within 3 minutes)

        """)));

    [Fact]
    public void A_placeholder_becomes_a_variable_in_a_mark_of_its_own()
    {
        var adopted = Adopt.Text("## Deployment\n\n- [ ] Check it out\n  ```bash\n  git fetch\n  git checkout <release-branch>\n  ```\n");

        Assert.Equal("`! sh git fetch && git checkout ${RELEASE_BRANCH}`", Adopt.MarksOf(adopted));
        Assert.Contains("release_branch: { required: true }", adopted.Configuration, StringComparison.Ordinal);
    }

    [Fact]
    public void Several_ways_to_do_the_same_are_left() =>
        Assert.DoesNotContain("`!", Adopt.Text("## Deployment\n\n- [ ] Restart\n\n  **For systemd:**\n  ```bash\n  systemctl restart shop\n  ```\n\n  **For Docker:**\n  ```bash\n  docker restart shop\n  ```\n").Text, StringComparison.Ordinal);

    [Theory]
    [InlineData("## Rollback criteria\n\n- Error rate > 4%\n", "- [ ] Error rate > 4% `! rollback when error_rate > 4%`")]
    [InlineData("## Going wrong\n\nRollback if:\n\n- Response time > 3x baseline\n", "- [ ] Response time > 3x baseline `! rollback when response_time > 3x baseline`")]
    [InlineData("## Rollback triggers\n\n- [ ] Any service unhealthy for >5 minutes\n", "- [ ] Any service unhealthy for >5 minutes `! rollback when services_unhealthy > 0 for 5m`")]
    [InlineData("## Rollback triggers\n\n- [ ] Data is lost\n", "- [ ] Data is lost `! rollback when asked`")]
    [InlineData("## Rollback\n\nConsider a rollback if:\n\n- Error rate > 4%\n", "- [ ] Error rate > 4% `! hold when error_rate > 4%`")]
    [InlineData("## Rollback criteria\n\n- [ ] Decision criteria defined\n", "- [ ] Decision criteria defined")]
    [InlineData("## SLA\n\n- Alert if: uptime < 99.9%\n", "- [ ] Alert if: uptime < 99.9% `! tell ops when availability < 99.9%`")]
    [InlineData("## Rollback criteria\n\n- Error rate rises by more than 5%\n", "- Error rate rises by more than 5%")]
    public void Criteria_become_rules(string text, string line)
    {
        var adopted = Adopt.Text(text);

        Assert.Contains(line, adopted.Text.Split('\n'));
        Assert.Equal(line.Contains('!', StringComparison.Ordinal) ? 1 : 0, adopted.Count(FindingKind.Rule));
    }
}
