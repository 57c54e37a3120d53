namespace Holdpoint.Plans;

/// <summary>Says what proves an action: the checks behind it in its item, or else those at the start of the section's next item.</summary>
internal static class Postconditions
{
    /// <summary>Fills the lists that the section's actions were made with.</summary>
    public static void Fill(IReadOnlyList<PlannedItem> items)
    {
        var inOrder = new List<PlannedItem>(items.Count);
        Gather(items, inOrder);
        for (var i = 0; i < inOrder.Count; i++)
        {
            var steps = inOrder[i].Steps;
            for (var k = 0; k < steps.Count; k++)
            {
                if (steps[k] is not PlannedStep.Act act)
                    continue;
                var proof = (List<string>)act.Postconditions;
                var next = k + 1;
                for (; next < steps.Count && steps[next] is not PlannedStep.Act; next++)
                    if (steps[next] is PlannedStep.Ask)
                        proof.Add(steps[next].Id);
                if (proof.Count > 0 || next < steps.Count || i + 1 >= inOrder.Count)
                    continue;
                foreach (var step in inOrder[i + 1].Steps)
                {
                    if (step is not PlannedStep.Ask)
                        break;
                    proof.Add(step.Id);
                }
            }
        }
    }

    private static void Gather(IReadOnlyList<PlannedItem> items, List<PlannedItem> inOrder)
    {
        for (var i = 0; i < items.Count; i++)
        {
            if (items[i].Steps.Count > 0 && !items[i].Disabled)
                inOrder.Add(items[i]);
            Gather(items[i].Children, inOrder);
        }
    }
}
