using Holdpoint.Expressions;

namespace Holdpoint.Cli.Catalogues;

/// <summary>The table of all, or the page of one.</summary>
internal static class SignatureListing
{
    public static int Print(Terminal terminal, string plural, string singular, IReadOnlyList<Signature> signatures, string? name, bool asJson)
    {
        var one = name is null ? null : signatures.FirstOrDefault(s => s.Name == name)
            ?? throw new CliError($"there is no {singular} {name}", Nearest.Hint(name, signatures.Select(s => s.Name), $"holdpoint {plural} lists them"));
        if (asJson)
            JsonOut.Print(terminal, json => SignatureJson.Write(json, plural, one is null ? signatures : [one]));
        else
            foreach (var line in one is null ? SignatureText.Table(signatures, terminal) : SignatureText.Page(one, terminal))
                terminal.Print(line);
        return ExitCode.Passed;
    }
}
