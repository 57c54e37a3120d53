using Holdpoint.Notifications;

namespace Holdpoint.Configuration;

/// <summary>The description of <c>holdpoint.yaml</c>: every key, what it may hold and what it means.</summary>
internal static class ProjectShape
{
    public static Shape.Names Variables { get; } = new("Variables of checklists, written ${name}; scripts see them in capitals.", "a variable", NameRule.Identifier, new Shape.Forms("A default, or how the value is found.",
    [
        new Shape.Scalar("The default in every environment. It may refer to other variables, ${env:NAME} and ${secret:NAME}.", ScalarKind.Anything),
        new Shape.Mapping("How the value is found.",
        [
            new("default", new Shape.Scalar("The value where nothing else gives one.", ScalarKind.Anything)),
            new("required", new Shape.Scalar("Without a value no run starts.", ScalarKind.Boolean)) { Default = "false" },
            new("ask", new Shape.Scalar("The question that is asked once, at the start, where nothing else gives a value.", ScalarKind.Literal)),
            new("per_environment", new Shape.Names("Values by environment; they win over the default.", "an environment", NameRule.Label, new Shape.Scalar("The value in this environment.", ScalarKind.Anything))),
        ]),
    ]));

    public static Shape.Mapping FrontMatter { get; } = new("Holdpoint's part of a checklist's front matter.", [new("vars", Variables)]);

    private static Shape Freeze { get; } = new Shape.Mapping("A time in which nothing is deployed: from and until, or weekly.",
    [
        new("from", new Shape.Scalar("The first day, or the first moment.", LocalMoment.Kind) { Examples = ["2026-12-20", "2026-12-20 18:00"] }),
        new("until", new Shape.Scalar("The last day, which still belongs to it, or the moment of its end.", LocalMoment.Kind) { Examples = ["2027-01-03"] }),
        new("weekly", new Shape.Scalar("From a day and time of each week to another.", WeeklySpan.Kind) { Examples = ["Fri 16:00 .. Mon 06:00", "Sat .. Sun"] }),
        new("zone", new Shape.Scalar("The IANA time zone on whose clocks it is.", Zones.Kind) { Examples = ["Europe/Zurich", "UTC"] }) { Required = true },
        new("reason", new Shape.Scalar("What people are told.", ScalarKind.Literal)),
    ]);

    private static Shape Environment { get; } = new Shape.Mapping("Where a checklist runs.",
    [
        new("vars", new Shape.Names("Values of variables in this environment.", "a variable", NameRule.Identifier, new Shape.Scalar("The value.", ScalarKind.Anything))),
        new("protected", new Shape.Scalar("No deploy without a passed gate.", ScalarKind.Boolean)) { Default = "false" },
        new("availability", new Shape.Scalar("A check, tried every second from the deploy on; when it fails for 30 s, the run rolls back.", ScalarKind.Text) { Examples = ["http ${api}/health timeout 1s"] }),
        new("objective", new Shape.Scalar("The share of time in which it has to be available, of a day and of a month; 99.95% where none is given. When the downtime of a run alone spends what it leaves, that is told.", ScalarKind.Share) { Examples = ["99.95%"] }),
        new("freeze", new Shape.List("Times in which nothing is deployed.", Freeze)),
    ]);

    private static Shape Scrape { get; } = new Shape.Mapping("A page in the OpenMetrics or Prometheus format, read directly. Alone, `of` is read as it stands.",
    [
        new("url", new Shape.Scalar("The page.", ScalarKind.Url) { Examples = ["${api}/metrics"] }) { Required = true },
        new("of", new Shape.Scalar("The series, chosen as in PromQL.", MetricTexts.Series) { Examples = ["http_requests_total{code=~\"5..\"}"] }) { Required = true },
        new("per", new Shape.Scalar("Growth of a counter in this time.", ScalarKind.Choice("second"))),
        new("quantile", new Shape.Scalar("This quantile of a histogram, between 0 and 1.", ScalarKind.Share) { Examples = ["0.95"] }),
        new("over", new Shape.Scalar("How far back growth, quantiles and ratios look.", ScalarKind.Duration)) { Default = "1m" },
        new("ratio", new Shape.Scalar("Growth of these counters, over that of `of`.", MetricTexts.Series)),
    ]);

