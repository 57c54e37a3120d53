using System.Diagnostics;
using System.Text;
using Holdpoint.Checklists;
using Holdpoint.Expressions;
using Holdpoint.Runs;
using Markdig;

namespace Holdpoint.Bench;

/// <summary>Reading and linting a file of 10,000 items against Markdig alone, in the same process, in turns. Promised: at most 3 times.</summary>
internal static class Reading
{
    private const int Rounds = 15;

    public static int Run()
    {
        var text = Sample(10_000);
        var pipeline = new MarkdownPipelineBuilder().UsePreciseSourceLocation().UseTaskLists().UsePipeTables().UseYamlFrontMatter().Build();
        var definition = new Definition([new("DEPLOY.md", text)], null, new Dictionary<string, string>());
        var ratios = new List<double>();
        for (var round = -3; round < Rounds; round++)
        {
            var alone = Time(() => Markdown.Parse(text, pipeline));
            RunDefinition read = null!;
            var whole = Time(() => read = RunDefinition.Read(definition, null, new Dictionary<string, Signature>(), TimeProvider.System, lint: true));
            if (read.HasErrors || read.Checklist.AllItems.Count() != 10_000)
                throw new InvalidOperationException($"the sample is read wrongly: {string.Join("; ", read.Problems.Where(p => p.IsError).Take(3))}");
            if (round < 0)
                continue;
            ratios.Add(whole / alone);
            Console.WriteLine($"{round + 1,2}  Markdig {alone,7:0.0} ms   Holdpoint {whole,7:0.0} ms   {whole / alone:0.00}x");
        }

        ratios.Sort();
        Console.WriteLine($"reading and linting 10,000 items ({text.Length / 1000} kB): {ratios[0]:0.00}x … {ratios[Rounds / 2]:0.00}x … {ratios[^1]:0.00}x of Markdig alone (min, median, max); promised: at most 3x");
        return ratios[Rounds / 2] <= 3 ? 0 : 1;
    }

    private static double Time(Action action)
    {
        GC.Collect();
        var began = Stopwatch.GetTimestamp();
        action();
        return Stopwatch.GetElapsedTime(began).TotalMilliseconds;
    }

    /// <summary>As checklists are: mostly plain items, some with a check, an action with a fence now and then, prose between.</summary>
    private static string Sample(int items)
    {
        var text = new StringBuilder("# A long checklist\n\n");
        for (var i = 0; i < items; i++)
        {
            if (i % 20 == 0)
                text.Append($"## Part {i / 20}, which has a heading of its own\n\nSome words on what this part is for and who looks after it.\n\n");
            text.Append((i % 5) switch
            {
                0 => $"- [ ] Room left on volume {i} `? disk /data/{i} free > 20GB`\n",
                1 => $"- [ ] Service {i} answers `? http http://localhost:{8000 + (i % 1000)}/health time < 500ms and $.status == \"healthy\" within 60s`\n",
                2 => $"- [ ] **Team {i}** was told, and *answered* in the channel\n",
                3 => $"- [ ] Release notes of part {i} are [published](https://example.com/notes/{i})\n",
                _ => $"- [ ] Dump {i} made `! run` `? file dump-{i}.sql size > 1MB`\n\n  ```bash\n  pg_dump shop > dump-{i}.sql\n  ```\n\n",
            });
        }

        return text.ToString();
    }
}
