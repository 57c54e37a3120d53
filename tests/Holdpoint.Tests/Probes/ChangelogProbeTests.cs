using Holdpoint.Expressions;
using Holdpoint.Probes;

namespace Holdpoint.Tests.Probes;

public sealed class ChangelogProbeTests : IDisposable
{
    private readonly Machine _machine = new();

    public void Dispose() => _machine.Dispose();

    [Theory]
    [InlineData("## [1.2.3] - 2026-01-31")]
    [InlineData("## v1.2.3 - 2026-01-31")]
    [InlineData("## v1.2.3 2026-01-31")]
    [InlineData("## 1.2.3")]
    [InlineData("# 1.2.3 ##")]
    [InlineData("### [1.2.3](https://example.com/compare/v1.2.2...v1.2.3) (2026-01-31)")]
    [InlineData("## Version 1.2.3")]
    [InlineData("## Release v1.2.3: spring")]
    [InlineData("## shop@1.2.3")]
    [InlineData("## **1.2.3**")]
    [InlineData("1.2.3 / 2026-01-31\n==================")]
    [InlineData("v1.2.3\n---")]
    public async Task A_heading_with_the_version_and_text_below_it_is_present(string heading)
    {
        _machine.Write("CHANGELOG.md", $"# Changelog\n\n## [Unreleased]\n\n{heading}\n\n### Added\n\n- A cart.\n\n## 1.2.2\n\n- Older.\n");

        Assert.Equal(Value.Of(true), (await _machine.MeasureAsync(new ChangelogProbe(), ["1.2.3"]))["present"]);
        Assert.Equal(Value.Of(true), (await _machine.MeasureAsync(new ChangelogProbe(), ["v1.2.3"]))["present"]);
    }

    [Theory]
    [InlineData("## [1.2.3] - 2026-01-31\n\n### Added\n\n## 1.2.2\n\n- Older.")]
    [InlineData("## 1.2.3\n\n[1.2.3]: https://example.com/1.2.3")]
    [InlineData("## 1.2.3\n\n<!-- to be written -->")]
    [InlineData("## 1.2.3-rc.1\n\n- Nearly.")]
    [InlineData("## 1.2.30\n\n- Later.")]
    [InlineData("## 11.2.3\n\n- Much later.")]
    [InlineData("## 1.3.0 (since 1.2.3)\n\n- Another.")]
    [InlineData("## Unreleased\n\n- Mentions 1.2.3.")]
    [InlineData("```\n## 1.2.3\n\n- an example\n```")]
    public async Task Anything_else_is_not(string content)
    {
        _machine.Write("CHANGELOG.md", content + "\n");

        Assert.Equal(Value.Of(false), (await _machine.MeasureAsync(new ChangelogProbe(), ["1.2.3"]))["present"]);
    }

    [Fact]
    public async Task What_is_there_instead_is_told()
    {
        _machine.Write("docs/NEWS.md", "## 1.2.2\n\n- x\n\n## 1.2.1\n\n- y\n");

        var reading = await _machine.AskAsync(new ChangelogProbe(), ["1.2.3"], new() { ["file"] = "docs/NEWS.md" });

        Assert.Equal("docs/NEWS.md has no heading for 1.2.3; the first that it has: 1.2.2, 1.2.1\n", reading.Evidence("changelog.txt"));
    }

    [Fact]
    public async Task A_change_log_that_is_not_there_is_unknown_with_the_mend()
    {
        Assert.Equal($"CHANGELOG.md: no such file in {_machine.Directory}; name the change log with file=", await _machine.RefusalAsync(new ChangelogProbe(), ["1.2.3"]));
    }
}
