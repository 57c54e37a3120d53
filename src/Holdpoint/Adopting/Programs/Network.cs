using Holdpoint.Adopting.Shell;

namespace Holdpoint.Adopting.Programs;

/// <summary>HTTP clients and what looks at networks and certificates.</summary>
internal static class Network
{
    public static IReadOnlyList<ProgramRow> Rows { get; } =
    [
        new("curl") { First = OfCurl },
        new("wget") { First = c => c.Has("--post-data", "--post-file", "--method") ? Effect.Changes : c.Has("--spider") ? Effect.Proves : c.HasLetter('O') && (c.Words.Contains("-") || c.Words.Any(w => w is "-qO-" or "-O-" or "-O/dev/null")) || c.Words.Contains("/dev/null") ? Effect.Proves : Effect.Changes },
        new("http https httpie xh") { First = c => c.Plain is ["POST" or "PUT" or "PATCH", ..] ? Effect.Changes : c.Plain is ["DELETE", ..] ? Effect.Destroys : c.Plain.Any(p => p.Contains('=', StringComparison.Ordinal) && !p.Contains("==", StringComparison.Ordinal) && !p.Contains("://", StringComparison.Ordinal)) ? Effect.Changes : Effect.Shows },
        new("grpcurl") { First = c => c.Plain.Any(p => p is "list" or "describe" || p.EndsWith("Health/Check", StringComparison.Ordinal)) ? Effect.Proves : Effect.Unknown },
        new("ping ping6") { First = c => c.HasLetter('c') || c.Has("-w") ? Effect.Proves : Effect.Endless },
        new("dig nslookup host traceroute tracepath mtr whois netstat ss arp route ifconfig ethtool nmap") { First = c => c.Program is "mtr" && !c.Has("-r", "--report") ? Effect.Interactive : c.Program is "route" or "ifconfig" or "arp" && c.Plain.Count > 1 ? Effect.Changes : c.Program == "nslookup" && c.Plain.Count == 0 ? Effect.Interactive : Effect.Shows },
        new("nc ncat netcat telnet") { First = c => c.HasLetter('z') ? Effect.Proves : c.HasLetter('l') ? Effect.Endless : Effect.Interactive },
        new("openssl")
        {
            Shows = "x509, s_client, req, rsa, version, verify, crl, pkcs12, dgst, ec, pkey, ciphers, asn1parse",
            First = c => c.Plain is ["verify", ..] || c.Plain is ["x509", ..] && c.Has("-checkend") ? Effect.Proves
                : c.Plain is ["rand" or "genrsa" or "genpkey" or "dhparam" or "ecparam" or "enc", ..] ? c.Has("-out") ? Effect.Changes : Effect.Prepares
                : c.Has("-out", "-newkey", "-keyout") ? Effect.Changes : null,
        },
        new("certbot") { Shows = "certificates", Changes = "renew, certonly, install, run, --nginx", First = c => c.Has("--dry-run") ? Effect.Proves : c.Plain.Count == 0 ? Effect.Changes : null },
        new("ssh-keygen") { First = c => c.HasLetter('l') ? Effect.Shows : Effect.Changes },
        new("wscat websocat") { First = _ => Effect.Interactive },
        new("testssl testssl.sh sslscan lychee linkchecker swaks sslyze nuclei") { First = c => c.Program == "swaks" ? Effect.Changes : Effect.Proves },
        new("ab wrk hey vegeta k6 locust artillery siege jmeter kafka-producer-perf-test kafka-producer-perf-test.sh kafka-consumer-perf-test") { First = c => c.Program == "locust" && !c.Has("--headless") ? Effect.Endless : c.Program is "k6" && c.Plain is not ["run" or "version" or "inspect", ..] ? Effect.Unknown : c.Program is "k6" && c.Plain is not ["run", ..] ? Effect.Shows : Effect.Changes },
        new("lighthouse lhci pa11y axe") { First = _ => Effect.Proves },
        new("speedtest speedtest-cli iperf3 iperf") { First = _ => Effect.Shows },
    ];

    private static Effect? OfCurl(Call call)
    {
        var method = (call.ValueOf("-X") ?? call.ValueOf("--request") ?? call.Words.FirstOrDefault(w => w.StartsWith("-X", StringComparison.Ordinal) && w.Length > 2)?[2..] ?? (call.Has("-I", "--head") ? "HEAD" : "GET")).ToUpperInvariant();
        if (method == "DELETE")
            return Effect.Destroys;
        if (method is not ("GET" or "HEAD" or "OPTIONS"))
            return Effect.Changes;
        if (call.Has("-d", "--data", "--data-raw", "--data-binary", "--data-urlencode", "-F", "--form", "-T", "--upload-file", "--json") && !call.Has("-G", "--get"))
            return Effect.Changes;
        var file = call.ValueOf("-o") ?? call.ValueOf("--output") ?? (call.Words.FirstOrDefault(w => w is "-so" or "-sSo" or "-sfo" or "-fso") is { } o ? call.ValueOf(o) : null);
        if (file is not (null or "/dev/null" or "-") || call.Has("-O", "--remote-name") || call.HasLetter('O'))
            return Effect.Changes;
        if (call.Has("-N", "--no-buffer"))
            return Effect.Endless;
        // A script from the network may do anything; the pipe's next command is judged by itself.
        return call.Has("-f", "--fail", "--fail-with-body") || call.Words.Any(w => w.Length > 1 && w[0] == '-' && w[1] != '-' && w[1..].All(char.IsLetter) && w.Contains('f', StringComparison.Ordinal)) ? Effect.Proves : Effect.Shows;
    }
}
