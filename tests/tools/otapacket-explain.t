#!/bin/bash
# What `explain` says of the cases in explain-cases.txt, held against golden/. After a
# wanted change: UPDATE_GOLDEN=1 tests/tools/otapacket-explain.t, and read the difference.
. "${SRCDIR:-.}/tests/tools/tap.sh"
golden=$top/tests/tools/golden

while read -r name arguments; do
    case $name in '' | '#'*) continue ;; esac
    "$otapacket" explain $arguments >"$scratch/actual" 2>&1
    [ -z "$UPDATE_GOLDEN" ] || cp "$scratch/actual" "$golden/$name.txt"
    same "$name" "$golden/$name.txt" "$scratch/actual"
done <"$top/tests/tools/explain-cases.txt"

# Cut anywhere, it says so (or takes it for something else), and ends in good order.
envelope=$(awk '$1 == "envelope" { print $NF }' "$top/tests/tools/explain-cases.txt")
bad=0
for ((length = 2; length < ${#envelope}; length += 2)); do
    "$otapacket" explain --as envelope "${envelope:0:length}" >"$scratch/out" 2>&1 || bad=1
    grep -q '^wrong$' "$scratch/out" || bad=1
    [ $bad = 0 ] || break
done
result $bad "every truncation of an ENVELOPE is noticed"

for layer in envelope tpdu ud packet por script answer; do
    for bytes in 00 FF 0270 D000 D1820000 AB80 AE80 40 41 0000; do
        "$otapacket" explain --as $layer --spi 1639 --kic 15 --kid 15 $bytes >"$scratch/out" 2>&1
        [ $? -le 1 ] || bad=1
        [ $bad = 0 ] || break 2
    done
done
result $bad "a few bytes taken for any layer"

"$otapacket" explain --json 027100000E0AB0001000000000010000066E00 >"$scratch/out"
grep -q '"offset": 17, "bytes": "6E00", "name": "SW", "meaning": "class not supported", "wrong": true' "$scratch/out" &&
    grep -q '"problems": \[{"text": "offset 17: SW: class not supported"}\]' "$scratch/out"
result $? "--json: rows, problems and advice as lists"
plan
