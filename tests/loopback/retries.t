#!/bin/bash
# What a further iteration sends, by retry setting and counter mode; PoRs that come after their time;
# two campaigns at a time on the same cards and on others.
. "$(dirname "$0")/lib.sh"
name_cards same same-lost new exact exact-lost exact-same twice uncounted checked late credited \
    both1 both2 both3 both4 other1 other2
{
    for name in same new exact exact-same; do fault "${card[$name]}" por lose count=1; done
    for name in same-lost exact-lost; do fault "${card[$name]}" message lose count=1; done
    for name in twice uncounted checked; do fault "${card[$name]}" message duplicate count=1; done
    fault "${card[late]}" por delay count=1 delay=6
    fault "${card[credited]}" por delay count=1 delay=6
    fault "${card[credited]}" por lose count=9
    for name in both1 both2 both3 both4 other1 other2; do fault "${card[$name]}" por delay count=9 delay=4; done
} >"$work/faults.conf"
lab_up --cards "$cards" --faults "$work/faults.conf" --por-timeout 2 --validity 5
provision_cards
one() { launch "$1" "-msisdn ${card[$1]}" "$2" "$sop/Commands.txt" "${@:3}"; } # a campaign of the card's name

one same 1621 -retry same -retries 1
one same-lost 1621 -retry same -retries 1
one new 1621 -retry new -retries 1
one exact 1E21 -retry new -retries 2
one exact-lost 1E21 -retry new -retries 1
one exact-same 1E21 -retry same -retries 1
one twice 0E21
one uncounted 0621
one checked 1621
one late 1621
one credited 1621 -retries 1
group_of other "${card[other1]}" "${card[other2]}"
others=$group
group_of both "${card[both1]}" "${card[both2]}" "${card[both3]}" "${card[both4]}"
for name in first second; do launch $name "-cardGroup $group" 1621 "$sop/Commands.txt" -porTimeout 20; done
launch others "-cardGroup $others" 1621 "$sop/Commands.txt" -porTimeout 20

state_is() { like "$1" "$(row_of "$2" "${card[$2]}")" "\\|$3 *\\|"; } # TEST NAME STATE
iteration_is() { # NAME NUMBER
    run -showCampaign -campaign "${campaigns[$1]}"
    like "… in iteration $2" "$out" "\"iteration\":$2,"
}
# Card by card: its packets, how many of them differ, and the counters that it executed.
sent_are() { # TEST NAME PACKETS DIFFERENT
    is "$1" "$(packets_to "${card[$2]}" | wc -l) of $(packets_to "${card[$2]}" | sort -u | wc -l) kinds" "$3 of $4 kinds"
}
executed_are() { is "$1" "$(executed_by "${card[$2]}" | sed 's/^0*//' | paste -sd' ')" "$3"; } # TEST NAME COUNTERS

# --- same and new ---
await same
state_is "same, PoR lost: the packet ran before" same EXECUTED_UNKNOWN
like "… as its row says" "$messages" 'sent more than once, so it probably ran before'
sent_are "… the repeated packet is the first one, byte by byte" same 2 1
executed_are "… and the card executed it once" same 1
await same-lost
state_is "same, message lost: the repeated packet runs" same-lost UPDATED
sent_are "… the same bytes" same-lost 2 1
executed_are "… once" same-lost 1
await new
state_is "new, PoR lost: updated by another packet" new UPDATED
sent_are "… of other bytes" new 2 2
executed_are "… the card executed both" new "1 2"

# --- exactly one more ---
await exact-lost
state_is "mode 11, message lost: the counter that the card lacks comes again" exact-lost UPDATED
executed_are "… and is executed" exact-lost 1
await exact
state_is "mode 11, PoR lost: 02 shows that the counter is used up, the next one runs" exact UPDATED
executed_are "… both ran" exact "1 2"
iteration_is exact 3
await exact-same
state_is "mode 11, same, PoR lost" exact-same EXECUTED_UNKNOWN
sent_are "… the same bytes" exact-same 2 1
executed_are "… executed once" exact-same 1

# --- counters that no card checks ---
await checked
state_is "mode 10, message doubled on the way" checked UPDATED
executed_are "… runs once" checked 1
await twice
state_is "mode 01, message doubled on the way" twice UPDATED
executed_are "… runs twice: the card does not check" twice "1 1"
await uncounted
state_is "mode 00, message doubled on the way" uncounted UPDATED
is "… runs twice" "$(executed_by "${card[uncounted]}" | grep -c .)" 2
for mode in 06 0E; do
    run -createCampaign -type RFM -profile "$profile" -name "same$mode" -spi "${mode}21" -retry same -apduFilePath "$sop/Commands.txt"
    is "-retry same is refused where the card would run it twice: SPI ${mode}21" "$status" 1
done

# --- after its time ---
await late
await credited
iteration_is credited 2
for name in late credited; do # later it is another state
    ok "$name: no PoR in time" grep -qE "msisdn=${card[$name]} iteration=1 UNKNOWN: no answer in time" "$lab/logs/otabox.log"
done
ok "the late PoR makes it UPDATED" wait_for 20 row_becomes late "${card[late]}" '\|UPDATED *\|00 '
ok "a late PoR is credited to the next iteration's message, whose own PoR is lost" \
    wait_for 20 row_becomes credited "${card[credited]}" '\|UPDATED *\|.*updated by a late PoR of an earlier iteration'
sent_are "… of which a packet had left" credited 2 2

# --- two campaigns ---
await first
is "two campaigns on the same cards: the first updates all" "$watched" 0
await second
is "… and the second" "$watched" 0
await others
is "… a third on others" "$watched" 0
for name in both1 both2 both3 both4; do
    is "card $name: one packet at a time" "$(traffic_of "${card[$name]}" | tr -d T)" SRSR
done
is "every card's first packet left before any card had answered" "$(
    grep -E "Sent SMS|Receive SMS" "$lab/kannel/logs/bearerbox.acc" | grep -E "96150($(
        for name in both1 both2 both3 both4 other1 other2; do echo -n "${card[$name]#96150}|"; done)x)" |
        sed '/Receive SMS/,$d' | grep -c .)" 6
