using System.Globalization;

namespace Holdpoint.Expressions;

/// <summary>
/// Compares dimensions while the file is read, and gives a literal the dimension of what it is compared with: <c>2.20</c> beside a version is a
/// version, <c>0</c> beside a duration is no time.
/// </summary>
internal static class DimensionCheck
{
    public static Dimension Of(Operand operand) => operand switch
    {
        Operand.Fact f => f.Dimension,
        Operand.Metric m => m.Dimension,
        Operand.Literal { Value: Value.Number n } => n.Dimension,
        Operand.Literal { Value: Value.Text } => Dimension.Text,
        Operand.Literal { Value: Value.Boolean } => Dimension.Boolean,
        Operand.Literal { Value: Value.Version } => Dimension.Version,
        Operand.Aggregate { Kind: AggregateKind.Count } => Dimension.Count,
        _ => Dimension.Any,
    };

    public static void Compare(MarkText text, ref Placed left, Comparator comparator, ref Placed right, int at)
    {
        if (left.Misnamed || right.Misnamed)
            return;
        var ordered = comparator is not (Comparator.Equal or Comparator.NotEqual);
        switch (left.Operand, right.Operand)
        {
            case (Operand.Literal, Operand.Literal):
                text.Error(left.At, $"`{left.Operand.Text}` and `{right.Operand.Text}` are both fixed, so nothing is measured", "name a fact or a metric on one side");
                return;
            case (Operand.Baseline, _):
                Baseline(text, left, right, ordered);
                return;
            case (_, Operand.Baseline):
                Baseline(text, right, left, ordered);
                return;
            case (Operand.Aggregate { Kind: not AggregateKind.Count }, Operand.Aggregate { Kind: not AggregateKind.Count }):
                text.Error(right.At, "`all` and `any` stand on one side only", "compare with a value");
                return;
            case (Operand.Literal literal, var other):
                left = left with { Operand = Fit(text, literal, left.At, other, ordered, at) };
                return;
            case (var other, Operand.Literal literal):
                right = right with { Operand = Fit(text, literal, right.At, other, ordered, at) };
                return;
        }

        var (a, b) = (Of(left.Operand), Of(right.Operand));
        if (ordered && (HasNoOrder(a) || HasNoOrder(b)))
            NoOrder(text, at, HasNoOrder(a) ? a : b);
        else if (a != b && a != Dimension.Any && b != Dimension.Any)
            Mismatch(text, right.At, left.Operand, right.Operand, "compare like with like");
    }

    public static void Contains(MarkText text, Placed left, Placed part)
    {
        if (left.Misnamed || part.Misnamed)
            return;
        if (left.Operand is Operand.Literal or Operand.Baseline || Of(left.Operand) is not (Dimension.Text or Dimension.Any))
            text.Error(left.At, $"`{left.Operand.Text}` is {Named(Of(left.Operand))}, and only a text contains something", "compare it: ==, !=, <, <=, >, >=");
        if (part.Operand is not (Operand.Literal { Value: Value.Text } or Operand.Variable))
            text.Error(part.At, $"`contains` takes a text, and `{part.Operand.Text}` is none", $"write \"{part.Operand.Text}\"");
    }

    public static string Named(Dimension dimension) => dimension switch
    {
        Dimension.Duration => "a duration",
        Dimension.Bytes => "a size in bytes",
        Dimension.Ratio => "a ratio",
        Dimension.Count => "a plain number",
        Dimension.Text => "a text",
        Dimension.Boolean => "true or false",
        Dimension.Version => "a version",
        _ => "a value",
    };

    private static void Baseline(MarkText text, Placed baseline, Placed other, bool ordered)
    {
        var dimension = Of(other.Operand);
        if (other.Operand is not (Operand.Fact or Operand.Metric or Operand.Path or Operand.Aggregate { Kind: AggregateKind.Count }))
            text.Error(baseline.At, $"`{other.Operand.Text}` has no baseline", "compare the baseline with a fact or a metric");
        else if (other.Operand is Operand.Metric { Statistic.IsBurn: true })
            text.Error(baseline.At, "a burn rate has no baseline: it is relative to the objective already", "compare it with a number: > 14.4");
        else if (ordered && HasNoOrder(dimension))
            NoOrder(text, baseline.At, dimension);
        else if (dimension is Dimension.Text or Dimension.Boolean or Dimension.Version && ((Operand.Baseline)baseline.Operand).Factor != 1)
            text.Error(baseline.At, $"`{other.Operand.Text}` is {Named(dimension)}, which can't be multiplied", "write `== baseline`");
    }

