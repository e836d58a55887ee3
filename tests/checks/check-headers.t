#!/bin/sh
# Each header compiles alone, and twice in a row (its guard works). The compiler and
# its flags come from the build: tests/checks/compile-flags.
top=$(cd "${SRCDIR:-.}" && pwd)
flags=${BUILDDIR:-.}/tests/checks/compile-flags
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT

headers() {
    cd "$top" && find protocol formats smsc handset simsim pcsc-bridge gateway-plugin tools -name '*.h' 2>/dev/null | sort
}

compiles() { # HEADER: from the top of the tree, or a file
    printf '#include "%s"\n#include "%s"\n' "$1" "$1" >"$scratch/alone.c"
    case $1 in
    gateway-plugin/kannel/*) extra=$(sed -n 2p "$flags") ;;
    *) extra= ;;
    esac
    # The first line is words for the shell: compiler and options.
    eval "$(sed -n 1p "$flags") $extra" -fsyntax-only '"$scratch/alone.c"' >"$scratch/out" 2>&1
}

number=0
result() {
    number=$((number + 1))
    if [ "$1" = 0 ]; then echo "ok $number - $2"; else echo "not ok $number - $2"; head -n 5 "$scratch/out" | sed 's/^/# /'; fi
}

[ -r "$flags" ] || { echo "Bail out! no $flags: run make check"; exit 1; }

for header in $(headers); do
    compiles "$header"
    result $? "$header"
done

printf 'struct lonely { uint8_t byte; };\n' >"$scratch/lonely.h"
! compiles "$scratch/lonely.h"
result $? "noticed: a header that needs another before it"
echo "1..$number"
