using Holdpoint.Cli;

using var world = new CliWorld(Terminal.OfProcess());
return await Entry.RunAsync(args, world);
