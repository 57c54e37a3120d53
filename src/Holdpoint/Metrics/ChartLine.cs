using System.Globalization;
using System.Text;

namespace Holdpoint.Metrics;

/// <summary>
/// A series as strokes. Where several samples share a column of pixels, first, least, greatest and last of them are drawn,
/// so that a breach of one sample in a day still stands out; where there is no number, there is no stroke.
/// </summary>
internal sealed class ChartLine(Func<DateTimeOffset, double> x, Func<double, double> y, TimeSpan longestStep)
{
    /// <summary>Runs of samples that are joined, filled-in ones apart from the others.</summary>
    public IReadOnlyList<(IReadOnlyList<Sample.Measured> Samples, bool FilledIn)> Runs(IEnumerable<Sample> samples)
    {
        var runs = new List<(IReadOnlyList<Sample.Measured>, bool)>();
        List<Sample.Measured>? run = null;
        foreach (var sample in samples)
        {
            if (sample is not Sample.Measured measured)
            {
                run = null;
                continue;
            }

            if (run is null || measured.At - run[^1].At > longestStep || measured.FilledIn != run[^1].FilledIn)
            {
                var joins = run is not null && measured.At - run[^1].At <= longestStep ? run[^1] : null;
                run = joins is null ? [] : [joins with { FilledIn = measured.FilledIn }];
                runs.Add((run, measured.FilledIn));
            }

            run.Add(measured);
        }

        return runs;
    }

    /// <summary>
    /// The runs as they are drawn: those that begin and end in one column of pixels are one stroke from the least to the greatest of them, so that a series
    /// full of holes takes no more strokes than there are pixels, and shows its extremes all the same.
    /// </summary>
    public IEnumerable<(IReadOnlyList<Sample.Measured> Points, bool FilledIn)> Strokes(IEnumerable<Sample> samples)
    {
        (Sample.Measured Least, Sample.Measured Greatest)? narrow = null;
        foreach (var (run, filledIn) in Runs(samples))
        {
            if (narrow is { } open && Column(open.Least) != Column(run[0]))
            {
                yield return Narrow(open);
                narrow = null;
            }

            if (Column(run[0]) != Column(run[^1]))
            {
                if (narrow is { } before)
                    yield return Narrow(before);
                narrow = null;
                yield return (run, filledIn);
                continue;
            }

            var (least, greatest) = (run.MinBy(s => s.Value)!, run.MaxBy(s => s.Value)!);
            narrow = narrow is not { } so ? (least, greatest) : (least.Value < so.Least.Value ? least : so.Least, greatest.Value > so.Greatest.Value ? greatest : so.Greatest);
        }

        if (narrow is { } last)
            yield return Narrow(last);
    }

    public string Path(IReadOnlyList<Sample.Measured> run)
    {
        var path = new StringBuilder();
        foreach (var column in run.GroupBy(Column))
        {
            var samples = column.ToArray();
            if (samples.Length <= 2)
            {
                foreach (var sample in samples)
                    Point(path, x(sample.At), sample.Value);
                continue;
            }

            var least = samples.MinBy(s => s.Value)!;
            var greatest = samples.MaxBy(s => s.Value)!;
            Point(path, x(samples[0].At), samples[0].Value);
            foreach (var extreme in least.At <= greatest.At ? new[] { least, greatest } : [greatest, least])
                Point(path, x(extreme.At), extreme.Value);
            Point(path, x(samples[^1].At), samples[^1].Value);
        }

        return path.ToString();
    }

    private int Column(Sample.Measured sample) => (int)Math.Floor(x(sample.At));

    private static (IReadOnlyList<Sample.Measured>, bool) Narrow((Sample.Measured Least, Sample.Measured Greatest) of) =>
        (of.Least == of.Greatest ? [of.Least] : of.Least.At <= of.Greatest.At ? [of.Least, of.Greatest] : [of.Greatest, of.Least], of.Least.FilledIn && of.Greatest.FilledIn);

    private void Point(StringBuilder path, double left, double value) =>
        path.Append(path.Length == 0 ? 'M' : 'L').Append(left.ToString("0.#", CultureInfo.InvariantCulture)).Append(' ').Append(y(value).ToString("0.#", CultureInfo.InvariantCulture));
}
