using System.Reflection;
using System.Text;

namespace Holdpoint.Probes.Browsing;

/// <summary>What a page is asked in JavaScript.</summary>
internal static class PageScripts
{
    /// <summary>
    /// Paint Timing, Largest Contentful Paint, Long Tasks and Navigation Timing (W3C), in milliseconds; observers bring what was before them.
    /// Interactive is the end of the last task over 50 ms, and not before the document is parsed and something is painted.
    /// </summary>
    public const string Times = """
        (async () => {
          const entries = type => new Promise(done => {
            if (!PerformanceObserver.supportedEntryTypes.includes(type)) return done([]);
            const seen = [];
            const observer = new PerformanceObserver(list => seen.push(...list.getEntries()));
            observer.observe({ type, buffered: true });
            setTimeout(() => { seen.push(...observer.takeRecords()); observer.disconnect(); done(seen); }, 50);
          });
          const [largest, tasks] = await Promise.all([entries('largest-contentful-paint'), entries('longtask')]);
          const navigation = performance.getEntriesByType('navigation')[0];
          const first = performance.getEntriesByName('first-contentful-paint')[0];
          return {
            firstPaint: first ? first.startTime : null,
            largestPaint: largest.length ? largest[largest.length - 1].startTime : null,
            interactive: first ? Math.max(navigation.domInteractive, first.startTime, ...tasks.map(t => t.startTime + t.duration)) : null,
          };
        })()
        """;

    private static readonly Lazy<string> Axe = new(() =>
    {
        using var carrier = typeof(PageScripts).Assembly.GetManifestResourceStream("Deque.AxeCore.Commons.dll")!;
        var bytes = new byte[carrier.Length];
        carrier.ReadExactly(bytes);
        using var script = new StreamReader(Assembly.Load(bytes).GetManifestResourceStream("Deque.AxeCore.Commons.Resources.axe.min.js")!, Encoding.UTF8);
        return script.ReadToEnd();
    });

    /// <summary>The rules of axe with one of these tags that some element breaks.</summary>
    public static string Violations(IEnumerable<string> tags) => $$"""
        {{Axe.Value}};
        axe.run(document, { runOnly: { type: 'tag', values: [{{string.Join(", ", tags.Select(t => $"'{t}'"))}}] }, resultTypes: ['violations'], iframes: false }).then(result => ({
          axe: axe.version,
          rules: result.passes.length + result.violations.length + result.incomplete.length + result.inapplicable.length,
          undecided: result.incomplete.map(r => r.id),
          violations: result.violations.map(r => ({ id: r.id, impact: r.impact, help: r.help, url: r.helpUrl, elements: r.nodes.map(n => n.target.join(' ')) })),
        }))
        """;
}
