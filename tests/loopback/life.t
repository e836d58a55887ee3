#!/bin/bash
# A campaign's life on the wire: paused, nothing more leaves, also from an otabox that was killed and is back;
# resumed, all is updated; terminated, what has left counts and the rest is cancelled, also over a kill; and a
# retry updates those. simsim hangs while the window fills, so that 200 messages have left and the others not.
. "$(dirname "$0")/lib.sh"
left=200 # otabox's window
paused=$((left + 40)) ended=$((left + 2100))
make_cards 1 $((paused + ended + 1))
lab_up --cards "$cards"
provision_cards
mapfile -t numbers <"$targets"
group_of paused "${numbers[@]:0:paused}"
paused_group=$group
group_of ended "${numbers[@]:paused:ended}"
ended_group=$group
other=${numbers[paused + ended]}

simsim_is() { read -r pid _ <"$lab/run/simsim.pid" && kill "-$1" "$pid"; } # SIGNAL
# A kill -9 may have an SMS sent once more, which the card does not execute: what counts is what was executed.
executed() { sed -n 's/^card \([0-9]*\) .* CNTR \([0-9A-F]*\) executed.*/\1 \2/p' "$lab/simsim/state/scripts.log" | sort -u | wc -l; }
sent_sms() { grep -c ' Sent SMS ' "$lab/kannel/logs/bearerbox.acc"; }
campaign_is() { # NAME STATE COUNTS: "updated:3 pending:4", all others being 0
    local answer
    run -showCampaign -campaign "${campaigns[$1]}"
    answer=$(grep '^{' <<<"$out")
    now="$(grep -oE '"state":"[A-Z]+"' <<<"$answer" | cut -d'"' -f4) $(counts_in "$answer")"
    [ "$now" = "$2 $3" ]
}
counts_in() {
    grep -oE '"(pending|sending|sent|delivered|updated|partial|failed|unknown|executedUnknown|cancelled)":[1-9][0-9]*' <<<"$1" |
        tr -d '"' | paste -sd' '
}
comes_to() { # TEST NAME STATE COUNTS
    wait_for 30 campaign_is "$2" "$3" "$4"
    is "$1" "$now" "$3 $4"
}
# A campaign of another card, begun now and ended: what was to leave meanwhile would have.
others=0
nothing_more_leaves() { # TEST: beside what that campaign sends, one SMS
    local before
    before=$(sent_sms)
    launch "other$((++others))" "-msisdn $other" 1621 "$sop/Commands.txt"
    await "other$others"
    is "$1" "$watched, $(($(sent_sms) - before)) SMS" "0, 1 SMS"
}
executed_more_than_once() { sed -n 's/^card \([0-9]*\) .* CNTR \([0-9A-F]*\) executed.*/\1 \2/p' "$lab/simsim/state/scripts.log" | sort | uniq -d; }

# --- pause and resume
simsim_is STOP
launch paused "-cardGroup $paused_group" 1621 "$sop/Commands.txt"
comes_to "the window is full" paused RUNNING "pending:40 sending:$left"
run -pause -campaign "${campaigns[paused]}"
is "-pause, with messages on their way" "$status" 0
ok "… otabox is killed, and back" kill_and_restart otabox
comes_to "… the campaign is still paused" paused PAUSED "pending:40 sending:$left"
simsim_is CONT
comes_to "… what was on its way is updated, nothing else" paused PAUSED "pending:40 updated:$left"
is "… as much was executed" "$(executed)" "$left"
nothing_more_leaves "… and the window is open, but nothing more leaves"
ok "… otabox is killed when all is at rest, and back" kill_and_restart otabox
nothing_more_leaves "… nothing more leaves"
comes_to "… the campaign is still paused" paused PAUSED "pending:40 updated:$left"
run -resume -campaign "${campaigns[paused]}"
comes_to "-resume: all are updated" paused COMPLETED "updated:$paused"
is "… each executed one packet" "$(executed)" $((paused + others))

# --- terminate
simsim_is STOP
launch ended "-cardGroup $ended_group" 1621 "$sop/Commands.txt"
comes_to "the window is full again" ended RUNNING "pending:2100 sending:$left"
# Killed as soon as anything is written; asked again when that was nothing yet.
: >"$work/stamp"
"$BUILDDIR/gateway-plugin/cliota/cliota" -terminate -campaign "${campaigns[ended]}" >"$work/terminate.out" 2>&1 </dev/null &
until [ "$lab/otabox/otabox.db-wal" -nt "$work/stamp" ] || ! kill -0 $! 2>/dev/null; do :; done
ok "-terminate: otabox is killed while it cancels, and back" kill_and_restart otabox
wait $!
echo "# -terminate ended with $?"
campaign_is ended TERMINATED ""
echo "# … $now"
[[ $now = TERMINATED* ]] || run -terminate -campaign "${campaigns[ended]}"
# When it was killed before a word of it was written, another window full had left meanwhile.
all_cancelled() { campaign_is ended "" ""; [[ $now =~ ^TERMINATED\ sending:([0-9]+)\ cancelled:([0-9]+)$ ]] && [ $((BASH_REMATCH[1] + BASH_REMATCH[2])) = "$ended" ]; }
ok "… what had not left is cancelled" wait_for 30 all_cancelled
left=${BASH_REMATCH[1]:-0}
simsim_is CONT
comes_to "… what had is updated by its PoRs" ended TERMINATED "updated:$left cancelled:$((ended - left))"
nothing_more_leaves "… and nothing more leaves"
is "… as much was executed" "$(executed)" $((paused + left + others))
run -retryFailed -campaign "${campaigns[ended]}"
comes_to "-retryFailed: all are updated" ended COMPLETED "updated:$ended"
is "… each executed one packet" "$(executed)" $((paused + ended + others))
is "no packet was executed twice" "$(executed_more_than_once)" ""
