#!/bin/bash
# docs/simsim.1 and simsim --help tell the same: options, exit statuses, words of the fault plan.
set -u
: "${SRCDIR:=$(cd "$(dirname "$0")/../.." && pwd)}" "${BUILDDIR:=$SRCDIR}"
page=$SRCDIR/docs/simsim.1
help=$("$BUILDDIR/simsim/simsim" --help)
n=0
result() { n=$((n + 1)); if [ "$1" = 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; fi; }

options_of_help() { grep -oE '^ +--[a-z-]+|, --[a-z-]+' <<<"$help" | grep -oE '[a-z][a-z-]*' | sort -u; }
options_of_page() { # the .It lines: ".It Fl -cards Ar file", ".It Fl -help , Fl -version"
    grep -E '^\.It Fl ' "$page" | grep -oE 'Fl -[a-z-]+' | sed 's/Fl -//' | sort -u
}
[ "$(options_of_help | wc -l)" -ge 14 ]
result $? "help has options"
for option in $(options_of_help); do
    grep -qE "^\.It .*Fl -$option( |\$)" "$page"
    result $? "the page tells of --$option"
done
for option in $(options_of_page); do
    grep -qx -e "$option" <<<"$(options_of_help)"
    result $? "help tells of --$option"
done

# The reader of fault plans is who knows them: the words of its tables.
words() { # keys, actions, targets
    grep -oE '"fault(-plan)?\.[a-z-]+"|\{"[a-z-]+", FAULT_|\] = \{"[a-z]+"' "$SRCDIR/simsim/fault_plan.c" |
        grep -oE '"[^"]+"' | sed 's/"fault\.//;s/"fault-plan\.//;s/"//g' | sort -u
}
[ "$(words | wc -l)" -ge 25 ]
result $? "the fault plan has words"
for word in $(words); do
    sed -n '/FAULT PLAN/,/CARD PROFILE/p' "$page" | grep -qE "^\.(It )?Ql (.* )?$word( |\$)"
    result $? "the page tells of '$word'"
    grep -qE "(^|[ ])$word([ ,;:=]|\$)" <<<"$help"
    result $? "help tells of '$word'"
done

for status in 0 1 2; do
    sed -n '/EXIT STATUS/,$p' "$page" | grep -qx "\.It $status" && grep -qE "Exit status:.*[ ]$status " <<<"$help"
    result $? "both tell of exit status $status"
done

echo "1..$n"
