using Holdpoint.Checklists;

namespace Holdpoint.Cli.Adopting;

/// <summary>What the items of a checklist are, each counted once: what it does comes before what it asks. Items that only hold others are not counted.</summary>
internal sealed record AdoptionTally(int Checks, int Actions, int SignOffs, int Rules)
{
    public int Items => Checks + Actions + SignOffs + Rules;

    public static AdoptionTally Of(string path, string text)
    {
        var (checks, actions, signOffs, rules) = (0, 0, 0, 0);
        foreach (var item in ChecklistReader.Parse(new SourceText(path, text), null, KnownVerbs.All).AllItems)
        {
            if (item.Marks.Count == 0 && item.Children.Count > 0)
                continue;
            if (item.Marks.Any(m => m.Sign == Sign.Act && !IsRule(m)))
                actions++;
            else if (item.Marks.Any(IsRule))
                rules++;
            else if (item.Marks.Any(m => m.Sign == Sign.Ask))
                checks++;
            else
                signOffs++;
        }

        return new(checks, actions, signOffs, rules);
    }

    private static bool IsRule(Mark mark) => mark.Sign == Sign.Act && (mark.Text.Contains(" when ", StringComparison.Ordinal) || mark.Text.Contains(" unless ", StringComparison.Ordinal));
}
