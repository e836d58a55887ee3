#!/bin/bash
# Cards in readers: bearerbox, pcsc-bridge, pcscd, simsim's driver or vsmartcard's vpcd, simsim. The same campaigns
# have the same PoRs as through simsim's own SMSC; cards that go away, readers that restart and other programs lose nothing.
. "$(dirname "$0")/lib.sh"

[ -x /usr/sbin/pcscd ] && unshare -m true 2>/dev/null || {
    echo "1..0 # SKIP a pcscd of our own needs 'unshare -m' and the package pcscd"
    trap - EXIT
    rm -rf "$work"
    exit 0
}
m=($(grep -oE '[0-9]+' "$sop/TargetMSISDN_3TestSubs.txt"))
bridge_log=$lab/logs/pcsc-bridge.log

pors() { # what bearerbox received: sender, data, header
    sed -n 's/.*Receive SMS .*\[from:+*\([0-9]*\)\].*\(\[msg:[^]]*\]\).*\(\[udh:[^]]*\]\).*/\1 \2 \3/p' \
        "$lab/kannel/logs/bearerbox.acc" | sort
}
control() { printf '%s\n' "$*" >"$lab/simsim/control"; }
logged() { [ "$(tail -n "+$logged_from" "$bridge_log" | grep -cE -- "$1")" -ge "${2:-1}" ]; }
gone() { ! kill -0 "$1" 2>/dev/null; }
from_here() { logged_from=$(($(wc -l <"$bridge_log") + 1)); }

# Three campaigns: PoR in the clear, PoR with CC, PoR ciphered; the first card's file is read back.
three_campaigns() { # PREFIX
    local spi
    for spi in 1621 1629 1639; do
        run_campaign "$1-$spi" "$spi" "$sop/Commands.txt" -tar B00010
        is "$1, SPI $spi: watch ends with 0" "$watched" 0
    done
}

# The third way: this script again, where the network is its own, as vpcd listens on all addresses.
if [ -n "${VPCD_PORS:-}" ]; then
    ip link set lo up
    fault "${m[0]}" card pull skip=3 count=1 >"$work/faults.conf"
    lab_up --pcsc --por-timeout 5 --faults "$work/faults.conf"
    provision_sop a
    three_campaigns by-vpcd
    is "nothing listens beyond the loopback but vpcd" "$(ss -Hltn | grep -vE ' (127\.[0-9.]*|\[::1\]):|:3596[3-9]|:35970')" ""
    pors >"$VPCD_PORS"
    run_campaign pulled 1621 "$sop/Commands.txt" -tar B00010
    like "a card that goes at its ENVELOPE: nobody knows" "$(grep "${m[0]}" <<<"$messages")" '\|UNKNOWN *\|.*stat:UNKNOWN err:255'
    run -retryFailed -campaign "$campaign"
    run -watch -campaign "$campaign"
    is "… it is found again" "$status" 0
    [ -z "$failed_once" ]
    exit
fi
lab_up --por-timeout 5
provision_sop a
three_campaigns in-process
pors >"$work/in-process"
"$SRCDIR/contrib/otalab" down "$lab" >/dev/null 2>&1
rm -rf "$lab"

lab_up --pcsc --por-timeout 5
provision_sop a
three_campaigns in-readers
pors >"$work/in-readers"
is "nine PoRs came back" "$(wc -l <"$work/in-readers")" 9
is "the PoRs are byte for byte the same" "$(cat "$work/in-readers")" "$(cat "$work/in-process")"
is "each message has its receipt" "$(grep -c 'Receive DLR.*stat:DELIVRD' "$lab/kannel/logs/bearerbox.acc")" 9
run -createCampaign -type FLASH -profile "$profile" -name text -message 'Ω 5 €'
campaign=$(last_id)
run -start -campaign "$campaign" -cardGroup "$group"
run -watch -campaign "$campaign"
is "a text to their phones: watch ends with 0" "$status" 0
is "… each shows it" "$(grep -c 'text of 1 SMS, GSM7, class 0: Ω 5 €$' "$bridge_log")" 3
is "… and no card answers" "$(pors | wc -l)" 9
vpcd=/usr/lib/pcsc/drivers/serial/libifdvpcd.so
if [ -e "$vpcd" ] && unshare -mn true 2>/dev/null; then
    VPCD=$vpcd VPCD_PORS=$work/by-vpcd unshare -mn "$BASH" "$0" >"$work/vpcd.tap" 2>&1
    is "the same campaigns through vpcd" "$? $(grep -c '^ok' "$work/vpcd.tap")" "0 6"
    grep -E '^(not ok|#|Bail)' "$work/vpcd.tap" | sed 's/^/# vpcd: /'
    is "… have the same PoRs" "$(cat "$work/by-vpcd")" "$(cat "$work/in-process")"
