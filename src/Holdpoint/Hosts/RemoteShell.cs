using System.Globalization;
using System.Text;
using Holdpoint.Processes;

namespace Holdpoint.Hosts;

/// <summary>
/// What is said to a host's POSIX shell. One shell stays for many commands and reads them from its standard input, so that nothing of a
/// command's environment or input stands on a command line of either machine. Each command runs in a session of its own; it ends when it
/// is told to stop, when the connection does, or when its time is over and nobody has said anything.
/// </summary>
internal static class RemoteShell
{
    /// <summary>A line of this alone stops the command that runs.</summary>
    public const string Stop = "stop\n";

    /// <summary>Says that an ended command was heard of.</summary>
    public const string Next = "next\n";

    /// <summary>What a mark is followed by where the command's own output begins.</summary>
    public const string Begun = "begun";

    /// <summary>What it is followed by where the command was ended from here.</summary>
    public const string Stopped = "stopped";

    /// <summary>There is no such program.</summary>
    public const string NoProgram = "no-program";

    /// <summary>There is no such folder to run in.</summary>
    public const string NoFolder = "no-folder";

    /// <summary>How much longer than its limit a command may run there when the connection has silently died: 15 s.</summary>
    private static readonly TimeSpan Overdue = TimeSpan.FromSeconds(15);

    /// <summary>
    /// For the login shell, whichever it is: no quote, no line end and no exclamation mark in it. Reads blocks that end with a line like their first;
    /// the first block is <see cref="Loop"/>.
    /// </summary>
    public const string Boot =
        """exec sh -c 'exec 3<&0 </dev/null;n=$(printf "\n.");n=${n%.};block(){ s=;IFS= read -r t <&3||exit 0;while IFS= read -r l <&3;do [ "$l" = "$t" ]&&return;s=$s$l$n;done;exit 0;};block;eval "$s"'""";

    /// <summary>Says <c>ready</c> behind the mark, then runs one block after another.</summary>
    private const string Loop = """
        own= bound= keep=
        command -v setsid >/dev/null 2>&1 && own=setsid
        timeout -k 2 9 true >/dev/null 2>&1 && bound='timeout -k 2'
        say() {
          printf '%s %s\n' "$mark" "$1"
          [ "$keep" = 1 ] || printf '%s %s\n' "$mark" "$1" >&2
        }
        rest() { sleep 0.05 2>/dev/null || sleep 1; }
        strays() {
          [ -r /proc/self/environ ] || return 0
          grep -ls -- "$id" /proc/[0-9]*/environ 2>/dev/null | while IFS=/ read -r _ _ pid _; do printf '%s ' "$pid"; done
        }
        finish() {
          round=0
          while left=$([ "$2" = all ] && strays); kill -0 "$group" 2>/dev/null || [ -n "$left" ]; do
            [ "$round" -lt $(($1 + 6)) ] || return 0
            if [ "$round" -eq 0 ]; then kill -TERM "$group" $left 2>/dev/null
            elif [ "$round" -ge "$1" ]; then kill -KILL "$group" $left 2>/dev/null
            fi
            rest
            round=$((round + 1))
          done
        }
        folder() { cd -- "$1" 2>/dev/null || { say no-folder; exit; }; }
        run() {
          limit=$1; shift
          command -v "$1" >/dev/null 2>&1 || { say no-program; exit; }
          stopped=
          trap 'stopped=1' TERM
          say begun
          [ "$keep" != 1 ] || exec 2>&1
          if [ -n "$input" ]; then
            printf '%s' "$input" | HOLDPOINT_JOB=$id exec $own $bound ${bound:+$limit} "$@" 3<&- &
          else
            HOLDPOINT_JOB=$id exec $own $bound ${bound:+$limit} "$@" 3<&- &
          fi
          child=$! group=${own:+-}$!
          wait "$child" 2>/dev/null
          code=$?
          if [ -n "$stopped" ]; then finish 24 all; code=stopped
          elif [ "$keep" != 1 ]; then finish 4 group
          fi
          trap '' TERM
          say "$code"
          [ "$keep" != 1 ] || kill -TERM $$
        }
        end() {
          while kill -0 "$job" 2>/dev/null; do kill -TERM "$job" 2>/dev/null; rest; done
          wait "$job"
        }
        [ -z "$mark" ] || say ready
        while :; do
          block
          (eval "$s") &
          job=$!
          IFS= read -r word <&3 || { end 2>/dev/null; exit 0; }
          [ "$word" != stop ] || { end 2>/dev/null; mark=$t; say stopped; }
          wait "$job" 2>/dev/null
        done

        """;

    /// <summary>One of its own for each command, so that no output can be taken for it.</summary>
    public static string NewMark() => $"holdpoint-{Guid.NewGuid():N}";

    /// <summary>The first block. <paramref name="mark"/> comes back when the shell is there; empty: nothing does.</summary>
    public static string Greeting(string mark) => Block(NewMark(), $"mark={Quoted(mark)}\n{Loop}");

    /// <summary>One command as a block.</summary>
    /// <param name="mark">What stands before each word about it, on both of its streams; never part of the command's own environment or output.</param>
    /// <param name="keeps">What it leaves in the background stays, the shell ends with it, and both its streams come as one, in the order they were written.</param>
    /// <exception cref="ArgumentException">It holds what no shell can be given.</exception>
    public static string Say(Command command, TimeSpan limit, string mark, bool keeps = false)
    {
        var text = new StringBuilder();
        text.Append("mark=").Append(Quoted(mark)).Append(" id=").Append(Guid.NewGuid().ToString("N")).Append(" keep=").Append(keeps ? '1' : '0').Append(" input=").Append(Quoted(command.Input ?? "")).Append('\n');
        if (command.WorkingDirectory is { Length: > 0 } directory)
            text.Append("folder ").Append(Path(directory)).Append('\n');
        foreach (var (name, value) in command.Environment)
        {
            if (!IsName(name))
                throw new ArgumentException($"the environment variable '{name}' has a name that no shell can be given");
            text.Append(value is null ? $"unset {name}" : $"export {name}={Quoted(value)}").Append('\n');
        }

        var seconds = Math.Ceiling(Math.Min((limit + Overdue).TotalSeconds, 10_000_000));
        text.Append("run ").Append(seconds.ToString(CultureInfo.InvariantCulture));
        foreach (var word in command.Arguments.Prepend(command.Program))
            text.Append(' ').Append(Quoted(word));
        return Block(keeps ? NewMark() : mark, text.Append('\n').ToString());
    }

    /// <summary>A word for a POSIX shell.</summary>
    /// <exception cref="ArgumentException">It holds a NUL character.</exception>
    public static string Quoted(string word) => word.Contains('\0', StringComparison.Ordinal)
        ? throw new ArgumentException("a word with a NUL character can't be given to a program")
        : $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    /// <summary>A path there: <c>~</c> is the home of whom the connection is made as, and where relative ones begin.</summary>
    public static string Path(string path) =>
        path is "~" or "" ? "\"$HOME\""
        : path.StartsWith("~/", StringComparison.Ordinal) ? $"\"$HOME\"/{Quoted(path[2..])}"
        : path[0] == '/' ? Quoted(path)
        : $"\"$HOME\"/{Quoted(path)}";

    private static string Block(string mark, string text) => $"{mark}\n{text}\n{mark}\n";

    private static bool IsName(string name) => name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
}
