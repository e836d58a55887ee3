#!/bin/bash
# Every vector of testdata/vectors through the program: batch, options, and back.
. "${SRCDIR:-.}/tests/tools/tap.sh"

lines() { grep -v -e '^#' -e '^[[:space:]]*$' "$1"; }

# name SPI KIc KID TAR CNTR KIc-key KID-key CC-size data packet use
lines "$vectors/command-packets.txt" | awk '{ for (i = 1; i <= NF; i++) if ($i == "-") $i = ""
    OFS = "\t"; $1 = $1; print }' FS=' ' >"$scratch/commands"
awk -F'\t' '$12 != "decode" {
    printf "{\"spi\":\"%s\",\"kic\":\"%s\",\"kid\":\"%s\",\"kic_key\":\"%s\",\"kid_key\":\"%s\",", $2, $3, $4, $7, $8
    printf "\"tar\":\"%s\",\"cntr\":\"%s\",\"data\":\"%s\",\"cc_len\":%d}\n", $5, $6, $10, $9 }' \
    "$scratch/commands" >"$scratch/in"
awk -F'\t' '$12 != "decode" { print "{\"packet\": \"" $11 "\"" }' "$scratch/commands" >"$scratch/expected"
"$otapacket" encode --batch <"$scratch/in" | sed 's/, "parts".*//' >"$scratch/actual"
[ "$(wc -l <"$scratch/expected")" -ge 35 ]
result $? "there are vectors"
same "encode: every command packet of others" "$scratch/expected" "$scratch/actual"

tr 'A-F' 'a-f' <"$scratch/in" | sed 's/"\(D\|d\)ata"/"data"/; s/"cntr"/"cntr"/' >"$scratch/lower"
"$otapacket" encode --batch <"$scratch/lower" | sed 's/, "parts".*//' >"$scratch/actual"
same "encode: digits of the other case" "$scratch/expected" "$scratch/actual"

awk -F'\t' '{ printf "{\"packet\":\"%s\",\"kic_key\":\"%s\",\"kid_key\":\"%s\",\"cc_len\":%d}\n", $11, $7, $8, $9 }' \
    "$scratch/commands" >"$scratch/in"
awk -F'\t' '{ print "{\"tar\": \"" $5 "\", \"cntr\": \"" $6 "\", \"data\": \"" $10 "\"}" }' \
    "$scratch/commands" >"$scratch/expected"
"$otapacket" decode --batch <"$scratch/in" >"$scratch/actual"
same "decode: every command packet of others" "$scratch/expected" "$scratch/actual"

sed 's/"packet":"/&027000/' "$scratch/in" | "$otapacket" decode --batch >"$scratch/actual"
same "decode: with the user data header in front" "$scratch/expected" "$scratch/actual"

# name SPI2 KIc KID KIc-key KID-key CC-size TAR CNTR status PCNTR data packet use
lines "$vectors/response-packets.txt" | awk '{ for (i = 1; i <= NF; i++) if ($i == "-") $i = ""
    OFS = "\t"; $1 = $1; print }' FS=' ' >"$scratch/responses"
awk -F'\t' '{ printf "{\"por\":\"027100%s\",\"spi\":\"00%s\",\"kic\":\"%s\",\"kid\":\"%s\",", $13, $2, $3, $4
    printf "\"kic_key\":\"%s\",\"kid_key\":\"%s\",\"cc_len\":%d}\n", $5, $6, $7 }' "$scratch/responses" >"$scratch/in"
awk -F'\t' '{ printf "{\"status\": \"%s\", \"tar\": \"%s\", \"cntr\": \"%s\", \"pcntr\": %d, \"data\": \"%s\"", $10, $8, $9, $11, $12
    if (substr($12, 1, 2) == "AB") printf ", \"expanded\": [{\"num_commands\": 1}, {\"sw\": \"9000\", \"data\": \"\"}]"
    else if (length($12) >= 6) printf ", \"compact\": {\"num_commands\": %d, \"last_sw\": \"%s\", \"last_data\": \"%s\"}", \
        index("123456789A", substr($12, 2, 1)), substr($12, 3, 4), substr($12, 7)
    if ($14 == "clear") printf ", \"unauthenticated\": true"
    print "}" }' "$scratch/responses" >"$scratch/expected"
