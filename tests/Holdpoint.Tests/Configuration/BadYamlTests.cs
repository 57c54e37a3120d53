using FsCheck;
using FsCheck.Fluent;
using Holdpoint.Configuration;

namespace Holdpoint.Tests.Configuration;

public sealed class BadYamlTests
{
    [Fact]
    public void A_billion_laughs_are_a_problem_and_no_memory()
    {
        var text = "vars:\n  a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
        for (var i = 1; i < 12; i++)
            text += $"  a{i}: &a{i} [{string.Join(", ", Enumerable.Repeat($"*a{i - 1}", 10))}]\n";
        Assert.Contains("more than 50000 values", Yaml.Problem(text), StringComparison.Ordinal);
    }

    [Fact]
    public void An_anchor_that_stands_in_itself_is_a_problem() => Assert.Contains("*a refers to an anchor that is not there", Yaml.Problem("vars: &a { x: *a }"), StringComparison.Ordinal);

    [Fact]
    public void Anchors_and_merging_are_read()
    {
        var project = Yaml.Read("""
            targets:
              web: &web
                command: { now: a, deploy: b, rollback: c }
                within: 10s
              api:
                <<: *web
                within: 20s
            """);
        Assert.Equal(TimeSpan.FromSeconds(10), project.Targets["web"].Within);
        Assert.Equal(TimeSpan.FromSeconds(20), project.Targets["api"].Within);
    }

    [Fact]
    public void A_mistake_behind_an_anchor_is_told_once() =>
        Assert.Single(Yaml.Problems("environments: { a: &a { protected: yes }, b: *a, c: *a }"));

    [Fact]
    public void Deep_nesting_is_a_problem() =>
        Assert.Contains("nested more than 32 levels deep", Yaml.Problem("vars: " + new string('[', 100_000)), StringComparison.Ordinal);

    [Fact]
    public void Deep_nesting_by_indentation_is_a_problem() =>
        Assert.Contains("nested more than 32 levels deep", Yaml.Problem(string.Concat(Enumerable.Range(0, 500).Select(i => new string(' ', i) + "a:\n"))), StringComparison.Ordinal);

    [Fact]
    public void Two_megabytes_are_a_problem() => Assert.Contains("1000000 is the limit", Yaml.Problem("# " + new string('x', 2_000_000)), StringComparison.Ordinal);

    [Theory]
    [InlineData("vars:\n\tapi: x\n", "2:1 this line is indented with a tab")]
    [InlineData("vars:\n  a: 1\n  \tb: 2\n", "3:3 this line is indented with a tab")]
    public void A_tab_is_named(string text, string told) => Assert.StartsWith(told, Yaml.Problem(text), StringComparison.Ordinal);

    [Fact]
    public void Variables_in_flow_style_want_quotes() =>
        Assert.Contains("inside { } and [ ] a value with ${…} needs quotes", Yaml.Problem("servers: { redis: { main: { url: ${api}/x } } }"), StringComparison.Ordinal);

    [Theory]
    [InlineData("four_eyes: tru\0e")]
    [InlineData("\u0001\u0002\u0003")]
    [InlineData("a: half a pair")]
    public void Binary_is_no_text(string text) => Assert.Contains("this is not YAML text", Yaml.Problem(text.Replace("half a pair", "\uD800", StringComparison.Ordinal)), StringComparison.Ordinal);

    [Fact]
    public void A_byte_order_mark_and_other_line_ends_change_nothing()
    {
        var project = Yaml.Read("\uFEFFvars:\r\n  a: x\r\n  b: |\r\n    one\r\n    two\r\nfour_eyes: true\r\n");
        Assert.True(project.FourEyes);
        Assert.Equal("one\ntwo\n", project.Variables["b"].Default!.Content);
        Assert.Equal(3, project.Variables["b"].At.Line);
    }

    [Theory]
    [InlineData("a: 'open\n")]
    [InlineData("a: [1, 2\n")]
    [InlineData("a: @x\n")]
    [InlineData("a: b: c\n")]
    [InlineData("%YAML 99999999999999999999.1\n---\na: 1\n")]
    [InlineData("a: \"\\U99999999\"\n")]
    [InlineData("? [a]\n: b\n")]
    [InlineData("a: 1\n---\nb: 2\n")]
    [InlineData("a: *nowhere\n")]
    [InlineData("<<: 1\n")]
    [InlineData("!!binary x: y")]
    [InlineData("a: !!int x")]
    public void What_is_no_configuration_is_a_problem(string text) => Assert.NotEmpty(Yaml.Problems(text));

    [Fact]
    public void No_text_makes_the_reader_throw()
    {
        Check.One(Seeded.Runs(100), Prop.ForAll<string>(text => ProjectFile.Parse("x.yaml", text ?? "").Problems is not null));
        var pieces = Gen.Elements("holdpoint: 1\n", "vars:\n", "  a: ", "x\n", "{", "}", "[", "]", ",", ": ", "- ", "\t", "\n", "&a ", "*a", "<<: ", "|\n", ">\n", "'", "\"", "${", "}", "secret:x", "? ", "!!x ",
            "%YAML 1.2\n", "---\n", "...\n", "\\", "#", "metrics:\n", "  m: { unit: ratio, scrape: { url: a, of: 'b{c=~\"", "environments:\n", "  p:\n    freeze:\n", "      - { weekly: Fri 16:00 .. ", "Mon 06:00", ", zone: UTC }\n", "targets:\n", "tell:\n", "hosts: { a: [a] }\n", "channels:\n  c: { slack: ", "roles: ", "\uFEFF", "\r\n", "~", "on: ", "0 while ");
        var texts = from parts in Gen.ListOf(pieces) select string.Concat(parts);
        Check.One(Seeded.Runs(500), Prop.ForAll(texts.ToArbitrary(), text => ProjectFile.Parse("x.yaml", text).Problems.All(p => p.At.Line > 0 && p.At.Column > 0)));
    }

    [Fact]
    public void No_change_of_a_good_file_makes_the_reader_throw()
    {
        const string good = "vars:\n  a: { ask: \"x\", default: '${env:B}' }\nenvironments:\n  p:\n    freeze: [ { from: 2026-12-20, until: 2027-01-03, zone: UTC } ]\nmetrics:\n  m: { unit: seconds, absent: 0 while x, scrape: { url: \"${a}/m\", quantile: 0.9, of: x } }\ntell: [ { on: started, to: c } ]\nchannels: { c: { file: x } }\n";
        var changes = from at in Gen.Choose(0, good.Length - 1)
                      from length in Gen.Choose(0, 12)
                      from put in Gen.Elements("", " ", "\n", ":", "{", "]", "'", "\"", "-", "${", "9999999999999999999", "é", "\t", "&x ", "*x")
                      select good[..at] + put + good[Math.Min(good.Length, at + length)..];
        Check.One(Seeded.Runs(500), Prop.ForAll(changes.ToArbitrary(), text => ProjectFile.Parse("x.yaml", text).Problems is not null));
    }
}
