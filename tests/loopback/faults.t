#!/bin/bash
# What phones, cards and SMSCs do to a campaign, one fault a card, and the retries that cure it.
. "$(dirname "$0")/lib.sh"
m=($(grep -oE '[0-9]+' "$sop/TargetMSISDN_3TestSubs.txt"))
fault() { printf 'group = fault\n'; printf '%s\n' "$@"; printf '\n'; }
{
    fault "msisdn = ${m[0]}" "what = card" "action = toolkit-busy" "count = 2"
    fault "msisdn = ${m[1]}" "what = message" "action = lose" "count = 1"
    fault "msisdn = ${m[2]}" "what = packet" "action = error" "por-status = 07" "count = 1"
} >"$work/faults.conf"
lab_up --cards "$sop/Provisioning_3TestSubs.out" --faults "$work/faults.conf" --por-timeout 3 --validity 8
provision_sop
run_campaign faulty 1621 "$sop/Commands.txt"
is "a lost message and an error PoR: over, not every card updated" "$watched" 3
like "toolkit busy twice (9300): delivered in the end" "$(grep "${m[0]}" <<<"$messages")" '\|UPDATED *\|'
like "the lost message is not updated" "$(grep "${m[1]}" <<<"$messages")" '\|(UNKNOWN|FAILED) *\|'
like "PoR 07 is shown in words" "$(grep "${m[2]}" <<<"$messages")" '\|FAILED *\|07 .*memory'
run -retryFailed -campaign "$campaign"
run -watch -campaign "$campaign"
is "one retry cures both" "$status" 0

# Error PoRs that a card may lock its keys on are not retried by themselves.
"$SRCDIR/contrib/otalab" down "$lab" >/dev/null 2>&1
lab=$work/lab2
{
    fault "msisdn = ${m[0]}" "what = packet" "action = error" "por-status = 01" "count = 9"
    fault "msisdn = ${m[1]}" "what = submit" "action = throttle" "count = 1"
} >"$work/faults.conf"
lab_up --cards "$sop/Provisioning_3TestSubs.out" --faults "$work/faults.conf" --por-timeout 3
provision_sop
run_campaign automatic 1621 "$sop/Commands.txt" -retries 3
is "-retries 3 with PoR 01: over, not updated" "$watched" 3
run -showCampaign -campaign "$campaign"
like "… after one iteration" "$out" '"iteration":1,'
like "the throttled SMS was sent again by bearerbox" "$(grep -c "Sent SMS.*${m[1]}" "$lab/kannel/logs/bearerbox.acc")" '^1$'
ok "… the SMSC had refused it once" grep -q 'throttle' "$lab/logs/simsim.log"
is "… the other two are updated" "$(grep -c '|UPDATED *|' <<<"$messages")" 2
