namespace Holdpoint.Rollouts;

/// <summary>Scripts that call compose of either generation: the plugin <c>docker compose</c> where it is there, else the program <c>docker-compose</c> 1.</summary>
internal static class ComposeScript
{
    /// <summary>The first generation heeds no DOCKER_CONTEXT.</summary>
    private const string Compose = """
        set -e
        if docker compose version 2>/dev/null | grep -qi compose; then plugin=1; else plugin=; fi
        compose() { if [ "$plugin" ]; then docker compose "$@"; else docker-compose ${DOCKER_CONTEXT:+--context "$DOCKER_CONTEXT"} "$@"; fi; }

        """;

    /// <summary>The image of each service as the file has it now: <c>api shop-api:v1</c>.</summary>
    private const string ImagesNow = """awk '/^[a-z]/ { inside = $1 == "services:" } inside && /^  [^ ]/ { service = $1; sub(/:$/, "", service) } inside && /^    image:/ { print service, $2 }'""";

    /// <summary>What compose finds by itself: a file that is laid over it has to be named beside it.</summary>
    private const string FindFiles = """
        base=; over=
        if [ -z "$COMPOSE_FILE" ] && ! grep -qs '^COMPOSE_FILE=' .env; then
          for f in docker-compose.yml docker-compose.yaml compose.yml compose.yaml; do if [ -z "$base" ] && [ -f "$f" ]; then base=$f; fi; done
          for f in docker-compose.override.yml docker-compose.override.yaml compose.override.yml compose.override.yaml; do if [ -z "$over" ] && [ -f "$f" ]; then over=$f; fi; done
        fi
        [ "$base" ] || { echo "the compose file names another image than ran before, and which file that is can't be told here: say file: in the target" >&2; exit 1; }
        set -- --file "$base" ${over:+--file "$over"}

        """;

    public static (string Name, string Value) NoOrphans => ("COMPOSE_IGNORE_ORPHANS", "1");

    /// <param name="verb">And its arguments, for the shell.</param>
    public static string Of(ComposeSettings settings, string verb) => $"{Compose}compose {Project(settings)} {Files(settings)} {verb}";

    /// <summary>
    /// Its arguments: those of <see cref="DockerImages.NameAgain"/>; a file to write; then for each version how many services, the version, and each service with the image
    /// that it must be, or an empty word. One call of compose for each version: the file names every image by the same variable.
    /// </summary>
    public static string Up(ComposeSettings settings) => Compose + DockerImages.NameAgain + $$"""
        laid=$1; shift
        up() {
          if [ -z "$other" ]; then compose {{Project(settings)}} {{Files(settings)}} up -d --no-deps --no-build $services; return; fi
          {{(settings.Files.Count > 0 ? $"base={Quoted(settings.Files[0])}; set -- {Files(settings)}" : FindFiles)}}
          { grep '^version:' "$base" || :; printf 'services:\n%s' "$other"; } >"$laid"
          compose {{Project(settings)}} "$@" --file "$laid" up -d --no-deps --no-build $services
        }
        while [ $# -gt 0 ]; do
          n=$1; v=$2; shift 2
          export HOLDPOINT_VERSION="$v" {{settings.Variable}}="$v"
          services=; other=; now=
          while [ "$n" -gt 0 ]; do
            services="$services $1"
            if [ "$2" ]; then
              # The file may name another image by now than the one that ran before.
              if [ -z "$now" ]; then now=$(compose {{Project(settings)}} {{Files(settings)}} config | {{ImagesNow}}); fi
              case "
        $now
        " in *"
        $1 $2
        "*) ;; *) other=$(printf '%s\n  %s: { image: "%s" }' "$other" "$1" "$2") ;; esac
            fi
            shift 2; n=$((n-1))
          done
          up
        done

        """;

    private static string Project(ComposeSettings settings) => $"--project-name {Quoted(settings.Project)}";

    private static string Files(ComposeSettings settings) => string.Join(' ', settings.Files.Select(f => $"--file {Quoted(f)}"));

    private static string Quoted(string word) => $"'{word.Replace("'", "'\\''", StringComparison.Ordinal)}'";
}
