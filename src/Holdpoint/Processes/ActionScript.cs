namespace Holdpoint.Processes;

/// <summary>The bash script that runs an action in the place of a driver that may die; kept in the action's folder while it runs.</summary>
internal static class ActionScript
{
    /// <summary>What it says on standard output once the start is durable; before, it speaks on standard error only.</summary>
    public const string Ready = "started";

    /// <summary>Programs it calls, in the order of its arguments; by full path, for the action may have a PATH of its own.</summary>
    public static IReadOnlyList<string> Tools { get; } = ["flock", "timeout", "sync", "mv", "sleep"];

    /// <summary>From SIGTERM to SIGKILL, in seconds, once for the program and once more for what it left behind.</summary>
    public const int Grace = 2;

    /// <summary>Arguments: folder, limit in seconds, limit in hundredths, job, <see cref="Tools"/>, program, its arguments.</summary>
    public const string Text = """
        # Runs one action so that it outlives the program that started it. Written by holdpoint.
        set -u
        folder=$1 limit=$2 hundredths=$3 job=$4 flock=$5 timeout=$6 sync=$7 mv=$8 sleep=$9
        shift 9

        # In hundredths of a second since boot: the clock on the wall may be set meanwhile.
        look() { local up rest; read -r up rest </proc/uptime; now=$((10#${up/./})); }

        # A file appears whole and stays after a power failure, or the answer is no.
        put() {
          printf '%s\n' "$2" >"$folder/$1.new" && "$sync" "$folder/$1.new" &&
            "$mv" -f "$folder/$1.new" "$folder/$1" && "$sync" "$folder"
        }

        # All that carries this job's mark, except this script.
        find_strays() {
          local directory pid variables
          strays=()
          for directory in /proc/[0-9]*; do
            pid=${directory#/proc/}
            [[ $pid == "$$" ]] && continue
            variables=()
            { mapfile -d '' -t variables <"$directory/environ"; } 2>/dev/null || continue
            [[ "${variables[*]-}" == *"$job"* ]] && strays+=("$pid")
          done
        }

        trap '' HUP
        # Inherited by all that follows: while anybody of the action lives, the lock is held.
        exec 9>>"$folder/lock" || exit 1
        # Waits, for a reader may be trying the lock just now.
        "$flock" -w 10 9 || { echo "another process holds $folder/lock" >&2; exit 1; }
        [[ -e $folder/closed ]] && { echo "$folder was given up before the action could begin" >&2; exit 1; }
        [[ -e $folder/started ]] && { echo "the action in $folder has begun before" >&2; exit 1; }

        read -r stat </proc/$$/stat
        fields=(${stat##*) })
        read -r boot </proc/sys/kernel/random/boot_id
        look
        began=$now
        put started "$$ ${fields[19]} $boot $began" || { echo "the start could not be recorded in $folder" >&2; exit 1; }

        # The driver may have died; its pipe must not end the action.
        trap '' PIPE
        echo started
        trap - PIPE
        exec </dev/null >/dev/null 2>&1

        input=/dev/null
        [[ -e $folder/input ]] && input=$folder/input
        "$timeout" --kill-after=2 "$limit" "$@" <"$input" >>"$folder/output" 2>&1
        code=$?
        look
        elapsed=$((now - began))

        # A script may exit with 124 of its own accord, but then not at its limit.
        how=exit
        if (((code == 124 || code == 137) && elapsed >= hundredths - 5)); then
          how=timeout
          signal=TERM end=$((now + 200)) last=$((now + 700))
          while find_strays; ((${#strays[@]} > 0 && now < last)); do
            kill -s "$signal" "${strays[@]}"
            "$sleep" 0.05
            look
            ((now < end)) || signal=KILL
          done
        fi

        # A full disk may be emptied; without a result the action would be in doubt.
        for ((attempt = 0; attempt < 60; attempt++)); do
          put result "$how $code $elapsed" && exit 0
          "$sleep" 1
        done
        exit 1

        """;
}
