using Holdpoint.Expressions;
using Holdpoint.Probes;

namespace Holdpoint.Tests.Probes;

public sealed class MachineSignatureTests
{
    private static readonly Dictionary<Dimension, string> Letters = new()
    {
        [Dimension.Any] = "A", [Dimension.Duration] = "D", [Dimension.Bytes] = "B", [Dimension.Ratio] = "R",
        [Dimension.Count] = "C", [Dimension.Text] = "T", [Dimension.Boolean] = "F", [Dimension.Version] = "V",
    };

    [Theory]
    [InlineData("run (fence) dir=,as=: exit:C,output:T,stderr:T,lines:C,matching\"\":C,time:D,$; exit == 0")]
    [InlineData("sh COMMAND: exit:C,output:T,stderr:T,lines:C,matching\"\":C,time:D,$; exit == 0")]
    [InlineData("file GLOB: files:C,size:B,lines:C,matching\"\":C,newest.age:D,newest.size:B,$; files >= 1")]
    [InlineData("env NAME file=: value:A,length:C; length >= 1")]
    [InlineData("envfile PATH like=: missing:C,empty:C; missing == 0 and empty == 0")]
    [InlineData("secret NAME: length:C,classes:C,bits:C,age:D; length >= 1")]
    [InlineData("git base=,fetch=: clean:F,branch:T,tag:T,commit:T,ahead:C,behind:C,conflicts:C,conventional:F")]
    [InlineData("changed GLOB since=: files:C; files >= 1")]
    [InlineData("changelog VERSION file=: present:F; present")]
    [InlineData("disk PATH: free:B,used:R,size:B")]
    [InlineData("memory: free:B,used:R,size:B")]
    [InlineData("load: one:C,five:C,fifteen:C,cpu_used:R")]
    [InlineData("clock server=: skew:D")]
    [InlineData("process NAME: count:C,cpu_used:R,memory:B,age:D; count >= 1")]
    public void A_probe_takes_and_measures_what_the_table_of_names_says(string row)
    {
        var signature = ProbeCatalogue.Signatures[row.Split(' ', ':')[0]];

        Assert.Equal(row, Row(signature));
        Assert.StartsWith(signature.Name, signature.Example, StringComparison.Ordinal);
        Assert.All(signature.Facts.Select(f => f.Summary).Concat(signature.Arguments.Select(a => a.Summary)).Concat(signature.Options.Select(o => o.Summary)).Append(signature.Summary), s => Assert.False(string.IsNullOrWhiteSpace(s)));
    }

    private static string Row(Signature s)
    {
        var words = new[] { s.Name, s.TakesBody ? "(fence)" : "" }.Concat(s.Arguments.Select(a => a.Name)).Append(string.Join(',', s.Options.Select(o => o.Name + "=")));
        var facts = s.Facts.Select(f => $"{f.Name}{(f.TakesText ? "\"\"" : "")}:{Letters[f.Dimension]}").Concat(s.HasDocument ? ["$"] : []);
        return $"{string.Join(' ', words.Where(w => w.Length > 0))}: {string.Join(',', facts)}{(s.DefaultCondition is { } c ? "; " + c : "")}";
    }
}
