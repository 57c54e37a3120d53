namespace Holdpoint.Rollouts;

/// <summary>bash scripts that change deployments. Each looks first, so that doing it again does no harm. Arguments: the number of kubectl's options, these options, then each unit's own.</summary>
internal static class KubernetesScripts
{
    /// <summary>
    /// Of each unit: deployment, container (empty: the only one, or the one called as the deployment), image (empty: that of now with another tag), version,
    /// hash of the pod template that is to come back (empty: none), cause of the change.
    /// </summary>
    /// <remarks>
    /// A way back is an undo to the replica set with the hash of before, whatever revision it has by now: an image that is set back alone would leave variables,
    /// commands and side containers as the change made them. Only where the cluster no longer keeps that replica set (revisionHistoryLimit) the image is all that is known.
    /// </remarks>
    public const string Run = """
        set -euo pipefail
        where=("${@:2:$1}")
        shift $(($1 + 1))

        ask() { kubectl get "deployment/$unit" "${where[@]}" --output="jsonpath=$1"; }
        fail() { echo "the deployment $unit $1" >&2; exit 1; }

        while (($# > 0)); do
          unit=$1 container=$2 image=$3 version=$4 hash=$5 cause=$6
          shift 6
          seen=$(ask '{.spec.paused}|{.spec.replicas}|{.metadata.annotations.holdpoint/replicas}|{.spec.template.spec.containers[*].name}')
          IFS='|' read -r paused replicas kept names <<<"$seen"
          [[ $paused != true ]] || fail "is paused, so nothing would roll out: kubectl rollout resume deployment/$unit"

          if [[ -n $container ]]; then
            [[ " $names " == *" $container "* ]] || fail "has no container $container, but $names"
          elif [[ $names != *' '* ]]; then
            container=$names
          elif [[ " $names " == *" $unit "* ]]; then
            container=$unit
          else
            fail "has the containers $names: say which, container: NAME"
          fi

          revision=
          if [[ -n $hash ]]; then
            sets=$(kubectl get replicasets "${where[@]}" --selector="pod-template-hash=$hash" \
              --output='jsonpath={range .items[*]}{.metadata.ownerReferences[0].name} {.metadata.annotations.deployment\.kubernetes\.io/revision}{"\n"}{end}')
            while read -r owner number; do
              if [[ $owner == "$unit" && $number =~ ^[1-9][0-9]*$ ]]; then revision=$number; fi
            done <<<"$sets"
          fi

          if [[ -n $revision ]]; then
            kubectl rollout undo "deployment/$unit" "${where[@]}" --to-revision="$revision"
          else
            if [[ -z $image ]]; then
              image=$(ask "{.spec.template.spec.containers[?(@.name==\"$container\")].image}")
              image=${image%@*}
              [[ ${image##*/} != *:* ]] || image=${image%:*}
              case $version in
                sha256:*) image=$image@$version ;;
                *) image=$image:$version ;;
              esac
            fi
            kubectl set image "deployment/$unit" "$container=$image" "${where[@]}"
            kubectl annotate "deployment/$unit" "kubernetes.io/change-cause=$cause" "${where[@]}" --overwrite
          fi

          # Last, so that no pod of the former version comes up first.
          if [[ $replicas == 0 ]]; then
            [[ $kept =~ ^[1-9][0-9]{0,4}$ ]] || kept=1
            kubectl patch "deployment/$unit" "${where[@]}" --type=merge \
              --patch="{\"metadata\":{\"annotations\":{\"holdpoint/replicas\":null,\"holdpoint/replicas-together\":null}},\"spec\":{\"replicas\":$kept}}"
          fi
        done
        """;

    /// <summary>Of each unit: deployment. Scales to 0, which ends its pods with their grace period, and writes down in the same request how many there were.</summary>
    public const string Stop = """
        set -euo pipefail
        where=("${@:2:$1}")
        shift $(($1 + 1))

        for unit in "$@"; do
          seen=$(kubectl get "deployment/$unit" "${where[@]}" --ignore-not-found --output='jsonpath={.metadata.name} {.spec.replicas}')
          case $seen in
            '') echo "there is no deployment $unit" ;;
            *' 0') echo "the deployment $unit is scaled to 0 already" ;;
            *)
              kubectl patch "deployment/$unit" "${where[@]}" --type=merge \
                --patch="{\"metadata\":{\"annotations\":{\"holdpoint/replicas\":\"${seen##* }\"}},\"spec\":{\"replicas\":0}}"
              ;;
          esac
        done
        """;
}
