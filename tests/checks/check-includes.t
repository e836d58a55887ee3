#!/bin/sh
# Every #include follows include-rules.txt; the rules themselves have no cycle and keep
# the two sides of the air apart; and the check notices what it is there for.
here=${SRCDIR:-.}/tests/checks
rules=$here/include-rules.txt
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT

number=0
result() { # STATUS NAME; standard input: what to say when it is not ok
    number=$((number + 1))
    if [ "$1" = 0 ]; then
        echo "ok $number - $2"
        cat >/dev/null
    else
        echo "not ok $number - $2"
        sed 's/^/# /'
    fi
}

# The rules as pairs "from to", foreign headers aside.
pairs() { awk '!/^[#<]/ { for (i = 2; i <= NF; i++) print $1, $i }' "$rules"; }

echo 1..16

sh "$here/include-breaches.sh" "${SRCDIR:-.}" "$rules" >"$scratch/out"
result $? "the tree follows the rules" <"$scratch/out"

pairs | tsort >"$scratch/out" 2>&1
result $? "the rules have no cycle" <"$scratch/out"

# They meet on the wire only.
pairs | awk '
function side(folder) {
    if (folder ~ /^gateway-plugin/) return "gateway"
    if (folder == "smsc" || folder == "handset") return "air"
    if (folder == "simsim" || folder == "pcsc-bridge") return folder
    return ""
}
{ a = side($1); b = side($2) }
(a == "gateway") != (b == "gateway") && a != "" && b != "" { print; bad = 1 }
a == "air" && (b == "simsim" || b == "pcsc-bridge") || a == "simsim" && b == "pcsc-bridge" || a == "pcsc-bridge" && b == "simsim" { print; bad = 1 }
$1 == "protocol" { print; bad = 1 }
END { exit bad }' >"$scratch/out"
result $? "gateway and card side never include each other, protocol nobody" <"$scratch/out"

tree=$scratch/tree
plant() { # FILE LINE: a tree with this one line in this one file
    rm -rf "$tree"
    mkdir -p "$tree/${1%/*}"
    printf '/* planted */\n%s\n' "$2" >"$tree/$1"
}
breach() { # FILE LINE WORDS: reported, with file, line number and words
    plant "$1" "$2"
    sh "$here/include-breaches.sh" "$tree" "$rules" >"$scratch/out" && echo "exit 0" >>"$scratch/out"
    grep -qF "$1:2: " "$scratch/out" && grep -qF -- "$3" "$scratch/out" && ! grep -qx 'exit 0' "$scratch/out"
    result $? "noticed: $1: $2" <"$scratch/out"
}
allowed() { # FILE LINE
    plant "$1" "$2"
    sh "$here/include-breaches.sh" "$tree" "$rules" >"$scratch/out"
    result $? "allowed: $1: $2" <"$scratch/out"
}

breach protocol/a.c '#include "formats/card_file.h"' 'may not include formats'
breach gateway-plugin/store/a.c '#include "gateway-plugin/campaign/engine.h"' 'may not include'
breach simsim/a.h '#include "gateway-plugin/kannel/ota_log.h"' 'may not include'
breach gateway-plugin/api/a.c '#  include "simsim/population.h"' 'may not include'
breach gateway-plugin/kannel/ota_log.c '#include <gwlib/gwlib.h>' 'kannel_headers.h'
breach gateway-plugin/store/card_store.c '#include <sqlite3.h>' 'db_sqlite.c'
breach simsim/a.c '#include "population.h"' 'top of the tree'
breach newfolder/a.c '#include "protocol/tlv.h"' 'no line in the rules'

allowed gateway-plugin/store/db_sqlite.c '#include <sqlite3.h>'
allowed gateway-plugin/kannel/a.c '#include "gateway-plugin/campaign/bearer.h"'
allowed simsim/a.c '#include "simsim/population.h"'
allowed protocol/a.c '#include <openssl/evp.h>'
allowed simsim/a.c '#include "config.h"'
