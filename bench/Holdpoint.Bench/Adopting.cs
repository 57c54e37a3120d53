using System.Diagnostics;
using System.Text;
using Holdpoint.Adopting;
using Holdpoint.Checklists;
using Holdpoint.Configuration;

namespace Holdpoint.Bench;

/// <summary>A checklist of 300 lines, adopted 1,000 times, on one thread. Promised: below 20 s.</summary>
internal static class Adopting
{
    private const int Times = 1000;
    private const int Lines = 300;

    public static int Run()
    {
        var request = new AdoptRequest(new("release.md", Sample()), Project.Empty("/")) { Time = TimeProvider.System };
        var once = Adopter.Adopt(request);
        if (once.Refusal.Length > 0 || once.Count(FindingKind.Check) == 0 || once.Count(FindingKind.Action) == 0)
            throw new InvalidOperationException($"the sample is adopted wrongly: {once.Refusal}");
        var before = Process.GetCurrentProcess().TotalProcessorTime;
        var began = Stopwatch.GetTimestamp();
        for (var i = 0; i < Times; i++)
            Adopter.Adopt(request);
        var took = Stopwatch.GetElapsedTime(began);
        var processor = Process.GetCurrentProcess().TotalProcessorTime - before;
        Console.WriteLine($"{Times} adoptions of {Lines} lines: {took.TotalSeconds:0.0} s, {processor.TotalSeconds:0.0} s of processor time; promised: below 20 s");
        return took < TimeSpan.FromSeconds(20) ? 0 : 1;
    }

    /// <summary>As such files are: items with blocks and what is expected of them, plain items, criteria, a heading now and then.</summary>
    private static string Sample()
    {
        var text = new StringBuilder("# Release of the shop\n\n");
        string[] headings = ["Preparation", "Backups", "Deployment", "After the deployment", "Rollback criteria"];
        for (var i = 0; text.ToString().AsSpan().Count('\n') < Lines; i++)
        {
            if (i % 8 == 0)
                text.Append($"## {headings[Math.Min(i / 8, headings.Length - 1)]} {i}\n\n**Responsible:** SRE\n\n");
            text.Append((i % 4) switch
            {
                0 => $"- [ ] Service {i} answers\n  ```bash\n  curl -s http://localhost:{8000 + i}/health\n  # Expected: 200 OK\n  ```\n\n",
                1 => $"- [ ] Step {i} is done{(i % 8 == 1 ? " (if applicable)" : "")}\n  ```bash\n  docker compose up -d service{i}\n  ```\n\n",
                2 => $"- [ ] Error rate of part {i} < {1 + i % 5}%\n- [ ] Somebody looked at part {i}\n\n",
                _ => $"- Error rate of part {i} > {1 + i % 5}%\n- Something else in part {i}\n\n",
            });
        }

        return string.Join('\n', text.ToString().Split('\n').Take(Lines)) + "\n";
    }
}
