using Holdpoint.Expressions;
using Holdpoint.Probes;

namespace Holdpoint.Tests.Probes;

/// <summary>env, envfile and secret.</summary>
public sealed class VariableProbeTests : IDisposable
{
    private readonly Machine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Fact]
    public async Task A_variable_is_compared_and_never_shown()
    {
        var facts = await _machine.MeasureAsync(new EnvProbe(n => n == "MODE" ? "Production" : null), ["MODE"]);

        Assert.Equal(Value.Of("Production"), facts["value"]);
        Assert.DoesNotContain("Production", facts["value"].ToString(), StringComparison.Ordinal);
        Assert.Equal(Value.Count(10), facts["length"]);
    }

    [Fact]
    public async Task A_variable_that_is_not_set_has_length_0_and_is_absent()
    {
        var facts = await _machine.MeasureAsync(new EnvProbe(_ => null), ["MODE"]);

        Assert.Equal(Value.Count(0), facts["length"]);
        Assert.IsType<Value.Absent>(facts["value"]);
    }

    [Fact]
    public async Task A_variable_of_a_file_is_read_from_there()
    {
        _machine.Write(".env", "# a comment\nexport MODE='Production # really'\n");

        Assert.Equal("Production # really", (await _machine.MeasureAsync(new EnvProbe(_ => "wrong"), ["MODE"], new() { ["file"] = ".env" })).Text("value"));
    }

    [Fact]
    public async Task A_file_of_variables_that_can_not_be_read_is_unknown_and_its_text_is_not_told()
    {
        Assert.StartsWith(".env can't be read as variables", await _machine.RefusalAsync(new EnvProbe(), ["MODE"], new() { ["file"] = ".env" }), StringComparison.Ordinal);
        _machine.Write(".env", "A=1\nhunter2\n");
        Assert.Equal(".env can't be read as variables: line 2 is no NAME=value", await _machine.RefusalAsync(new EnvProbe(), ["MODE"], new() { ["file"] = ".env" }));
    }

    [Theory]
    [InlineData("A=b", "b")]
    [InlineData("A = b # c", "b")]
    [InlineData("A=b#c", "b#c")]
    [InlineData("A=", "")]
    [InlineData("A= # nothing", "")]
    [InlineData("A=\"b\\nc\\\"\" # d", "b\nc\"")]
    [InlineData("A='b\\nc'", "b\\nc")]
    [InlineData("A=\"b\nc\"\nB=1", "b\nc")]
    [InlineData("A=1\r\nA=2\r\n", "2")]
    [InlineData("\uFEFFA=postgres://u:p@h/db?x=y", "postgres://u:p@h/db?x=y")]
    public void Files_of_variables_are_read_as_dotenv_does(string text, string expected) => Assert.Equal(expected, DotEnv.Parse(text)["A"]);

    [Fact]
    public void A_quotation_without_an_end_is_an_error_with_its_line() =>
        Assert.Equal("line 2 opens a quotation that nothing closes", Assert.Throws<FormatException>(() => DotEnv.Parse("A=1\nB=\"x\n")).Message);

    [Fact]
    public async Task A_whole_file_of_variables_misses_nothing()
    {
        _machine.Write(".env", "A=1\nB=2\n");
        _machine.Write(".env.example", "A=\n");

        var facts = await _machine.MeasureAsync(new EnvFileProbe(), [".env"]);

        Assert.Equal(Value.Count(0), facts["missing"]);
        Assert.Equal(Value.Count(0), facts["empty"]);
    }

    [Fact]
    public async Task Missing_and_empty_variables_are_counted_and_named_without_values()
    {
        _machine.Write(".env", "A=hunter2\nB=\n");
        _machine.Write("sample.env", "A=\nB=\nC=\nD=\n");

        var reading = await _machine.AskAsync(new EnvFileProbe(), [".env"], new() { ["like"] = "sample.env" });

        var facts = Assert.IsType<Reading.Measured>(reading).Facts;
        Assert.Equal(Value.Count(2), facts["missing"]);
        Assert.Equal(Value.Count(1), facts["empty"]);
        Assert.Equal("C is missing\nD is missing\nB is empty\n", reading.Evidence("variables.txt"));
    }

    [Fact]
    public async Task Without_an_example_nobody_knows_what_is_missing()
    {
        _machine.Write(".env", "A=1\n");

        Assert.Contains("like=FILE", (await _machine.MeasureAsync(new EnvFileProbe(), [".env"])).Unknown("missing"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_of_variables_that_is_not_there_is_unknown()
    {
        Assert.StartsWith(".env can't be read", await _machine.RefusalAsync(new EnvFileProbe(), [".env"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_in_a_file_has_length_classes_bits_and_age()
    {
        _machine.Write("db", "aB3-\n", TimeSpan.FromDays(3));

        var facts = await _machine.MeasureAsync(new SecretProbe(_machine.Directory, _ => null), ["db"]);

        Assert.Equal(4, facts.Number("length"));
        Assert.Equal(4, facts.Number("classes"));
        Assert.Equal(8, facts.Number("bits"));
        Assert.Equal(Value.Duration(TimeSpan.FromDays(3)), facts["age"]);
    }

    [Fact]
    public async Task A_secret_of_one_letter_has_no_entropy()
    {
        var facts = await _machine.MeasureAsync(new SecretProbe(_machine.Directory, _ => "aaaaaaaaaaaa"), ["db"]);

        Assert.Equal(12, facts.Number("length"));
        Assert.Equal(1, facts.Number("classes"));
        Assert.Equal(0, facts.Number("bits"));
        Assert.Contains("has no date", facts.Unknown("age"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_that_is_nowhere_is_unknown_with_the_mend()
    {
        Assert.StartsWith("the secret db is nowhere: put it into the file", await _machine.RefusalAsync(new SecretProbe(_machine.Directory, _ => null), ["db"]), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_secret_beside_the_configuration_is_found_from_a_folder_below()
    {
        _machine.Write("shop/holdpoint.yaml", "holdpoint: 1\n");
        _machine.Write("shop/.secrets/db", "abc", TimeSpan.FromDays(40));
        Directory.CreateDirectory(_machine.Path("shop/deploy"));

        var facts = await _machine.In("shop/deploy").MeasureAsync(new SecretProbe(_machine.Path("none"), _ => null), ["db"]);

        Assert.Equal(3, facts.Number("length"));
        Assert.Equal(Value.Duration(TimeSpan.FromDays(40)), facts["age"]);
    }

    [Fact]
    public async Task A_secret_s_name_does_not_lead_out_of_its_folder()
    {
        Assert.Contains("can't be the name of a secret", await _machine.RefusalAsync(new SecretProbe(_machine.Directory, _ => null), ["../etc/shadow"]), StringComparison.Ordinal);
    }
}