else
    echo "# not through vpcd: it needs 'unshare -mn' and the package vsmartcard-vpcd"
fi
ok "no PIN is in any log" bash -c '! grep -rE "31323334|pin = 1234" "$1"/logs' - "$lab"

# Other programs see the readers; one that holds a card keeps nobody else from his.
like "pcsc_scan shows the readers" "$(timeout 20 pcsc_scan -r 2>&1)" '^1: simsim 00 01$'

# A card that is away while its campaign starts: the message waits in the bridge.
from_here
control remove 0
ok "the bridge sees a card go" wait_for 10 logged "${m[0]}: .*(card is gone|no card in the reader)"
run -createCampaign -type RFM -profile "$profile" -name away -spi 1621 -tar B00010 -apduFilePath "$sop/Commands.txt"
campaign=$(last_id)
run -start -campaign "$campaign" -cardGroup "$group"
ok "the message to it waits" wait_for 10 logged "${m[0]}: [0-9]+ bytes, no card"
ok "… and those to the others do not" wait_for 10 logged "(${m[1]}|${m[2]}): [0-9]+ bytes, delivered" 2

from_here
control insert 0 "${m[1]}x" # no such card: refused by simsim
control insert 0 "${m[0]}"
ok "the card is back" wait_for 10 logged "${m[0]}: .* is ready"
run -watch -campaign "$campaign"
is "watch ends with 0: every card is updated" "$status" 0

# pcscd dies and comes back.
from_here
read -r pcscd_pid _ <"$lab/run/pcscd.pid"
kill -9 "$pcscd_pid"
ok "the bridge sees pcscd go" wait_for 10 logged "pcscd does not answer" 3
run -createCampaign -type RFM -profile "$profile" -name restart -spi 1621 -tar B00010 -apduFilePath "$sop/Commands.txt"
campaign=$(last_id)
run -start -campaign "$campaign" -cardGroup "$group"
ok "three messages wait" wait_for 10 logged "bytes, no card" 3
from_here
"$SRCDIR/contrib/otalab" restart "$lab" pcscd >"$work/restart.log" 2>&1
ok "the cards are back" wait_for 15 logged "is ready" 3
run -watch -campaign "$campaign"
is "watch ends with 0 after pcscd's restart" "$status" 0

# Another program has a card when the bridge starts: the message waits until that lets go.
if command -v scriptor >/dev/null; then
    read -r bridge_pid _ <"$lab/run/pcsc-bridge.pid"
    kill "$bridge_pid"
    ok "the bridge ends" wait_for 10 gone "$bridge_pid"
    mkfifo "$work/commands"
    exec {commands}<>"$work/commands"
    scriptor -r "simsim 00 00" <"$work/commands" >"$work/scriptor.out" 2>&1 {commands}>&- &
    scriptor_pid=$!
    ok "scriptor has the card" wait_for 10 grep -q '^Reading commands' "$work/scriptor.out"
    "$SRCDIR/contrib/otalab" restart "$lab" pcsc-bridge >"$work/restart.log" 2>&1 &
    restart_pid=$!
    logged_from=1
    ok "the bridge sees that it is taken" wait_for 10 logged "${m[0]}: simsim 00 00: another program holds the card"
    run -createCampaign -type RFM -profile "$profile" -name taken -spi 1621 -tar B00010 -apduFilePath "$sop/Commands.txt"
    campaign=$(last_id)
    run -start -campaign "$campaign" -cardGroup "$group"
    ok "the message waits" wait_for 20 logged "${m[0]}: [0-9]+ bytes, no card"
    kill "$scriptor_pid"
    exec {commands}>&-
    ok "the card is taken when it is free" wait_for 10 logged "${m[0]}: .* is ready"
    run -watch -campaign "$campaign"
    is "watch ends with 0" "$status" 0
    ok "the restart ends with 0" wait "$restart_pid"
else
    skipped=3
fi

