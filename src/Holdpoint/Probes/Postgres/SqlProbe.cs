using System.Buffers;
using System.Text;
using System.Text.Json;
using Holdpoint.Expressions;
using Npgsql;
using NpgsqlTypes;

namespace Holdpoint.Probes.Postgres;

/// <summary>Asks a PostgreSQL server the statement of the item's fence, in a transaction that is read-only and rolled back.</summary>
public sealed class SqlProbe : AskingProbe
{
    /// <summary>16 MiB of rows as JSON.</summary>
    private const int Largest = 16 * 1024 * 1024;

    private const int ShownRows = 50;

    public override Signature Signature { get; } = new("sql", "Asks a PostgreSQL server the statement of the item's fence; nothing can be changed by it")
    {
        Arguments = [new("SERVER", PostgresServer.SettingsSummary)],
        Facts =
        [
            new("value", Dimension.Any, "the first column of the first row: a number, a text, true or false, an interval as a duration (now() - max(created)), null; absent where there is no row"),
            new("rows", Dimension.Count, "how many rows there are"),
            new("time", Dimension.Duration, "from the statement to its last row"),
        ],
        HasDocument = true,
        TakesBody = true,
        ServerKind = "postgres",
        Example = "sql main value == baseline and time < 2s",
        Needs = "one statement in the fence; ${name} in it, without quotes around, is put in as a parameter",
    };

    protected override async Task<Reading> AskAsync(ProbeCall call, CancellationToken cancel)
    {
        var server = PostgresServer.Of(call, call.Arguments[0]);
        if (call.Body is not { } fence)
            throw new Unanswered("sql has no fence: put one, indented, below its item");
        var text = SqlText.Read(fence.Content);
        var parameters = text.Variables.Select(name => call.Context.Variable(name) ?? throw new UndefinedVariable(name)).ToList();
        await using var session = await PostgresSession.OpenAsync(server, call.Timeout, cancel);
        var result = new SqlResult(Largest);
        var began = call.Context.Time.GetTimestamp();
        await session.QueryAsync(text.Statement, command =>
        {
            // Each value in PostgreSQL's text form, and of whatever type the statement makes of it.
            command.AllResultTypesAreUnknown = true;
            foreach (var value in parameters)
                command.Parameters.Add(new NpgsqlParameter { Value = value, NpgsqlDbType = NpgsqlDbType.Unknown });
        }, reader => result.ReadAsync(reader, cancel), cancel);
        return new Reading.Measured(new(new Dictionary<string, Value>
        {
            ["value"] = result.First,
            ["rows"] = Value.Count(result.Rows),
            ["time"] = Value.Duration(call.Context.Time.GetElapsedTime(began)),
        }, result.Document)) { Evidence = [Seen(server, text, result)] };
    }

    private static Evidence Seen(PostgresServer server, SqlText text, SqlResult result) => Evidence.OfText(
        "sql.txt",
        $"{server}, database {server.Database}\n\n{text.Statement}\n\n{result.Rows} {(result.Rows == 1 ? "row" : "rows")}{(result.Rows > ShownRows ? $", the first {ShownRows}" : "")}\n{result.Shown}");

    /// <summary>The rows as they come.</summary>
    private sealed class SqlResult(int limit)
    {
        private readonly ArrayBufferWriter<byte> _json = new();
        private readonly StringBuilder _shown = new();

        public Value First { get; private set; } = new Value.Absent();

        public long Rows { get; private set; }

        public string Shown => _shown.ToString();

        /// <summary>An array of objects, a member for each column.</summary>
        public string Document => Encoding.UTF8.GetString(_json.WrittenSpan);

        public async Task ReadAsync(NpgsqlDataReader reader, CancellationToken cancel)
        {
            if (reader.FieldCount == 0)
                throw new Unanswered("the statement brings no rows: ask with SELECT");
            var columns = Enumerable.Range(0, reader.FieldCount).Select(i => new SqlColumn(reader.GetName(i), reader.GetDataTypeName(i))).ToList();
            var names = columns.Select((c, i) => columns.Take(i).Count(b => b.Name == c.Name) is var earlier and > 0 ? $"{c.Name}_{earlier + 1}" : c.Name).ToList();
            _shown.AppendJoin(" | ", names).Append('\n');
            await using var json = new Utf8JsonWriter(_json);
            json.WriteStartArray();
            while (await reader.ReadAsync(cancel))
            {
                json.WriteStartObject();
                for (var i = 0; i < columns.Count; i++)
                {
                    var cell = await reader.IsDBNullAsync(i, cancel) ? null : reader.GetString(i);
                    columns[i].Write(json, names[i], cell);
                    if (Rows == 0 && i == 0)
                        First = columns[i].ValueOf(cell);
                    if (Rows < ShownRows)
                        _shown.Append(i > 0 ? " | " : "").Append(cell ?? "null");
                }

                json.WriteEndObject();
                if (Rows++ < ShownRows)
                    _shown.Append('\n');
                if (json.BytesCommitted + json.BytesPending > limit)
                    throw new Unanswered($"the rows take more than {Units.Bytes(limit)}: ask for less (count(*), limit)");
            }

            json.WriteEndArray();
        }
    }
}
