namespace Holdpoint.Rollouts;

/// <summary>What is done on the machine, in bash.</summary>
internal static class SystemdScripts
{
    /// <summary>
    /// Arguments: the scope, the folder of releases, the number of units, the units, their links. Writes what <c>systemctl show</c> says of each,
    /// then lines of fields parted by tabs, by the unit's index: its link (when it was made to lead there, in seconds, and where), where links led before,
    /// its process' program and folder, its last word where it has failed.
    /// </summary>
    public const string Look = """
        set -u
        scope=$1 releases=$2 count=$3; shift 3
        units=("${@:1:count}") links=("${@:count+1}")
        command -v systemctl >/dev/null || exit 127
        precise=; systemctl --timestamp=us+utc --version >/dev/null 2>&1 && precise=--timestamp=us+utc
        shown=$(systemctl "$scope" show --no-pager $precise --property=Id,LoadState,ActiveState,SubState,Result,NRestarts,MainPID,ExecMainStatus,ExecMainStartTimestamp,ActiveEnterTimestamp,InvocationID -- "${units[@]}") || exit
        printf '%s\n\n' "$shown"
        printf 'releases\t%s\n' "$(readlink -f -- "$releases")"
        mapfile -t pids < <(sed -n 's/^MainPID=//p' <<<"$shown")
        for ((i = 0; i < count; i++)); do
          unit=${units[i]} link=${links[i]} pid=${pids[i]:-0}
          if [ -L "$link" ]; then printf 'link\t%s\t%s\t%s\n' "$i" "$(stat -c %.9Z -- "$link")" "$(readlink -f -- "$link")"
          elif [ -e "$link" ]; then printf 'folder\t%s\n' "$i"; fi
          earlier=$(dirname -- "$link")/.$(basename -- "$link").earlier
          [ ! -r "$earlier" ] || while IFS= read -r line; do printf 'earlier\t%s\t%s\n' "$i" "$line"; done <"$earlier"
          [ "$pid" = 0 ] || printf 'process\t%s\t%s\t%s\n' "$i" "$(readlink -- "/proc/$pid/exe")" "$(readlink -- "/proc/$pid/cwd")"
          systemctl "$scope" is-failed --quiet -- "$unit" || continue
          [ "$scope" = --user ] && field=_SYSTEMD_USER_UNIT || field=_SYSTEMD_UNIT
          printf 'said\t%s\t%s\n' "$i" "$(journalctl --quiet --no-pager --output=cat --lines=1 "$field=$unit" 2>/dev/null | tail -n 1)"
        done
        """;

    /// <summary>
    /// Arguments: the scope, whether unit files are read again, and by threes a unit, its link, and the folder that it is to lead to.
    /// A link is replaced in one step, and where it led before is kept beside it, for units that are still to be restarted.
    /// </summary>
    public const string Run = """
        set -eu
        scope=$1 reload=$2; shift 2
        [ -z "$reload" ] || systemctl "$scope" daemon-reload
        while (($#)); do
          unit=$1 link=$2 goal=$3; shift 3
          [ -d "$goal" ] || { echo "the release $goal is not there" >&2; exit 1; }
          [ -L "$link" ] || [ ! -e "$link" ] || { echo "$link is no symlink: move it to a release, and let a symlink lead there" >&2; exit 1; }
          if [ "$(readlink -f -- "$link")" != "$(readlink -f -- "$goal")" ]; then
            place=$(dirname -- "$link") name=$(basename -- "$link")
            earlier=$place/.$name.earlier fresh=$place/.$name.new
            if [ -L "$link" ]; then
              { [ ! -r "$earlier" ] || tail -n 49 -- "$earlier"; printf '%s\t%s\n' "$(stat -c %.9Z -- "$link")" "$(readlink -f -- "$link")"; } >"$earlier.new"
              mv -fT -- "$earlier.new" "$earlier"
            fi
            ln -sfn -- "$goal" "$fresh"
            mv -fT -- "$fresh" "$link"
          fi
          # One that failed too often is not started before this.
          systemctl "$scope" reset-failed -- "$unit" 2>/dev/null || true
          systemctl "$scope" restart -- "$unit"
        done
        """;
}
