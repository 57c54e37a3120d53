namespace Holdpoint.Cli;

/// <summary>A command can't go on, and the person can do something about it. Told as one line: <c>holdpoint: error: what (remedy)</c>.</summary>
internal sealed class CliError(string what, string remedy, int exitCode = ExitCode.Usage) : Exception(what)
{
    public string Remedy => remedy;

    public int ExitCode => exitCode;
}

/// <summary>A command ends here, and has already said why.</summary>
internal sealed class CommandEnds(int exitCode) : Exception
{
    public int ExitCode => exitCode;
}
