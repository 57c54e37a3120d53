namespace Holdpoint.Rollouts;

/// <summary>Scripts that replace and stop single containers. A change that broke off anywhere is put right by doing it again, or by the way back.</summary>
internal static class DockerScript
{
    /// <summary>
    /// Its arguments: those of <see cref="DockerImages.NameAgain"/>; the seconds that a container may take to end; then for each container its name, its image,
    /// a mark of how it is made, the number of arguments of <c>docker create</c>, and these. The new container is created while the old one runs,
    /// as <c>NAME-before</c> by then, and takes over its ports when that one has ended; the old one goes when the new one has started, and comes back where it does not.
    /// </summary>
    public const string Replace = "set -e\n" + DockerImages.NameAgain + """
        there() { docker container inspect "$1" >/dev/null 2>&1; }
        told() { docker container inspect --format "$2" "$1"; }
        # One that was made by hand has no mark; its image tells.
        wanted() {
          there "$1" && [ "$(told "$1" '{{.Image}}')" = "$id" ] || return 1
          case $(told "$1" '{{index .Config.Labels "holdpoint.run"}}') in "" | "$mark") ;; *) return 1 ;; esac
        }
        restore() {
          if there "$name"; then docker rm --force "$name" >/dev/null; fi
          if there "$before"; then docker rename "$before" "$name"; fi
        }
        start() { docker start "$name" 2>&1 >/dev/null; }
        create() { docker create --name "$name" --label "holdpoint.run=$mark" "$@" "$image" 2>&1 >/dev/null; }
        replace() {
          others=$(($# - n))
          while [ "$n" -gt 0 ]; do set -- "$@" "$1"; shift; n=$((n-1)); done
          shift "$others"
          served=true
          if ! there "$name" || ! there "$before"; then
            if there "$name"; then
              served=$(told "$name" '{{.State.Running}}')
              docker rename "$name" "$before"
            fi
            if ! why=$(create "$@"); then
              restore
              echo "$name can't be made of $image: $why" >&2; exit 1
            fi
          fi
          if there "$before"; then docker stop -t "$seconds" "$before" >/dev/null; fi
          if ! why=$(start); then
            restore
            if [ "$served" = true ] && there "$name"; then start >&2; fi
            echo "$name can't be started of $image: $why" >&2; exit 1
          fi
          if there "$before"; then docker rm --force "$before" >/dev/null; fi
        }

        seconds=$1; shift
        while [ $# -gt 0 ]; do
          name=$1; image=$2; mark=$3; n=$4; shift 4
          before=$name-before
          id=$(docker image inspect --format '{{.Id}}' "$image")
          count=$n
          if there "$before" && ! wanted "$name"; then restore; fi
          if ! there "$before" && wanted "$name"; then docker start "$name" >/dev/null; else replace "$@"; fi
          shift "$count"
        done

        """;

    /// <summary>Its arguments: the seconds, then names of containers.</summary>
    public const string Stop = """
        set -e
        seconds=$1; shift
        docker version >/dev/null
        for name; do
          for one in "$name" "$name-before"; do
            if docker container inspect "$one" >/dev/null 2>&1; then docker stop -t "$seconds" "$one" >/dev/null; fi
          done
        done

        """;
}
