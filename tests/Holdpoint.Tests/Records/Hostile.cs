using Holdpoint.Plans;
using Holdpoint.Records;
using Holdpoint.Runs;

namespace Holdpoint.Tests.Records;

/// <summary>A run in which everything that others may write tries to be more than text.</summary>
internal static class Hostile
{
    public const string Script = "<script>alert(1)</script>";

    public static RunRecord Record()
    {
        const string Checklist = """
            # Release "quoted" & <b>bold</b> ]]> <script>alert(1)</script>

            ## Checks <img src=x onerror=alert(1)>

            - [ ] Item with <script>alert(1)</script> & "quotes" | pipes `? sh echo '<script>alert(1)</script>'`
            - [ ] Right to left is text `? sh true`
            - [ ] Sign me
            """;
        var run = new RecordedRun(Checklist, "1.0\"'><script>alert(1)</script>", "eve<script>alert(1)</script>", "rel,ease:\n100%.md");
        var items = run.Plan.AllItems.ToList();
        run.Tell(new Event.StageEntered(Stage.Prepare));
        run.Tell(new Event.Checked(items[0].Steps[0].Id, 1, RecordedRun.Failed($"{Script}\u0007\u001b[2J\u202e% ::error::\r\nx", "\"' onload='x"), 0.1,
            new Dictionary<string, string> { [Script] = $"{Script}\ud800" }, [run.Store("a<b>.txt", $"</pre>{Script}\u0000"), run.Store("\"b\".txt", $"</pre>{Script}]]>\u0001\ufffe\n\u001b]0;title\u0007tail")], 0));
        run.Tell(new Event.Checked(items[1].Steps[0].Id, 1, RecordedRun.Unknown($"no answer\u0085\u2028{Script}"), 0.1, RecordedRun.NoFacts, [], 0));
        run.Tell(new Event.Signed(items[2].Steps[0].Id, $"role{Script}", $"mallory{Script}", false, $"--> {Script}"), "mallory");
        run.Tell(new Event.Told($"ops{Script}", Script, false, Script));
        run.Tell(new Event.GateReleased("stage:prepare", Script, Script), Script);
        run.Tell(new Event.GlassBroken(Script, Script), Script);
        run.Tell(new Event.Gap(run.Now, run.Now.AddSeconds(9), Script));
        run.Sample("<script>", [new Holdpoint.Metrics.Sample.Measured(run.Now, 1), new Holdpoint.Metrics.Sample.Missing(run.Now.AddSeconds(1), $"{Script}\u0001"), new Holdpoint.Metrics.Sample.Measured(run.Now.AddSeconds(2), 2)]);
        return run.Tell(new Event.Finished(Outcome.Failed, Script)).Record();
    }
}
