namespace Holdpoint.Plans;

/// <summary>Whether each of several roles can be given a person of its own.</summary>
internal static class RoleMatching
{
    /// <summary>Augmenting paths (Kuhn, 1955): a role whose people are taken asks one of these roles to take somebody else.</summary>
    public static bool IsPossible(IReadOnlyList<IReadOnlyList<string>> members)
    {
        var taken = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var role = 0; role < members.Count; role++)
            if (!Find(role, []))
                return false;
        return true;

        bool Find(int role, HashSet<string> asked)
        {
            foreach (var person in members[role])
            {
                if (!asked.Add(person))
                    continue;
                if (taken.TryGetValue(person, out var other) && !Find(other, asked))
                    continue;
                taken[person] = role;
                return true;
            }

            return false;
        }
    }
}
