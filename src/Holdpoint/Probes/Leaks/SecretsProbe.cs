using System.Text;
using Holdpoint.Expressions;
using Holdpoint.Hosts;

namespace Holdpoint.Probes.Leaks;

/// <summary>Secrets that lie in files: keys and tokens by their known forms, passwords by their names.</summary>
public sealed class SecretsProbe : AskingProbe
{
    public override Signature Signature { get; } = new("secrets", "No secrets in a tree of files: keys, tokens and passwords by well-known rules")
    {
        Arguments = [new("PATH", "a folder or a file; in a git repository what git knows and does not ignore, else everything; binary files, lock files and files over 5 MB are left out. A line with gitleaks:allow is passed over")],
        Facts = [new("findings", Dimension.Count, "secrets found; a value is never shown, only file, line, rule and the first 4 characters of a long one")],
        DefaultCondition = "findings == 0",
        OnHosts = true,
        Example = "secrets .",
        Needs = "git, in a git repository",
    };

    protected override async Task<Reading> AskAsync(ProbeCall call, CancellationToken cancel)
    {
        var path = call.Arguments[0];
        var root = Machine.Of(call).Absolute(path);
        var scan = new SecretScan(root);
        if (call.Context.Host is null)
        {
            var files = await SecretFiles.ListAsync(call, root, cancel);
            await Task.Run(() => scan.Run(files, cancel), cancel).WaitAsync(cancel);
        }
        else
        {
            await new SecretsOnHost(call, scan, cancel).ScanAsync(root);
        }

        if (scan.Scanned == 0 && scan.Unreadable.IsEmpty)
            throw new Unanswered($"{path} holds no text to look at");
        var findings = scan.Findings.OrderBy(f => f.Path, StringComparer.Ordinal).ThenBy(f => f.Line).ToList();
        return new Reading.Measured(Facts.Of(("findings", findings.Count == 0 && !scan.Unreadable.IsEmpty
            ? new Value.Unknown($"{scan.Unreadable.Order(StringComparer.Ordinal).First()} can't be read{(scan.Unreadable.Count > 1 ? $", nor can {scan.Unreadable.Count - 1} others" : "")}")
            : Value.Count(findings.Count))))
        {
            Evidence = [Evidence.OfText("findings.txt", Listing(path, scan, findings))],
        };
    }

    private static string Listing(string path, SecretScan scan, IReadOnlyList<SecretFinding> findings)
    {
        var text = new StringBuilder().Append($"{path}: {findings.Count} {(findings.Count == 1 ? "finding" : "findings")} in {scan.Scanned} files; {scan.LeftOut} left out (binary, lock files, over 5 MB)\n");
        foreach (var unreadable in scan.Unreadable.Order(StringComparer.Ordinal).Take(100))
            text.Append($"can't be read: {unreadable}\n");
        foreach (var finding in findings.Take(1000))
            text.Append($"{finding.Path}:{finding.Line} {finding.Rule} {finding.Shown}\n");
        return text.ToString();
    }
}
