namespace Holdpoint.Plans;

/// <summary>Says what proves an action: the checks behind it in its item, or else those at the start of the section's next item.</summary>
internal static class Postconditions
{
    /// <summary>Fills the lists that the section's actions were made with.</summary>
    public static void Fill(IReadOnlyList<PlannedItem> items)
    {
        var inOrder = items.SelectMany(i => i.WithDescendants).Where(i => i.Steps.Count > 0 && !i.Disabled).ToList();
        for (var i = 0; i < inOrder.Count; i++)
        {
            var steps = inOrder[i].Steps;
            for (var k = 0; k < steps.Count; k++)
            {
                if (steps[k] is not PlannedStep.Act act)
                    continue;
                var proof = (List<string>)act.Postconditions;
                proof.AddRange(steps.Skip(k + 1).TakeWhile(s => s is not PlannedStep.Act).OfType<PlannedStep.Ask>().Select(s => s.Id));
                var isLast = !steps.Skip(k + 1).Any(s => s is PlannedStep.Act);
                if (proof.Count == 0 && isLast && i + 1 < inOrder.Count)
                    proof.AddRange(inOrder[i + 1].Steps.TakeWhile(s => s is PlannedStep.Ask).Select(s => s.Id));
            }
        }
    }
}
