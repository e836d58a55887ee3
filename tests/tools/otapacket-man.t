#!/bin/bash
# Each command and each option of --help stands in the man page, and the page is well-formed.
. "${SRCDIR:-.}/tests/tools/tap.sh"
page=$top/docs/otapacket.1

for command in $("$otapacket" --help | sed -n 's/^  \([a-z][a-z-]*\) .*/\1/p'); do
    grep -q "^\.It Cm $command\$" "$page"
    result $? "man page: $command"
    for option in $("$otapacket" "$command" --help | sed -n 's/^  --\([a-z0-9-]*\).*/\1/p'); do
        echo "--$option" >"$scratch/out"
        grep -Eq "^\.It .*Fl -$option( |\$)" "$page"
        result $? "man page: $command --$option"
    done
done
[ $number -ge 40 ]
result $? "there are commands and options"
# and the other way round: nothing that is no longer there
for option in $(grep '^\.It .*Fl -' "$page" | grep -o 'Fl -[a-z0-9-]*' | sed 's/Fl -//'); do
    for command in encode decode decode-por segment reassemble explain; do "$otapacket" $command --help; done |
        grep -q -- "^  --$option\\b"
    result $? "in the help: --$option"
done
plan
