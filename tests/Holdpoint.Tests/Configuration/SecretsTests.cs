using System.Text;
using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Holdpoint.Configuration;

namespace Holdpoint.Tests.Configuration;

public sealed class SecretsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("holdpoint");
    private readonly Dictionary<string, string> _variables = [];

    private Secrets Secrets => field ??= new(_folder.FullName, name => _variables.GetValueOrDefault(name), Path.Combine(_folder.FullName, "run"));

    public void Dispose() => _folder.Delete(recursive: true);

    private string Write(string folder, string name, string content, UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite)
    {
        var path = Path.Combine(_folder.CreateSubdirectory(folder).FullName, name);
        File.WriteAllText(path, content);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, mode);
        return path;
    }

    private string Value(string name) => Assert.IsType<SecretLookup.Found>(Secrets.Find(name)).Value;

    [Fact]
    public void The_first_place_that_has_it_wins()
    {
        Assert.Contains("the secret token is nowhere: put it into the file", Assert.IsType<SecretLookup.Missing>(Secrets.Find("token")).Because, StringComparison.Ordinal);
        _variables["TOKEN"] = "from TOKEN";
        Assert.Equal("from TOKEN", Value("token"));
        _variables["token"] = "from token";
        Assert.Equal("from token", Value("token"));
        Write(".secrets", "token", "from project\n");
        Assert.Equal("from project", Value("token"));
        Write("run", "token", "from run\r\n");
        Assert.Equal("from run", Value("token"));
        Write("given", "token", "from given");
        _variables["HOLDPOINT_SECRETS_DIR"] = Path.Combine(_folder.FullName, "given");
        Assert.Equal("from given", Value("token"));
    }

    [Theory]
    [InlineData("../token")]
    [InlineData("a/b")]
    [InlineData("")]
    [InlineData("..")]
    public void A_name_that_leaves_the_folder_is_refused(string name) => Assert.IsType<SecretLookup.Missing>(Secrets.Find(name));

    [Fact]
    public void What_cant_be_a_secret_says_why()
    {
        Write(".secrets", "empty", "\n");
        Write(".secrets", "large", new string('x', 70_000));
        Write(".secrets", "nul", "a\0b");
        File.WriteAllBytes(Path.Combine(_folder.FullName, ".secrets", "binary"), [0xFF, 0xC0]);
        Assert.EndsWith("is empty", Assert.IsType<SecretLookup.Missing>(Secrets.Find("empty")).Because, StringComparison.Ordinal);
        Assert.EndsWith("is larger than 64 KiB", Assert.IsType<SecretLookup.Missing>(Secrets.Find("large")).Because, StringComparison.Ordinal);
        Assert.Contains("holds a NUL byte", Assert.IsType<SecretLookup.Missing>(Secrets.Find("nul")).Because, StringComparison.Ordinal);
        Assert.Contains("is not UTF-8 text", Assert.IsType<SecretLookup.Missing>(Secrets.Find("binary")).Because, StringComparison.Ordinal);
    }

    [Fact]
    public void An_open_file_and_a_short_value_are_warned_of()
    {
        var path = Write(".secrets", "open", "long enough", UnixFileMode.UserRead | UnixFileMode.OtherRead);
        Write(".secrets", "short", "abc");
        Value("open");
        Value("short");
        Assert.Equal(
        [
            $"everybody on this machine can read {path}: chmod 600 {path}",
            "the secret short is shorter than 4 characters and is not masked: use a longer one",
        ], Secrets.Warnings);
        Assert.Equal("abc", Secrets.Mask("abc"));
    }

    [Fact]
    public void A_found_secret_does_not_print_itself()
    {
        _variables["token"] = "hunter22";
        Assert.Equal("a secret from the variable token", Secrets.Find("token").ToString());
    }

    [Theory]
    [InlineData("p@ss w/rd+1&2<3>\"4'")]
    [InlineData("sécret-ünïcode")]
    [InlineData("-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0\nqwertzuiop\n-----END KEY-----")]
    public void A_secret_is_masked_in_every_form(string secret)
    {
        Secrets.Remember(secret);
        var bytes = Encoding.UTF8.GetBytes(secret);
        foreach (var form in (string[])[secret, Convert.ToBase64String(bytes), Uri.EscapeDataString(secret), Uri.EscapeDataString(secret).Replace("%20", "+", StringComparison.Ordinal), JsonSerializer.Serialize(secret)[1..^1], Convert.ToHexString(bytes), System.Net.WebUtility.HtmlEncode(secret)])
            Assert.Equal("x *** y", Secrets.Mask($"x {form} y"));
        for (var before = 0; before < 3; before++)
        {
            var within = Convert.ToBase64String(Encoding.UTF8.GetBytes(new string('u', before) + ":" + secret + ":z"));
            var masked = Secrets.Mask(within);
            Assert.Contains("***", masked, StringComparison.Ordinal);
            Assert.True(masked.Length < 14, masked);
        }
    }

    [Fact]
    public void Lines_of_a_secret_are_masked_alone()
    {
        Secrets.Remember("-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0\n-----END KEY-----\n");
        Assert.Equal("3: ***", Secrets.Mask("3: MIIEvQIBADANBgkqhkiG9w0"));
    }

    [Fact]
    public void The_longest_goes_first_and_what_overlaps_goes_whole()
    {
        Secrets.Remember("abcdef");
        Secrets.Remember("abcdefghij");
        Secrets.Remember("defxyz");
        Assert.Equal("1*** 2*** 3*** 4***", Secrets.Mask("1abcdefghij 2abcdef 3abcdefxyz 4abcdefabcdef").Replace("******", "***", StringComparison.Ordinal));
    }

    [Fact]
    public void Bytes_that_are_no_text_stay_as_they_are()
    {
        Secrets.Remember("sécret");
        byte[] around = [0xFF, 0x00, 0xC3];
        Assert.Equal([.. around, .. "***"u8, .. around], Secrets.Mask([.. around, .. "sécret"u8, .. around]));
    }

    [Fact]
    public void Text_without_secrets_is_the_same_text()
    {
        const string text = "nothing here";
        Assert.Same(text, Secrets.Mask(text));
        Secrets.Remember("other");
        Assert.Same(text, Secrets.Mask(text));
    }

    [Fact]
    public void No_secret_survives_masking() => Check.One(Seeded.Runs(100), Prop.ForAll<string, string, string>((secret, before, after) =>
    {
        if (secret is null || secret.Length < 4 || "***".Contains(secret, StringComparison.Ordinal))
            return true;
        var secrets = new Secrets(_folder.FullName, _ => null);
        secrets.Remember(secret);
        // A piece of the text around it may join the mark to the same characters again only where the secret holds a star.
        return secret.Contains('*', StringComparison.Ordinal) || !secrets.Mask(before + secret + after).Contains(secret, StringComparison.Ordinal);
    }));

    [Fact]
    public async Task Masking_and_finding_go_on_side_by_side()
    {
        var secrets = Secrets;
        var cancel = TestContext.Current.CancellationToken;
        await Task.WhenAll(Enumerable.Range(0, 4).Select(n => Task.Run(() =>
        {
            for (var i = 0; i < 10; i++)
            {
                secrets.Remember($"secret-{n}-{i}-x");
                Assert.Equal("***", secrets.Mask($"secret-{n}-{i}-x"));
            }
        }, cancel)));
    }
}
