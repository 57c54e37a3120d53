using System.Text.RegularExpressions;

namespace Holdpoint.Adopting.Shell;

/// <summary>PowerShell's own commands: their first half is a verb out of a fixed list (Approved Verbs for PowerShell Commands).</summary>
internal static partial class Cmdlets
{
    /// <summary>Null where the words are none.</summary>
    public static Effect? Of(IReadOnlyList<string> words)
    {
        if (Form().Match(words[0]) is not { Success: true } form)
            return null;
        // A block between braces may hold another command.
        if (words.Skip(1).Any(w => Form().IsMatch(w.Trim('{', '}', '(', ')'))))
            return Effect.Unknown;
        return form.Groups["verb"].Value switch
        {
            "Get" or "Select" or "Where" or "Sort" or "Measure" or "Format" or "Compare" or "Group" or "Resolve" or "ConvertFrom" or "ConvertTo" or "Find" or "Search" => words.Any(w => w is "-Wait" or "-Tail" && words.Contains("-Wait")) ? Effect.Endless : Effect.Shows,
            "Test" => Effect.Shows,
            "Write" when words[0] is "Write-Host" or "Write-Output" => Effect.Prepares,
            "Set" when words[0] is "Set-Location" => Effect.Prepares,
            "Invoke" when words[0] is "Invoke-WebRequest" or "Invoke-RestMethod" => words.Any(w => w is "-Method" or "-Body" or "-OutFile" or "-InFile") ? Effect.Unknown : Effect.Proves,
            "Set" or "New" or "Start" or "Restart" or "Stop" or "Copy" or "Add" or "Enable" or "Disable" or "Import" or "Export" or "Install" or "Update" or "Publish" or "Restore" or "Backup" or "Rename" or "Move" or "Expand" or "Compress" or "Register" => Effect.Changes,
            "Remove" or "Clear" or "Uninstall" or "Unregister" => Effect.Destroys,
            _ => Effect.Unknown,
        };
    }

    [GeneratedRegex(@"^(?<verb>[A-Z][A-Za-z]+)-[A-Z][A-Za-z]+$")]
    private static partial Regex Form();
}
