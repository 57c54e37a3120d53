using Holdpoint.Expressions;
using Holdpoint.Journal;
using Holdpoint.Runs;

namespace Holdpoint.Cli.Runs;

/// <summary>A command about runs: what the engine refuses, and a record that can't be read or written, become errors that a person can act on.</summary>
internal abstract class RunCommand : CliCommand
{
    public override CommandGroup Group => CommandGroup.Runs;

    protected abstract Task<int> DoAsync(CommandContext context);

    public sealed override async Task<int> RunAsync(CommandContext context)
    {
        try
        {
            return await DoAsync(context);
        }
        catch (CannotRun e)
        {
            throw new CliError(e.Message, "", ExitCode.Refused);
        }
        catch (UnknownRun e)
        {
            throw new CliError(e.Message, "holdpoint history lists the runs, holdpoint deploy starts one; for runs of another project call holdpoint there, or say --record FOLDER");
        }
        catch (DamagedJournal e)
        {
            throw new CliError($"the record is damaged: {e.Message}", "holdpoint audit names every damaged place; nothing was changed", ExitCode.Unknown);
        }
        catch (JournalUnwritable e)
        {
            throw new CliError(e.Message, "make room on the disk, or mend the folder's rights, then: holdpoint resume", ExitCode.Unknown);
        }
        catch (UnknownFormat e)
        {
            throw new CliError(e.Message, "drive it on with the holdpoint that wrote it; holdpoint rollback works with this one", ExitCode.Refused);
        }
        catch (UndefinedVariable e)
        {
            throw new CliError(e.Message, "", ExitCode.Usage);
        }
    }
}
