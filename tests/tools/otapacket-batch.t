#!/bin/bash
# Batches: order, errors in between, defaults, pipes that wait for an answer, long and last lines.
. "${SRCDIR:-.}/tests/tools/tap.sh"

good='{"spi":"0001","kic":"00","kid":"00","tar":"B00010","data":"A0A40000023F00"}'
answer='{"packet": "00150D00010000B00010000000000000A0A40000023F00", "parts": 1, "ud": ["02700000150D00010000B00010000000000000A0A40000023F00"]}'

printf '%s\nnonsense\n[1]\n\n%s\n{"spi":"1"}\n%s' "$good" "$good" "$good" |
    "$otapacket" encode --batch >"$scratch/actual" 2>"$scratch/err"
status=$?
{
    echo "$answer"
    echo '{"error": "not JSON at character 8, expected one object"}'
    echo '{"error": "JSON, but no object"}'
    echo '{"error": "not JSON at character 0, expected one object"}'
    echo "$answer"
    echo "{\"error\": \"spi: '1' is not 4 hex digits\"}"
    echo "$answer"
} >"$scratch/expected"
same "a bad line is answered with an error, and the batch goes on" "$scratch/expected" "$scratch/actual"
[ $status = 0 ] && [ ! -s "$scratch/err" ]
result $? "and that is no failure"

for i in $(seq 1 3000); do printf '{"tar":"B0%04X","data":""}\n' "$i"; done >"$scratch/in"
"$otapacket" encode --batch --spi 0001 --kic 00 --kid 00 --json <"$scratch/in" 2>&1 |
    sed 's/^.\{26\}\(.\{6\}\).*/\1/' >"$scratch/actual"
for i in $(seq 1 3000); do printf 'B0%04X\n' "$i"; done >"$scratch/expected"
same "options are the lines' defaults; order is kept" "$scratch/expected" "$scratch/actual"

# An answer comes while the pipe stays open: a program that talks with it would wait for ever else.
coproc tool { "$otapacket" encode --batch; }
to=${tool[1]} from=${tool[0]} pid=$tool_PID
printf '%s\n' "$good" >&"$to"
IFS= read -r -t 20 line <&"$from"
[ "$line" = "$answer" ]
result $? "answered while the input waits"
printf '%s\n%s' "$good" "${good%?}" >&"$to"
IFS= read -r -t 20 line <&"$from"
[ "$line" = "$answer" ]
result $? "answered while half a line waits"
printf '}\n' >&"$to"
IFS= read -r -t 20 line <&"$from"
[ "$line" = "$answer" ]
result $? "and that line when it is whole"
exec {to}>&-
wait "$pid"
result $? "the end of the input ends it"

{
    printf '{"data":"'
    head -c 1500000 /dev/zero | tr '\0' 'A'
    printf '"}\n%s\n' "$good"
} | "$otapacket" encode --batch >"$scratch/actual"
{ echo '{"error": "line longer than 1048576 bytes"}'; echo "$answer"; } >"$scratch/expected"
same "a line that is too long is dropped, the next one is read" "$scratch/expected" "$scratch/actual"

# 65535 bytes behind CPL is the longest packet there is; 255 SMS hold half of it.
size() { # bytes of data
    { printf '{"spi":"0001","kic":"00","kid":"00","tar":"B00010","data":"'
      head -c $((2 * $1)) /dev/zero | tr '\0' '0'
      printf '"}\n'; } | "$otapacket" encode --batch | cut -c 1-60
}
[ "$(size $((132 + 254 * 134 - 16)) | cut -c 1-16)" = '{"packet": "8576' ]
result $? "the longest packet of 255 SMS"
[ "$(size $((132 + 254 * 134 - 15)))" = '{"error": "packet: 34169 bytes need more than 255 SMS"}' ]
result $? "one byte more is refused"

"$otapacket" encode --batch </dev/null >"$scratch/actual"
[ $? = 0 ] && [ ! -s "$scratch/actual" ]
result $? "nothing in, nothing out"
"$otapacket" encode --batch >/dev/full 2>"$scratch/out" <"$scratch/in"
[ $? = 1 ] && grep -q 'batch: No space left' "$scratch/out"
result $? "an output that is full is a failure"
plan
