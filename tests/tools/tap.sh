# What the scripts here share: TAP, a scratch directory, the program.
top=${SRCDIR:-.}
otapacket=${BUILDDIR:-.}/tools/otapacket
[ -x "$otapacket" ] || { echo "Bail out! no $otapacket"; exit 1; }
vectors=$top/testdata/vectors
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT

number=0
result() { # STATUS NAME; $scratch/out is shown when it is not ok
    number=$((number + 1))
    if [ "$1" = 0 ]; then
        echo "ok $number - $2"
    else
        echo "not ok $number - $2"
        [ ! -f "$scratch/out" ] || head -n 40 "$scratch/out" | sed 's/^/# /'
    fi
}
same() { # NAME EXPECTED-FILE ACTUAL-FILE
    diff -u "$2" "$3" >"$scratch/out" 2>&1
    result $? "$1"
}
run() { # STATUS WORDS NAME ARGUMENTS...: exit status, and words of what it printed
    local status=$1 words=$2 name=$3
    shift 3
    "$otapacket" "$@" >"$scratch/out" 2>&1 </dev/null
    local got=$?
    grep -qF -- "$words" "$scratch/out" && [ $got = "$status" ]
    local good=$?
    echo "exit status $got, expected $status and: $words" >>"$scratch/out"
    result $good "$name"
}
plan() { echo "1..$number"; }
