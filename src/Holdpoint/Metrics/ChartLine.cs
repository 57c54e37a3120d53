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

    public string Path(IReadOnlyList<Sample.Measured> run)
    {
        var path = new StringBuilder();
        foreach (var column in run.GroupBy(s => (int)Math.Floor(x(s.At))))
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

    private void Point(StringBuilder path, double left, double value) =>
        path.Append(path.Length == 0 ? 'M' : 'L').Append(left.ToString("0.#", CultureInfo.InvariantCulture)).Append(' ').Append(y(value).ToString("0.#", CultureInfo.InvariantCulture));
}
