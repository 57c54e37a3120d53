using Holdpoint.Adopting;

namespace Holdpoint.Tests.Adopting;

/// <summary>A cd or an ssh in one block holds for whoever types the next one; a mark runs in the checklist's folder.</summary>
public class WhereaboutsTests
{
    [Theory]
    [InlineData("cd terraform/shop\nterraform init", "terraform apply -auto-approve", "`! run dir=terraform/shop`")]
    [InlineData("cd terraform/shop\nterraform init", "cd ../network\nterraform apply -auto-approve", "`! run dir=terraform/shop`")]
    [InlineData("cd terraform/shop\nterraform init", "cd k8s\nkubectl apply -f .", "`! run`")]
    [InlineData("cd terraform/shop\nterraform init", "systemctl restart shop", "`! run`")]
    [InlineData("cd terraform/shop\nterraform init", "kubectl apply -f shop.yaml", "`! run dir=terraform/shop`")]
    [InlineData("cd /path/to/shop\ngit fetch", "git pull", "`! run dir=${path_to_shop}`")]
    [InlineData("git clone https://git.test/shop.git\ncd shop", "make deploy", "`! run dir=shop`")]
    [InlineData("cd ~/shop", "make deploy", "")]
    [InlineData("ssh deploy@shop.test", "make deploy", "")]
    [InlineData("ssh deploy@shop.test 'systemctl stop shop'", "make deploy", "`! run`")]
    [InlineData("make build", "cd ../infrastructure\nmake deploy", "")]
    public void What_is_done_is_done_where_the_block_before_went(string before, string script, string marks) =>
        Assert.Equal(marks, MarksOfLast("Deployment", before, script));

    [Fact]
    public void Elsewhere_each_block_stands_for_itself() => Assert.Equal("`? run`", MarksOfLast("Quality", "cd web\nnpm test", "pytest"));

    [Fact]
    public void A_command_in_a_mark_goes_there_itself()
    {
        var adopted = Adopt.Text("## Deployment\n\n```bash\ncd /path/to/shop\ngit fetch\n```\n\n- [ ] Check it out\n  ```bash\n  git checkout <release-branch>\n  ```\n");

        Assert.Contains("Check it out `! sh cd ${PATH_TO_SHOP} && git checkout ${RELEASE_BRANCH}`", adopted.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Words_may_say_where_to() =>
        Assert.Contains("`! sh cd deploy/helm && helm upgrade shop .`", Adopt.Text("## Deployment\n\n- [ ] Change to the `deploy/helm` directory\n- [ ] Upgrade: `helm upgrade shop .`\n").Text, StringComparison.Ordinal);

    [Fact]
    public void Why_it_is_left_names_the_line()
    {
        var adopted = Adopt.Text("## Deployment\n\n```bash\nssh deploy@shop.test\n```\n\n```bash\nmake deploy\n```\n");

        Assert.Contains(adopted.Findings, f => f.Kind == FindingKind.Left && f.Because.StartsWith("line 4 goes to another machine first (`ssh deploy@shop.test`): give the section **Host:**", StringComparison.Ordinal));
    }

    private static string MarksOfLast(string heading, string before, string script)
    {
        static string Block(string text) => $"```bash\n{text}\n```\n\n";
        var adopted = Adopt.Text($"## {heading}\n\n{Block(before)}### Next\n\nOut it goes:\n\n{Block(script)}");
        var line = adopted.Text.Split('\n').FirstOrDefault(l => l.StartsWith("- [ ] Out it goes", StringComparison.Ordinal)) ?? "";
        return line.IndexOf('`', StringComparison.Ordinal) is >= 0 and var at ? line[at..].Replace("`@ operator` ", "", StringComparison.Ordinal) : "";
    }
}
