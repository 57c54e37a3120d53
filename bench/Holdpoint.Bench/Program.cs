using Holdpoint.Bench;

// Each figure that is promised somewhere is measured by a verb of this program; README.md beside it says what was promised.
return args switch
{
    ["read", ..] => Reading.Run(),
    ["adopt", ..] => Adopting.Run(),
    ["checks", var holdpoint] => await Checks.RunAsync(holdpoint),
    ["memory", var holdpoint] => await Memory.RunAsync(holdpoint),
    ["backtest", var holdpoint] => await Backtesting.RunAsync(holdpoint),
    ["watch", ..] => FalseAlarms.Run(args.Length > 1 ? int.Parse(args[1]) : 1),
    ["watches", ..] => await Watches.RunAsync(TimeSpan.FromMinutes(args.Length > 1 ? double.Parse(args[1]) : 2)),
    ["services"] => await Services.RunAsync(),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("verbs: read | adopt | checks PATH-TO-HOLDPOINT | memory PATH-TO-HOLDPOINT | backtest PATH-TO-HOLDPOINT | watch [SEED] | watches [MINUTES] (see bench/README.md)");
    return 2;
}
