using Holdpoint.Expressions;
using Holdpoint.Probes.Leaks;

namespace Holdpoint.Tests.Probes.Leaks;

/// <summary>What looks like a secret here is made of parts, so that no search finds one in this file.</summary>
public sealed class SecretsProbeTests : IDisposable
{
    private const string Chance = "aZ4kQ9xT2mWb7Rn5Lc8Yv1Hd6Fs3Gj0PeUiO";
    private const string Hex = "9f86d081884c7d659a2feaa0c55ad015";

    private readonly SupplyFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    public static TheoryData<string, string> Secrets { get; } = new()
    {
        { "aws-access-key-id", "id = " + "AKIA" + "Q3EGTI7ZXWKJ4N2B" },
        { "aws-secret-access-key", "aws_secret_access_key = " + Chance + "9Kx2" },
        { "github-token", "token: " + "ghp_" + Chance },
        { "github-fine-grained-token", "github_pat_" + Chance[..22] + "_" + Chance + Chance[..23] },
        { "gitlab-token", "glpat-" + Chance[..20] },
        { "slack-token", "xoxb-" + "283746592837-" + Chance[..24] },
        { "slack-webhook", "https://hooks.slack.com/services/" + "T0A1B2C3D/B9Z8Y7X6W/" + Chance[..24] },
        { "stripe-key", "sk_live_" + Chance[..24] },
        { "google-api-key", "AIza" + Chance[..35] },
        { "npm-token", "//registry.npmjs.org/:_authToken=" + "npm_" + Chance },
        { "pypi-token", "pypi-" + "AgEIcHlwaS5vcmc" + Chance + Chance },
        { "sendgrid-key", "SG." + Chance[..22] + "." + Chance + Chance[..7] },
        { "twilio-key", "SK" + Hex },
        { "openai-key", "sk-proj-" + Chance + Chance },
        { "digitalocean-token", "dop_v1_" + Hex + Hex },
        { "telegram-bot-token", "739482615:" + "AA" + Chance[..33] },
        { "azure-storage-key", "AccountName=shop;AccountKey=" + Chance + Chance + Chance[..14] + "==;EndpointSuffix=core.windows.net" },
        { "private-key", "-----BEGIN RSA " + "PRIVATE KEY-----\nMIIEpAIBAAKCAQEA" + Chance + "\n-----END RSA " + "PRIVATE KEY-----" },
        { "private-key", "key = \"-----BEGIN " + "PRIVATE KEY-----\\nMIIEvQIBADANBgkq" + Chance + "\\n\"" },
        { "jwt", "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9" + ".eyJzdWIiOiI5ODc2MzIxIn0." + Chance },
        { "password-in-url", "DATABASE_URL=postgres://shop:" + "k3Jd9sQz@db.internal:5432/shop" },
        { "password-in-connection-string", "\"Server=db;User Id=shop;Password=" + "k3Jd9sQz;Encrypt=true\"" },
        { "secret-by-name", "ApiKey = \"" + Chance[..24] + "\";" },
        { "secret-by-name", "'client_secret': '" + Chance[..20] + "'," },
    };

    [Theory]
    [MemberData(nameof(Secrets))]
    public async Task Each_rule_finds_its_secret_once_and_never_shows_it(string rule, string text)
    {
        _folder.Write("src/settings.cs", "first line\n" + text + "\nlast line\n");

        var reading = await _folder.AskAsync(new SecretsProbe(), ".");

        Assert.Equal(1, reading.Facts().Number("findings"));
        Assert.Contains($"src/settings.cs:2 {rule} ", reading.EvidenceText(), StringComparison.Ordinal);
        Assert.DoesNotContain(Chance[..8], reading.EvidenceText(), StringComparison.Ordinal);
        Assert.DoesNotContain("k3Jd9", reading.EvidenceText(), StringComparison.Ordinal);
        Assert.Equal("findings is 1, expected findings == 0", (await JudgeAsync()).Message);
    }

    [Theory]
    [InlineData("AKIAIOSFODNN7EXAMPLE")]
    [InlineData("token = ghp_xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx")]
    [InlineData("password: changeme123")]
    [InlineData("password: ${DB_PASSWORD_2}")]
    [InlineData("api_key: \"{{ .Values.apiKey4 }}\"")]
    [InlineData("postgres://user:password@localhost/db")]
    [InlineData("postgres://app:${PGPASS1}@db/app and redis://redis:redis@cache")]
    [InlineData("var token = parser.Next2(text, 4);")]
    [InlineData("<assembly PublicKeyToken=\"b77a5c561934e089\" />")]
    [InlineData("if (header.StartsWith(\"-----BEGIN PRIVATE KEY-----\"))")]
    [InlineData("tokenizer: \"bert-base-uncased-v2\"")]
    [InlineData("password = \"/run/secrets/db_password1\"")]
    [InlineData("Authorization: Bearer eyJhbGciOiJub25lIn0.e30.")]
    [InlineData("DefaultEndpointsProtocol=http;AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==")]
    public async Task What_only_stands_for_a_secret_is_none(string text)
    {
        _folder.Write("settings.yaml", text + "\n");

        Assert.IsType<Verdict.Passed>(await JudgeAsync());
    }

