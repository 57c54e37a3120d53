using System.Runtime.Versioning;
using Holdpoint.Processes;

namespace Holdpoint.Systems.Tests.Processes;

[SupportedOSPlatform("linux")]
public sealed class PlainLineRunTests : Scratch
{
    [Theory]
    [MemberData(nameof(Lines))]
    public async Task Whether_bash_reads_it_or_not_is_not_to_be_seen(string line)
    {
        Write("tool", "#!/bin/sh\necho \"$0|$#|$*\"; exec 3>&2; pwd; cat; exit 3\n", executable: true);
        Write("bare", "echo bare \"${BASH_VERSION:+bash}\" \"$0\" \"$@\"\n", executable: true);
        Write("lost", "#!/no/such/interpreter\n", executable: true);
        Write("killed", "#!/bin/sh\nkill -9 $$\n", executable: true);
        Write("text", "no program\n", executable: false);
        Write("empty", "", executable: false);
        Directory.CreateSymbolicLink(Path.Combine(Root, "there"), Path.Combine(Root, "sub"));
        Directory.CreateDirectory(Path.Combine(Root, "sub"));

        foreach (var (directory, environment) in Surroundings())
        {
            var bash = Runs(Script.FromLine(line)) with { WorkingDirectory = directory, Environment = environment };
            var plain = await RunAsync(bash);
            // Of a bash that is named by its path, nothing is known.
            var read = await RunAsync(bash with { Program = "/bin/bash" });

            Assert.Equal((read.ExitCode, Sorted(line, read.Output.Text), read.Error.Text), (plain.ExitCode, Sorted(line, plain.Output.Text), plain.Error.Text));
        }
    }

    public static TheoryData<string> Lines =>
    [
        .. Words("echo", "", "a", "a  b", "a\tb", "-n a", "-e a", "--help", "a -n", "a/b:c,d@e%f+g", "$HOME", "'a  b'", "\"a\"", "*", "~", "a#b", "#b", "{a,b}", "a;echo b", "a&&false", "a|cat", "a\\tb"),
        .. Words("true", "", "a", "--help"), .. Words("false", "", "a"),
        .. Words("test", "-f tool", "-f sub", "-d sub", "-d there", "-e none", "-s empty", "-s text", "-x tool", "tool", "-f", "-e /dev/fd/0", "-e /dev/null"),
        .. Words("ls", "", "-a", "-d sub", "none", "--no-such-option", "-1 sub there", "t*"),
        .. Words("./tool", "", "a b", "-x", "a=b"), .. Words("sub/../tool", "a"), .. Words("bash", "./tool a", "-c pwd"),
        "./bare a b", "./lost", "./killed", "./text", "./sub", "./none", "none-such", "text", "sub", "/none/such", "/bin", "env", "printenv PWD", "printenv SHLVL _ OLDPWD", "printenv HOLDPOINT_GIVEN",
        "cat", "cat none", "pwd", "pwd -P", "/bin/pwd", "kill -l", "printf a", "type ls", "exit 4", "sh -c exit", "id -u", "uname", "expr 1 + 1", "expr 1 - 1", "date +%Y", "seq 3", "sort tool", "head -c 5 tool", "wc -l tool", "grep -c echo tool",
        "grep -q nothing tool", "basename a/b", "dirname a/b", "env --no-such-option", "readlink there", "stat -c %s tool", "  ls  \n", "\nls\n", "if", "ls\nls", "A=b env", "sleep 0",
    ];

    private static IEnumerable<TheoryDataRow<string>> Words(string program, params string[] rest) => rest.Select(r => new TheoryDataRow<string>($"{program} {r}"));

    private IEnumerable<(string, Dictionary<string, string?>)> Surroundings()
    {
        yield return (Root, []);
        yield return (Path.Combine(Root, "there"), new() { ["PWD"] = Path.Combine(Root, "there"), ["OLDPWD"] = Root, ["SHLVL"] = "7", ["HOLDPOINT_GIVEN"] = "a b" });
    }

    /// <summary>The order of an environment says nothing, and each run has a job of its own.</summary>
    private static string Sorted(string line, string output) =>
        line.Contains("env", StringComparison.Ordinal) ? string.Join('\n', output.Split('\n').Where(l => !l.StartsWith("HOLDPOINT_JOB=", StringComparison.Ordinal)).Order(StringComparer.Ordinal)) : output;

    private static Command Runs(Script script) => Assert.IsType<Script.Runs>(script).Command;

    private void Write(string name, string text, bool executable)
    {
        var path = Path.Combine(Root, name);
        File.WriteAllText(path, text);
        if (executable)
            File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
