#!/bin/bash
# What a card refuses arrives as it said it: the front reaches the card only by
# ENVELOPE, so the answer depends on the profile and the keys.
. "$(dirname "$0")/lib.sh"

m=($(grep -oE '[0-9]+' "$sop/TargetMSISDN_3TestSubs.txt"))
# Without EF.SPN (6F46) the second command of the script fails: 02 9404.
sed '/id="6F46"/,/<\/ef>\|\/>/d' "$SRCDIR/simsim/profiles/gsm-2g.xml" >"$work/no-spn.xml"
ok "the profile without 6F46 is another one" bash -c '! grep -q 6F46 "$0"' "$work/no-spn.xml"
lab_up --cards "$sop/Provisioning_3TestSubs.out" --profile "$work/no-spn.xml" --por-timeout 10

# Card 1 as it is; the others get other keys than the cards have: their KIc's and KID's digits reversed.
awk -F, 'function rev(s,  r, i) { for (i = length(s); i; i--) r = r substr(s, i, 1); return r }
         NR <= 2 { print; next } { print $1 "," $2 "," $3 "," rev($4) "," rev($5) }' \
    "$sop/Provisioning_3TestSubs.out" >"$work/other-keys.out"
cards=$work/other-keys.out provision_sop
run_campaign errors 1621 "$sop/Commands.txt"
is "no card is updated: watch ends with 3" "$watched" 3
first=$(awk -F, 'NR == 2 { print $3 }' "$work/other-keys.out")
like "6F46 missing: PARTIAL, 2 commands, 9404" "$(grep "$first" <<<"$messages")" '\|PARTIAL *\|00 .*\|2 .*\|9404'
for msisdn in "${m[@]}"; do
    [ "$msisdn" = "$first" ] && continue
    like "wrong keys of $msisdn: FAILED, PoR 01" "$(grep "$msisdn" <<<"$messages")" '\|FAILED *\|01 '
done
like "bearerbox.acc has the PoR 02 9404" "$(cat "$lab/kannel/logs/bearerbox.acc")" \
    'msg:[0-9]+:000E0AB0001000000000010000029404'
