using System.Text.RegularExpressions;
using Holdpoint.Adopting.Shell;

namespace Holdpoint.Adopting;

/// <summary>The probe that says the same as a command, where there is one.</summary>
/// <param name="Check">A mark without its sign.</param>
/// <param name="Judges">Whether all that the text expects is in it; else a person looks as well.</param>
internal sealed record NativeProbe(string Check, bool Judges = true);

internal static partial class NativeProbes
{
    /// <param name="text">What the item says.</param>
    public static NativeProbe? Of(Pipeline pipeline, string text)
    {
        var words = Judge.Inner(pipeline.Head.Words);
        // What runs elsewhere is asked elsewhere, and a variable in front may change everything.
        if (words.Count == 0 || Unlike(pipeline, words))
            return null;
        var expected = pipeline.Expected.Count == 1 ? pipeline.Expected[0] : null;
        if (pipeline.Expected.Count > 1)
            return null;
        var call = new Call(words[0], [.. words.Skip(1)]);
        return call.Program switch
        {
            "curl" => HttpProbes.Of(pipeline, call, expected, text),
            "df" => Disk(pipeline, call, expected ?? Expectations.Limit(text), text),
            "free" => Memory(pipeline, expected ?? Expectations.Limit(text)),
            "uptime" => Load(pipeline, expected),
            "systemctl" when pipeline.Commands.Count == 1 && call.Plain is ["status" or "is-active", var unit] && IsName(unit) => Judged($"systemd {unit}", expected, healthy: true),
            "docker" when call.Plain is ["compose", "ps", ..] => Compose(pipeline, [.. call.Plain.Skip(2)], call, expected, text),
            "docker-compose" when call.Plain is ["ps", ..] => Compose(pipeline, [.. call.Plain.Skip(1)], call, expected, text),
            "docker" when pipeline.Commands.Count == 1 && call.Plain is ["pull", var image] && call.Has("--dry-run") && IsName(image) => new($"image {image}"),
            "docker" when pipeline.Commands.Count == 1 && call.Plain is ["manifest", "inspect", var image] && IsName(image) => Judged($"image {image}", expected),
            "ping" => Ping(pipeline, call, expected, text),
            "nc" or "ncat" or "netcat" when pipeline.Commands.Count == 1 && call.HasLetter('z') && call.Words.Where(w => !w.StartsWith('-')).ToList() is [var host, var port] && IsName(host) && port.All(char.IsAsciiDigit) => Judged($"tcp {host}:{port}", expected),
            "nslookup" or "dig" or "host" => Dns(pipeline, call, expected),
            "nvidia-smi" when pipeline.Commands.Count == 1 && call.Words.Count == 0 => new("gpu", expected is null or Expectation.Prose or Expectation.Healthy),
            "openssl" => Certificate(pipeline, call, expected, text),
            "git" when pipeline.Commands.Count == 1 && call.Words is ["status"] or ["status", "--short" or "--porcelain" or "-s"] && (Clean().IsMatch(text) || expected is Expectation.Nothing || expected is Expectation.Text { Literal: var said } && Clean().IsMatch(said)) => new("git clean"),
            _ => null,
        };
    }

    private static bool Unlike(Pipeline pipeline, IReadOnlyList<string> inner) =>
        pipeline.Head.Words[0] != inner[0] && pipeline.Head.Words[0] is not ("sudo" or "time" or "env") || pipeline.Head.Assignments.Count > 0;

    /// <summary>A word that a mark takes as it is.</summary>
    public static bool IsName(string word) => Name().IsMatch(word);

    private static NativeProbe? Judged(string check, Expectation? expected, bool healthy = false) => expected switch
    {
        null => new(check),
        Expectation.Healthy when healthy => new(check),
        Expectation.Text { Literal: "active" or "active (running)" or "running" } when healthy => new(check),
        Expectation.Prose => new(check, Judges: false),
        _ => null,
    };

    private static NativeProbe? Disk(Pipeline pipeline, Call call, Expectation? expected, string text)
    {
        var path = call.Plain is [var one] && IsName(one) ? one : "/";
        if (call.Plain.Count > 1 || pipeline.Commands.Skip(1).Any(c => c.Program is not ("grep" or "awk" or "tail" or "head" or "tr" or "sed" or "cut")))
            return null;
        return expected switch
        {
            Expectation.Size { Comparison: ">" or ">=" } size => new($"disk {path} free {size.Comparison} {size.Amount}"),
            Expectation.Share { Comparison: "<" or "<=" } used => new($"disk {path} used {used.Comparison} {used.Amount}"),
            Expectation.Share { Comparison: ">" or ">=" } free when Free().IsMatch(text) && decimal.TryParse(free.Amount.TrimEnd('%'), System.Globalization.CultureInfo.InvariantCulture, out var share) =>
                new($"disk {path} used {(free.Comparison == ">" ? "<" : "<=")} {(100 - share).ToString(System.Globalization.CultureInfo.InvariantCulture)}%"),
            _ => null,
        };
    }

    private static NativeProbe? Memory(Pipeline pipeline, Expectation? expected) => expected switch
    {
        Expectation.Size { Comparison: ">" or ">=" } size when pipeline.Commands.Skip(1).All(c => c.Program is "grep" or "awk" or "tail" or "head" or "sed") => new($"memory free {size.Comparison} {size.Amount}"),
        Expectation.Share { Comparison: "<" or "<=" } used => new($"memory used {used.Comparison} {used.Amount}"),
        _ => null,
    };

