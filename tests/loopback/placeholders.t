#!/bin/bash
# Placeholders: each card gets its own values, in one packet and in several, and the same ones in a retry.
. "$(dirname "$0")/lib.sh"
name_cards short long
{
    fault "${card[short]}" por lose count=1
} >"$work/faults.conf"
lab_up --cards "$cards" --faults "$work/faults.conf" --por-timeout 3
provision_cards

values() { # a line of the name that the card gets, 17 bytes of EF.SPN
    printf '00%s%s\n' "$(printf '%s' "$1" | od -An -tx1 | tr -d ' \n')" "$(printf 'FF%.0s' $(seq ${#1} 15))"
}
printf '%s\n' A0A40000023F00 A0A40000027F20 A0A40000026F46 'A0D6000011[Operator_Name]' >"$work/name.txt"
# Two packets: an own one from the second SELECT of the MF on.
printf '%s\n' A0A40000023F00 A0A40000027F20 A0A40000026F46 'A0D6000011[Operator_Name]' A0A40000023F00 \
    A0A40000027F20 A0A40000026FC5 'A0DC010422[network]' 'A0DC020422[network]' >"$work/long.txt"
network() { printf '%s%s' "$1" "$(printf 'FF%.0s' {1..33})"; }
{
    echo "network;msisdn;Operator_Name"
    echo "$(network 41);${card[short]};$(values Alpha)"
    echo "$(network 42);${card[long]};$(values 'Beta Gamma')"
} >"$work/data.txt"

run -createCampaign -type RFM -profile "$profile" -name bad -spi 1639 -apduFilePath "$work/name.txt"
like "the placeholders are shown" "$out" '"placeholders":\["Operator_Name"\]'
bad=$(last_id)
sed 's/FF$//' "$work/data.txt" >"$work/wrong.txt"
run -start -campaign "$bad" -msisdn "${card[short]}" -dataFilePath "$work/wrong.txt"
like "a value of the wrong length is named by its place" "$err" \
    "^cliota: $work/wrong.txt:2:[0-9]+: command 4, column 9: A0D60000 with P3 11 needs 44 hex digits, this command has 42$"
is "… and refused" "$status" 1
is "… nothing was sent" "$(packets_to "${card[short]}")" ""

launch short "-msisdn ${card[short]} -dataFilePath $work/data.txt" 1639 "$work/name.txt" -retries 1
like "lines for other cards are counted" "$err" "warning: data file: 1 lines are for cards that are not in the target"
launch long "-msisdn ${card[long]} -dataFilePath $work/data.txt" 1639 "$work/long.txt" -maxSmsParts 1
await short
like "a card whose PoR was lost is updated by the retry" "$(grep "${card[short]}" <<<"$messages")" '\|UPDATED *\|'
is "… with two packets" "$(packets_to "${card[short]}" | wc -l)" 2
await long
like "a card's own script goes in two packets" "$(grep "${card[long]}" <<<"$messages")" '\|UPDATED *\|.*\|2/2 '

"$SRCDIR/contrib/otalab" down "$lab" >/dev/null 2>&1 # the cards are free now
for name in short:Alpha 'long:Beta Gamma'; do
    is "${name%:*}: its own name" "$(card_apdus "${card[${name%:*}]}" A0A40000027F20 A0A40000026F46 A0B0000011)" \
        "$(values "${name#*:}" | tr a-f A-F) 9000"
done
for record in 01 02; do
    is "long: its own network in record $record" \
        "$(card_apdus "${card[long]}" A0A40000027F20 A0A40000026FC5 A0B2${record}0422)" "$(network 42) 9000"
done
