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

    private static AdoptRequest Request(string file, string text, string? yaml) =>
        new(new(file, text), yaml is null ? Project.Empty("/") : ProjectFile.Parse("/holdpoint.yaml", yaml).Project) { Configuration = yaml, Time = new ManualTime() };
}
