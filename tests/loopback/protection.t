#!/bin/bash
# PoR signed, ciphered, and by either route; long scripts in several SMS; data read back.
. "$(dirname "$0")/lib.sh"

lab_up --cards "$sop/Provisioning_3TestSubs.out" --por-timeout 10
provision_sop
acc=$lab/kannel/logs/bearerbox.acc

run_campaign plain 1621 "$sop/Commands.txt"
is "1621: clear PoR by SMS-SUBMIT updates every card" "$watched" 0
run_campaign signed 1629 "$sop/Commands.txt"
is "1629: PoR with CC" "$watched" 0
run_campaign ciphered 1639 "$sop/Commands.txt"
is "1639: PoR with CC, ciphered" "$watched" 0
ok "a ciphered PoR shows no TAR counter in clear" grep -q 'Receive SMS .*msg:30:001C12B00010' "$acc"
run_campaign report 1619 "$sop/Commands.txt"
is "1619: PoR in the SMS-DELIVER-REPORT" "$watched" 0
run_campaign no-check 0621 "$sop/Commands.txt"
is "0621: no counter" "$watched" 0
run_campaign none 1600 "$sop/Commands.txt"
is "1600: no PoR asked, the delivery reports decide" "$watched" 0

printf '%s\n' A0A40000027F20 A0A40000026F46 A0B0000011 >"$work/read.txt"
run_campaign read 1639 "$work/read.txt"
is "a script that reads ends well" "$watched" 0
is "… and every row shows what was read" "$(grep -c '0056697267696E204D6F62696C65FFFFFF' <<<"$messages")" 3

{
    printf '%s\n' A0A40000027F10 A0A40000026F3A
    for record in 01 02 03 04 05 06 07; do
        printf 'A0DC%s041C%s\n' "$record" "$(printf 'FF%.0s' {1..28})"
    done
} >"$work/long.txt"
run_campaign long-conc 1639 "$work/long.txt" -transmissionMode conc
is "a script of several SMS, concurrent" "$watched" 0
like "… its first part has the concatenation element, then 70" "$(cat "$acc")" 'Sent SMS .*udh:8:070003[0-9A-F]{2}02017000|Sent SMS .*udh:8:070003[0-9A-F]{2}03017000'
like "… its second part has no 70" "$(cat "$acc")" 'Sent SMS .*udh:6:050003[0-9A-F]{2}0[23]02'
run_campaign long-seq 1639 "$work/long.txt" -transmissionMode seq
is "a script of several SMS, one after the other" "$watched" 0
