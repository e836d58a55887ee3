#!/bin/bash
# A script that is too long for one packet goes as several, each behind the success of the one before; what is
# executed is not executed again, whatever is lost or killed on the way. Every packet increases the ACM (6F39)
# by one, so the file tells how many ran.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/chaos.sh"
name_cards plain lost por-lost automatic slow-{1..8}
{
    fault "${card[lost]}" message lose skip=1 count=1
    fault "${card[por-lost]}" por lose skip=1 count=1
    fault "${card[automatic]}" message lose skip=1 count=1
    for i in {1..8}; do fault "${card[slow-$i]}" por delay delay=1 count=9; done
} >"$work/faults.conf"
lab_up --cards "$cards" --faults "$work/faults.conf" --por-timeout 3 --validity 4
provision_cards

filler=$(printf 'FF%.0s' {1..28})
piece() { printf '%s\n' A0A40000023F00 A0A40000027F10 A0A40000026F3A "A0DC0104""1C$filler" A0A40000023F00 A0A40000027F20 A0A40000026F39 A032000003000001; }
for i in 1 2 3; do piece; done >"$work/three.txt"
acm() { card_apdus "$1" A02000010831323334FFFFFFFF A0A40000027F20 A0A40000026F39 A0B2000403; } # the last record that was written, and 9000
packets_of() { grep -c "Sent SMS.*\[to:+$1\]" "$lab/kannel/logs/bearerbox.acc"; }
one=(-maxSmsParts 1)

# --- the way through, and a packet that is lost in the middle ---
launch plain "-msisdn ${card[plain]}" 1621 "$work/three.txt" "${one[@]}"
launch lost "-msisdn ${card[lost]}" 1621 "$work/three.txt" "${one[@]}"
launch automatic "-msisdn ${card[automatic]}" 1621 "$work/three.txt" "${one[@]}" -retries 1
launch por-lost "-msisdn ${card[por-lost]}" 1621 "$work/three.txt" "${one[@]}" -retry new
await plain
is "three packets: the card is updated" "$watched" 0
is "-maxSmsParts 1: three SMS" "$(packets_of "${card[plain]}")" 3
like "… the row is that of the last packet, with all commands" "$messages" '\|UPDATED *\|00 .*\|24 *\|9F06.*\|3/3 '
await lost
like "the second packet is lost: so the third is not sent" "$(packets_of "${card[lost]}") $messages" '^2 .*'
like "… and the row says where" "$messages" '\|(UNKNOWN|FAILED) *\|.*\|2/3 *\|packet 2 of 3: '
run -showCampaign -campaign "$campaign"
like "… one card, not updated" "$out" '"cards":1,.*"updated":0,'
run -retryFailed -campaign "$campaign"
await lost
is "a retry: updated" "$watched" 0
is "… with the second and the third packet only" "$(packets_of "${card[lost]}")" 4
await automatic
is "an automatic retry does so too" "$watched $(packets_of "${card[automatic]}")" "0 4"
await por-lost
like "a lost PoR of the second packet: nobody knows" "$messages" '\|UNKNOWN *\|.*\|2/3 '
run -retryFailed -campaign "$campaign"
await por-lost
is "… a retry with -retry new ends well" "$watched" 0

launch whole "-msisdn ${card[plain]}" 1621 "$work/three.txt"
await whole
like "without -maxSmsParts: one packet" "$messages" '\|UPDATED *\|.*\|24 *\|9F06.*\|1/1 '

# --- killed between two packets ---
printf '%s\n' "${card[@]}" | grep -f <(for i in {1..8}; do echo "${card[slow-$i]}"; done) >"$work/slow.txt"
run -createGroup -profile "$profile" -name slow -msisdnList "$work/slow.txt"
launch killed "-cardGroup $(last_id)" 1621 "$work/three.txt" "${one[@]}"
some_on_second() { messages_of killed && grep -q '|2/3 ' <<<"$messages"; }
some_on_third() { messages_of killed && grep -q '|3/3 ' <<<"$messages"; }
ok "packet 2 is on its way" wait_for 20 some_on_second
ok "… otabox is killed with -9, and back" kill_and_restart otabox
ok "packet 3 is on its way" wait_for 20 some_on_third
ok "… otabox is killed with -9, and back" kill_and_restart otabox
await killed
is "every card is updated" "$watched" 0
is "… each counted once" "$(grep -c '|UPDATED *|.*|3/3 ' <<<"$messages")" 8

# --- a script that cannot be cut ---
printf '%s\n' A0A40000027F20 A0A40000026F39 >"$work/uncut.txt"
for i in {1..12}; do echo A032000003000001; done >>"$work/uncut.txt"
run -createCampaign -type RFM -profile "$profile" -name uncut -spi 1621 -apduFilePath "$work/uncut.txt" "${one[@]}"
is "a script without a place to cut is refused" "$status $err" \
    "1 cliota: command 14: commands 1 to 14 cannot be cut and have 110 bytes, a packet of at most 1 SMS carries 106"
run -createCampaign -type RFM -profile "$profile" -name cut -spi 1621 -apduFilePath "$work/uncut.txt" -maxSmsParts 2
is "… two SMS carry it" "$status" 0

"$SRCDIR/contrib/otalab" down "$lab" >/dev/null 2>&1
is "no packet was executed twice" "$(executed_scripts | sort | uniq -d)" ""
for name in lost automatic slow-{1..8}; do
    is "$name: three increases in all" "$(acm "${card[$name]}")" "000003 9000"
done
is "plain: six, because of two campaigns" "$(acm "${card[plain]}")" "000006 9000"
is "por-lost: four, because of -retry new" "$(acm "${card[por-lost]}")" "000004 9000"
