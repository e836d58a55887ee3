#!/bin/bash
# docs/pcsc-bridge.8, --help, the example and the table of keys tell the same.
set -u
: "${SRCDIR:=$(cd "$(dirname "$0")/../.." && pwd)}" "${BUILDDIR:=$SRCDIR}"
page=$SRCDIR/docs/pcsc-bridge.8 program=$BUILDDIR/pcsc-bridge/pcsc-bridge example=$SRCDIR/pcsc-bridge/bridge.conf
help=$("$program" --help)
n=0
result() { n=$((n + 1)); if [ "$1" = 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; fi; }

options=$(grep -oE '^  (--[a-z-]+|-[a-z])|, --[a-z-]+' <<<"$help" | grep -oE -e '-[a-z-]+$' | sed 's/^-//' | sort -u)
[ "$(wc -w <<<"$options")" -ge 6 ]
result $? "help has options"
for option in $options; do
    grep -qE "^\.It .*Fl $option( |\$)" "$page"
    result $? "the page tells of -$option"
done
for option in $(grep -E '^\.It Fl ' "$page" | grep -oE 'Fl [-a-z]+' | sed 's/Fl //' | sort -u); do
    grep -qx -e "$option" <<<"$options"
    result $? "help tells of -$option"
done

keys=$(sed -n '/^static const char \*const known/,/NULL}/p' "$SRCDIR/pcsc-bridge/settings.c" | grep -oE '\.[a-z-]+"' | tr -d '."')
[ "$(wc -w <<<"$keys")" -ge 18 ]
result $? "the table has keys"
for key in $keys; do
    sed -n '/^\.Sh CONFIGURATION/,/^\.Sh THE TERM/p' "$page" | grep -qE "^\.It (.* )?Ql $key( |\$)"
    result $? "the page tells of '$key'"
    grep -qE "^#?$key = " "$example"
    result $? "the example shows '$key'"
done
"$program" --check "$example"
result $? "the example is good"
for key in $(sed -n '/^\.Sh CONFIGURATION/,/^\.Sh THE TERM/p' "$page" | grep -E '^\.It ' | grep -oE 'Ql [a-z-]+' | sed 's/Ql //'); do
    grep -qx -e "$key" <<<"$keys"
    result $? "the table has '$key'"
done

"$program" --no-such-option >/dev/null 2>&1
[ $? = 2 ]
result $? "wrong usage has status 2"
"$program" /nowhere/bridge.conf >/dev/null 2>&1
[ $? = 1 ]
result $? "a missing configuration has status 1"
echo "1..$n"