# The bridge ends, or is killed, while a message waits for its card: the next one has it.
bridge_ends() { # SIGNAL
    read -r bridge_pid _ <"$lab/run/pcsc-bridge.pid"
    kill -s "$1" "$bridge_pid"
    ok "SIG$1 ends the bridge" wait_for 10 gone "$bridge_pid"
}
bridge_again() {
    "$SRCDIR/contrib/otalab" restart "$lab" pcsc-bridge >"$work/restart.log" 2>&1
    logged_from=1
}
sent() { grep -c 'Sent SMS' "$lab/kannel/logs/bearerbox.acc"; }
# What the bridge has on the disk: so many messages, and nothing that the gateway has not acknowledged.
keeps() { # MESSAGES
    rm -f "$work"/kept.db* && cp "$lab/pcscd/messages.db" "$work/kept.db" && cp "$lab/pcscd/messages.db-wal" "$work/kept.db-wal" &&
        [ "$(sqlite3 "$work/kept.db" 'SELECT count(CASE kind WHEN 1 THEN 1 END), count(CASE kind WHEN 2 THEN 1 END) FROM message' 2>&1)" = "$1|0" ]
}
for signal in KILL TERM; do
    from_here
    control remove 0
    ok "a card goes" wait_for 10 logged "${m[0]}: .*(card is gone|no card in the reader)"
    run -createCampaign -type RFM -profile "$profile" -name $signal -spi 1621 -tar B00010 -apduFilePath "$sop/Commands.txt"
    campaign=$(last_id)
    before=$(sent)
    run -start -campaign "$campaign" -cardGroup "$group"
    ok "a message waits for it" wait_for 10 logged "${m[0]}: [0-9]+ bytes, no card"
    ok "of the other cards' nothing is kept any more" wait_for 10 keeps 1
    bridge_ends $signal
    control insert 0 "${m[0]}"
    bridge_again
    ok "the next bridge has it" logged "of an earlier run: 1 messages to cards"
    run -watch -campaign "$campaign"
    is "watch ends with 0 after SIG$signal" "$status" 0
    is "the gateway sent each once" $(($(sent) - before)) 3
done

# It is killed while cards are at work: they may have executed what it never heard of. It is not sent again.
executed() { wc -l <"$lab/simsim/state/scripts.log"; }
all_executed() { [ "$(executed)" -eq $((before + 3)) ]; }
unknown() { grep -c 'Receive DLR.*stat:UNKNOWN err:255' "$lab/kannel/logs/bearerbox.acc"; }
all_at_work() { # an ENVELOPE lies in each card's socket; STATUS is shorter
    [ "$(ss -Hxn | awk -v path="$lab/simsim/card." 'index($5, path) == 1 && $3 > 40' | wc -l)" -eq 3 ]
}
read -r simsim_pid _ <"$lab/run/simsim.pid"
before=$(executed)
run -createCampaign -type RFM -profile "$profile" -name at-work -spi 1621 -tar B00010 -apduFilePath "$sop/Commands.txt"
campaign=$(last_id)
kill -STOP "$simsim_pid"
run -start -campaign "$campaign" -cardGroup "$group"
ok "three cards have an ENVELOPE" wait_for 8 all_at_work
ok "and their messages are kept" wait_for 8 keeps 3
bridge_ends KILL
kill -CONT "$simsim_pid"
ok "they execute it" wait_for 10 all_executed
bridge_again
ok "the next bridge says why it does not send them again" wait_for 10 logged "the card may have it from before the restart" 3
run -watch -campaign "$campaign"
is "their receipts say that nobody knows" "$(unknown)" 3
is "watch ends with 3" "$status" 3
run -listMessages -campaign "$campaign"
is "and the messages are UNKNOWN" "$(grep -c '|UNKNOWN *|.*perhaps delivered: stat:UNKNOWN err:255' <<<"$out")" 3
is "nothing was executed after that" "$(executed)" $((before + 3))
run -retryFailed -campaign "$campaign"
run -watch -campaign "$campaign"
is "a retry updates them" "$status" 0

# Another card in the same reader is not taken for the one that was there.
from_here
control remove 1
control remove 2
ok "two cards are gone" wait_for 10 logged "(${m[1]}|${m[2]}): .*(gone|no card)" 2
control insert 1 "${m[2]}"
control insert 2 "${m[1]}"
ok "each is found by its ICCID" wait_for 15 logged "(${m[1]}: simsim 00 02|${m[2]}: simsim 00 01): card [0-9]+ is ready" 2

# Nothing was sent twice.
is "no card executed a packet twice" "$(cut -d' ' -f2- "$lab/simsim/state/scripts.log" | sort | uniq -d | wc -l)" 0
run_campaign last 1621 "$sop/Commands.txt" -tar B00010
is "watch ends with 0 with the cards exchanged" "$watched" 0
is "every PoR of the campaigns is there" "$(pors | wc -l)" $((30 - ${skipped:-0}))

