using System.Text.Json;
using Holdpoint.Configuration;

namespace Holdpoint.Tests.Configuration;

public sealed class JsonSchemaTests
{
    private static string Published([System.Runtime.CompilerServices.CallerFilePath] string here = "") =>
        Path.GetFullPath("../../../docs/schema/holdpoint.schema.json", Path.GetDirectoryName(here)!);

    /// <summary>After a change of the shape: <c>HOLDPOINT_WRITE_SCHEMA=1</c> and this test write the file anew.</summary>
    [Fact]
    public void The_published_schema_is_the_one_that_the_reader_follows()
    {
        if (Environment.GetEnvironmentVariable("HOLDPOINT_WRITE_SCHEMA") == "1")
            File.WriteAllText(Published(), JsonSchema.Text());
        Assert.Equal(JsonSchema.Text(), File.ReadAllText(Published()));
    }

    [Fact]
    public void The_schema_is_JSON_and_knows_what_is_required()
    {
        using var schema = JsonDocument.Parse(JsonSchema.Text());
        var command = schema.RootElement.GetProperty("properties").GetProperty("targets").GetProperty("additionalProperties").GetProperty("properties").GetProperty("command");
        Assert.Equal(["now", "deploy", "rollback"], command.GetProperty("required").EnumerateArray().Select(e => e.GetString()));
        Assert.False(command.GetProperty("additionalProperties").GetBoolean());
        Assert.DoesNotContain("statuspage", JsonSchema.Text(), StringComparison.Ordinal);
    }
}
