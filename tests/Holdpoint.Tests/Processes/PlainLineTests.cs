using System.Runtime.Versioning;
using Holdpoint.Processes;

namespace Holdpoint.Tests.Processes;

[SupportedOSPlatform("linux")]
public sealed class PlainLineTests
{
    [Theory]
    [InlineData("ls")]
    [InlineData("  ls -la .  ")]
    [InlineData("ls\t-l\n")]
    [InlineData("\nls\n")]
    [InlineData("/bin/ls a/b:c,d@e%f+g")]
    [InlineData("./tool one")]
    [InlineData("echo one two")]
    [InlineData("true")]
    [InlineData("test -f tool")]
    public void A_program_and_plain_words_need_no_shell(string line) => Assert.NotNull(Plain(line));

    [Theory]
    [InlineData("ls *")]
    [InlineData("ls ?")]
    [InlineData("ls [a]")]
    [InlineData("ls {a,b}")]
    [InlineData("ls ~")]
    [InlineData("ls $HOME")]
    [InlineData("ls 'a'")]
    [InlineData("ls \"a\"")]
    [InlineData("ls a\\ b")]
    [InlineData("ls `pwd`")]
    [InlineData("ls # all")]
    [InlineData("ls a=b")]
    [InlineData("A=b ls")]
    [InlineData("ls; ls")]
    [InlineData("ls | cat")]
    [InlineData("ls && ls")]
    [InlineData("ls &")]
    [InlineData("ls > x")]
    [InlineData("ls < x")]
    [InlineData("(ls)")]
    [InlineData("! ls")]
    [InlineData("ls !")]
    [InlineData("ls ^")]
    [InlineData("ls ä")]
    [InlineData("ls\u00a0-l")]
    [InlineData("ls\nls")]
    [InlineData("ls\r")]
    [InlineData("-ls")]
    [InlineData("%1")]
    [InlineData(": ls")]
    [InlineData(". ./tool")]
    [InlineData("time ls")]
    [InlineData("kill -l")]
    [InlineData("printf a")]
    [InlineData("pwd")]
    [InlineData("cd .")]
    [InlineData("echo -n a")]
    [InlineData("true --version")]
    [InlineData("test -t 1")]
    [InlineData("test -e /dev/fd/0")]
    [InlineData("test a")]
    [InlineData("no-such-program-anywhere")]
    public void Whatever_bash_might_read_in_another_way_is_left_to_it(string line) => Assert.Null(Plain(line));

    [Theory]
    [InlineData("BASH_ENV", "x")]
    [InlineData("SHELLOPTS", "xtrace")]
    [InlineData("BASHOPTS", "xpg_echo")]
    [InlineData("POSIXLY_CORRECT", "")]
    [InlineData("BASH_FUNC_ls%%", "() { echo mine; }")]
    [InlineData("PATH", null)]
    [InlineData("PATH", "bin:/bin")]
    [InlineData("PATH", "/no/such/folder::/bin")]
    [InlineData("SHLVL", "x")]
    [InlineData("SHLVL", "999")]
    [InlineData("OLDPWD", "/no/such/folder")]
    public void An_environment_that_bends_bash_is_left_to_it(string variable, string? value) =>
        Assert.Null(Plain("ls", new() { [variable] = value }));

    [Fact]
    public void Other_shells_other_options_and_other_users_are_not_touched()
    {
        Assert.Null(PlainLine.Of(Runs(Script.FromFence("sh", "ls"))));
        Assert.Null(PlainLine.Of(new Command("bash", ["-c", "ls"])));
        Assert.Null(PlainLine.Of(new Command("bash", ["-euo", "pipefail", "-c", "ls"])));
        Assert.Null(PlainLine.Of(new Command("sudo", ["-n", "bash", "-euo", "pipefail", "-c", "ls", "script"])));
    }

    private static Command? Plain(string line, Dictionary<string, string?>? environment = null) =>
        PlainLine.Of(Runs(Script.FromLine(line)) with { WorkingDirectory = AppContext.BaseDirectory, Environment = environment ?? [] });

    private static Command Runs(Script script) => Assert.IsType<Script.Runs>(script).Command;
}
