#!/bin/bash
# Texts: what was typed is what phones show, byte for byte, through the real bearerbox; receipts decide; after
# a kill -9 of otabox none is shown twice, and only those are missing of which that is said.
. "$(dirname "$0")/lib.sh"
name_cards gsm long ucs2 long-ucs2 flash flash-ucs2 seq failed well template packet
make_cards 1 611 # the same names, and 600 for the kill
{
    fault "${card[failed]}" message lose count=1
    fault '*' message delay probability=0.3 delay=1
} >"$work/faults.conf"
lab_up --cards "$cards" --faults "$work/faults.conf" --por-timeout 2 --validity 5
provision_cards

# The default alphabet in its order, then the extension table (TS 23.038 6.2.1).
gsm=$'@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !"#¤%&\'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà'
gsm+=$'^{}\\[~]|€\f'
ucs2='Grüße – 5 €, здравей 😀'
long=$gsm$gsm$gsm
long_ucs2=$(printf 'ж%.0s' {1..66})😀$(printf 'س%.0s' {1..70})

send() { # send NAME TYPE TEXT OPTIONS…: to the card of the campaign's name
    local name=$1 type=$2 text=$3
    shift 3
    run -createCampaign -type "$type" -profile "$profile" -name "$name" -message "$text" "$@"
    campaigns[$name]=$(last_id)
    run -start -campaign "${campaigns[$name]}" -msisdn "${card[$name]}"
    [ "$status" = 0 ] || is "campaign $name starts" "$err" ""
}
# As simsim's log writes a text.
escaped() { local text=${1//\\/\\\\}; text=${text//$'\n'/\\n} text=${text//$'\r'/\\r}; printf '%s' "${text//$'\f'/\\u000C}"; }
shown_by() { sed -n "s/^[-0-9]* [0-9:]* ${card[$1]}: text of //p" "$lab/logs/simsim.log"; } # NAME
arrives() { # TITLE NAME "2 SMS, GSM7, class 0" TEXT
    await "$2"
    is "$1" "$(shown_by "$2")" "$3: $(escaped "$4")"
    like "… its card is updated by its receipts" "$messages" "${card[$2]} *\\|UPDATED"
}

send gsm SMS "$gsm"
send long SMS "$long"
send ucs2 SMS "$ucs2"
send long-ucs2 SMS "$long_ucs2"
send flash FLASH "$gsm"
send flash-ucs2 FLASH "$ucs2"
send seq FLASH "$long" -transmissionMode seq -validityPeriod 5
group_of some "${card[failed]}" "${card[well]}"
run -createCampaign -type SMS -profile "$profile" -name some -message '5 € [Name]'
campaigns[some]=$(last_id)
run -start -campaign "${campaigns[some]}" -cardGroup "$group"
run -createTemplate -type SMS -profile "$profile" -name greeting -message hello
run -start -template "$(last_id)" -msisdn "${card[template]}"
campaigns[template]=$(last_id)

arrives "the GSM alphabet, every character" gsm "1 SMS, GSM7" "$gsm"
arrives "… in three SMS" long "3 SMS, GSM7" "$long"
arrives "any other character: UCS-2" ucs2 "1 SMS, UCS2" "$ucs2"
arrives "… in three SMS, no character cut" long-ucs2 "3 SMS, UCS2" "$long_ucs2"
arrives "FLASH: class 0" flash "1 SMS, GSM7, class 0" "$gsm"
arrives "… in UCS-2" flash-ucs2 "1 SMS, UCS2, class 0" "$ucs2"
arrives "one SMS behind the receipt of the one before" seq "3 SMS, GSM7, class 0" "$long"
is "… in that order on the wire" "$(traffic_of "${card[seq]}")" STSTST
is "… and all at once without -transmissionMode seq" "$(traffic_of "${card[long]}" | tr -d T)" SSS
arrives "of a template" template "1 SMS, GSM7" hello

# --- a bad receipt, and the retry ---
await some
is "a text that is not delivered: exit 3" "$watched" 3
like "… FAILED, in the SMSC's words" "$messages" "${card[failed]} *\\|FAILED *\\|.*stat:EXPIRED"
like "… the other one UPDATED" "$messages" "${card[well]} *\\|UPDATED"
like "the columns are a text's" "$messages" '^\|msisdn *\|state *\|detail *\|$'
run -retryFailed -campaign "${campaigns[some]}"
await some
is "-retryFailed: both are updated" "$watched" 0
is "… the failed one has it now" "$(shown_by failed)" "1 SMS, GSM7: 5 € [Name]"
is "… the other one once" "$(shown_by well)" "1 SMS, GSM7: 5 € [Name]"
run -report -campaign "${campaigns[some]}" -format csv
like "the report has a text's columns" "$out" '^msisdn,iccid,state,iteration,outcome,detail,created,sent,settledAt'
is "… and a row a card" "$(grep -c ',UPDATED,[12],updated,' <<<"$out")" 2
run -showCampaign -campaign "${campaigns[some]}"
like "-showCampaign shows the text" "$out" '^5 € \[Name\]$'
like "… its alphabet" "$out" '^\|alphabet *\|GSM7 *\|'
ok "… and no table of PoRs" bash -c '! grep -q porStatus <<<"$0"' "$(sed -n '/^Results/,$p' <<<"$out")"

# --- kill -9 ---
sed -n '13,$p' "$cards" | cut -d, -f3 >"$work/crowd.txt"
run -createGroup -profile "$profile" -name crowd -msisdnList "$work/crowd.txt"
crowd=$(last_id)
texts() { grep -c ': text of 2 SMS, GSM7: crowd' "$lab/logs/simsim.log"; }
some_are_shown() { [ "$(texts)" -ge 30 ]; }
run -createCampaign -type SMS -profile "$profile" -name crowd -message "crowd $(printf 'x%.0s' {1..160})"
campaigns[crowd]=$(last_id)
run -start -campaign "${campaigns[crowd]}" -cardGroup "$crowd"
ok "some of 600 have it" wait_for 30 some_are_shown
ok "otabox killed with -9, and back" kill_and_restart otabox
before=$(texts)
await crowd
ok "… in the middle: $before of 600" [ "$before" -lt 600 ]
texts_of() { sed -n 's/^[-0-9]* [0-9:]* \([0-9]*\): text of 2 SMS, GSM7: crowd.*/\1/p' "$lab/logs/simsim.log"; }
shown=$(texts_of | sort)
is "no phone has it twice" "$(uniq -d <<<"$shown")" ""
sent=$(sed -n 's/.* Sent SMS .*\[to:+\([0-9]*\)\] .*\[msg:[0-9]*:[crowdx ]*\] \[udh:6:\([0-9A-F]*\)\].*/\1 \2/p' "$lab/kannel/logs/bearerbox.acc" | sort)
is "… nor was any SMS of it sent twice" "$(uniq -d <<<"$sent")" ""
rows_of() { sed -n "s/^|\([0-9]*\) *|$1 *|.*/\1/p" <<<"$messages" | sort; } # STATE
is "… of those that are with the SMSC" "$(($(wc -l <<<"$sent") >= 2 * $(rows_of UPDATED | wc -l)))" 1
is "who is UPDATED has it" "$(comm -23 <(rows_of UPDATED) <(echo "$shown"))" ""
is "who has it not is UNKNOWN" "$(comm -23 <(comm -23 <(sort "$work/crowd.txt") <(echo "$shown")) <(rows_of UNKNOWN))" ""
is "all are one or the other" "$(cat <(rows_of UPDATED) <(rows_of UNKNOWN) | sort)" "$(sort "$work/crowd.txt")"
if [ "$watched" != 0 ]; then
    run -retryFailed -campaign "${campaigns[crowd]}"
    await crowd
fi
is "a retry brings it to all" "$(texts_of | sort -u)" "$(sort "$work/crowd.txt")"

# --- an SMSC whose PoRs need alt-charset ---
sed -i 's/^reconnect-delay = 1$/&\nalt-charset = "ISO-8859-1"\nalt-dcs = true/' "$lab/kannel/bearerbox.conf"
ok "alt-charset and alt-dcs in bearerbox's smsc group" kill_and_restart bearerbox
card[again]=${card[gsm]}
send again SMS "$gsm"
await again
is "the GSM alphabet stays what it is" "$(shown_by gsm | tail -n 1)" "1 SMS, GSM7, class 1: $(escaped "$gsm")"
launch packet "-msisdn ${card[packet]}" 1621 "$sop/Commands.txt"
await packet
like "and packets and PoRs are as ever" "$messages" "${card[packet]} *\\|UPDATED *\\|00"
