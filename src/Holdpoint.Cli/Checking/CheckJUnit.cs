using System.Globalization;
using System.Text;
using System.Xml;
using Holdpoint.Expressions;

namespace Holdpoint.Cli.Checking;

/// <summary>An ad hoc check as the XML that build servers read (the JUnit form: a suite a section, a case a check). What is advisory never fails one.</summary>
internal static class CheckJUnit
{
    public static byte[] Write(CheckedChecklist done)
    {
        using var bytes = new MemoryStream();
        using (var xml = XmlWriter.Create(bytes, new() { Indent = true, Encoding = new UTF8Encoding(false) }))
        {
            xml.WriteStartElement("testsuites");
            Attribute(xml, "name", done.Plan.Title);
            Attribute(xml, "time", Seconds(done.Elapsed));
            foreach (var section in done.Sections)
                Suite(xml, done, section);
            xml.WriteEndElement();
        }

        return bytes.ToArray();
    }

    private static void Suite(XmlWriter xml, CheckedChecklist done, SectionResult section)
    {
        var cases = (from top in section.Items from item in top.WithDescendants from step in item.Steps where step.Result is not null select (item, step)).ToList();
        if (cases.Count == 0)
            return;
        string Count(string kind) => cases.Count(c => KindOf(c.item, c.step) == kind).ToString(CultureInfo.InvariantCulture);
        xml.WriteStartElement("testsuite");
        Attribute(xml, "name", section.Section.Heading.Length > 0 ? section.Section.Heading : section.Section.Id);
        Attribute(xml, "tests", cases.Count.ToString(CultureInfo.InvariantCulture));
        Attribute(xml, "failures", Count("failure"));
        Attribute(xml, "errors", Count("error"));
        Attribute(xml, "skipped", Count("skipped"));
        Attribute(xml, "time", Seconds(TimeSpan.FromTicks(cases.Sum(c => c.step.Result!.Elapsed.Ticks))));
        foreach (var (item, step) in cases)
        {
            xml.WriteStartElement("testcase");
            Attribute(xml, "classname", $"{done.Path}:{section.Section.Id}");
            Attribute(xml, "name", item.Item.Text.Length > 0 && item.Steps.Count == 1 ? item.Item.Text : $"{item.Item.Text} ? {step.Step.Text}".Trim());
            Attribute(xml, "file", section.Section.File);
            Attribute(xml, "line", item.Item.Source.At.Line.ToString(CultureInfo.InvariantCulture));
            Attribute(xml, "time", Seconds(step.Result!.Elapsed));
            if (KindOf(item, step) is { } kind)
            {
                xml.WriteStartElement(kind);
                Attribute(xml, "message", step.Verdict!.Message);
                if (kind != "skipped")
                    xml.WriteString(Readable(string.Join('\n', EvidenceText.Of(step.Result!).Prepend($"{section.Section.File}:{item.Item.Source.At.Line}: ? {step.Step.Text}"))));
                xml.WriteEndElement();
            }
            else
            {
                xml.WriteElementString("system-out", Readable($"{step.Verdict!.Name}: {step.Verdict.Message}"));
            }

            xml.WriteEndElement();
        }

        xml.WriteEndElement();
    }

    /// <summary>The element that says it; null for what holds nothing.</summary>
    private static string? KindOf(ItemResult item, StepResult step) => (step.Verdict, item.Item.Advisory) switch
    {
        (Verdict.Failed, false) => "failure",
        (Verdict.Unknown, false) => "error",
        (Verdict.Skipped, _) => "skipped",
        _ => null,
    };

    private static void Attribute(XmlWriter xml, string name, string value) => xml.WriteAttributeString(name, Readable(value));

    private static string Seconds(TimeSpan time) => time.TotalSeconds.ToString("0.000", CultureInfo.InvariantCulture);

    /// <summary>XML 1.0 has no form for most control characters and for half of a surrogate pair.</summary>
    private static string Readable(string text)
    {
        text = Terminal.Clean(text);
        var clean = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            clean.Append(rune.Value is 0xFFFE or 0xFFFF ? Rune.ReplacementChar : rune);
        return clean.ToString();
    }
}
