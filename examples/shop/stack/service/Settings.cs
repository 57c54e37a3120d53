namespace Shop;

/// <param name="Database">A connection string of Npgsql.</param>
internal sealed record Settings(int Port, string Version, string Database, Fault Fault, string HookSecret)
{
    public static Settings Read() => new(
        int.Parse(Get("PORT", "8080"), System.Globalization.CultureInfo.InvariantCulture),
        Get("VERSION", "0.0.0"), Get("DATABASE", "Host=/var/run/postgresql"), Fault.Parse(Get("FAULT", "")), Get("HOOK_SECRET", ""));

    private static string Get(string name, string otherwise) => Environment.GetEnvironmentVariable(name) is { Length: > 0 } value ? value : otherwise;
}
