#!/bin/bash
# What phones, cards, the air and the SMSC do to a campaign, one fault a card, and the retries that cure it.
. "$(dirname "$0")/lib.sh"
errors="01 02 03 04 05 06 07 08 09 0A"
name_cards off off-awhile busy full lost reordered doubled delayed por-doubled por-delayed \
    receipt-lost receipt-lost-alone receipt-doubled receipt-delayed receipt-reordered ${errors//0/error-0}
{
    fault "${card[off]}" card mute
    fault "${card[off-awhile]}" card mute count=2
    fault "${card[busy]}" card toolkit-busy count=2
    fault "${card[full]}" card memory-full count=1
    fault "${card[lost]}" message lose count=1
    fault "${card[reordered]}" message reorder count=1
    fault "${card[doubled]}" message duplicate count=3
    fault "${card[delayed]}" message delay count=1 delay=2
    fault "${card[por-doubled]}" por duplicate count=1
    fault "${card[por-delayed]}" por delay count=1 delay=2
    fault "${card[receipt-lost]}" receipt lose count=1
    fault "${card[receipt-lost-alone]}" receipt lose count=1
    fault "${card[receipt-doubled]}" receipt duplicate count=1
    fault "${card[receipt-delayed]}" receipt delay count=1 delay=2
    fault "${card[receipt-reordered]}" receipt reorder count=1 delay=20
    for status in $errors; do fault "${card[error-$status]}" packet error count=1 por-status="$status"; done
} >"$work/faults.conf"
lab_up --cards "$cards" --faults "$work/faults.conf" --por-timeout 4 --validity 8
provision_cards
long_script >"$work/long.txt"
one() { launch "$1" "-msisdn ${card[$1]}" "$2" "$3" "${@:4}"; } # a campaign of the card's name
state_is() { # TEST NAME STATE-AND-MORE FAULT: and that it was because of the fault
    await "$2"
    like "$1" "$(grep "${card[$2]}" <<<"$messages")" "\\|$3"
    [ -z "${4:-}" ] || ok "… the fault struck: $4" grep -qE "${card[$2]}: .*$4" "$lab/logs/simsim.log"
}
once() { is "… and ran once" "$(executed_by "${card[$1]}" | wc -l)" 1; }

for name in off lost receipt-lost receipt-doubled receipt-delayed off-awhile busy full delayed por-doubled por-delayed; do
    one $name 1621 "$sop/Commands.txt"
done
one receipt-lost-alone 1600 "$sop/Commands.txt"
for name in reordered doubled receipt-reordered; do one $name 1621 "$work/long.txt"; done
group_of errors $(for status in $errors; do echo "${card[error-$status]}"; done)
launch errors "-cardGroup $group" 1621 "$sop/Commands.txt" -retries 1

# --- phone and card ---
state_is "off for two attempts: updated" off-awhile 'UPDATED *\|' 'the phone is off'
is "… twice" "$(struck "${card[off-awhile]}" "card mute")" 2
state_is "toolkit busy twice (9300): updated" busy 'UPDATED *\|' 'card busy, SW 9300.* toolkit busy'
is "… twice" "$(struck "${card[busy]}" "card toolkit busy")" 2
once busy
state_is "memory full: not delivered, so it failed" full 'FAILED *\|.*stat:UNDELIV err:255' 'SW 9240.* memory full'
state_is "off for good: it expires" off 'FAILED *\|.*EXPIRED' 'the phone is off'
is "… no script ran" "$(executed_by "${card[off]}")" ""

# --- messages, receipts, PoRs ---
state_is "message delayed" delayed 'UPDATED *\|' 'message delayed'
state_is "parts in another order" reordered 'UPDATED *\|' 'message reordered'
once reordered
state_is "each part twice" doubled 'UPDATED *\|' 'message duplicated'
once doubled
state_is "PoR twice" por-doubled 'UPDATED *\|' 'PoR duplicated'
is "… both came" "$(traffic_of "${card[por-doubled]}" | tr -dc R)" RR
state_is "PoR delayed, but in time" por-delayed 'UPDATED *\|' 'PoR delayed'
state_is "receipt lost: the PoR is enough" receipt-lost 'UPDATED *\|' 'receipt lost'
state_is "receipt lost, no PoR asked: nobody knows" receipt-lost-alone 'UNKNOWN *\|' 'receipt lost'
state_is "receipt twice" receipt-doubled 'UPDATED *\|' 'receipt duplicated'
state_is "receipt after the PoR" receipt-delayed 'UPDATED *\|' 'receipt delayed'
wait_for 10 row_becomes receipt-delayed "${card[receipt-delayed]}" 'UPDATED'
state_is "receipts in another order" receipt-reordered 'UPDATED *\|' 'receipt reordered'
state_is "message lost" lost '(UNKNOWN|FAILED) *\|' 'message lost'

# --- error PoRs: which of them are followed by another packet by themselves, as some cards lock keys ---
await errors
for status in $errors; do
    msisdn=${card[error-$status]}
    case $status in
    02 | 03 | 07 | 08)
        like "PoR $status: another packet by itself, which updates" "$(grep "$msisdn" <<<"$messages")" '\|UPDATED *\|00 '
        is "… the second" "$(packets_to "$msisdn" | sort -u | wc -l)" 2
        once "error-$status" ;;
    *)
        like "PoR $status: failed, and told in words" "$(grep "$msisdn" <<<"$messages")" "\\|FAILED *\\|$status +\\|[A-Za-z/ ]{4}.*\\|PoR $status: "
        is "… no other packet" "$(packets_to "$msisdn" | wc -l)" 1
        is "… nothing ran" "$(executed_by "$msisdn")" "" ;;
    esac
