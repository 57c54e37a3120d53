using System.CommandLine;

namespace Holdpoint.Cli;

/// <summary>The commands of this assembly, found by their type. A command line builds only the one it names: the others would cost every start.</summary>
internal static class CommandTree
{
    private static readonly Lazy<IReadOnlyDictionary<string, Type>> Types = new(() => typeof(CliCommand).Assembly.GetTypes()
        .Where(t => t.IsSubclassOf(typeof(CliCommand)) && !t.IsAbstract)
        .ToDictionary(CliCommand.NameOf, StringComparer.Ordinal));

    public static IEnumerable<string> Names => Types.Value.Keys;

    /// <summary>By group, then by name.</summary>
    public static IReadOnlyList<CliCommand> All => [.. Types.Value.Values.Select(Make).OrderBy(c => c.Group).ThenBy(c => c.Name, StringComparer.Ordinal)];

    /// <summary>Null where there is none of this name.</summary>
    public static CliCommand? Find(string name) => (InItsPlace(name) ?? Types.Value.GetValueOrDefault(name)) is { } type ? Make(type) : null;

    /// <summary>The command as the parser knows it.</summary>
    public static Command Declared(CliCommand command)
    {
        var declared = new Command(command.Name, command.Summary) { Hidden = command.Hidden };
        command.Declare(declared);
        return declared;
    }

    /// <summary>The type by its full name: to go through all types of the assembly loads every one of them.</summary>
    private static Type? InItsPlace(string name) =>
        typeof(CliCommand).Assembly.GetType($"{typeof(CliCommand).Namespace}.Commands.{CliCommand.TypeNameOf(name)}") is { IsAbstract: false } type
        && type.IsSubclassOf(typeof(CliCommand)) && CliCommand.NameOf(type) == name ? type : null;

    private static CliCommand Make(Type type) => (CliCommand)Activator.CreateInstance(type)!;
}
