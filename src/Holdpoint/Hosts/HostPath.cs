namespace Holdpoint.Hosts;

/// <summary>Paths of another machine, of which this one knows no file: <c>/x</c>, <c>~/x</c>, or relative to a folder there.</summary>
internal static class HostPath
{
    public static string In(string folder, string path) =>
        path.StartsWith('/') || path == "~" || path.StartsWith("~/", StringComparison.Ordinal) ? path
        : path is "." or "" ? folder
        : $"{folder.TrimEnd('/')}/{(path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path)}";
}
