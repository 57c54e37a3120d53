using System.Globalization;
using Holdpoint.Expressions;
using Holdpoint.Probes;
using Holdpoint.Probes.Postgres;
using Npgsql;
using NpgsqlTypes;

namespace Holdpoint.Metrics;

/// <summary>
/// A statement that brings one row with one number, asked of a PostgreSQL server in a transaction that is read-only and rolled back.
/// A second column is the number of events behind it. No row, or NULL, is nothing to measure; a database that refuses is blindness, not a failing target.
/// </summary>
public sealed class SqlSource : MetricSource
{
    private readonly PostgresServer _server;
    private readonly SqlText _text;
    private readonly IReadOnlyList<string> _parameters;

    /// <exception cref="UndefinedVariable">A variable in it has no value.</exception>
    /// <exception cref="FormatException">The server is not configured, or the statement is none.</exception>
    public SqlSource(MetricDefinition definition, MetricSourceDefinition.Sql source, MetricContext context) : base(definition, context.Time)
    {
        var settings = context.Server("postgres", source.Server)
            ?? throw new FormatException($"{definition.Name}: there is no postgres server called {source.Server}; name it in holdpoint.yaml under servers: postgres: {source.Server}: {{ url: … }}");
        try
        {
            _server = PostgresServer.Of(source.Server, settings);
            _text = SqlText.Read(source.Query, "query");
        }
        catch (Unanswered e)
        {
            throw new FormatException($"{definition.Name}: {e.Message}");
        }

        _parameters = [.. _text.Variables.Select(name => context.Variable(name) ?? throw new UndefinedVariable(name))];
    }

    protected override string Instrument => _server.ToString();

    protected override string AbsenceRemedy => "if that means none happened, say so with absent: 0, or ask with count(*) or coalesce(…, 0)";

    protected override async Task<MetricReading> ReadAsync(CancellationToken cancel)
    {
        try
        {
            await using var session = await PostgresSession.OpenAsync(_server, Definition.Timeout, cancel);
            MetricReading reading = new MetricReading.Absent("a row", WhileExists: true);
            await session.QueryAsync(_text.Statement, command =>
            {
                command.AllResultTypesAreUnknown = true;
                foreach (var value in _parameters)
                    command.Parameters.Add(new NpgsqlParameter { Value = value, NpgsqlDbType = NpgsqlDbType.Unknown });
            }, async reader => reading = await ReadAsync(reader, cancel), cancel);
            return reading;
        }
        catch (Unanswered e)
        {
            return new MetricReading.NoAnswer(e.Message);
        }
    }

    private async Task<MetricReading> ReadAsync(NpgsqlDataReader reader, CancellationToken cancel)
    {
        if (reader.FieldCount is not (1 or 2))
            return new MetricReading.NoAnswer(reader.FieldCount == 0 ? "the statement brings no rows: ask with SELECT" : $"the statement brings {reader.FieldCount} columns: one number is meant, and the number of events behind it beside");
        if (reader.FieldCount == 1 && Definition.MinCount > 0)
            return new MetricReading.NoAnswer("min_count needs the number of events: bring it as a second column, as in select avg(total), count(*) from orders");
        if (!await reader.ReadAsync(cancel))
            return new MetricReading.Absent("a row", WhileExists: true);
        var value = await ColumnAsync(reader, 0, cancel);
        var events = reader.FieldCount == 2 ? await ColumnAsync(reader, 1, cancel) : null;
        if (await reader.ReadAsync(cancel))
            return new MetricReading.NoAnswer("the statement brings several rows where one number is meant: put sum(…), max(…) or limit 1 into it");
        double? behind = events switch
        {
            null => null,
            Value.Number { Dimension: Dimension.Count } n => n.Amount,
            _ => double.NaN,
        };
        if (behind is double.NaN)
            return new MetricReading.NoAnswer($"the second column is {events}, and the number of events is meant");
        return value switch
        {
            Value.Null => new MetricReading.Absent("a value (it is NULL)", WhileExists: true, behind),
            Value.Number { Dimension: Dimension.Count } n => new MetricReading.Number(n.Amount, behind),
            Value.Number n when n.Dimension == Definition.Dimension => new MetricReading.Number(n.Amount / Definition.Factor, behind),
            Value.Number n => new MetricReading.NoAnswer($"the statement brings {n}, a {n.Dimension.ToString().ToLowerInvariant()}; the metric is declared as {Definition.Dimension.ToString().ToLowerInvariant()}"),
            Value.Unknown u => new MetricReading.NoAnswer(u.Because),
            _ => new MetricReading.NoAnswer($"the statement brings {value}, one number is meant: cast it, or count with count(*)"),
        };
    }

    private static async Task<Value> ColumnAsync(NpgsqlDataReader reader, int index, CancellationToken cancel)
    {
        var text = await reader.IsDBNullAsync(index, cancel) ? null : reader.GetString(index);
        var column = new SqlColumn(reader.GetName(index), reader.GetDataTypeName(index));
        // A measured number has no need to be exact beyond 2⁵³.
        return column.IsNumber && double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) ? Value.Count(number) : column.ValueOf(text);
    }
}
