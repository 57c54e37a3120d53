using System.Text;
using FsCheck;
using FsCheck.Fluent;
using Holdpoint.Processes;

namespace Holdpoint.Tests.Processes;

public sealed class OutputCaptureTests
{
    [Fact]
    public void However_it_is_cut_a_text_is_counted_and_bounded_the_same() => Prop.ForAll<int, int, int>((seed, size, limit) =>
    {
        size = Math.Abs(size % 500) * 3;
        limit = Math.Abs(limit % 400);
        var random = new Random(seed);
        var text = string.Concat(Enumerable.Range(0, size).Select(_ => random.Next(8) switch { 0 => "\n", 1 => "ü", 2 => "😀", 3 => "€", _ => "x" }));
        List<string> lines = [];
        var capture = new OutputCapture(limit, lines.Add);
        for (var bytes = Encoding.UTF8.GetBytes(text).AsSpan(); !bytes.IsEmpty;)
        {
            var part = Math.Min(random.Next(1, 300), bytes.Length);
            capture.Append(bytes[..part]);
            bytes = bytes[part..];
        }
        capture.Finish(atEnd: true);
        var captured = capture.Captured();

        var expected = text.Split('\n').ToList();
        if (expected[^1].Length == 0)
            expected.RemoveAt(expected.Count - 1);
        Assert.Equal(expected, lines);
        Assert.Equal(expected.Count, captured.Lines);
        Assert.Equal(text.Length, captured.Characters);
        Assert.Equal(captured.IsWhole, captured.Text == text);
        Assert.True(captured.Text.Length <= limit + 128);
        if (!captured.IsWhole)
        {
            var gap = captured.Text.IndexOf("[… ", StringComparison.Ordinal);
            var end = captured.Text.IndexOf("…]\n", StringComparison.Ordinal) + 3;
            Assert.StartsWith(captured.Text[..gap].TrimEnd('\n'), text, StringComparison.Ordinal);
            Assert.EndsWith(captured.Text[end..], text, StringComparison.Ordinal);
        }
        Assert.DoesNotContain('\uFFFD', captured.Text);
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_last_line_that_was_not_finished_is_no_line_when_the_stream_was_left()
    {
        List<string> lines = [];
        var capture = new OutputCapture(100, lines.Add);

        capture.Append("one\r\ntw"u8);
        capture.Finish(atEnd: false);

        Assert.Equal(["one"], lines);
        Assert.Equal(new CapturedOutput("one\r\ntw", 7, 2), capture.Captured());
    }

    [Fact]
    public void A_line_without_end_is_bounded()
    {
        List<string> lines = [];
        var capture = new OutputCapture(10, lines.Add);

        for (var n = 0; n < 1000; n++)
            capture.Append("0123456789"u8);
        capture.Append("\nshort\n"u8);

        Assert.Equal([4096, 5], lines.Select(l => l.Length));
    }

    [Fact]
    public void A_character_cut_short_by_the_end_is_replaced()
    {
        var capture = new OutputCapture(10);

        capture.Append([(byte)'a', 0xE2, 0x82]);
        capture.Finish(atEnd: true);

        Assert.Equal("a\uFFFD", capture.Captured().Text);
    }
}
