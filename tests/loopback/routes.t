#!/bin/bash
# PoRs that travel in the SMS-DELIVER-REPORT reach otabox by the route that simsim's front
# takes: inside the delivery receipt, or not at all.
. "$(dirname "$0")/lib.sh"
lab_up --cards "$sop/Provisioning_3TestSubs.out" --por-timeout 2 --por-route dlr
provision_sop
run_campaign receipt 1619 "$sop/Commands.txt"
is "dlr: a ciphered PoR in the receipt updates every card" "$watched" 0
ok "… no SMS came from a card" bash -c '! grep -q "Receive SMS" "$0"' "$lab/kannel/logs/bearerbox.acc"
run_campaign submit 1639 "$sop/Commands.txt"
is "dlr: PoRs by SMS-SUBMIT come as before" "$watched" 0
is "… as SMS" "$(grep -c 'Receive SMS' "$lab/kannel/logs/bearerbox.acc")" 3
"$SRCDIR/contrib/otalab" down "$lab" >/dev/null 2>&1

lab=$work/lab2
lab_up --cards "$sop/Provisioning_3TestSubs.out" --por-timeout 2 --por-route drop
provision_sop
run_campaign dropped 1619 "$sop/Commands.txt"
is "drop: the messages are delivered, no PoR comes" "$watched" 3
is "… every card is UNKNOWN" "$(grep -c '|UNKNOWN *|' <<<"$messages")" 3
