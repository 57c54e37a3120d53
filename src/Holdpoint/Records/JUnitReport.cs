using System.Globalization;
using System.Text;
using System.Xml;

namespace Holdpoint.Records;

using Outcome = Runs.Outcome;

/// <summary>
/// The run as JUnit XML, for build servers: a suite for each section, a case for each item with marks of its own, and first of all a case for
/// the run itself, so that a run that was rolled back is red though each of its checks passed. Failed is a failure, unknown an error;
/// what was not run is skipped. Source of the form: https://github.com/testmoapp/junitxml.
/// </summary>
public static class JUnitReport
{
    public static string Write(RunRecord record)
    {
        var suites = record.Sections.Select(s => (Section: s, Cases: s.AllItems.Where(i => i.Steps.Count > 0).ToList())).Where(s => s.Cases.Count > 0).ToList();
        var run = RunKind(record);
        var kinds = suites.SelectMany(s => s.Cases).Select(KindOf).Append(run).ToList();
        using var text = new Utf8Text();
        using (var xml = XmlWriter.Create(text, new XmlWriterSettings { Indent = true, CheckCharacters = true }))
        {
            xml.WriteStartElement("testsuites");
            xml.WriteAttributeString("name", Clean($"{record.Title}: {record.Version} on {record.Environment}"));
            Counts(xml, kinds, record.DurationSeconds);
            Suite(xml, record, "run", [run], record.DurationSeconds);
            Case(xml, $"{record.Version} on {record.Environment}", "run", record.DurationSeconds, null, 0);
            Result(xml, run, record.Ending.Sentence, string.Join('\n', record.Cautions));
            xml.WriteEndElement();
            xml.WriteEndElement();
            foreach (var (section, cases) in suites)
            {
                Suite(xml, record, section.Heading.Length > 0 ? section.Heading : section.Id, [.. cases.Select(KindOf)], cases.Sum(c => c.ElapsedSeconds));
                foreach (var item in cases)
                {
                    Case(xml, item.Text, section.Id, item.ElapsedSeconds, item.File, item.Line);
                    var worst = item.Steps.MaxBy(s => s.Kind)!;
                    Result(xml, KindOf(item), item.Advisory && worst.Kind.IsBad ? $"advisory, {worst.Kind.Word}: {worst.Message}" : worst.Message, Details(item));
                    xml.WriteEndElement();
                }

                xml.WriteEndElement();
            }

            xml.WriteEndElement();
        }

        return text.ToString() + "\n";
    }

    /// <summary>Of the item's own marks: its children are cases of their own. What is advisory holds no gate and turns no build red.</summary>
    private static VerdictKind KindOf(ItemRecord item) => item.Steps.Max(s => s.Kind) is var kind && item.Advisory && kind.IsBad ? VerdictKind.Skipped : kind;

    private static VerdictKind RunKind(RunRecord record) => record.Ending.Outcome switch
    {
        Outcome.Passed => VerdictKind.Passed,
        Outcome.Unknown => VerdictKind.Unknown,
        null => VerdictKind.Pending,
        _ => VerdictKind.Failed,
    };

    private static void Suite(XmlWriter xml, RunRecord record, string name, IReadOnlyList<VerdictKind> kinds, double seconds)
    {
        xml.WriteStartElement("testsuite");
        xml.WriteAttributeString("name", Clean(name));
        Counts(xml, kinds, seconds);
        xml.WriteAttributeString("timestamp", record.StartedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture));
    }

    private static void Counts(XmlWriter xml, IReadOnlyList<VerdictKind> kinds, double seconds)
    {
        xml.WriteAttributeString("tests", kinds.Count.ToString(CultureInfo.InvariantCulture));
        xml.WriteAttributeString("failures", kinds.Count(k => k == VerdictKind.Failed).ToString(CultureInfo.InvariantCulture));
        xml.WriteAttributeString("errors", kinds.Count(k => k == VerdictKind.Unknown).ToString(CultureInfo.InvariantCulture));
        xml.WriteAttributeString("skipped", kinds.Count(IsSkipped).ToString(CultureInfo.InvariantCulture));
        xml.WriteAttributeString("time", Seconds(seconds));
    }

    private static void Case(XmlWriter xml, string name, string className, double seconds, string? file, int line)
    {
        xml.WriteStartElement("testcase");
        xml.WriteAttributeString("name", Clean(name));
        xml.WriteAttributeString("classname", Clean(className));
        xml.WriteAttributeString("time", Seconds(seconds));
        if (file is null)
            return;
        xml.WriteAttributeString("file", Clean(file));
        xml.WriteAttributeString("line", line.ToString(CultureInfo.InvariantCulture));
    }

    private static void Result(XmlWriter xml, VerdictKind kind, string message, string details)
    {
        if (kind == VerdictKind.Failed || kind == VerdictKind.Unknown)
        {
            xml.WriteStartElement(kind == VerdictKind.Failed ? "failure" : "error");
            xml.WriteAttributeString("message", Clean(message));
            xml.WriteAttributeString("type", kind.Word);
            xml.WriteString(CleanText.Block(details));
            xml.WriteEndElement();
        }
        else if (IsSkipped(kind))
        {
            xml.WriteStartElement("skipped");
            xml.WriteAttributeString("message", Clean(message.Length > 0 ? $"{kind.Word}: {message}" : kind.Word));
            xml.WriteEndElement();
        }
        else if (message.Length > 0)
        {
            xml.WriteElementString("system-out", CleanText.Block($"{kind.Word}: {message}"));
        }
    }

    private static string Details(ItemRecord item)
    {
        var text = new StringBuilder();
        foreach (var step in item.Steps)
        {
            text.Append($"{step.Sign} {step.Text}\n{step.Kind.Word}{(step.Message.Length > 0 ? $": {step.Message}" : "")}\n");
            foreach (var excerpt in step.Evidence.Where(_ => step.Kind.IsBad))
                text.Append($"\n{excerpt.Name} ({excerpt.Bytes} bytes){(excerpt.Note.Length > 0 ? $", {excerpt.Note}" : "")}\n{excerpt.Text}\n");
        }

        return text.ToString();
    }

    /// <summary>Pending and not run are no pass and no failure.</summary>
    private static bool IsSkipped(VerdictKind kind) => kind is VerdictKind.Skipped or VerdictKind.NotRun or VerdictKind.Pending or VerdictKind.Running;

    private static string Clean(string text) => CleanText.Line(text);

    private static string Seconds(double seconds) => seconds.ToString("0.###", CultureInfo.InvariantCulture);

    /// <summary>Says UTF-8 in the declaration: that is what the file is written in.</summary>
    private sealed class Utf8Text : StringWriter
    {
        public override Encoding Encoding => Encoding.UTF8;
    }
}
