using Npgsql;

namespace Shop;

/// <summary>The catalogue: what a database's own constraints refuse is answered with 409 (in use) and 422 (a name twice, or none).</summary>
internal static class Parts
{
    public static void Map(WebApplication app)
    {
        app.MapGet("/v1/parts", async (NpgsqlDataSource database, string? q, int? limit) =>
        {
            await using var command = database.CreateCommand("select id, name, notes from parts where name ilike '%' || $1 || '%' order by id limit $2");
            command.Parameters.AddWithValue(q ?? "");
            command.Parameters.AddWithValue(limit ?? 100);
            var parts = await ReadAsync(command);
            return Results.Json(new { total = parts.Count, parts });
        });
        app.MapGet("/v1/parts/{id:int}", async (NpgsqlDataSource database, int id) =>
        {
            await using var command = database.CreateCommand("select id, name, notes from parts where id = $1");
            command.Parameters.AddWithValue(id);
            return await ReadAsync(command) is [var part] ? Results.Json(part) : Results.NotFound();
        });
        app.MapGet("/v1/parts/{id:int}/offers", async (NpgsqlDataSource database, int id) =>
        {
            await using var command = database.CreateCommand("select count(*) from offers where part_id = $1");
            command.Parameters.AddWithValue(id);
            return Results.Json(new { total = (long)(await command.ExecuteScalarAsync())! });
        });
        app.MapPost("/v1/parts", async (NpgsqlDataSource database, Part part) =>
        {
            if (string.IsNullOrWhiteSpace(part.Name))
                return Results.Json(new { error = "a part needs a name" }, statusCode: 422);
            try
            {
                await using var command = database.CreateCommand("insert into parts (name, notes) values ($1, $2) returning id");
                command.Parameters.AddWithValue(part.Name);
                command.Parameters.AddWithValue(part.Notes ?? "");
                var id = (int)(await command.ExecuteScalarAsync())!;
                return Results.Json(part with { Id = id }, statusCode: 201);
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.UniqueViolation)
            {
                return Results.Json(new { error = "there is a part of this name" }, statusCode: 422);
            }
        });
        app.MapPatch("/v1/parts/{id:int}", async (NpgsqlDataSource database, int id, Part part) =>
        {
            await using var command = database.CreateCommand("update parts set notes = $2 where id = $1 returning id, name, notes");
            command.Parameters.AddWithValue(id);
            command.Parameters.AddWithValue(part.Notes ?? "");
            return await ReadAsync(command) is [var changed] ? Results.Json(changed) : Results.NotFound();
        });
        app.MapDelete("/v1/parts/{id:int}", async (NpgsqlDataSource database, int id) =>
        {
            try
            {
                await using var command = database.CreateCommand("delete from parts where id = $1");
                command.Parameters.AddWithValue(id);
                return await command.ExecuteNonQueryAsync() == 1 ? Results.NoContent() : Results.NotFound();
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.ForeignKeyViolation)
            {
                return Results.Json(new { error = "offers refer to this part" }, statusCode: 409);
            }
        });
    }

    private static async Task<List<Part>> ReadAsync(NpgsqlCommand command)
    {
        var parts = new List<Part>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
            parts.Add(new(reader.GetInt32(0), reader.GetString(1), reader.GetString(2)));
        return parts;
    }
}

internal sealed record Part(int Id, string? Name, string? Notes);
