#!/bin/bash
# docs/otabox.8 tells of every variable of otabox-cfg.def and every option of --help, and of no other.
: "${SRCDIR:=$(cd "$(dirname "$0")/../.." && pwd)}" "${BUILDDIR:=$SRCDIR}"
page=$SRCDIR/docs/otabox.8
n=0
same() { # NAME WANTED FOUND: two lists
    n=$((n + 1))
    if [ -n "$2" ] && [ "$2" = "$3" ]; then echo "ok $n - $1"; else
        echo "not ok $n - $1"
        diff <(echo "$2") <(echo "$3") | sed 's/^/# /'
    fi
}
variables=$(sed -nE 's/^(TEXT|NUMBER|FLAG|SSL_FILE|SSL_TEXT)\("([a-z-]+)".*/\2/p' "$SRCDIR/gateway-plugin/kannel/otabox-cfg.def" | sort)
told=$(sed -n '/^\.Sh CONFIGURATION/,/^\.Pp$/p' "$page" | grep -E '^\.(It )?Ql ' | grep -v 'group =' |
    sed -E 's/^\.(It )?Ql //' | grep -oE '[a-z][a-z-]+' | sort -u)
same "the page tells of every variable" "$variables" "$told"
same "the page tells of every option" \
    "$("$BUILDDIR/gateway-plugin/otabox" --help | grep -oE '\-\-[a-z-]+' | sort -u)" \
    "$(grep -E '^\.It Fl' "$page" | grep -oE '\-[a-z-]{3,}' | sed 's/^-/--/' | sort -u)"
echo "1..$n"
