#!/bin/bash
# In bearerbox's place something else: it hangs up, says nonsense, or nothing. otabox says so in a line, stays
# away for a second, comes again, and goes on when the real one is back.
. "$(dirname "$0")/lib.sh"
lab_up --cards "$sop/Provisioning_3TestSubs.out" --por-timeout 10 --validity 60
provision_sop
read -r otabox_pid _ <"$lab/run/otabox.pid"
read -r bearerbox_pid _ <"$lab/run/bearerbox.pid"
kill -9 "$bearerbox_pid"
perl "$SRCDIR/tests/kannel/hostile-bearerbox.pl" "$OTALAB_SMSBOX_PORT" >"$work/acts" 2>&1 &
stranger=$!
trap 'kill $stranger 2>/dev/null; finish' EXIT
launch patient "-cardGroup $group" 1621 "$sop/Commands.txt"

over() { ! kill -0 $stranger 2>/dev/null; }
ok "otabox comes again until every act is over" wait_for 120 over
wait $stranger
is "… the last one too" "$?" 0
while IFS= read -r act; do like "$act" "$act" ', identifies itself, .*: good$'; done <"$work/acts"
is "it never comes again before a second is over" "$(sed -n '2,$s/.*: away \([0-9]*\) ms.*/\1/p' "$work/acts" | awk '$1 < 950')" ""
log=$lab/logs/otabox.log
is "a line for each act that it ended" \
    "$(grep -cE 'ERROR: bearerbox: a frame of -?[0-9]+ bytes (is announced|is no Kannel message)' "$log")" \
    "$(grep -c 'the box ended it' "$work/acts")"
is "an acknowledgement and an SMS that mean nothing are dropped, a line each" "$(grep -c 'WARNING: bearerbox: dropped: ' "$log")" 2
like "an SMS of somebody without a card is told" "$(cat "$log")" 'msisdn=.*4912345 reply ignored: no card has this MSISDN'
ok "otabox is the same process" kill -0 "$otabox_pid"

"$SRCDIR/contrib/otalab" restart "$lab" bearerbox >"$work/restart.log" 2>&1
await patient
is "the real bearerbox is back: the campaign that waited updates every card" "$watched" 0
ok "otabox is the same process still" kill -0 "$otabox_pid"
