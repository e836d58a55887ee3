#!/bin/bash
# The SMS of one packet: seq, each after the delivery of the one before; conc, all at once.
# Receipts take a second, so that the order in bearerbox.acc tells one from the other.
. "$(dirname "$0")/lib.sh"
name_cards seq conc seq-failed conc-failed seq-unreported
{
    fault "${card[seq-unreported]}" receipt lose count=1
    fault '*' receipt delay delay=1
    for name in seq conc; do fault "${card[$name-failed]}" card memory-full skip=1 count=1; done
} >"$work/faults.conf"
lab_up --cards "$cards" --faults "$work/faults.conf" --por-timeout 3 --validity 5
provision_cards
long_script >"$work/long.txt"
for name in "${!card[@]}"; do
    launch "$name" "-msisdn ${card[$name]}" 1639 "$work/long.txt" -transmissionMode "${name%%-*}"
done
row_is() { # NAME REGEX TRAFFIC-REGEX TEST
    await "$1"
    like "$4" "$(grep "${card[$1]}" <<<"$messages")" "\\|$2 *\\|"
    like "… over the wire" "$(traffic_of "${card[$1]}")" "^$3\$"
}
all_receipts() { [ "$(traffic_of "$1" | tr -dc T)" = TTT ]; }
for name in seq conc; do
    await $name
    ok "$name: every part is delivered" wait_for 20 all_receipts "${card[$name]}"
done
row_is seq UPDATED STST'S(RT|TR)' "seq: updated, each part after the delivery of the one before"
row_is conc UPDATED 'SSS[RT]*' "conc: updated, every part before the first is delivered"
row_is seq-failed 'FAILED *\|.*UNDELIV.*' STSF "seq: a part fails and with it the packet; the rest stays here"
is "… nothing ran" "$(executed_by "${card[seq-failed]}")" ""
row_is conc-failed 'FAILED *\|.*UNDELIV.*' 'SSS[TF]*' "conc: a part fails and with it the packet"
is "… nothing ran" "$(executed_by "${card[conc-failed]}")" ""
row_is seq-unreported UNKNOWN S "seq: no receipt of the first part: nothing follows, the end is unknown"
