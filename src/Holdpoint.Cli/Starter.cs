namespace Holdpoint.Cli;

/// <summary>What <c>holdpoint init</c> writes: it runs as it is, on any machine, and changes nothing but a folder of its own.</summary>
internal static class Starter
{
    public const string ChecklistName = "DEPLOY.md";

    public const string Checklist = """
        # Deployment

        This checklist is run by Holdpoint, and it is still a checklist: tick it by hand on a bad day.
        An item with a question mark in backticks asks a machine, one with an exclamation mark acts, one with an at sign asks a person.
        An item without any of them is signed by the owner of its section.

        ## Before

        **Owner:** release-manager

        **Gate:** score >= 80

        - [ ] There is room on the disk `? disk / free > 1GB` #critical
        - [ ] There is memory to spare `? memory free > 100MB`
        - [ ] Everybody who has to know of this deployment knows
        - [ ] Go `@ release-manager`

        ## Roll out

        **Stage:** deploy

        - [ ] The new version is out `! deploy app` #critical
        - [ ] It is the version that was meant `? run` #critical

          ```bash
          test "$(cat .deployed/app)" = "$HOLDPOINT_VERSION"
          ```

        ## Verify

        **Stage:** verify

        - [ ] The application answers `? file .deployed/app lines >= 1`

        ## Going back

        **Stage:** rollback

        **Budget:** 5m

        - [ ] The previous version is back `! rollback app`
        - [ ] It answers `? file .deployed/app`

        """;

    /// <param name="person">Who may sign at first.</param>
    public static string Configuration(string person) => $$"""
        holdpoint: 1

        # Who may sign. Whoever runs Holdpoint signs under the name of the account.
        roles:
          release-manager: ["{{person}}"]

        environments:
          production:
            protected: true

        # What is deployed. These commands only write a file, so that you can try everything first:
        # put yours in their place. "now" prints the version that runs, and nothing where none does.
        targets:
          app:
            command:
              now: cat .deployed/app 2>/dev/null || true
              deploy: mkdir -p .deployed && echo "$HOLDPOINT_VERSION" > .deployed/app
              rollback: echo "$HOLDPOINT_PREVIOUS_VERSION" > .deployed/app
            healthy: file .deployed/app lines >= 1
            within: 60s

        """;
}
