using Holdpoint.Expressions;

namespace Holdpoint.Plans;

/// <summary>Which steps of a plan are which of an edited one, so that a running run keeps what it knows and nothing else.</summary>
public static class IdMap
{
    /// <summary>100 new steps of one section that say the same: where more was rewritten, comparing each with each costs much and tells little.</summary>
    private const int MostAlike = 100;

    /// <summary>
    /// Ids of the old plan's steps by which the new one knows them. A step whose instruction was edited is left out: what was measured or signed before
    /// was something else. An action that was moved or renamed keeps its id's history, because running it again would be the worse mistake.
    /// </summary>
    public static IReadOnlyDictionary<string, string> Between(Plan before, Plan after)
    {
        var map = new Dictionary<string, string>(StringComparer.Ordinal);
        var taken = new HashSet<string>(StringComparer.Ordinal);
        var old = Entry.Of(before);
        var @new = Entry.Of(after);
        var byId = @new.ToDictionary(e => e.Step.Id, StringComparer.Ordinal);

        foreach (var entry in old)
            if (byId.TryGetValue(entry.Step.Id, out var same) && IsSame(entry, same))
                Take(entry, same);
        var sections = Sections(before, after);
        ByKey(e => e.Key(sections.GetValueOrDefault(e.Step.SectionId, e.Step.SectionId), withText: true), e => e.Key(e.Step.SectionId, withText: true));
        ByKey(e => e.Key(sections.GetValueOrDefault(e.Step.SectionId, e.Step.SectionId), withText: false), e => e.Key(e.Step.SectionId, withText: false), e => !e.IsUnmarked);
        BySimilarText(sections);
        ByKey(e => $"{e.Stage} {e.Fingerprint}", e => $"{e.Stage} {e.Fingerprint}", e => e.Step is PlannedStep.Act);
        return map;

        void Take(Entry from, Entry to)
        {
            map[from.Step.Id] = to.Step.Id;
            taken.Add(to.Step.Id);
        }

        // Where one key stands for several steps on a side, nobody can say which is which.
        void ByKey(Func<Entry, string> oldKey, Func<Entry, string> newKey, Func<Entry, bool>? where = null)
        {
            var open = @new.Where(e => !taken.Contains(e.Step.Id) && where?.Invoke(e) != false).ToLookup(newKey, StringComparer.Ordinal);
            foreach (var group in old.Where(e => !map.ContainsKey(e.Step.Id) && where?.Invoke(e) != false).GroupBy(oldKey, StringComparer.Ordinal).ToList())
                if (group.Count() == 1 && open[group.Key].ToList() is [var only])
                    Take(group.First(), only);
        }

        void BySimilarText(IReadOnlyDictionary<string, string> renamed)
        {
            var open = @new.Where(e => !taken.Contains(e.Step.Id)).ToLookup(e => (e.Step.SectionId, e.Instruction), e => e);
            foreach (var entry in old.Where(e => !map.ContainsKey(e.Step.Id)).ToList())
            {
                var like = open[(renamed.GetValueOrDefault(entry.Step.SectionId, entry.Step.SectionId), entry.Instruction)];
                if (like.Count() > MostAlike)
                    continue;
                var best = like.Where(e => !taken.Contains(e.Step.Id)).Select(e => (Entry: e, Likeness: TextLikeness.Of(entry.Item.Text, e.Item.Text)))
                    .Where(e => e.Likeness >= TextLikeness.Alike)
                    .OrderByDescending(e => e.Likeness)
                    .FirstOrDefault();
                if (best.Entry is not null)
                    Take(entry, best.Entry);
            }
        }
    }

    /// <summary>The same id, and the same thing said there. An unmarked item says nothing but its text.</summary>
    private static bool IsSame(Entry before, Entry after) => before.Fingerprint == after.Fingerprint
        && (!before.IsUnmarked || TextLikeness.Of(before.Item.Text, after.Item.Text) >= TextLikeness.Alike);

    /// <summary>Sections that are gone, and the new one of the same stage that holds most of what they held: at least half.</summary>
    private static Dictionary<string, string> Sections(Plan before, Plan after)
    {
        var result = new Dictionary<string, string>(StringComparer.Ordinal);
        var known = before.Sections.Select(s => s.Id).ToHashSet(StringComparer.Ordinal);
        var there = after.Sections.Select(s => s.Id).ToHashSet(StringComparer.Ordinal);
        var homes = (from section in after.Sections
                     where !known.Contains(section.Id)
                     from item in section.AllItems
                     select (Key: ItemKey(section, item), section.Id)).ToLookup(h => h.Key, h => h.Id, StringComparer.Ordinal);
        var used = new HashSet<string>(StringComparer.Ordinal);
        foreach (var section in before.Sections.Where(s => !there.Contains(s.Id)))
        {
            var items = section.AllItems.ToList();
            var best = items.SelectMany(i => homes[ItemKey(section, i)].Distinct()).GroupBy(id => id, StringComparer.Ordinal).OrderByDescending(g => g.Count()).FirstOrDefault();
            if (best is not null && 2 * best.Count() >= items.Count && used.Add(best.Key))
                result[section.Id] = best.Key;
        }

        return result;
    }

    private static string ItemKey(PlannedSection section, PlannedItem item) => $"{section.Stage}\n{item.Text}\n{string.Join('\n', item.Steps.Select(s => Entry.FingerprintOf(s, section)))}";

    /// <summary>A step with all that tells whether another is the same.</summary>
    /// <param name="Fingerprint">All that its mark says, its fence, its host and its folder included: what was measured or done on another machine, or in another folder, was something else.</param>
    private sealed record Entry(PlannedStep Step, PlannedItem Item, Stage Stage, string Fingerprint)
    {
        public bool IsUnmarked => Step is PlannedStep.Sign && Item.Source.Marks.Count == 0;

        public string Instruction => $"{Step.GetType().Name} {Fingerprint}";

        public static List<Entry> Of(Plan plan) =>
            [.. from section in plan.Sections from item in section.AllItems from step in item.Steps select new Entry(step, item, section.Stage, FingerprintOf(step, section))];

        public string Key(string section, bool withText) => withText ? $"{section}\n{Item.Text}\n{Instruction}" : $"{section}\n{Instruction}";

        // The field Dir as it is written: where the whole checklist lies changes nothing in it.
        public static string FingerprintOf(PlannedStep step, PlannedSection section) => step switch
        {
            PlannedStep.Ask s => $"? {s.Text}\nin {section.HostDirectory}\non {section.HostOf(step)}\nif {s.If?.Text}\non {section.HostOf(s.If?.Call)}\n{s.Check.Call?.Body?.Content}",
            // What an action does is its verb, its arguments and its fence, and the folder where that runs a command: a longer timeout does nothing else.
            PlannedStep.Act s => $"! {s.Call.Signature.Name} {string.Join(' ', s.Call.Arguments.Select(a => a.Source))} {string.Join(' ', s.Call.Options.OrderBy(o => o.Key, StringComparer.Ordinal).Select(o => $"{o.Key}={o.Value.Source}"))}\nin {(s.Call.Signature.OnHosts ? section.HostDirectory : null)}\non {section.HostOf(step)}\n{s.Call.Body?.Language}\n{s.Call.Body?.Content}",
            PlannedStep.Sign s => $"@ {s.Roles}\nif {s.If?.Text}\nin {(s.If is null ? null : section.HostDirectory)}\non {section.HostOf(s.If?.Call)}",
            _ => throw new InvalidOperationException($"no such step: {step.GetType().Name}"),
        };
    }
}
