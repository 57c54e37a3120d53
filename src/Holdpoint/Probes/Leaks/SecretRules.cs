using System.Text;
using System.Text.RegularExpressions;

namespace Holdpoint.Probes.Leaks;

/// <summary>
/// The rules. Forms are those that the vendors document, in agreement with the rules of gitleaks
/// (https://github.com/gitleaks/gitleaks/blob/master/config/gitleaks.toml) and GitHub's secret scanning
/// (https://docs.github.com/en/code-security/secret-scanning/introduction/supported-secret-scanning-patterns).
/// </summary>
internal static partial class SecretRules
{
    public static IReadOnlyList<SecretRule> All { get; } =
    [
        new("aws-access-key-id", ["AKIA", "ASIA", "ABIA", "ACCA"], Form(@"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z2-7]{16}\b")),
        new("aws-secret-access-key", ["secret_access_key", "secretaccesskey", "secret-access-key"], Form("""(?i)secret[_-]?access[_-]?key["']?\s*[:=]\s*["']?(?<v>[A-Za-z0-9/+]{40})(?![A-Za-z0-9/+=])""")) { IsGeneric = true, Accepts = (_, value, _) => !Placeholder.Is(value) && Placeholder.Turns(value) >= 3 },
        new("github-token", ["ghp_", "gho_", "ghu_", "ghs_", "ghr_"], Form(@"\bgh[pousr]_[A-Za-z0-9]{36,255}\b")),
        new("github-fine-grained-token", "github_pat_", @"\bgithub_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59}\b"),
        new("gitlab-token", ["glpat-", "gldt-", "glrt-", "glptt-", "glsoat-", "glcbt-"], Form(@"\bgl(?:pat|dt|rt|ptt|soat|cbt)-[A-Za-z0-9_.-]{20,100}")),
        new("slack-token", ["xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-", "xoxe-", "xapp-"], Form(@"\b(?:xox[abprse]|xapp)-[A-Za-z0-9-]{20,250}")) { Accepts = (_, value, _) => !Placeholder.Is(value) && value.Any(char.IsAsciiDigit) },
        new("slack-webhook", "hooks.slack.com/", @"hooks\.slack\.com/(?:services|workflows|triggers)/(?<v>[A-Za-z0-9+/]{43,80})"),
        new("discord-webhook", "/api/webhooks/", @"discord(?:app)?\.com/api/webhooks/\d{17,20}/(?<v>[A-Za-z0-9_-]{60,80})"),
        new("stripe-key", ["sk_live_", "rk_live_", "sk_test_", "rk_test_", "sk_prod_", "rk_prod_"], Form(@"\b[sr]k_(?:live|test|prod)_(?<v>[A-Za-z0-9]{20,120})\b")),
        new("stripe-webhook-secret", "whsec_", @"\bwhsec_(?<v>[A-Za-z0-9+/=]{32,64})"),
        new("google-api-key", "AIza", @"\bAIza[A-Za-z0-9_-]{35}(?![A-Za-z0-9_-])"),
        new("google-oauth-secret", "GOCSPX-", @"\bGOCSPX-[A-Za-z0-9_-]{28}(?![A-Za-z0-9_-])"),
        new("npm-token", "npm_", @"\bnpm_[A-Za-z0-9]{36}\b"),
        new("pypi-token", "pypi-AgE", @"\bpypi-AgEIcHlwaS5vcmc[A-Za-z0-9_-]{50,1000}"),
        new("nuget-key", "oy2", @"\boy2[a-z0-9]{43}\b"),
        new("rubygems-key", "rubygems_", @"\brubygems_[a-f0-9]{48}\b"),
        new("docker-token", ["dckr_pat_", "dckr_oat_"], Form(@"\bdckr_[po]at_[A-Za-z0-9_-]{27,32}")),
        new("sendgrid-key", "SG.", @"\bSG\.[A-Za-z0-9_-]{22}\.[A-Za-z0-9_-]{43}(?![A-Za-z0-9_-])"),
        new("mailgun-key", "key-", @"\bkey-[a-f0-9]{32}\b"),
        new("twilio-key", [.. "0123456789abcdef".Select(c => "SK" + c)], Form(@"\bSK[0-9a-f]{32}\b")) { Accepts = (_, value, _) => !Placeholder.Is(value) && Placeholder.Turns(value) >= 3 },
        new("openai-key", ["sk-proj-", "sk-svcacct-", "sk-admin-", "T3BlbkFJ"], Form(@"\bsk-(?:(?:proj|svcacct|admin)-[A-Za-z0-9_-]{40,200}|[A-Za-z0-9]{20}T3BlbkFJ[A-Za-z0-9]{20})")),
        new("anthropic-key", "sk-ant-", @"\bsk-ant-[a-z]+\d\d-[A-Za-z0-9_-]{80,120}"),
        new("huggingface-token", "hf_", @"\bhf_[A-Za-z]{34}\b"),
        new("digitalocean-token", ["dop_v1_", "doo_v1_", "dor_v1_"], Form(@"\bdo[opr]_v1_[a-f0-9]{64}\b")),
        new("shopify-token", ["shpat_", "shpca_", "shppa_", "shpss_"], Form(@"\bshp(?:at|ca|pa|ss)_[a-fA-F0-9]{32}\b")),
        new("telegram-bot-token", ":AA", @"\b\d{8,10}:AA[A-Za-z0-9_-]{33}(?![A-Za-z0-9_-])"),
        new("terraform-token", ".atlasv1.", @"\b[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,70}"),
        new("vault-token", ["hvs.", "hvb."], Form(@"\bhv[sb]\.[A-Za-z0-9_-]{90,300}")),
        new("grafana-token", ["glsa_", "glc_"], Form(@"\b(?:glsa_[A-Za-z0-9]{32}_[A-Fa-f0-9]{8}|glc_[A-Za-z0-9+/]{32,400}={0,2})")),
        new("azure-storage-key", "AccountKey=", "AccountKey=(?<v>[A-Za-z0-9+/]{86}==)")
        {
            // The key of the emulator is in its manual, the same for everybody.
            Accepts = (_, value, _) => !value.StartsWith("Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq", StringComparison.Ordinal) && !Placeholder.Is(value),
        },
        new("azure-shared-access-signature", "sig=", @"[?&]sig=(?<v>[A-Za-z0-9%+/]{43,60}(?:%3[Dd]|=))"),
        new("azure-client-secret", "8Q~", @"(?<![A-Za-z0-9_~.-])[A-Za-z0-9_~.-]{3}8Q~[A-Za-z0-9_~.-]{31,34}(?![A-Za-z0-9_~.-])"),
        new("age-secret-key", "AGE-SECRET-KEY-1", @"\bAGE-SECRET-KEY-1[QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L]{58}\b"),
        new("private-key", ["PRIVATE KEY-----", "PRIVATE KEY BLOCK-----"], Form("""-----BEGIN (?:[A-Z0-9]+ ){0,3}PRIVATE KEY(?: BLOCK)?-----(?:\s|\\[nr]|["'+|,]|[A-Za-z-]{2,20}: [^\n]{0,80}\n){0,60}(?<v>[A-Za-z0-9+/]{40,})""")) { ManyLines = true },
        new("jwt", "eyJ", @"\beyJ[A-Za-z0-9_-]{10,2000}\.eyJ[A-Za-z0-9_-]{10,4000}\.[A-Za-z0-9_-]{20,1000}") { Accepts = (_, value, _) => IsSigned(value) },
        new("password-in-url", ["://"], UrlWithPassword()) { IsGeneric = true, Accepts = IsPasswordOfUrl },
        new("password-in-connection-string", ["password=", "password =", "pwd=", "pwd ="], ConnectionString()) { IsGeneric = true, Accepts = (_, value, _) => IsChance(value, 2.7, 1) },
        new("secret-by-name", ["password", "passwd", "secret", "token", "api_key", "api-key", "apikey", "access_key", "accesskey", "auth_key", "authkey", "private_key", "credential"], Assignment())
        {
            IsGeneric = true,
            Accepts = (match, value, file) => (match.Groups["q"].Success || IsSettings(file)) && IsChance(value, value.Length < 16 ? 3 : 3.5, 3),
        },
    ];

