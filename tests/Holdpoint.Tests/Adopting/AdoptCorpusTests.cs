using System.Text;
using Holdpoint.Adopting;
using Holdpoint.Checklists;
using Holdpoint.Configuration;
using Holdpoint.Tests.Checklists;

namespace Holdpoint.Tests.Adopting;

public class AdoptCorpusTests
{
    [Fact]
    public void Every_real_checklist_is_adopted_without_an_error_by_additions_once()
    {
        var wrong = new List<string>();
        foreach (var file in CorpusTests.Files())
        {
            var text = ChecklistReader.ReadBytes(file, File.ReadAllBytes(file)).Source.Text;
            var adopted = Adopter.Adopt(Request(file, text, null));
            if (adopted.Refusal.Length > 0)
                wrong.Add($"{file}: refused: {adopted.Refusal}");
            if (!AdoptPropertiesTests.IsAddedTo(text, adopted.Text))
                wrong.Add($"{file}: something else than additions was made");
            var again = Adopter.Adopt(Request(file, adopted.Text, adopted.Configuration));
            if (again.Text != adopted.Text)
                wrong.Add($"{file}: adopting twice adds more");
            if (again.Refusal.Length > 0)
                wrong.Add($"{file}: what was adopted has an error: {again.Refusal}");
        }

        Assert.True(wrong.Count == 0, string.Join('\n', wrong));
    }

    [Fact]
    public void Most_items_and_blocks_that_carry_a_command_become_a_check_or_an_action()
    {
        var table = new StringBuilder();
        var (carried, taken, kept) = (0, 0, 0);
        foreach (var file in CorpusTests.Files())
        {
            var text = ChecklistReader.ReadBytes(file, File.ReadAllBytes(file)).Source.Text;
            // An item whose command stands in its block is counted by the block.
            var units = Adopter.Adopt(Request(file, text, null)).Findings.Where(f => f.HasCommand && (f.IsBlock || f.Command.Length > 0)).ToList();
            var converted = units.Count(f => f.Kind is FindingKind.Check or FindingKind.Action);
            var byRule = units.Count(f => f.Kind is not (FindingKind.Check or FindingKind.Action) && MustStay.Any(m => f.Because.Contains(m, StringComparison.Ordinal)));
            (carried, taken, kept) = (carried + units.Count, taken + converted, kept + byRule);
            table.AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"{Path.GetFileNameWithoutExtension(file),-55} {units.Count,4} carry a command, {converted,4} became a check or an action, {byRule,4} have to stay");
        }

        table.AppendLine(System.Globalization.CultureInfo.InvariantCulture, $"{"all",-55} {carried,4} carry a command, {taken,4} became a check or an action ({100.0 * taken / carried:0} %; {100.0 * taken / (carried - kept):0} % of those that adopting may take)");
        TestContext.Current.TestOutputHelper?.WriteLine(table.ToString());
        Assert.True(taken >= 0.44 * carried && taken >= 0.84 * (carried - kept), table.ToString());
    }

    /// <summary>Reasons that are rules: what changes something where no section says so, what nothing brings back, what is one of several ways, what is looked up, what no run could end, what is drawn as boxes, a way back with a hole in it.</summary>
    private static readonly string[] MustStay =
    [
        "changes something", "takes away what nothing brings back", "several ways", "under a heading for looking things up", "goes on until somebody stops it", "wants a person at a keyboard", "it is not always done", "it is done only in the case that its heading names", "it only prepares a shell", "boxes of its own", "half a way back",
    ];

    private static AdoptRequest Request(string file, string text, string? yaml) =>
        new(new(file, text), yaml is null ? Project.Empty("/") : ProjectFile.Parse("/holdpoint.yaml", yaml).Project) { Configuration = yaml, Time = new ManualTime() };
}
