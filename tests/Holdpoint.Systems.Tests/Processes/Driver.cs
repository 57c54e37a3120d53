using Holdpoint.Processes;

namespace Holdpoint.Systems.Tests.Processes;

/// <summary>The process of its own in tests/Holdpoint.Systems.Driver, built beside these tests.</summary>
internal static class Driver
{
    public static Command Call(params string[] arguments)
    {
        var here = new DirectoryInfo(AppContext.BaseDirectory);
        var driver = Path.Combine(here.Parent!.Parent!.FullName, "Holdpoint.Systems.Driver", here.Name, "Holdpoint.Systems.Driver.dll");
        return new Command(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [driver, .. arguments]);
    }
}