    /// <summary>Where a text names one load, it is the newest of the three averages.</summary>
    private static NativeProbe? Load(Pipeline pipeline, Expectation? expected) => pipeline.Commands.Count == 1 && expected is Expectation.Number { Comparison: "<" or "<=" } n
        ? new($"load one {n.Comparison} {n.Amount}")
        : null;

    private static NativeProbe? Compose(Pipeline pipeline, IReadOnlyList<string> services, Call call, Expectation? expected, string text)
    {
        if (pipeline.Commands.Count > 1 || call.Has("-q", "--services", "--format", "-a", "--all") || !services.All(IsName))
            return null;
        var meant = expected is Expectation.Healthy || expected is Expectation.Text { Literal: "Up" or "Running" or "Up (healthy)" or "healthy" } || expected is null && Expectations.WantsHealthy(text)
            || expected is Expectation.Prose && Expectations.WantsHealthy(text);
        if (!meant)
            return null;
        var check = "compose";
        if ((call.ValueOf("-p") ?? call.ValueOf("--project-name")) is { } project)
            check += $" project={project}";
        if ((call.ValueOf("-f") ?? call.ValueOf("--file")) is { } file)
            check += $" file={file}";
        return call.Words.Count(w => w is "-f" or "--file") > 1 ? null : new(services.Count == 0 ? check : $"{check} service={string.Join(',', services)}");
    }

    private static NativeProbe? Ping(Pipeline pipeline, Call call, Expectation? expected, string text)
    {
        var packets = call.ValueOf("-c");
        var hosts = call.Words.Where((w, i) => !w.StartsWith('-') && (i == 0 || call.Words[i - 1] is not ("-c" or "-W" or "-w" or "-i"))).ToList();
        if (pipeline.Commands.Count > 1 || hosts is not [var host] || !IsName(host) || packets is not null && !packets.All(char.IsAsciiDigit) || call.Has("-w", "-i", "-s"))
            return null;
        var check = packets is null or "3" ? $"ping {host}" : $"ping {host} packets={packets}";
        return expected switch
        {
            // Exit 0 says that one packet came back.
            null => new(check + " up"),
            Expectation.Prose => new(check),
            Expectation.Share { Comparison: "<" or "<=" } loss when text.Contains("loss", StringComparison.OrdinalIgnoreCase) => new($"{check} loss {loss.Comparison} {loss.Amount}"),
            _ => null,
        };
    }

    private static NativeProbe? Dns(Pipeline pipeline, Call call, Expectation? expected)
    {
        var plain = call.Words.Where(w => !w.StartsWith('-') && !w.StartsWith('+')).ToList();
        var server = plain.FirstOrDefault(w => w.StartsWith('@'));
        plain.RemoveAll(w => w.StartsWith('@'));
        string[] types = ["A", "NS", "CNAME", "MX", "TXT", "AAAA", "CAA"];
        var type = plain.FirstOrDefault(w => types.Contains(w));
        plain.RemoveAll(w => types.Contains(w));
        if (pipeline.Commands.Count > 1 || plain is not [var name] || !name.Contains('.', StringComparison.Ordinal) || !IsName(name) || call.Has("-x", "-t", "-type"))
            return null;
        var check = $"dns {name}{(type is null or "A" ? "" : $" type={type}")}{(server is null ? "" : $" server={server[1..]}")}";
        return expected switch
        {
            null => new(check),
            Expectation.Text { Literal: var literal } when Address().IsMatch(literal) => new($"{check} has \"{literal}\""),
            _ => new(check, Judges: false),
        };
    }

    private static NativeProbe? Certificate(Pipeline pipeline, Call call, Expectation? expected, string text)
    {
        if (call.Plain is not ["s_client", ..] || call.ValueOf("-connect") is not { } host || !IsName(host) || call.Has("-starttls", "-cert", "-CAfile"))
            return null;
        if (pipeline.Commands.Skip(1).Any(c => c.Program is not ("openssl" or "grep")))
            return null;
        var check = $"tls {(host.EndsWith(":443", StringComparison.Ordinal) ? host[..^4] : host)}{(call.ValueOf("-servername") is { } name && IsName(name) && !host.StartsWith(name, StringComparison.Ordinal) ? $" name={name}" : "")}";
        return (expected ?? Expectations.Limit(text)) switch
        {
            Expectation.Duration { Comparison: ">" or ">=" } left => new($"{check} remaining {left.Comparison} {left.Amount}"),
            null => new(check, Judges: Valid().IsMatch(text)),
            Expectation.Text { Literal: "Verify return code: 0 (ok)" } => new(check),
            _ => new(check, Judges: false),
        };
    }

    [GeneratedRegex(@"^[A-Za-z0-9_./@:+-]+$")]
    private static partial Regex Name();

    [GeneratedRegex(@"\b(?:free|available|frei|libre|disponible|livre|disponível)\b|свободн|可用|空き", RegexOptions.IgnoreCase)]
    private static partial Regex Free();

    [GeneratedRegex(@"\b(?:clean|uncommitted|nothing to commit|sauber|limpio|propre|limpo)\b", RegexOptions.IgnoreCase)]
    private static partial Regex Clean();

    [GeneratedRegex(@"^[0-9]{1,3}(?:\.[0-9]{1,3}){3}$")]
    private static partial Regex Address();

    [GeneratedRegex(@"\b(?:valid|gültig\w*|válid\w*|valide)\b|действ|有效|有効", RegexOptions.IgnoreCase)]
    private static partial Regex Valid();
}
