using Holdpoint.Bench;

// Each figure that is promised somewhere is measured by a verb of this program; README.md beside it says what was promised.
return args switch
{
    ["read", ..] => Reading.Run(),
    ["adopt", ..] => Adopting.Run(),
    ["checks", var holdpoint] => await Checks.RunAsync(holdpoint),
    ["memory", var holdpoint] => await Memory.RunAsync(holdpoint),
    ["backtest", var holdpoint] => await Backtesting.RunAsync(holdpoint),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("verbs: read | adopt | checks PATH-TO-HOLDPOINT | memory PATH-TO-HOLDPOINT | backtest PATH-TO-HOLDPOINT (see bench/README.md)");
    return 2;
}