"$otapacket" decode-por --batch <"$scratch/in" >"$scratch/actual"
same "decode-por: every response packet of others" "$scratch/expected" "$scratch/actual"

sed 's/"por":"027100/"por":"/' "$scratch/in" | "$otapacket" decode-por --batch >"$scratch/actual"
same "decode-por: from RPL on" "$scratch/expected" "$scratch/actual"

# name reference part-1 part-2 part-3
lines "$vectors/sms-parts.txt" >"$scratch/parts"
read -r name reference first second third <"$scratch/parts"
packet=$(awk -v name="$name" '$1 == name { print $11 }' "$vectors/command-packets.txt")
printf 'parts: 3\nud: %s\nud: %s\nud: %s\n' "$first" "$second" "$third" >"$scratch/expected"
"$otapacket" segment --ref $((16#$reference)) "$packet" >"$scratch/actual"
same "segment: the parts of L1" "$scratch/expected" "$scratch/actual"
printf 'packet: %s\nmarker: 70\n' "$packet" >"$scratch/expected"
"$otapacket" reassemble "$third" "$first" "$third" "$second" "$first" >"$scratch/actual"
same "reassemble: in disorder, with duplicates" "$scratch/expected" "$scratch/actual"

# Every segmentation comes together again.
for options in "--part-size 16" "--part-size 130" "--ref16 --ref 65535" "--ref16 --part-size 50 --marker 71"; do
    "$otapacket" segment $options "$packet" | sed -n 's/^ud: //p' | shuf --random-source="$vectors/sms-parts.txt" |
        xargs "$otapacket" reassemble | sed -n 's/^packet: //p' >"$scratch/actual"
    echo "$packet" >"$scratch/expected"
    same "segment $options and back" "$scratch/expected" "$scratch/actual"
done

# A PoR of several SMS, in disorder: R10 cut small.
por=$(awk '$1 == "R10" { print $13 }' "$vectors/response-packets.txt")
"$otapacket" segment --marker 71 --part-size 20 "$por" | sed -n 's/^ud: //p' | tac >"$scratch/uds"
"$otapacket" decode-por --spi 0619 --kic 15 --kid 15 --kic-key F09C43EE1A0391665CC9F05AF4E0BD10 \
    --kid-key 01981F4A20999F62AF99988107BAF6CA $(cat "$scratch/uds") >"$scratch/out" 2>&1
grep -qx 'last_data: 0000FFFF7F2002000000000009B106350400838A838A' "$scratch/out"
result $? "decode-por: a concatenated PoR"

# Both PoRs of one command: 0B in the report, then the real one, in one SMS and in three.
por() { awk -v name="$1" '$1 == name { print $13 }' "$vectors/response-packets.txt"; }
onomondo="--spi 1639 --kic 32 --kid 32 --kic-key 00112233445566778899AABBCCDDEEFF --kid-key 0123456789ABCDEF0123456701234567"
real='{"status": "00", "tar": "B00011", "cntr": "0000000001", "pcntr": 4, "data": "03900000112233445566778899",'
real="$real \"compact\": {\"num_commands\": 3, \"last_sw\": \"9000\", \"last_data\": \"00112233445566778899\"}}"
notice='{"status": "0B", "tar": "B00011", "cntr": "0000000001", "pcntr": 1, "data": ""}'
echo "{\"pors\": [$notice, $real]}" >"$scratch/expected"
"$otapacket" decode-por --json $onomondo "027100$(por R13)" "027100$(por R14)" >"$scratch/actual"
same "decode-por: both PoRs of a command" "$scratch/expected" "$scratch/actual"
"$otapacket" segment --marker 71 --part-size 24 "$(por R14)" | sed -n 's/^ud: //p' | tac >"$scratch/uds"
"$otapacket" decode-por --json $onomondo "$(por R13)" $(cat "$scratch/uds") >"$scratch/actual"
same "decode-por: the second one concatenated" "$scratch/expected" "$scratch/actual"
plan
