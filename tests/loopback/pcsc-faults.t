#!/bin/bash
# What cards in readers do wrong, one fault a card, end to end: bearerbox, pcsc-bridge, pcscd, simsim's driver,
# simsim with a fault plan. Whatever an answer was, or if there was none, the packet is executed once and sent once.
. "$(dirname "$0")/pcsc-lib.sh"
pcsc_enter "$@"
. "$(dirname "$0")/lib.sh"
bridge_log=$lab/logs/pcsc-bridge.log
name_cards mute slow too-slow lies lies-well garbles pulled healthy

# The air is not simulated there: such a plan is refused, not passed over.
fault "${card[slow]}" por lose >"$work/faults.conf"
"$SRCDIR/contrib/otalab" up "$lab" --pcsc --cards "$cards" --faults "$work/faults.conf" >"$work/up.log" 2>&1
is "a plan for the air: the lab does not come up" "$?" 1
like "… and simsim says why" "$(cat "$work/up.log")" \
    "simsim: $work/faults.conf:3: what 'por', expected card or packet with --ifd and --vpcd: the SMSC is not simulated there"

{
    fault "${card[mute]}" card mute count=1
    fault "${card[slow]}" card delay count=1 delay=2
    fault "${card[slow]}" card toolkit-busy count=2
    fault "${card[slow]}" card memory-full skip=1 count=1 # behind the one that is not refused
    fault "${card[slow]}" packet error skip=1 count=1 por-status=06
    fault "${card[too-slow]}" card delay count=1 delay=1000
    fault "${card[lies]}" card lie count=1 sw=6F00
    fault "${card[lies-well]}" card lie count=1 sw=9000
    fault "${card[garbles]}" card garble count=1
    fault "${card[pulled]}" card pull count=1
} >"$work/faults.conf"
lab_up --pcsc --cards "$cards" --faults "$work/faults.conf" --por-timeout 3
provision_cards
one() { launch "$1" "-msisdn ${card[${3:-$1}]}" "$2" "$sop/Commands.txt"; } # a campaign of the card's name, or of its own
for name in mute too-slow slow lies garbles pulled; do one $name 1629; done
one lies-well 1601 # its PoR is in the report, which its phone does not ask for then
one healthy 1629

row() { grep "${card[$1]}" <<<"$messages"; }
once() { # NAME TRAFFIC: executed once, sent once, and what came back
    is "… it executed the script once" "$(executed_by "${card[$1]}")" 0000000001
    is "… it was sent once; receipts and PoRs" "$(traffic_of "${card[$1]}")" "$2"
}
state_is() { # TEST NAME STATE-AND-MORE FAULT
    await "$2"
    like "$1" "$(row "$2")" "\\|$3"
    is "… the fault struck once" "$(struck "${card[$2]}" "card $4")" 1
}
bridge_line() { grep -nE -m 1 -- "${card[$1]}: [0-9]+ bytes, $2" "$bridge_log" | cut -d: -f1; } # NAME REGEX: its number

# --- answers that come, late or wrong
await healthy
like "a card without a fault: updated" "$(row healthy)" '\|UPDATED *\|00 '
once healthy STR
state_is "an answer two seconds late: updated" slow 'UPDATED *\|00 ' delayed
once slow STR
state_is "a card that executes and says 6F00: failed, as far as the gateway can know" lies 'FAILED *\|.*stat:UNDELIV err:255' lies
once lies SF
state_is "a card that executes and says 9000, without its PoR: nobody knows" lies-well 'UNKNOWN *\|.*no answer in time' lies
once lies-well ST
state_is "a PoR with a wrong byte: it is not believed" garbles 'UNKNOWN *\|.*no answer in time' garbles
once garbles STR
like "… and the log says so" "$(cat "$lab/logs/otabox.log")" "msisdn=${card[garbles]} reply ignored: it fits no message"

# --- no answers: the mute ones' come when the driver has waited its 10 seconds
perhaps='UNKNOWN *\|.*perhaps delivered: stat:UNKNOWN err:255'
nobody_answers() { # NAME FAULT
    state_is "$1: executed, and nobody answered: UNKNOWN" "$1" "$perhaps" "$2"
    is "… watch ends with 3" "$watched" 3
    run -showCampaign -campaign "$campaign"
    is "… counted as unknown" "$(grep -o '"unknown":[0-9]*' <<<"$out")" '"unknown":1'
    once "$1" SF
    like "… its receipt is the only one, and says UNKNOWN" "$(grep "Receive DLR.*${card[$1]}" "$lab/kannel/logs/bearerbox.acc")" 'stat:UNKNOWN err:255'
    like "… the bridge says why it is not sent again" "$(grep -E "${card[$1]}: [0-9]+ bytes" "$bridge_log")" 'no answer, and the card may have it: not sent again'
}
nobody_answers pulled pulled

# --- what a card refuses, and the cards that come back, while the mute ones still are
one refuses 1629 slow
await refuses
like "toolkit busy, then a packet refused: its PoR says so" "$(row slow)" '\|FAILED *\|06 '
is "… busy twice" "$(struck "${card[slow]}" "card toolkit busy")" 2
is "… the packet refused once" "$(struck "${card[slow]}" "packet not executed, PoR status 06")" 1
is "… nothing ran" "$(executed_by "${card[slow]}")" 0000000001
one full 1629 slow
await full
like "memory full: not delivered" "$(row slow)" '\|FAILED *\|.*stat:UNDELIV err:255'
is "… nothing ran" "$(executed_by "${card[slow]}")" 0000000001
retried() { # NAME…: all at a time
    local name
    for name; do run -retryFailed -campaign "${campaigns[$name]}"; done
    for name; do
        await "$name"
        like "-retryFailed updates: $name" "$(row "$name")" '\|UPDATED *\|'
        is "… executed once more" "$(executed_by "${card[$name]}" | wc -l)" 2
    done
}
card[full]=${card[slow]}
retried lies garbles pulled full
like "the card that lied had its first PoR still: it counts" "$(await lies; row lies)" 'updated by a late PoR of an earlier iteration'

nobody_answers mute mute
nobody_answers too-slow delayed
like "the driver says that the card is mute" "$(cat "$lab/logs/pcscd.log")" 'the card is mute, expected an answer in time'
for name in healthy slow; do
    is "the mute cards held nobody up: $name was done before" \
        "$([ "$(bridge_line $name delivered)" -lt "$(bridge_line mute 'no answer')" ] && echo before)" before
done
retried mute too-slow
is "no card executed a packet twice" "$(cut -d' ' -f2- "$lab/simsim/state/scripts.log" | sort | uniq -d)" ""
