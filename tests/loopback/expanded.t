#!/bin/bash
# Scripts in expanded format (TS 102 226 clause 5.2), the whole way: what cards answer to each command, what they
# refuse, the refresh that the phone sees, and scripts of several packets with and without chaining.
. "$(dirname "$0")/lib.sh"
acc=$lab/kannel/logs/bearerbox.acc
name_cards one two three broken chained alone lost foreign signed
fault "${card[lost]}" por lose skip=1 count=1 >"$work/faults.conf"
# Beside the shipped application one that knows no expanded scripts, and one that begins each anew.
sed 's|<rfm tar="B00010".*|&\n  <rfm tar="B00011" msl="06" access-domain="full" d0-in-compact="accept" formats="compact"/>\n  <rfm tar="B00012" msl="06" access-domain="full" d0-in-compact="accept" script-chaining="reject"/>|' \
    "$SRCDIR/simsim/profiles/gsm-2g.xml" >"$work/profile.xml"
lab_up --cards "$cards" --profile "$work/profile.xml" --faults "$work/faults.conf" --por-timeout 3 --validity 4 --trace
provision_cards
refreshes_of() { grep -c "$1 .*D009810301010482028182 *9000" "$lab/logs/simsim.log"; } # answers to FETCH
content_of() { # MSISDN: of EF.SPN now
    printf '%s\n' A0A40000027F20 A0A40000026F46 A0B0000011 |
        "$BUILDDIR/simsim/simsim" --cards "$cards" --profile "$work/profile.xml" --state "$lab/simsim/state" --apdu "$1" | tail -n 1
}
hex_of() { packets_to "$1" | tail -n 1; }
por_of() { sed -n "s/.*Receive SMS .*\[from:+$1\] .*\[msg:[0-9]*:\([0-9A-F]*\)\] .*/\1/p" "$acc" | tail -n 1; }
spn=0056697267696E204D6F62696C65FFFFFF empty=FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF
update=("A0A40000027F20" "A0A40000026F46" "A0D6000011$spn")
printf '%s\n' "${update[@]}" >"$work/update.txt"
printf '%s\n' "${update[@]}" A0B0000011 A0A40000026F4600 >"$work/read.txt"

# --- a profile of refreshStyle expanded-81 ---
run -setProfile -profile "$profile" -refreshStyle expanded-81
like "refreshStyle expanded-81: the profile's scripts are in expanded format" "$out" '"scriptFormat":"expanded".*"refreshStyle":"expanded-81"'
group_of three "${card[one]}" "${card[two]}" "${card[three]}"
run_campaign refresh 1639 "$work/update.txt" -includeSimRefresh true
is "all cards are updated" "$watched" 0
is "… three of them" "$(grep -c '|UPDATED *|00 ' <<<"$messages")" 3
refreshed() { [ "$(refreshes_of "$1")" -ge 1 ]; }
for name in one two three; do ok "the phone fetches the REFRESH of card $name" wait_for 5 refreshed "${card[$name]}"; done
run -report -campaign "$campaign" -format json
like "all commands are executed, the refresh too" "$out" '"outcome": ?"all 4 commands executed"'
like "… each with its status word, but for the refresh" "$out" '"statusWords": ?"9F16 9F0F 9000"'

run_campaign again 1621 "$work/update.txt" -includeSimRefresh true
like "in clear: the answer is a response scripting template" "$(por_of "${card[one]}")" '^001.0AB00010.*0000AB0F80010323029F1623029F0F23029000$'
printf '%s\n' "${update[@]}" D009810301010482028182 >"$work/with-refresh.txt"
run_campaign own 1621 "$work/with-refresh.txt" -includeSimRefresh true
own=$(hex_of "${card[one]}")
run_campaign without 1621 "$work/with-refresh.txt"
is "a script that ends with a REFRESH gets no second one" "${#own}" "$(hex_of "${card[one]}" | wc -L)"
like "… and it is done" "$messages" '\|UPDATED *\|00 .*\|4 .*\|9000'

# --- -scriptFormat, and data of every command ---
launch read "-msisdn ${card[one]}" 1621 "$work/read.txt"
await read
like "data that two commands read, in one answer" "$messages" "\|5 .*\|9000.*\|$spn 000000116F46"
like "… which the PoR carried" "$(por_of "${card[one]}")" "AB..800105.*2313${spn}9000.*9000$"
launch compact "-msisdn ${card[one]}" 1621 "$work/update.txt" -scriptFormat compact
await compact
like "-scriptFormat compact: one count and one status word" "$(por_of "${card[one]}")" '0000039000$'
run -setProfile -profile "$profile" -refreshStyle compact-d0
launch expanded "-msisdn ${card[one]}" 1621 "$work/update.txt" -scriptFormat expanded
await expanded
like "-scriptFormat expanded: three of them" "$(por_of "${card[one]}")" 'AB0F80010323029F1623029F0F23029000$'
run -setProfile -profile "$profile" -scriptFormat expanded
launch sw "-msisdn ${card[one]}" 1621 "$work/update.txt" -expectedLastSW 91xx
await sw
like "-expectedLastSW holds" "$messages" '\|PARTIAL *\|00 .*\|9000.*expected 91xx'

