using System.Diagnostics;
using System.Text;

namespace Holdpoint.Bench;

/// <summary>
/// Whole processes: 300 trivial checks (100 files, 100 TCP, 100 HTTP), promised within 0.25 s; 100 HTTP checks of which 10 never answer,
/// with <c>timeout 2s</c>, promised within 2.3 s.
/// </summary>
internal static class Checks
{
    private const int Rounds = 10;

    public static async Task<int> RunAsync(string holdpoint)
    {
        using var live = new Server(answers: true);
        using var dead = new Server(answers: false);
        var folder = Directory.CreateTempSubdirectory("holdpoint-bench-").FullName;
        try
        {
            var trivial = new StringBuilder("# Trivial\n\n");
            for (var i = 0; i < 100; i++)
            {
                await File.WriteAllTextAsync(Path.Combine(folder, $"f{i}"), "x");
                trivial.Append($"- [ ] file {i} `? file f{i}`\n- [ ] tcp {i} `? tcp 127.0.0.1:{live.Port}`\n- [ ] http {i} `? http http://127.0.0.1:{live.Port}/{i}`\n");
            }

            var slow = new StringBuilder("# Ten never answer\n\n");
            for (var i = 0; i < 100; i++)
                slow.Append($"- [ ] http {i} `? http http://127.0.0.1:{(i % 10 == 0 ? dead : live).Port}/{i} timeout 2s`\n");
            await File.WriteAllTextAsync(Path.Combine(folder, "trivial.md"), trivial.ToString());
            await File.WriteAllTextAsync(Path.Combine(folder, "slow.md"), slow.ToString());

            var ok = await MeasureAsync("300 trivial checks", holdpoint, folder, "trivial.md", expectedExit: 0, promised: 0.25);
            ok &= await MeasureAsync("100 HTTP checks, 10 silent", holdpoint, folder, "slow.md", expectedExit: 6, promised: 2.3);
            return ok ? 0 : 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static async Task<bool> MeasureAsync(string what, string holdpoint, string folder, string file, int expectedExit, double promised)
    {
        var seconds = new List<double>();
        for (var round = -2; round < Rounds; round++)
        {
            var began = Stopwatch.GetTimestamp();
#pragma warning disable RS0030 // The benchmark times the product's own process from outside.
            using var process = Process.Start(new ProcessStartInfo(holdpoint, ["check", file]) { WorkingDirectory = folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
#pragma warning restore RS0030
            var output = process.StandardOutput.ReadToEndAsync();
            var error = process.StandardError.ReadToEndAsync();
            await process.WaitForExitAsync();
            if (round >= 0)
                seconds.Add(Stopwatch.GetElapsedTime(began).TotalSeconds);
            if (process.ExitCode != expectedExit)
                throw new InvalidOperationException($"{what}: exit {process.ExitCode}, not {expectedExit}\n{await output}\n{await error}");
        }

        seconds.Sort();
        Console.WriteLine($"{what}: {seconds[0]:0.000} … {seconds[Rounds / 2]:0.000} … {seconds[^1]:0.000} s for the whole process (min, median, max of {Rounds}); promised: at most {promised} s");
        return seconds[Rounds / 2] <= promised;
    }
}
