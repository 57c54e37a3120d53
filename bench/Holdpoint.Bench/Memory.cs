using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace Holdpoint.Bench;

/// <summary>The largest resident memory of a whole process that asks 2,000 checks (files, TCP, HTTP, in equal parts) of one section: promised below 200 MB.</summary>
internal static class Memory
{
    private const int Checks = 2_000;
    private const double PromisedMegabytes = 200;
    private const int Rounds = 5;

    /// <summary>The mark only rises, so what is missed is what it rises in the last of these.</summary>
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(2);

    public static async Task<int> RunAsync(string holdpoint)
    {
        using var live = new Server(answers: true);
        var folder = Directory.CreateTempSubdirectory("holdpoint-bench-").FullName;
        try
        {
            var checklist = new StringBuilder("# Many\n\n");
            for (var i = 0; i < Checks; i++)
            {
                if (i % 3 == 0)
                    await File.WriteAllTextAsync(Path.Combine(folder, $"f{i}"), "x");
                checklist.Append((i % 3) switch
                {
                    0 => $"- [ ] file {i} `? file f{i}`\n",
                    1 => $"- [ ] tcp {i} `? tcp 127.0.0.1:{live.Port}`\n",
                    _ => $"- [ ] http {i} `? http http://127.0.0.1:{live.Port}/{i}`\n",
                });
            }

            await File.WriteAllTextAsync(Path.Combine(folder, "many.md"), checklist.ToString());
            var peaks = new List<double>();
            for (var round = 0; round < Rounds; round++)
                peaks.Add(await PeakAsync(holdpoint, folder));
            peaks.Sort();
            Console.WriteLine($"{Checks:N0} checks: {peaks[0]:0} … {peaks[Rounds / 2]:0} … {peaks[^1]:0} MB at their peak (min, median, max of {Rounds}); promised: below {PromisedMegabytes} MB");
            return peaks[^1] < PromisedMegabytes ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    /// <summary>In megabytes, by the kernel's own mark (VmHWM in proc(5)).</summary>
    private static async Task<double> PeakAsync(string holdpoint, string folder)
    {
#pragma warning disable RS0030 // The benchmark looks at the product's own process from outside.
        using var process = Process.Start(new ProcessStartInfo(holdpoint, ["check", "many.md"]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
#pragma warning restore RS0030
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        var ended = process.WaitForExitAsync();
        var kilobytes = 0L;
        while (!ended.IsCompleted)
        {
            kilobytes = HighestMark(process.Id) ?? kilobytes;
            await Task.WhenAny(ended, Task.Delay(Look, TimeProvider.System));
        }

        if (process.ExitCode != 0 || !(await output).Contains($"{Checks} passed", StringComparison.Ordinal))
            throw new InvalidOperationException($"exit {process.ExitCode}, and not all passed\n{(await output)[^Math.Min(1000, (await output).Length)..]}\n{await error}");
        return kilobytes * 1024 / 1e6;
    }

    /// <summary>Null once the process has no memory any more.</summary>
    private static long? HighestMark(int process)
    {
        try
        {
            var line = File.ReadLines($"/proc/{process}/status").FirstOrDefault(l => l.StartsWith("VmHWM:", StringComparison.Ordinal));
            return line is null ? null : long.Parse(line.Split((char[])[' ', '\t'], StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            // It has ended between two looks.
            return null;
        }
    }
}
