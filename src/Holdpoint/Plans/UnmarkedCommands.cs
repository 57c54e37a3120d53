using System.Buffers;
using Holdpoint.Checklists;

namespace Holdpoint.Plans;

/// <summary>Finds commands in a file with marks that look meant to run and carry none: they would only be read.</summary>
internal static class UnmarkedCommands
{
    private static readonly HashSet<string> Commands = new(StringComparer.Ordinal)
    {
        "docker", "docker-compose", "podman", "kubectl", "helm", "curl", "wget", "git", "gh", "npm", "npx", "yarn", "pnpm", "systemctl", "journalctl", "service",
        "sudo", "ssh", "scp", "rsync", "psql", "pg_dump", "pg_restore", "mysql", "mysqldump", "redis-cli", "mongosh", "terraform", "ansible-playbook", "gcloud", "aws",
        "az", "fly", "flyctl", "vercel", "php", "composer", "python", "python3", "pip", "dotnet", "make", "openssl", "certbot", "nginx", "df", "tar", "cp", "mv", "rm",
    };

    private static readonly HashSet<string> Shells = new(StringComparer.Ordinal) { "bash", "sh", "shell", "zsh", "console", "terminal", "shell-session" };

    private static readonly SearchValues<string> FenceSigns = SearchValues.Create(["```", "~~~"], StringComparison.Ordinal);

    /// <summary>Looks for a command in the inline code of an item that has nothing that runs.</summary>
    public static void LookAtCode(Item item, PlannedFile file)
    {
        if (item.Marks.Count > 0 || item.Disabled || item.Link is not null)
            return;
        var end = Math.Clamp(item.End, item.Box, file.Source.Text.Length);
        var text = file.Source.Text.AsSpan(item.Box, end - item.Box);
        for (var open = text.IndexOf('`'); open >= 0;)
        {
            var rest = text[(open + 1)..];
            var length = rest.IndexOf('`');
            if (length < 0)
                return;
            var code = rest[..length].Trim();
            var blank = code.IndexOf(' ');
            // A lone word is a mention: "`git` is installed".
            if (blank > 0 && Commands.Contains(code[..blank].ToString()))
            {
                file.Warning(file.Source.PositionAt(item.Box + open), $"`{code}` carries no mark, so nothing runs it", $"`? sh {code}` checks with it, `! sh {code}` acts; words around it may stay");
                return;
            }

            var next = rest[(length + 1)..].IndexOf('`');
            open = next < 0 ? -1 : open + length + 2 + next;
        }
    }

    /// <summary>Looks for fences in the language of a shell that no mark took. All items must have been planned.</summary>
    public static void LookAtFences(PlannedFile file)
    {
        List<Item>? items = null;
        var source = file.Source;
        var text = source.Text;
        string? closer = null;
        for (var from = 0; text.AsSpan(from).IndexOfAny(FenceSigns) is >= 0 and var sign;)
        {
            // A fence begins its line; of what stands elsewhere in a line nothing has to be looked at.
            var line = source.PositionAt(from + sign).Line;
            var start = source.LineStart(line);
            from = line < source.LineCount ? source.LineStart(line + 1) : text.Length;
            var content = text.AsSpan(start, from - start).TrimEnd();
            var trimmed = content.TrimStart();
            if (trimmed[0] is not ('`' or '~'))
                continue;
            var width = trimmed.IndexOfAnyExcept(trimmed[0]) is >= 0 and var other ? other : trimmed.Length;
            if (closer is not null)
            {
                if (width == trimmed.Length && trimmed[0] == closer[0] && width >= closer.Length)
                    closer = null;
                continue;
            }

            if (width < 3)
                continue;
            closer = new(trimmed[0], width);
            var language = trimmed[width..].Trim();
            if (language.IndexOfAny(' ', '{') is > 0 and var after)
                language = language[..after];
            if (file.TakenFences.Contains(line) || !Shells.Contains(language.ToString().ToLowerInvariant()))
                continue;
            items ??= [.. file.Checklist.AllItems];
            var indent = content.Length - trimmed.Length;
            if (LastBefore(start, items) is { Disabled: false } owner && indent >= owner.Indent && !owner.Marks.Any(m => m.Sign is Sign.Ask or Sign.Act))
                file.Warning(new(line, indent + 1), "no mark of its item takes this script, so nothing runs it", "add `? run` to the item to check with it, or `! run` to act");
        }
    }

    private static Item? LastBefore(int offset, List<Item> items)
    {
        var (low, high) = (0, items.Count);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (items[middle].Box < offset)
                low = middle + 1;
            else
                high = middle;
        }

        return low == 0 ? null : items[low - 1];
    }
}
