using System.Globalization;
using System.Text.RegularExpressions;
using Holdpoint.Expressions;
using Holdpoint.Processes;

namespace Holdpoint.Probes;

/// <summary>A MySQL or MariaDB, asked through its own client program.</summary>
public sealed partial class MySqlProbe : AskingProbe
{
    /// <summary>Whatever takes longer than this to fail is no refusal: the system tries a silent host for two minutes.</summary>
    private static readonly TimeSpan SystemGivesUp = TimeSpan.FromSeconds(30);

    private const string Question = "SELECT VERSION(); SHOW GLOBAL STATUS LIKE 'Threads_connected'";

    /// <summary>The options come over standard input, and through a pipe whatever that is: a client can't open a socket by its name.</summary>
    private const string Script = """
        client=$(command -v mysql || command -v mariadb) || exit 127
        cat | "$client" "$@"
        """;

    public override Signature Signature { get; } = new("mysql", "A MySQL or MariaDB takes connections and answers")
    {
        Arguments = [new("SERVER", "a name under servers: mysql: in holdpoint.yaml: url, mysql://user:password@host:3306/database, or socket; user and password may stand beside it; tls: true wants a trusted certificate (ca: FILE)")],
        Facts =
        [
            new("up", Dimension.Boolean, "it answers a question; false where it refuses the connection or takes no more of them"),
            new("time", Dimension.Duration, "from the start of the client program to the answer"),
            new("version", Dimension.Version, "of the server: 8.0.36, 10.11.14"),
            new("connections", Dimension.Count, "open connections of clients, this one included"),
        ],
        DefaultCondition = "up",
        AlsoCalled = ["mariadb"],
        Example = "mysql main time < 1s and connections < 150",
        Needs = "the client program mysql or mariadb",
        OnHosts = true,
    };

    protected override async Task<Reading> AskAsync(ProbeCall call, CancellationToken cancel)
    {
        var server = MySqlServer.Of(call);
        var command = new Command("sh", ["-c", Script, "mysql", "--defaults-file=/dev/stdin", "--batch", "--skip-column-names", "-e", Question])
        {
            Input = server.OptionFile,
            Environment = new Dictionary<string, string?> { ["LC_ALL"] = "C", ["MYSQL_PWD"] = null },
        };
        return await call.Context.Commands.RunAsync(command, call.Timeout, cancel) switch
        {
            CommandResult.Exited { ExitCode: 0 } ended => Answer(server, ended),
            CommandResult.Exited { ExitCode: 127 } => throw new Unanswered("there is neither mysql nor mariadb on PATH: install mysql-client or mariadb-client"),
            CommandResult.Exited ended => Refusal(server, ended),
            CommandResult.TimedOut late => throw new Unanswered($"no answer from {server} within {Units.Duration(late.Limit)}"),
            CommandResult.NotStarted refused => throw new Unanswered($"the client program can't be run: {refused.Because}"),
            var other => throw new InvalidOperationException($"no such end of a command: {other}"),
        };
    }

    private static Reading.Measured Answer(MySqlServer server, CommandResult.Exited ended)
    {
        var lines = ended.Output.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (lines.Length == 0 || VersionNumber().Match(lines[0]) is not { Success: true } version)
            throw new Unanswered($"{server}: the client ended well, but without an answer");
        var connections = lines.FirstOrDefault(l => l.StartsWith("Threads_connected\t", StringComparison.Ordinal))?.Split('\t')[1];
        return new(Facts.Of(
            ("up", Value.Of(true)),
            ("time", Value.Duration(ended.Elapsed)),
            ("version", Value.OfVersion(version.Value)),
            ("connections", int.TryParse(connections, NumberStyles.None, CultureInfo.InvariantCulture, out var count) ? Value.Count(count) : new Value.Unknown("the server tells no Threads_connected"))))
        {
            Evidence = [Evidence.OfText("answer.txt", $"{server}\n{ended.Output.Text}")],
        };
    }

    /// <summary>https://dev.mysql.com/doc/mysql-errors/8.0/en/client-error-reference.html and …/server-error-reference.html.</summary>
    private Reading Refusal(MySqlServer server, CommandResult.Exited ended)
    {
        if (ErrorLine().Match(ended.Error.Text) is not { Success: true } error)
            throw new Unanswered($"{server}: the client ended with {ended.ExitCode}: {GitRepository.FirstLine(ended.Error.Text)}");
        var text = error.Groups["text"].Value.Trim();
        return error.Groups["code"].Value switch
        {
            // MariaDB's client tells 115 (in progress) for a refusal: it gives a connection a limit of its own, longer than this attempt's.
            "2002" or "2003" when ended.Elapsed < SystemGivesUp && !text.EndsWith("(13)", StringComparison.Ordinal) => Down($"{server} refuses the connection"),
            "2005" => Down($"there is no host called {server.Host}"),
            "1040" => Down($"{server} takes no more connections (max_connections)"),
            "1129" => throw new Unanswered($"{server} has blocked this machine after too many failed connections: mysqladmin flush-hosts mends it"),
            "1044" or "1045" or "1698" => throw new Unanswered($"{server} does not take the user and password of holdpoint.yaml ({text})"),
            "2012" or "2013" or "2027" or "2007" => throw new Unanswered($"{server} broke off before its answer, or is no MySQL: {text}"),
            "2026" => throw new Unanswered($"{server} does not complete a TLS handshake: {text}"),
            var code => throw new Unanswered($"{server} answers with error {code}: {text}"),
        };
    }

    [GeneratedRegex(@"^\d+(\.\d+)+")]
    private static partial Regex VersionNumber();

    [GeneratedRegex(@"^ERROR (?<code>\d+) \(\w+\)[^:]*: (?<text>.*)$", RegexOptions.Multiline)]
    private static partial Regex ErrorLine();
}