done

# --- by hand ---
for name in full lost; do
    run -retryFailed -campaign "${campaigns[$name]}"
    state_is "-retryFailed cures: $name" $name 'UPDATED *\|'
done
run -retryFailed -campaign "${campaigns[errors]}"
await errors
is "-retryFailed cures every error PoR" "$watched" 0

# --- the SMSC: it throttles, is full, and ends sessions, before it has taken a message and behind that ---
"$SRCDIR/contrib/otalab" down "$lab" >/dev/null 2>&1
lab=$work/lab2
name_cards throttled queue-full silent card-{01..40}
{
    fault "${card[throttled]}" submit throttle count=1
    fault "${card[queue-full]}" submit queue-full count=1
    fault "${card[silent]}" por lose count=1
    fault '*' submit disconnect skip=15 count=1
    fault '*' submit disconnect-taken skip=30 count=1
} >"$work/faults.conf"
lab_up --cards "$cards" --faults "$work/faults.conf" --por-timeout 3 --validity 120
provision_cards
one silent 1621 "$sop/Commands.txt"
unset "card[silent]"
group_of all "${card[@]}"
launch smsc "-cardGroup $group" 1621 "$sop/Commands.txt" -porTimeout 60
is_unknown() { run -showCampaign -campaign "${campaigns[silent]}" && grep -q '"unknown":1,' <<<"$out"; }
ok "the PoR timeout runs from the delivery, not from the end of the validity period" wait_for 60 is_unknown
await smsc
is "an SMSC that throttles, is full and hangs up: every card is updated" "$watched" 0
for name in throttled queue-full; do
    is "… $name: the same SMS was sent again by bearerbox" "$(packets_to "${card[$name]}" | wc -l)" 1
done
is "… it had throttled once" "$(struck "${card[throttled]}" "submit_sm throttled")" 1
is "… was full once" "$(struck "${card[queue-full]}" "submit_sm queue full")" 1
is "… hung up once" "$(struck '[0-9]*' "submit_sm disconnected")" 1
is "… and once more behind a message taken" "$(struck '[0-9]*' "submit_sm taken, disconnected")" 1
is "… bearerbox bound three times" "$(grep -c "bind as 'kannel' accepted" "$lab/logs/simsim.log")" 3
is "… in the first iteration, with each card's script run once" "$(for msisdn in "${card[@]}"; do executed_by "$msisdn"; done | sort | uniq -c | tr -s ' ')" " ${#card[@]} 0000000001"
