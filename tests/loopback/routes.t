#!/bin/bash
# The ways of a PoR: by SMS-SUBMIT, or in the SMS-DELIVER-REPORT, which simsim's front passes on as an SMS,
# inside the delivery receipt, or not at all; always, on error only, or never; in one SMS or in several.
. "$(dirname "$0")/lib.sh"
printf '%s\n' A0A40000027F10 A0A40000026F3C A0B20104B0 >"$work/read.txt" # 176 bytes: two SMS
printf '%s\n' A0A40000027F20 A0A40000026F46 A0A4000002AAAA >"$work/third-fails.txt"
printf '%s\n' A0A4000002AAAA >"$work/first-fails.txt"
# SPI2: by submit and by report; always 39 and 19, on error 3A and 1A, never 00
name_cards {submit,report}-{always,onerror,partial,failed,long} never reordered half half-clear
{
    for name in {submit,report}-{onerror,partial,failed} never; do fault "${card[$name]}" receipt delay count=9 delay=1; done
    fault "${card[reordered]}" por reorder count=1 delay=30
    for name in half half-clear; do fault "${card[$name]}" por lose skip=1 count=1; done
} >"$work/faults.conf"

one() { launch "$1" "-msisdn ${card[$1]}" "$2" "$3" "${@:4}"; } # a campaign of the card's name
launch_all() { # ROUTE: on a fresh lab
    lab=$work/lab-$1
    lab_up --cards "$cards" --faults "$work/faults.conf" --por-timeout 3 --validity 30 --por-route "$1"
    provision_cards
    local way spi2
    for way in submit:3 report:1; do
        spi2=${way#*:} way=${way%:*}
        one $way-always "16${spi2}9" "$sop/Commands.txt"
        one $way-onerror "16${spi2}A" "$sop/Commands.txt"
        one $way-partial "16${spi2}A" "$work/third-fails.txt"
        one $way-failed "16${spi2}A" "$work/first-fails.txt"
        one $way-long "16${spi2}9" "$work/read.txt"
    done
    one never 1600 "$sop/Commands.txt"
    one reordered 1639 "$work/read.txt"
    one half 1639 "$work/read.txt"
    one half-clear 1621 "$work/read.txt"
}
# Its row is this; and its SMS in order: S sent, T delivered, R from the card.
row_is() { # NAME REGEX TRAFFIC
    await "$1"
    like "$route: $1" "$(grep "${card[$1]}" <<<"$messages")" "\\|$2"
    like "… over the wire" "$(traffic_of "${card[$1]}")" "^$3\$"
}
ff=$(printf 'FF%.0s' {1..175})
read_back="UPDATED *\\|00 .*\\|00$ff"

check_submits() { # the same on every route
    row_is submit-always 'UPDATED *\|00 ' STR
    row_is submit-onerror 'UPDATED *\| ' ST
    row_is submit-partial 'PARTIAL *\|00 .*\|3 .*\|9404' 'S(RT|TR)'
    row_is submit-failed 'FAILED *\|00 .*\|1 .*\|9404' 'S(RT|TR)'
    row_is submit-long "$read_back" STRR
    row_is never 'UPDATED *\| ' ST
    row_is reordered "$read_back" STRR
    is "… its second part came first" "$(grep "Receive SMS.*from:+${card[reordered]}" "$lab/kannel/logs/bearerbox.acc" |
        sed 's/.*\[udh:[0-9]*:\([0-9A-F]*\)\].*/\1/; s/^0[57]0003..\(....\).*/\1/' | paste -sd' ')" "0202 0201"
    row_is half 'UNKNOWN *\| .*\|no answer in time *\| *\|$' STR
    row_is half-clear 'UNKNOWN *\| .*\|no answer in time *\| *\|$' STR
}

route=mo
launch_all mo
check_submits
row_is report-always 'UPDATED *\|00 ' STR
row_is report-onerror 'UPDATED *\| ' ST
row_is report-partial 'PARTIAL *\|00 .*\|3 .*\|9404' 'S(RT|TR)'
row_is report-failed 'FAILED *\|00 .*\|1 .*\|9404' 'S(RT|TR)'
row_is report-long "$read_back" STRRR # too long for a report: the card says so in it, and sends two SMS
"$SRCDIR/contrib/otalab" down "$lab" >/dev/null 2>&1

route=dlr
launch_all dlr
check_submits
row_is report-always 'UPDATED *\|00 ' ST
row_is report-onerror 'UPDATED *\| ' ST
row_is report-partial 'PARTIAL *\|00 .*\|3 .*\|9404' ST
row_is report-failed 'FAILED *\|00 .*\|1 .*\|9404' ST
row_is report-long "$read_back" STRR
"$SRCDIR/contrib/otalab" down "$lab" >/dev/null 2>&1

route=drop
launch_all drop
check_submits
row_is report-always 'UNKNOWN *\| ' ST
row_is report-onerror 'UPDATED *\| ' ST
row_is report-partial 'UPDATED *\| ' ST # silence is good news where only errors are told, and this one is dropped
row_is report-long "$read_back" STRR