from_here
"$SRCDIR/contrib/otalab" down "$lab" >/dev/null 2>&1
for i in 0 1 2; do
    is "card ${m[i]} holds Virgin Mobile in EF.SPN" "$(card_apdus "${m[i]}" A0A40000027F20 A0A40000026F46 A0B0000011)" \
        '0056697267696E204D6F62696C65FFFFFF 9000'
done

# A message whose card does not come back before its validity ends, and whose bridge is killed meanwhile.
rm -rf "$lab"
lab_up --pcsc --por-timeout 2 --validity 8
provision_sop a
before=$(executed)
from_here
control remove 0
ok "a card goes for good" wait_for 10 logged "${m[0]}: .*(card is gone|no card in the reader)"
run -createCampaign -type RFM -profile "$profile" -name late -spi 1621 -tar B00010 -apduFilePath "$sop/Commands.txt"
campaign=$(last_id)
run -start -campaign "$campaign" -cardGroup "$group"
ok "its message waits" wait_for 10 logged "${m[0]}: [0-9]+ bytes, no card"
ok "… and the others' are over" wait_for 10 keeps 1
when() { date +%s -d "$(grep -E "$1" "$lab/kannel/logs/bearerbox.acc" | head -n 1 | cut -d' ' -f1,2)"; }
sent_at=$(when "Sent SMS .*\\[to:\\+?${m[0]}\\]")
half_over() { [ "$(date +%s)" -ge $((sent_at + 5)) ]; }
bridge_ends KILL
ok "half of its validity is over" wait_for 10 half_over
bridge_again & # it waits for all cards
restart_pid=$!
expired() { grep -c 'Receive DLR.*stat:EXPIRED' "$lab/kannel/logs/bearerbox.acc"; }
is_expired() { [ "$(expired)" = 1 ]; }
ok "at the end of its validity it has a failed receipt" wait_for 20 is_expired
after=$(($(when 'Receive DLR.*stat:EXPIRED') - sent_at))
ok "… not before, and not anew: after $after s of 8" test "$after" -ge 7 -a "$after" -le 11
logged_from=1
ok "… from the next bridge" logged "of an earlier run: 1 messages to cards"
ok "… which says so" logged "${m[0]}: [0-9]+ bytes, expired"
run -watch -campaign "$campaign"
is "watch ends with 3" "$status" 3
run -listMessages -campaign "$campaign"
is "the message is FAILED, in words" "$(grep -c "^|${m[0]}|FAILED *|.*stat:EXPIRED" <<<"$out")" 1
control insert 0 "${m[0]}"
ok "the card comes back" wait "$restart_pid"
run -retryFailed -campaign "$campaign"
run -watch -campaign "$campaign"
is "a retry updates it" "$status" 0
is "every card has executed it once" "$(($(executed) - before)) $(cut -d' ' -f2- "$lab/simsim/state/scripts.log" | sort | uniq -d | wc -l)" "3 0"
is "there was one receipt of the late one" "$(expired)" 1
"$SRCDIR/contrib/otalab" down "$lab" >/dev/null 2>&1

# A PoR in the SMS-DELIVER-REPORT, by the other routes.
for route in dlr drop; do
    rm -rf "$lab"
    lab_up --pcsc --por-timeout 1 --por-route $route --trace
    provision_sop a
    run_campaign $route 1601 "$sop/Commands.txt" -tar B00010
    is "$route: no SMS of a card comes" "$(pors | wc -l)" 0
    is "$route: three receipts come" "$(grep -c 'Receive DLR.*stat:DELIVRD' "$lab/kannel/logs/bearerbox.acc")" 3
    with_por=$(grep -acE 'stat:DELIVRD err:000 text:.{3,}\] \[udh' "$lab/kannel/logs/bearerbox.acc")
    like "$route: --trace: the bridge's log has the exchange" "$(cat "$bridge_log")" ' ENVELOPE: 9F'
    like "… and so has simsim's" "$(cat "$lab/logs/simsim.log")" ' ENVELOPE: 9F'
    ok "… and no log has a PIN" bash -c '! grep -rE "31323334|pin = 1234" "$1"/logs' - "$lab"
    is "$route: with the PoR in them, or not" "$with_por" "$([ $route = dlr ] && echo 3 || echo 0)"
    "$SRCDIR/contrib/otalab" down "$lab" >/dev/null 2>&1
done
