using System.Text;
using Holdpoint.Journal;
using Holdpoint.Metrics;

namespace Holdpoint.Runs;

/// <summary>What drivers before this one have sampled in a run, from its record.</summary>
internal static class EarlierSamples
{
    /// <returns>By metric, in the order of time. A chunk that can't be read is left out: that nobody knows what it held is what a gap says.</returns>
    public static async Task<IReadOnlyDictionary<string, IReadOnlyList<Sample>>> ReadAsync(RunSession session, DateTimeOffset since, CancellationToken cancel)
    {
        var samples = new Dictionary<string, SortedDictionary<DateTimeOffset, Sample>>(StringComparer.Ordinal);
        // A chunk is told after its last sample was taken.
        foreach (var sampled in session.Entries.Where(e => e.At >= since).Select(EventNames.FromEntry).OfType<Event.Sampled>())
            try
            {
                var series = samples.TryGetValue(sampled.Metric, out var known) ? known : samples[sampled.Metric] = [];
                foreach (var sample in SeriesChunk.Read(Encoding.UTF8.GetString(await session.Journal.ReadEvidenceAsync(sampled.Chunk, cancel))))
                    if (sample.At > since)
                        series[sample.At] = sample;
            }
            catch (Exception e) when (e is FormatException or DamagedJournal or IOException or UnauthorizedAccessException)
            {
                continue;
            }

        return samples.ToDictionary(s => s.Key, s => (IReadOnlyList<Sample>)[.. s.Value.Values], StringComparer.Ordinal);
    }
}