    private static Regex Form(string pattern) => new(pattern, RegexOptions.CultureInvariant, SecretRule.Limit);

    /// <summary>No name, no word, no path: as unlike one as what a generator makes.</summary>
    private static bool IsChance(string value, double entropy, int turns) =>
        !Placeholder.IsWords(value) && !value.Contains("://", StringComparison.Ordinal) && Placeholder.Turns(value) >= turns && Placeholder.Entropy(value) >= entropy;

    private static bool IsPasswordOfUrl(Match match, string value, string file) =>
        !Placeholder.IsWords(value)
        && !value.Equals(match.Groups["user"].Value, StringComparison.OrdinalIgnoreCase)
        && !match.Groups["host"].Value.Contains("example", StringComparison.OrdinalIgnoreCase)
        && value.Distinct().Count() > 3
        && value.Any(char.IsAsciiDigit);

    /// <summary>Where values stand without quotes; in code a name without quotes is a variable.</summary>
    private static bool IsSettings(string file) =>
        Path.GetExtension(file).ToLowerInvariant() is ".env" or ".yml" or ".yaml" or ".ini" or ".cfg" or ".conf" or ".properties" or ".toml" or ".npmrc" or ".pypirc" or ".netrc" or ".tfvars" or ".envrc" or ""
        || file.StartsWith(".env", StringComparison.Ordinal);

    /// <summary>RFC 7519: the header is JSON and names an algorithm, which "none" is not.</summary>
    private static bool IsSigned(string token)
    {
        var header = token.Split('.')[0].Replace('-', '+').Replace('_', '/');
        var bytes = new byte[header.Length];
        return Convert.TryFromBase64String(header.PadRight((header.Length + 3) / 4 * 4, '='), bytes, out var length)
            && Encoding.UTF8.GetString(bytes, 0, length) is var json && json.Contains("\"alg\"", StringComparison.Ordinal) && !json.Contains("\"none\"", StringComparison.Ordinal);
    }

    [GeneratedRegex("""\b[a-zA-Z][a-zA-Z0-9+.-]{1,20}://(?<user>[^\s/:@"'`<>]{0,80}):(?<v>[^\s/:@"'`<>{}$]{5,100})@(?<host>[A-Za-z0-9_.\[-]+)""", RegexOptions.CultureInvariant, 5000)]
    private static partial Regex UrlWithPassword();

    [GeneratedRegex("""[;"'][ ]?(?:password|pwd)\s?=\s?(?<v>[^;"'\s$<>{}%*]{6,100})[;"']""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 5000)]
    private static partial Regex ConnectionString();

    [GeneratedRegex("""(?<!public|public_|publickey|public_key_)(?:password|passwd|secret|token|api[_-]?key|access[_-]?key|auth[_-]?key|private[_-]?key|credential)s?[A-Za-z0-9_.-]{0,20}["']?\s{0,4}(?:=>|:=|=|:)\s{0,4}(?:(?<q>["'`])(?<v>[^"'`\s]{8,200})\k<q>|(?<v>[^\s"'`,;#<>(){}\[\]$&|]{8,200})\s*(?:#.*)?$)""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant, 5000)]
    private static partial Regex Assignment();
}