# --- what cards refuse ---
printf '%s\n' A0A40000027F20 A0A40000026F46 A0A40000026FFF "A0D6000011$spn" D009810301010482028182 >"$work/error.txt"
before=$(refreshes_of "${card[broken]}")
launch broken "-msisdn ${card[broken]}" 1621 "$work/error.txt"
await broken
like "9404 in the middle: PARTIAL" "$messages" '\|PARTIAL *\|00 .*\|3 .*\|9404'
run -report -campaign "$campaign" -format csv
like "… the report says what became of each command" "$out" \
    'commands 1 to 2 executed; command 3 \(SELECT A0A40000026FFF\) ended with 9404: file ID or pattern not found; commands 4 to 5 not executed'
like "… by their status words" "$out" ',9F16 9F0F 9404,'
is "… and no REFRESH came" "$(refreshes_of "${card[broken]}")" "$before"
launch por-on-error "-msisdn ${card[broken]}" 1622 "$work/error.txt"
await por-on-error
like "PoR on error: a failed script is one" "$messages" '\|PARTIAL *\|00 .*\|9404'

launch foreign "-msisdn ${card[foreign]}" 1621 "$work/update.txt" -tar B00011
launch nobody "-msisdn ${card[signed]}" 1621 "$work/update.txt" -tar B00013
await foreign
like "an application of the compact format takes AA for a class" "$messages" '\|FAILED *\|00 .*\|6E00.*answered in compact format'
await nobody
like "a TAR that no application has: PoR 09" "$messages" '\|FAILED *\|09 '

# --- several packets ---
piece() { printf '%s\n' A0A40000023F00 A0A40000027F20 A0A40000026F46 "A0D6000011$(printf "$1%.0s" {1..17})" A0B0000011; }
{ piece 41; piece 42; piece 43; } >"$work/pieces.txt"
launch pieces "-msisdn ${card[alone]}" 1621 "$work/pieces.txt" -maxSmsParts 1
await pieces
like "cut in front of SELECT MF: each packet its own template" "$messages" '\|UPDATED *\|00 .*\|15 .*\|3/3 '
is "… of the same length" "$(packets_to "${card[alone]}" | awk '{ print length($0) }' | uniq -c | awk '{ print $1 }')" 3
run -report -campaign "$campaign" -format json
like "… the report has the data of all of them" "$out" '"data": ?"(41){17} (42){17} (43){17}"'
like "… and their status words" "$out" '"statusWords": ?"9F16 9F16 9F0F 9000 9000 9F16 9F16 9F0F 9000 9000 9F16'

printf '%s\n' A0A40000027F20 A0A40000026F46 >"$work/long.txt"
for byte in 51 52 53 54 55 56; do printf '%s\n' "A0D6000011$(printf "$byte%.0s" {1..17})" A0B0000011; done >>"$work/long.txt"
run -createCampaign -type RFM -profile "$profile" -name cut -spi 1621 -apduFilePath "$work/long.txt" -maxSmsParts 1
like "without chaining a script of one file cannot be cut" "$status $err" '^1 .*cannot be cut'
launch chained "-msisdn ${card[chained]}" 1621 "$work/long.txt" -maxSmsParts 1 -scriptChaining first
await chained
like "-scriptChaining first: the card goes on where it was" "$messages" '\|UPDATED *\|00 .*\|14 .*\|9000.*\|(2/2|3/3) '
run -report -campaign "$campaign" -format json
like "… and every command read what it should" "$out" '"data": ?"(51){17} (52){17} (53){17} (54){17} (55){17} (56){17}"'
launch unchained "-msisdn ${card[foreign]}" 1621 "$work/long.txt" -maxSmsParts 1 -scriptChaining first -tar B00012
await unchained
like "a card that does not chain scripts says so" "$messages" '\|FAILED *\|00 .*script chaining: script chaining not supported'

# The PoR of the second packet is lost. What may run twice begins with the first one again: the chain is over.
launch lost "-msisdn ${card[lost]}" 1621 "$work/long.txt" -maxSmsParts 1 -scriptChaining first-kept
await lost
like "a lost PoR in a chain: nobody knows" "$messages" '\|UNKNOWN *\|.*\|2/'
run -retryFailed -campaign "$campaign"
await lost
is "… a retry ends well" "$watched" 0

# --- what the cards hold ---
"$SRCDIR/contrib/otalab" down "$lab" >"$work/down.log" 2>&1
for name in one two three; do is "card $name has the name" "$(content_of "${card[$name]}")" "$spn 9000"; done
is "the card whose script failed has its own" "$(content_of "${card[broken]}")" "$empty 9000"
is "the one of the chain has the last value" "$(content_of "${card[lost]}")" "$(printf '56%.0s' {1..17}) 9000"
