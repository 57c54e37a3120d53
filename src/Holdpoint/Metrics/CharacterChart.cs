namespace Holdpoint.Metrics;

/// <summary>What a cell of a character chart stands for; its colour follows from that, and its glyph says the same without colour.</summary>
public enum ChartInk
{
    Plain,
    Axis,
    Line,

    /// <summary>The line where a rule was breaching.</summary>
    Breach,
    Limit,
    Baseline,
    Marker,
}

public readonly record struct ChartCell(char Glyph, ChartInk Ink);

/// <summary>
/// A metric over time in characters: Braille patterns (U+2800: two dots wide, four high a cell) for the line, in which every extreme is a dot of its own, as in <see cref="Chart"/>;
/// ╌ the limit, · the baseline. The axis below tells by letters: D deploy, R rollback, ! breach, ? no numbers.
/// </summary>
public static class CharacterChart
{
    /// <summary>Columns of the values' labels.</summary>
    public const int LabelWidth = 8;

    public const int LeastHeight = 3;

    private static readonly byte[,] s_dots = { { 0x01, 0x08 }, { 0x02, 0x10 }, { 0x04, 0x20 }, { 0x40, 0x80 } };

    /// <param name="width">Columns, labels among them; at least 20.</param>
    /// <param name="height">Rows, the axis among them; at least <see cref="LeastHeight"/>.</param>
    /// <returns>As many rows as asked for, each as wide as asked for.</returns>
    public static IReadOnlyList<IReadOnlyList<ChartCell>> Draw(ChartModel model, int width, int height)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(width, 20);
        ArgumentOutOfRangeException.ThrowIfLessThan(height, LeastHeight);
        var plot = new Plot(model, width - LabelWidth - 1, height - 1);
        return [.. Enumerable.Range(0, height - 1).Select(plot.Row), plot.Axis()];
    }

    private sealed class Plot
    {
        private readonly ChartModel _model;
        private readonly int _width;
        private readonly int _height;
        private readonly double[] _ticks;
        private readonly byte[,] _cells;
        private readonly bool[] _breaching;
        private readonly Sample[] _seen;
        private readonly TimeSpan _step;

        public Plot(ChartModel model, int width, int height)
        {
            (_model, _width, _height) = (model, width, height);
            _cells = new byte[height, width];
            _breaching = new bool[width];
            _seen = [.. model.Samples.Where(s => s.At >= model.From && s.At <= model.To)];
            _step = Chart.LongestStep(model, _seen);
            _ticks = Chart.ValueTicks(model, [.. _seen.OfType<Sample.Measured>().Select(s => s.Value)]);
            foreach (var breach in model.Breaches)
                for (var column = Column(breach.From); column <= Column(breach.To ?? model.To); column++)
                    _breaching[column] |= breach.From <= model.To && (breach.To ?? model.To) >= model.From;
            foreach (var (run, _) in new ChartLine(Across, Down, _step).Runs(_seen))
                Stroke(run);
        }

        public IReadOnlyList<ChartCell> Row(int row)
        {
            var limit = _model.Limits.FirstOrDefault(l => double.IsFinite(l.Value) && (int)Down(l.Value) / 4 == row);
            var baseline = _model.Baseline is { } b && (int)Down(b.Median) / 4 == row;
            var label = limit is not null ? Shown(limit.Value)
                : row == 0 ? ChartAxis.Label(_ticks[^1], _ticks, _model.Dimension)
                : baseline ? Shown(_model.Baseline!.Median)
                : row == _height - 1 ? ChartAxis.Label(_ticks[0], _ticks, _model.Dimension) : "";
            var cells = Label(label, limit is not null ? ChartInk.Limit : row > 0 && baseline ? ChartInk.Baseline : ChartInk.Axis);
            cells.Add(new('│', ChartInk.Axis));
            for (var column = 0; column < _width; column++)
                cells.Add(_cells[row, column] is > 0 and var dots ? new((char)(0x2800 + dots), _breaching[column] ? ChartInk.Breach : ChartInk.Line)
                    : limit is not null ? new('╌', ChartInk.Limit)
                    : baseline ? new('·', ChartInk.Baseline)
                    : new(' ', ChartInk.Plain));
            return cells;
        }

        public IReadOnlyList<ChartCell> Axis()
        {
            var axis = Enumerable.Repeat(new ChartCell('─', ChartInk.Axis), _width).ToArray();
            foreach (var gap in Chart.Gaps(_model, _seen, _step))
                // The samples at both ends of a gap were seen.
                for (var column = Column(gap.From) + 1; column < Column(gap.To ?? _model.To) + (gap.To is null ? 1 : 0); column++)
                    axis[column] = new('?', ChartInk.Axis);
            for (var column = 0; column < _width; column++)
                if (_breaching[column])
                    axis[column] = new('!', ChartInk.Breach);
            foreach (var marker in _model.Markers.Where(m => m.At >= _model.From && m.At <= _model.To))
                axis[Column(marker.At)] = new(marker.Kind switch { MarkerKind.Deploy => 'D', MarkerKind.Rollback => 'R', _ => 'o' }, ChartInk.Marker);
            var cells = Label("", ChartInk.Axis);
            cells.Add(new('└', ChartInk.Axis));
            cells.AddRange(axis);
            return cells;
        }

        /// <summary>From dot to dot, each column from its least to its greatest.</summary>
        private void Stroke(IReadOnlyList<Sample.Measured> run)
        {
            var (lastX, lastY) = ((int)Across(run[0].At), (int)Down(run[0].Value));
            Dot(lastX, lastY);
            foreach (var sample in run.Skip(1))
            {
                var (x, y) = ((int)Across(sample.At), (int)Down(sample.Value));
                var before = lastY;
                for (var column = lastX; column <= x; column++)
                {
                    var at = x == lastX ? y : lastY + (int)Math.Round((y - lastY) * (column - lastX) / (double)(x - lastX));
                    for (var row = Math.Min(before, at); row <= Math.Max(before, at); row++)
                        Dot(column, row);
                    before = at;
                }

                (lastX, lastY) = (x, y);
            }
        }

        private void Dot(int x, int y) => _cells[y / 4, x / 2] |= s_dots[y % 4, x % 2];

        /// <summary>In dots from the left.</summary>
        private double Across(DateTimeOffset at) => Math.Clamp(Math.Floor((at - _model.From) / Span * 2 * _width), 0, 2 * _width - 1);

        /// <summary>In dots from the top.</summary>
        private double Down(double value) => Math.Round((4 * _height - 1) * (1 - Math.Clamp((value - _ticks[0]) / (_ticks[^1] - _ticks[0]), 0, 1)));

        private int Column(DateTimeOffset at) => (int)Across(at) / 2;

        private TimeSpan Span => _model.To > _model.From ? _model.To - _model.From : TimeSpan.FromSeconds(1);

        private string Shown(double value) => new Expressions.Value.Number(value, _model.Dimension).ToString();

        private static List<ChartCell> Label(string text, ChartInk ink) => [.. (text.Length > LabelWidth ? text[..LabelWidth] : text.PadLeft(LabelWidth)).Select(c => new ChartCell(c, c == ' ' ? ChartInk.Plain : ink))];
    }
}
