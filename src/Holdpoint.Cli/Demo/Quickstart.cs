using System.Reflection;

namespace Holdpoint.Cli.Demo;

/// <summary>The files of <c>examples/quickstart</c>, which the program carries with it.</summary>
internal static class Quickstart
{
    private const string Prefix = "quickstart/";

    /// <summary>Lays the files out, and beside them <c>bin/holdpoint</c>, which is this program.</summary>
    public static void LayOut(string folder)
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var name in assembly.GetManifestResourceNames().Where(n => n.StartsWith(Prefix, StringComparison.Ordinal)))
        {
            var path = Path.Combine(folder, name[Prefix.Length..].Replace('\\', '/'));
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var from = assembly.GetManifestResourceStream(name)!;
            using var to = File.Create(path);
            from.CopyTo(to);
        }

        var program = Path.Combine(folder, "bin", "holdpoint");
        File.WriteAllText(program, $"#!/usr/bin/env bash\nexec {Self()} \"$@\"\n");
        if (OperatingSystem.IsWindows())
            return;
        const UnixFileMode runnable = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute | UnixFileMode.GroupRead | UnixFileMode.GroupExecute;
        File.SetUnixFileMode(program, runnable);
        File.SetUnixFileMode(Path.Combine(folder, "bin", "switch"), runnable);
    }

    /// <summary>Started by its own host, or by <c>dotnet</c>.</summary>
    private static string Self()
    {
        var process = Environment.ProcessPath!;
        return Path.GetFileNameWithoutExtension(process) == "dotnet" ? $"'{process}' '{Path.Combine(AppContext.BaseDirectory, "Holdpoint.Cli.dll")}'" : $"'{process}'";
    }
}
