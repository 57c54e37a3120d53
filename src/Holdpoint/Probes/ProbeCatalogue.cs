using Holdpoint.Expressions;
using Holdpoint.Probes.Alertmanager;
using Holdpoint.Probes.Backups;
using Holdpoint.Probes.Containers;
using Holdpoint.Probes.Forges;
using Holdpoint.Probes.Grafana;
using Holdpoint.Probes.Kubernetes;
using Holdpoint.Probes.Leaks;
using Holdpoint.Probes.Logs;
using Holdpoint.Probes.Migrations;
using Holdpoint.Probes.Postgres;
using Holdpoint.Probes.Redis;
using Holdpoint.Probes.Registries;
using Holdpoint.Probes.Reports;

namespace Holdpoint.Probes;

/// <summary>
/// Every probe of this assembly. A table by hand, since finding them by their type and making them all would be a tenth
/// of every start; a test tells which line a new probe lacks.
/// </summary>
public static class ProbeCatalogue
{
    private static readonly string[] Names =
    [
        "alertmanager", "audit", "backup", "browser", "changed", "changelog", "ci", "clock", "compose", "cors", "coverage",
        "disk", "dns", "docker", "env", "envfile", "file", "git", "gpu", "grafana", "headers", "http", "image", "issues",
        "junit", "kubernetes", "load", "logs", "manifests", "memory", "migrations", "mysql", "opensearch", "otel", "ping",
        "postgres", "process", "prometheus", "ratelimit", "redis", "registry", "review", "run", "sarif", "scenario", "secret",
        "secrets", "sentry", "sh", "smtp", "sql", "systemd", "target", "targets", "tcp", "tls", "websocket",
    ];

    /// <summary>Each is made when it is first asked for.</summary>
    public static IReadOnlyDictionary<string, Probe> Probes { get; } = new Catalogue<Probe>(Names, Make);

    public static IReadOnlyDictionary<string, Signature> Signatures { get; } = new Catalogue<Signature>(Names, name => Probes[name].Signature);

    private static Probe Make(string name) => name switch
    {
        "alertmanager" => new AlertmanagerProbe(),
        "audit" => new AuditProbe(),
        "backup" => new BackupProbe(),
        "browser" => new BrowserProbe(),
        "changed" => new ChangedProbe(),
        "changelog" => new ChangelogProbe(),
        "ci" => new CiProbe(),
        "clock" => new ClockProbe(),
        "compose" => new ComposeProbe(),
        "cors" => new CorsProbe(),
        "coverage" => new CoverageProbe(),
        "disk" => new DiskProbe(),
        "dns" => new DnsProbe(),
        "docker" => new DockerProbe(),
        "env" => new EnvProbe(),
        "envfile" => new EnvFileProbe(),
        "file" => new FileProbe(),
        "git" => new GitProbe(),
        "gpu" => new GpuProbe(),
        "grafana" => new GrafanaProbe(),
        "headers" => new HeadersProbe(),
        "http" => new HttpProbe(),
        "image" => new ImageProbe(),
        "issues" => new IssuesProbe(),
        "junit" => new JUnitProbe(),
        "kubernetes" => new KubernetesProbe(),
        "load" => new LoadProbe(),
        "logs" => new LogsProbe(),
        "manifests" => new ManifestsProbe(),
        "memory" => new MemoryProbe(),
        "migrations" => new MigrationsProbe(),
        "mysql" => new MySqlProbe(),
        "opensearch" => new OpenSearchProbe(),
        "otel" => new OtelProbe(),
        "ping" => new PingProbe(),
        "postgres" => new PostgresProbe(),
        "process" => new ProcessProbe(),
        "prometheus" => new PrometheusProbe(),
        "ratelimit" => new RateLimitProbe(),
        "redis" => new RedisProbe(),
        "registry" => new RegistryProbe(),
        "review" => new ReviewProbe(),
        "run" => new RunProbe(),
        "sarif" => new SarifProbe(),
        "scenario" => new ScenarioProbe(),
        "secret" => new SecretProbe(),
        "secrets" => new SecretsProbe(),
        "sentry" => new SentryProbe(),
        "sh" => new ShProbe(),
        "smtp" => new SmtpProbe(),
        "sql" => new SqlProbe(),
        "systemd" => new SystemdProbe(),
        "target" => new TargetProbe(),
        "targets" => new TargetsProbe(),
        "tcp" => new TcpProbe(),
        "tls" => new TlsProbe(),
        "websocket" => new WebSocketProbe(),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "no probe has this name"),
    };
}
