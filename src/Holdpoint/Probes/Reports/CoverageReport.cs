using System.Globalization;
using System.Xml;
using Holdpoint.Expressions;

namespace Holdpoint.Probes.Reports;

/// <param name="Of">How many there are; 0 where only a share is known, or nothing.</param>
internal sealed record Coverage(long Covered, long Of, double? Share)
{
    public static Coverage Counted(long covered, long of) => new(covered, of, of > 0 ? covered / (double)of : null);

    public override string ToString() => Share is not { } share ? "not counted" : Of > 0 ? $"{Covered} of {Of} ({Units.Ratio(share)})" : Units.Ratio(share);
}

/// <summary>Lines and branches of one report.</summary>
internal sealed record CoverageReport(string Form, Coverage Lines, Coverage Branches)
{
    /// <exception cref="XmlException">It begins as XML and is not whole.</exception>
    /// <exception cref="Unanswered">Half an lcov, or another form.</exception>
    public static CoverageReport Read(string path, Stream stream)
    {
        int first;
        do
            first = stream.ReadByte();
        while (first is ' ' or '\t' or '\r' or '\n' or 0xEF or 0xBB or 0xBF);
        stream.Position = 0;
        return first == '<' ? ReadCobertura(path, stream) : ReadLcov(path, stream);
    }

    /// <summary>
    /// Attributes of the root (https://github.com/cobertura/web/blob/master/htdocs/xml/coverage-04.dtd). The file is read to its end: its head alone may be all that was written.
    /// </summary>
    private static CoverageReport ReadCobertura(string path, Stream stream)
    {
        using var xml = CoberturaReader(stream);
        xml.MoveToContent();
        if (xml.LocalName != "coverage" || xml.GetAttribute("line-rate") is null)
            throw new Unanswered($"{path} is no Cobertura report: {(xml.LocalName == "report" ? "it looks like JaCoCo's" : xml.LocalName == "coverage" ? "it looks like Clover's" : $"it begins with <{xml.LocalName}>")}; have the tool write Cobertura or lcov");
        var lines = Of(xml, "line-rate", "lines-covered", "lines-valid");
        var branches = Of(xml, "branch-rate", "branches-covered", "branches-valid");
        var hasLines = false;
        while (xml.Read())
            hasLines |= xml.NodeType == XmlNodeType.Element && xml.LocalName == "line";
        // A rate of 1 over nothing is what a tool writes that found no code.
        var nothing = new Coverage(0, 0, null);
        return new("Cobertura", hasLines ? lines : nothing, hasLines ? branches : nothing);
    }

    /// <summary>Most tools begin Cobertura with its DOCTYPE: it is passed over, and nothing of it is read or fetched.</summary>
    private static XmlReader CoberturaReader(Stream stream) => XmlReader.Create(stream, new()
    {
        DtdProcessing = DtdProcessing.Ignore,
        XmlResolver = null,
        MaxCharactersInDocument = 256L * 1024 * 1024,
        CheckCharacters = false,
    });

    private static Coverage Of(XmlReader xml, string rate, string covered, string valid)
    {
        if (Number(xml.GetAttribute(valid)) is { } of && Number(xml.GetAttribute(covered)) is { } hit)
            return hit <= of ? Coverage.Counted(hit, of) : throw new Unanswered($"the report covers {hit} of {of}: {covered} is larger than {valid}");
        return double.TryParse(xml.GetAttribute(rate), NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent, CultureInfo.InvariantCulture, out var share) && share is >= 0 and <= 1
            ? new(0, 0, share)
            : new(0, 0, null);
    }

    /// <summary>Records of geninfo(1), FILES. Of a source file that several records name, a line counts once and is covered where one of them ran it.</summary>
    private static CoverageReport ReadLcov(string path, Stream stream)
    {
        var records = new LcovRecords(path);
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
            records.See(line);
        return records.End();
    }

    private static long? Number(string? text) => long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}