    [Fact]
    public async Task A_value_without_quotes_counts_in_settings_and_is_a_name_in_code()
    {
        var line = "api_key = " + Chance[..24] + "\r\n";
        _folder.Write("app.env", line);
        _folder.Write("app.py", line);

        Assert.Contains("app.env:1 secret-by-name aZ4k…", (await _folder.AskAsync(new SecretsProbe(), ".")).EvidenceText(), StringComparison.Ordinal);
        Assert.Equal(1, (await _folder.MeasureAsync(new SecretsProbe(), ".")).Number("findings"));
    }

    [Fact]
    public async Task A_line_that_is_marked_is_passed_over_and_only_that()
    {
        _folder.Write("a.cs", $"var a = \"ghp_{Chance}\"; // gitleaks:allow\nvar b = \"ghp_{Chance}\";\n");

        Assert.Contains("a.cs:2 github-token ghp_…", (await _folder.AskAsync(new SecretsProbe(), "a.cs")).EvidenceText(), StringComparison.Ordinal);
        Assert.Equal(1, (await _folder.MeasureAsync(new SecretsProbe(), "a.cs")).Number("findings"));
    }

    [Fact]
    public async Task A_secret_deep_in_one_long_line_is_found()
    {
        _folder.Write("a.js", new string('x', 100_000) + $";t=\"ghp_{Chance}\";" + string.Concat(Enumerable.Repeat("token=a;", 10_000)));

        Assert.Equal(1, (await _folder.MeasureAsync(new SecretsProbe(), ".")).Number("findings"));
    }

    [Fact]
    public async Task A_large_file_full_of_findings_is_read_in_one_go()
    {
        _folder.Write("a.js", string.Concat(Enumerable.Repeat($"token=\"{Chance}\";", 20_000)));
        _folder.Write("b.env", string.Concat(Enumerable.Repeat($"token=ghp_{Chance}\n", 20_000)));

        Assert.Equal(40_000, (await _folder.MeasureAsync(new SecretsProbe(), ".")).Number("findings"));
    }

    [Fact]
    public async Task Binary_files_lock_files_and_large_ones_are_left_out_and_that_is_told()
    {
        var secret = "ghp_" + Chance;
        _folder.Write("a.bin", "\0" + secret);
        _folder.Write("package-lock.json", secret);
        _folder.Write("large.txt", secret + new string(' ', 5_000_000));
        _folder.Write("utf16.txt", "");
        await File.WriteAllTextAsync(_folder.Path("utf16.txt"), secret, System.Text.Encoding.Unicode, TestContext.Current.CancellationToken);
        _folder.Write(".hidden/a.txt", secret);

        var reading = await _folder.AskAsync(new SecretsProbe(), ".");

        Assert.Equal(2, reading.Facts().Number("findings"));
        Assert.Contains("3 left out", reading.EvidenceText(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Nothing_to_look_at_is_no_answer()
    {
        Assert.Contains("holds no text to look at", Assert.IsType<Verdict.Unknown>(await JudgeAsync()).Because, StringComparison.Ordinal);
        Assert.Contains("there is no such file or folder", await _folder.RefusalAsync(new SecretsProbe(), "nowhere"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task In_a_repository_git_names_the_files_and_its_refusal_is_told()
    {
        _folder.Write("a.txt", "ghp_" + Chance);
        _folder.Write("ignored.txt", "ghp_" + Chance);
        Directory.CreateDirectory(_folder.Path(".git"));
        _folder.Commands.Exits(0, "a.txt\0deleted.txt\0").Exits(128, "", "fatal: detected dubious ownership in repository");

        Assert.Equal(1, (await _folder.MeasureAsync(new SecretsProbe(), ".")).Number("findings"));
        Assert.Contains("dubious ownership", await _folder.RefusalAsync(new SecretsProbe(), "."), StringComparison.Ordinal);
    }

    private Task<Verdict> JudgeAsync() => _folder.JudgeAsync("secrets .");
}
