#!/bin/bash
# Programs killed with -9 and started again while a campaign runs over a bad network. Each round has a lab
# of its own, three at a time. With VICTIMS (SEED, CARDS, PIECES) it is that round alone: see soak.sh.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/chaos.sh"
if [ -n "${VICTIMS:-}" ]; then
    chaos_round "${SEED:-20220905}" "${CARDS:-250}" "$VICTIMS"
    exit
fi

renumbered() { # FILE: the round's results as ours; one that ends early is a failure
    local line number ended=1
    while IFS= read -r line; do
        case $line in
        'ok '* | 'not ok '*)
            tests_run=$((tests_run + 1))
            case $line in not*) failed_once=1 ;; esac
            number=${line#*ok }
            printf '%sok %s%s\n' "${line%%ok *}" "$tests_run" "${number#"${number%%[!0-9]*}"}" ;;
        1..*) ended=0 ;;
        *) printf '# %s\n' "$line" ;;
        esac
    done <"$1"
    return $ended
}
seed=20220905
# A script of three packets where otabox or bearerbox dies on the way.
round_of() {
    local pieces=1
    case $1 in otabox | bearerbox) pieces=3 ;; esac
    seed=$((seed + 1))
    PIECES=$pieces SEED=$seed VICTIMS=$1 bash "$0" >"$work/round-$1" 2>&1 &
}
for set in "otabox@start:otabox@started:otabox" "otabox@retry:bearerbox:simsim" ; do
    IFS=: read -ra rounds <<<"$set"
    for round in "${rounds[@]}"; do round_of "$round"; done
    wait
    for round in "${rounds[@]}"; do
        renumbered "$work/round-$round"
        is "the round of $round ended" "$?" 0
    done
done
