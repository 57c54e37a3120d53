using System.Globalization;
using System.Text;
using Holdpoint.Hosts;

namespace Holdpoint.Probes.Leaks;

/// <summary>The files of another machine, brought here one after another and looked into here; nothing of them is kept.</summary>
internal sealed class SecretsOnHost(ProbeCall call, SecretScan scan, CancellationToken cancel)
{
    /// <summary>Files that one question is about.</summary>
    private const int AtOnce = 200;

    private readonly StringBuilder _content = new();
    private IReadOnlyList<string> _batch = [];
    private string? _name;

    /// <param name="root">A folder or a file there.</param>
    /// <exception cref="Unanswered">There is nothing at the path, it can't be read whole, or the host gives no answer.</exception>
    public async Task ScanAsync(string root)
    {
        var path = RemoteShell.Path(root);
        try
        {
            var kind = await AskAsync($$"""
                p={{path}}
                if [ -f "$p" ]; then echo file; exit; fi
                [ -d "$p" ] || { echo none; exit; }
                cd -- "$p" || exit
                d=$(pwd -P)
                while [ ! -e "$d/.git" ] && [ "$d" != / ]; do d=$(dirname "$d"); done
                [ -e "$d/.git" ] && echo git || echo tree
                """);
            var files = kind.Trim() switch
            {
                "file" => [root],
                "git" => await SecretFiles.NamesKnownToGitAsync(call, root, cancel),
                "tree" => (await AskAsync($"cd -- {path} && find . -type f -print0")).Split('\0', StringSplitOptions.RemoveEmptyEntries),
                _ => throw new Unanswered($"{call.Arguments[0]}: there is no such file or folder in {call.Context.Directory} on {call.Context.Host}"),
            };
            foreach (var batch in files.Chunk(AtOnce))
                await LookAsync(kind.Trim() == "file" ? "" : $"cd -- {path} || exit\n", batch);
        }
        catch (IOException e)
        {
            throw new Unanswered($"{call.Arguments[0]} can't be read whole: {e.Message}");
        }
    }

    private async Task LookAsync(string begin, string[] files)
    {
        _batch = files;
        var script = new StringBuilder(begin).Append($$"""
            see() {
              [ -f "$2" ] || return 0
              [ -r "$2" ] || { echo "? $1"; return 0; }
              [ "$(wc -c <"$2")" -le {{SecretScan.SizeLimit}} ] || { echo "- $1"; return 0; }
              echo "= $1"
              base64 <"$2"
            }
            plain() { [ -L "$2" ] || see "$1" "$2"; }

            """);
        for (var i = 0; i < files.Length; i++)
            script.Append(CultureInfo.InvariantCulture, $"{(begin.Length == 0 ? $"see {i} {RemoteShell.Path(files[i])}" : $"plain {i} {RemoteShell.Quoted(files[i])}")}\n");
        await AskAsync(script.ToString(), See);
        Take();
    }

    /// <summary>A word and the file's number, or a line of what it holds; base64 has neither a blank nor <c>?</c> and <c>-</c>.</summary>
    private void See(string line)
    {
        if (line.Length < 3 || line[1] != ' ')
        {
            _content.Append(line);
            return;
        }

        Take();
        var name = _batch[int.Parse(line.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture)];
        name = name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name;
        switch (line[0])
        {
            case '=':
                _name = name;
                break;
            case '?':
                scan.Unreadable.Add(name);
                break;
            default:
                scan.LeaveOut();
                break;
        }
    }

    private void Take()
    {
        if (_name is { } name)
            scan.Look(name, Convert.FromBase64String(_content.ToString()));
        _name = null;
        _content.Clear();
    }

    private Task<string> AskAsync(string script, Action<string>? onLine = null) => RemoteQuestion.AskAsync(call, script, onLine is null ? 32 * 1024 * 1024 : 4096, onLine, cancel);
}
