using Holdpoint.Cli;

using var world = new CliWorld(Terminal.OfProcess());
return Entry.RunAsync(args, world).GetAwaiter().GetResult();
