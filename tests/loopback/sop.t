#!/bin/bash
# The SOP, end to end through the real bearerbox: one card's PoR is lost, a retry updates it.
. "$(dirname "$0")/lib.sh"

m=($(grep -oE '[0-9]+' "$sop/TargetMSISDN_3TestSubs.txt"))
printf 'group = fault\nmsisdn = %s\nwhat = por\naction = lose\ncount = 1\n' "${m[2]}" >"$work/faults.conf"
lab_up --cards "$sop/Provisioning_3TestSubs.out" --faults "$work/faults.conf" --por-timeout 3

run -createProfile -name poc_3cards -appType rfm
is "createProfile ends with 0" "$status" 0
like "… shows the SOP's banner" "$out" '^cliota: A tool to manage an Over-the-Air server\.$'
like "… and the SOP's JSON" "$out" '^\{"id":1,"name":"poc_3cards","created":"[^"]*","updated":"[^"]*","validityPeriod":0,"validHttpConfig":false,"account":"Default Account A","applets":"http://127.0.0.1:[0-9]+/api/profiles/1/applets","cardGroups":"http://127.0.0.1:[0-9]+/api/profiles/1/cardgroups","counterScope":"keyset","porTimeout":0,[^{}]*\}$'

run -provision -outputFilePath "$sop/Provisioning_3TestSubs.out" -profile 1
is "provision ends with 0" "$status" 0
run -listCards -profile 1
is "three cards are provisioned" "$(grep -cE "${m[0]}|${m[1]}|${m[2]}" <<<"$out")" 3

run -createGroup -profile 1 -name poc_3cards -msisdnList "$sop/TargetMSISDN_3TestSubs.txt"
is "createGroup ends with 0" "$status" 0
group=$(last_id)

run -createCampaign -type RFM -profile 1 -name poc_3cards_campaign -spi 1621 -tar 'B00010' -transmissionMode conc \
    -apduFilePath "$sop/Commands.txt"
is "createCampaign ends with 0" "$status" 0
like "… warns of the refresh's destination" "$err" 'addressed to device 02'
like "… is WAITING, iteration 0" "$out" '"state":"WAITING","type":"RFM".*"iteration":0'
campaign=$(last_id)

run -start -campaign "$campaign" -cardGroup "$group"
is "start ends with 0" "$status" 0
run -watch -campaign "$campaign"
is "watch ends with 3: one card is not updated" "$status" 3
run -listMessages -campaign "$campaign"
is "two cards are UPDATED" "$(grep -c '|UPDATED *|' <<<"$out")" 2
like "the card whose PoR was lost is UNKNOWN" "$(grep "${m[2]}" <<<"$out")" '\|UNKNOWN *\|'
like "an updated card: PoR 00, 6 commands, SW 9000" "$(grep "${m[0]}" <<<"$out")" '\|UPDATED *\|00 .*\|6 .*\|9000 '

run -retryFailed -campaign "$campaign"
is "retryFailed ends with 0" "$status" 0
like "… is iteration 2" "$out" '"iteration":2'
run -watch -campaign "$campaign"
is "watch ends with 0: every card is updated" "$status" 0
run -listMessages -campaign "$campaign"
is "three cards are UPDATED" "$(grep -c '|UPDATED *|' <<<"$out")" 3
run -retryFailed -campaign "$campaign"
is "another retry is refused: nothing failed" "$status" 1

acc=$lab/kannel/logs/bearerbox.acc
is "four command packets left: three cards and one retry" "$(grep -c 'Sent SMS .*\[udh:3:027000\]' "$acc")" 4
is "three PoRs came back: one was lost" "$(grep -c 'Receive SMS .*\[udh:3:027100\]' "$acc")" 3
like "PID and DCS: 8 bit, class 2" "$(grep 'Sent SMS' "$acc" | head -n 1)" '\[flags:2:1:'

"$SRCDIR/contrib/otalab" down "$lab" >/dev/null 2>&1 # the cards are free now
for i in 0 1 2; do
    is "card ${m[i]} holds Virgin Mobile in EF.SPN" "$(card_apdus "${m[i]}" A0A40000027F20 A0A40000026F46 A0B0000011)" \
        '0056697267696E204D6F62696C65FFFFFF 9000'
done
ok "the store holds no key" bash -c '! grep -qaiE "23434564756786846345235345645745" "$0"/otabox/* 2>/dev/null' "$lab"
ok "no log holds a key" bash -c '! grep -rqaiE "23434564756786846345235345645745" "$0" --include="*.log"' "$lab"