    private static Operand.Literal Fit(MarkText text, Operand.Literal literal, int at, Operand other, bool ordered, int comparatorAt)
    {
        var dimension = Of(other);
        switch (literal.Value)
        {
            case Value.Text t when dimension == Dimension.Version:
                if (t.Content.Contains("${", StringComparison.Ordinal))
                    return literal;
                if (VersionNumber.TryParse(t.Content, out var quoted))
                    return literal with { Value = new Value.Version(quoted) };
                text.Error(at, $"{literal.Text} is no version", "write 1.4.2");
                return literal;
            case Value.Text when ordered && dimension is Dimension.Text or Dimension.Any:
                NoOrder(text, comparatorAt, Dimension.Text);
                return literal;
            case Value.Text when dimension is Dimension.Text or Dimension.Any:
                return literal;
            case Value.Text t:
                Mismatch(text, at, other, literal, Units.ParseNumber(t.Content) is not null || t.Content is "true" or "false" ? $"write {t.Content} without quotes" : Offer(dimension));
                return literal;
            case Value.Number when dimension == Dimension.Version && VersionNumber.TryParse(literal.Text, out var version):
                return literal with { Value = new Value.Version(version) };
            case Value.Number n:
                return FitNumber(text, literal, n, at, other, dimension);
            case Value.Boolean when ordered:
                NoOrder(text, comparatorAt, Dimension.Boolean);
                return literal;
            case Value.Boolean when dimension is Dimension.Boolean or Dimension.Any:
            case Value.Version when dimension is Dimension.Version or Dimension.Any:
                return literal;
            case Value.Null when dimension == Dimension.Any && !ordered && other is Operand.Path or Operand.Aggregate or Operand.Fact or Operand.Variable:
                return literal;
            case Value.Null:
                text.Error(at, $"`{other.Text}` is never null: what is missing is unknown", "leave the comparison out, or write `exists`");
                return literal;
            default:
                Mismatch(text, at, other, literal, dimension == Dimension.Text ? $"write \"{literal.Text}\"" : Offer(dimension));
                return literal;
        }
    }

    private static Operand.Literal FitNumber(MarkText text, Operand.Literal literal, Value.Number number, int at, Operand other, Dimension dimension)
    {
        if (dimension == number.Dimension || dimension == Dimension.Any)
            return literal;
        if (number.Dimension == Dimension.Count && dimension is Dimension.Duration or Dimension.Bytes or Dimension.Ratio)
        {
            if (number.Amount == 0)
                return literal with { Value = new Value.Number(0, dimension) };
            var share = Math.Abs(number.Amount) <= 1 ? (number.Amount * 100).ToString("0.####", CultureInfo.InvariantCulture) : literal.Text;
            text.Error(at, $"`{other.Text}` is {Named(dimension)}, and {literal.Text} has no unit", dimension switch
            {
                Dimension.Duration => $"write {literal.Text}ms, {literal.Text}s, {literal.Text}m, {literal.Text}h or {literal.Text}d",
                Dimension.Bytes => $"write {literal.Text}MB or {literal.Text}GB",
                _ => $"write {share}%",
            });
            return literal;
        }

        Mismatch(text, at, other, literal, dimension == Dimension.Text ? $"write \"{literal.Text}\"" : Offer(dimension));
        return literal;
    }

    private static string Offer(Dimension dimension) => dimension switch
    {
        Dimension.Boolean => "write `== true` or `== false`",
        Dimension.Count => "write a number without a unit",
        Dimension.Version => "write a version: 1.4.2",
        Dimension.Text => "write a text in quotes",
        _ => $"write a number with its unit: {Units.UnitsOf(dimension)}",
    };

    private static bool HasNoOrder(Dimension dimension) => dimension is Dimension.Text or Dimension.Boolean;

    private static void NoOrder(MarkText text, int at, Dimension dimension) =>
        text.Error(at, $"{Named(dimension)} has no order", dimension == Dimension.Text ? "a text is compared with ==, !=, in or contains" : "write `== true` or `== false`");

    private static void Mismatch(MarkText text, int at, Operand measured, Operand against, string fix) =>
        text.Error(at, $"`{measured.Text}` is {Named(Of(measured))}, and `{against.Text}` is {Named(Of(against))}", fix);
}