    private static Shape Metric { get; } = new Shape.Mapping("A number over time, for conditions and rules.",
    [
        new("unit", new Shape.Scalar("What its numbers count. Not needed for http (seconds) and for a scraped ratio.", ScalarKind.Choice([.. MetricUnit.All.Select(u => u.Name)]))),
        new("scrape", Scrape),
        new("http", new Shape.Mapping("The time that a request takes.",
        [
            new("get", new Shape.Scalar("The address.", ScalarKind.Url)) { Required = true },
            new("every", new Shape.Scalar("How often; as often as the rules need it by default.", ScalarKind.Duration)),
        ])),
        new("command", new Shape.Scalar("A command that prints one number, run by bash.", ScalarKind.Script)),
        new("prometheus", new Shape.Forms("A PromQL query that answers with one number.",
        [
            new Shape.Scalar("The query, asked of the only server under servers: prometheus:, or of the one called main.", ScalarKind.Text) { Examples = ["sum(rate(http_requests_total{code=~\"5..\"}[1m])) / sum(rate(http_requests_total[1m]))"] },
            new Shape.Mapping("The query and where it is asked.",
            [
                new("query", new Shape.Scalar("The query.", ScalarKind.Text)) { Required = true },
                new("server", new Shape.Scalar("A name under servers: prometheus:; the only one, or main, by default.", ScalarKind.Literal)),
                new("count", new Shape.Scalar("A query for the number of events behind the value, for min_count. Not needed for a ratio of rates.", ScalarKind.Text) { Examples = ["sum(increase(http_requests_total[1m]))"] }),
                new("fresh", new Shape.Scalar("How old the newest sample of a series may be; an older one is only shown on, and is no value.", ScalarKind.Duration)) { Default = "2m" },
                new("partial", new Shape.Scalar("Takes answers that warn of being incomplete.", ScalarKind.Boolean)) { Default = "false" },
            ]),
        ])),
        new("sql", new Shape.Forms("A SQL statement that brings one number.",
        [
            new Shape.Scalar("The statement, asked of the only server under servers: postgres:, or of the one called main.", ScalarKind.Text) { Examples = ["select count(*) from orders where state = 'stuck'"] },
            new Shape.Mapping("The statement and where it is asked.",
            [
                new("query", new Shape.Scalar("One row with one number; a second column is the number of events behind it. ${name} is put in as a parameter.", ScalarKind.Text)) { Required = true },
                new("server", new Shape.Scalar("A name under servers: postgres:; the only one, or main, by default.", ScalarKind.Literal)),
            ]),
        ])),
        new("timeout", new Shape.Scalar("The limit of one sample.", ScalarKind.Duration)) { Default = "10s" },
        new("absent", new Shape.Scalar("What it means that the series is not there: a number, and the series that must be there for it.", MetricTexts.Absence) { Examples = ["0 while http_requests_total"] }),
        new("min_count", new Shape.Scalar("Fewer events in the window are sparse, not quiet.", ScalarKind.Count)),
        new("floor", new Shape.Scalar("A baseline below it counts as this.", ScalarKind.Quantity)),
        new("better", new Shape.Scalar("The direction in which it gets better.", ScalarKind.Choice("lower", "higher"))) { Default = "lower" },
        new("objective", new Shape.Scalar("The share that has to be good, where the metric is the share that is not: what is left is its error budget, which `burn` speaks of.", ScalarKind.Share) { Examples = ["99.9%"] }),
    ])
    { ExactlyOne = ["scrape", "http", "command", "prometheus", "sql"] };

    /// <summary>The whole file.</summary>
    public static Shape.Mapping File { get; } = new("Configuration of Holdpoint: holdpoint.yaml, found upward from the checklist.",
    [
        new("holdpoint", new Shape.Scalar("The format's version.", ScalarKind.Choice("1") with { JsonTypes = ["integer"] })) { Default = "1" },
        new("vars", Variables),
        new("roles", new Shape.Names("Who may sign, release and waive.", "a role", NameRule.Label, new Shape.OneOrMany("Its members.", new Shape.Scalar("A person, as the session names them: an address in most cases.", ScalarKind.Literal)))),
        new("four_eyes", new Shape.Scalar("Whoever started or resumed a run signs, waives and releases nothing in it.", ScalarKind.Boolean)) { Default = "false" },
        new("hosts", new Shape.Names("Machines, and groups of them, for host= and the field Host.", "a host", NameRule.Label, new Shape.Forms("A machine or a group.",
        [
            new Shape.Mapping("A machine.",
            [
                new("ssh", new Shape.Scalar("What follows ssh: user@host, or a name of your ssh configuration.", ScalarKind.Text)) { Required = true },
                new("config", new Shape.Scalar("An ssh configuration file to use in place of yours (ssh -F), from this file's folder: for ports, keys, jumps and known hosts that belong to the project.", ScalarKind.Literal)),
            ]),
            new Shape.List("A group: hosts declared here, or names that ssh knows.", new Shape.Scalar("A host.", ScalarKind.Literal)),
        ]))),
        new("environments", new Shape.Names("Where checklists run.", "an environment", NameRule.Label, Environment)),
        new("servers", new Shape.Names("Servers that probes and actions name, by kind.", "a kind of server", NameRule.Label, new Shape.Names("Servers of this kind.", "a server", NameRule.Label,
            new Shape.Names("Its settings; url in most cases. Secrets by reference: ${secret:NAME}.", "a setting", NameRule.Identifier, new Shape.Scalar("The setting.", ScalarKind.Anything))))),
        new("backups", new Shape.Names("Backups that the probe backup looks at, and that ! backup makes and ! restore brings back.", "a backup", NameRule.Label, BackupDefinition.Shape)),
        new("migrations", new Shape.Names("How ! migrate changes a database, by the name of its server (servers: postgres:).", "a database", NameRule.Label, MigrationDefinition.Shape)),
        new("metrics", new Shape.Names("Numbers over time.", "a metric", NameRule.Identifier, Metric)),
        new("targets", new Shape.Names("What is deployed.", "a target", NameRule.Label, TargetReader.Shape)),
        new("maintenance", MaintenanceDefinition.Shape),
        new("channels", new Shape.Names("Where people are told.", "a channel", NameRule.Label, ChannelCatalogue.Shape)),
        new("tell", new Shape.List("Which transitions go where, beside ! tell.", new Shape.Mapping("Transitions and their channels.",
        [
            new("on", new Shape.OneOrMany("The transitions.", new Shape.Scalar("A transition of a run.", ScalarKind.Choice(Transition.All)))) { Required = true },
            new("to", new Shape.OneOrMany("The channels.", new Shape.Scalar("A channel.", ScalarKind.Literal))) { Required = true },
        ]))),
        new("record", new Shape.Mapping("What is kept of a run.",
        [
            new("folder", new Shape.Scalar("Where it is kept, from this file's folder.", ScalarKind.Literal)) { Default = ".holdpoint" },
            new("sign_with", new Shape.Scalar("The key that records are signed with.", ScalarKind.Text) { Examples = ["${secret:record_key}"] }),
            Key.OfLaterVersion("store", "use folder"),
        ])),
    ]);
}
