using System.Text;
using Holdpoint.Journal;

namespace Holdpoint.Rollouts;

/// <summary>The file that holds an upstream: replaced as a whole, so that nginx never reads half of one.</summary>
internal sealed class NginxFile(string path, string upstream)
{
    public string Path => path;

    /// <exception cref="Unreachable">It can't be read, or is not in a form that is known.</exception>
    public NginxUpstream Read()
    {
        try
        {
            return NginxUpstream.Parse(File.ReadAllText(path), upstream);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new Unreachable($"there is no file {path}: write `upstream {upstream} {{ server HOST:PORT; … }}` into it, and nothing else, and include it in nginx's http section");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new Unreachable($"{path} can't be read: {e.Message}");
        }
        catch (FormatException e)
        {
            throw new Unreachable($"{path}, {e.Message}; it has to hold `upstream {upstream} {{ server …; }}` and comments alone");
        }
    }

    /// <exception cref="Unreachable">It can't be written, or somebody else has written it since.</exception>
    public void Replace(NginxUpstream before, NginxUpstream after)
    {
        if (Read().Text != before.Text)
            throw new Unreachable($"{path} was changed by somebody else at this very moment: look at it and try again");
        try
        {
            // A link stays a link.
            var goal = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path;
            // Its name must not match an include of *.conf.
            var fresh = $"{goal}.holdpoint-new";
            try
            {
                DurableFiles.Disk.WriteWhole(fresh, Encoding.UTF8.GetBytes(after.Text));
                if (!OperatingSystem.IsWindows())
                    File.SetUnixFileMode(fresh, File.GetUnixFileMode(goal));
                File.Move(fresh, goal, overwrite: true);
                DurableFiles.Disk.FlushFolder(System.IO.Path.GetDirectoryName(goal)!);
            }
            finally
            {
                File.Delete(fresh);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new Unreachable($"{path} can't be written: {e.Message}");
        }
    }
}
