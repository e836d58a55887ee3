#!/bin/bash
# The command line: exit status, refusals by name, keys that are not shown, batches that go on.
. "${SRCDIR:-.}/tests/tools/tap.sh"

kic=23434564756786846345235345645745
kid=23454576679803454767897890890678
set_of="--kic 15 --kid 15 --kic-key $kic --kid-key $kid --tar B00010"
s1=00201516211515B000108EB7D3D9F3797866AAE25728CD565E2B16AD329AE5E37575

run 0 "packet: $s1" "encode by options" encode --spi 1621 $set_of --counter 0000000001 --apdu A0A40000023F00
run 0 "packet: $s1" "option=value" encode --spi=1621 $set_of --counter=0000000001 --apdu=A0A40000023F00
run 0 '"parts": 1, "ud": ["027000' "--json" encode --json --spi 1621 $set_of --counter 0000000001 A0A40000023F00
run 0 "packet: 0028" "--apdu HEX HEX" encode --spi 1621 $set_of --counter 0000000001 --apdu A0A40000023F00 A0A40000027F10
run 0 'B00010000000000000' "no counter: zero by default" encode --spi 0001 --kic 00 --kid 00 --tar B00010 A0A40000023F00
run 0 'B000100102030405' "no counter: the given one" encode --spi 0001 --kic 00 --kid 00 --tar B00010 --counter 0102030405 A0A40000023F00
run 1 'cntr is missing: SPI1 16' "a counter that is checked must be given" encode --spi 1621 $set_of A0A40000023F00
run 2 '--tar is missing' "a field is missing" encode --spi 1621 --kic 15 --kid 15
run 2 'no such option' "an option that is none" encode --spy 1621
run 2 'the value is missing' "an option without its value" encode --spi
run 2 'no such command' "a command that is none" encrypt
run 2 'Usage: otapacket' "nothing at all"
for command in encode decode decode-por segment reassemble explain; do
    run 0 "Usage: otapacket $command " "a command tells its options: $command" $command --help
done
run 0 'Exit status' "--help" --help
run 0 'otapacket ' "--version" --version
run 1 "--spi: '162' is not 4 hex digits" "a field of another size" encode --spi 162
run 1 "--cc-length: '5' is neither 4 nor 8" "a number that is none" encode --cc-length 5
run 1 "--format: 'compakt' is none of compact, expanded, indefinite" "a word that is none" encode --format compakt
run 1 "--apdu: character 3 is no hex digit" "a digit that is none" encode --apdu A0G4
run 1 "--apdu: 3 characters, expected an even number" "half a byte" encode --apdu A0A
run 1 "--kic-key: 31 hex digits, expected 16, 32, 48 or 64" "a key of another size" encode --kic-key ${kic%?}

run 0 "00150D0001" "bytes with blanks and colons, as traces have them" encode --spi 0001 --kic 00 --kid 00 --tar B00010 "A0 A4 00:00 02 3f 00"
run 1 "--apdu: 10 characters, expected an even number" "half a byte between blanks" encode --apdu "A0 A4 00 "0
run 1 "--apdu: character 4 is no hex digit" "another character between blanks" encode --apdu "A0 G4"

# What the standard forbids, by name.
forbidden() { # SPI KIc KID WORDS
    run 1 "$4" "refused: SPI $1 KIc $2 KID $3" encode --spi "$1" --kic "$2" --kid "$3" --kic-key $kic --kid-key $kid \
        --tar B00010 --counter 0000000001 A0A40000023F00
}
forbidden 3621 15 15 'SPI1 has reserved bits b8-b6 set'
forbidden 1661 15 15 'SPI2 has reserved bits b8-b7 set'
forbidden 1623 15 15 'SPI2 b2b1 is 11 (reserved)'
forbidden 1721 15 15 'digital signature, not supported'
forbidden 162D 15 15 'digital signature, not supported'
forbidden 1621 10 15 'implicit algorithm'
forbidden 1621 14 15 'KIc'
forbidden 1621 13 15 'proprietary'
forbidden 1621 15 1D 'KID'
forbidden 1621 15 25 'different key sets'
forbidden 1621 19 15 'the KIc key must have 24 bytes, but KIc has 16'
run 0 "warning: SPI2 b4b3 asks for a PoR protected otherwise" "a habit of cards is a warning" encode --spi 1625 $set_of --counter 0000000001 A0A40000023F00
run 0 "warning: SPI2 b5 is 1 (ciphered PoR) but SPI1 b3 is 0" "another" encode --spi 1239 $set_of --counter 0000000001 A0A40000023F00
run 0 "warning: TS 102 225 wants AES with a checked counter" "AES without one is a warning" encode --spi 0621 --kic 12 --kid 12 \
    --kic-key $kic --kid-key $kid --tar B00010 A0A40000023F00
run 0 "packet: 0020153621" "--allow-forbidden: reserved bits" encode --allow-forbidden --spi 3621 $set_of --counter 0000000001 A0A40000023F00
run 0 "packet: 002015162515" "--allow-forbidden: PoR with RC" encode --allow-forbidden --spi 1625 $set_of --counter 0000000001 A0A40000023F00
run 1 "SPI1 b2b1 is 11 (digital signature, not supported), expected" "--allow-forbidden: DS is not there" encode --allow-forbidden --spi 1721 $set_of --counter 0000000001 A0A40000023F00
for spi in 3621 1661 1623 1625 1629; do
    packet=$("$otapacket" encode --allow-forbidden --spi $spi $set_of --counter 0000000001 A0A40000023F00 | sed -n 's/^packet: //p')
    run 0 "data: A0A40000023F00" "decode takes what is forbidden: $spi" decode --kic-key $kic --kid-key $kid "$packet"
done

from_hex() { printf "$(sed 's/../\\x&/g')"; } # hex to bytes
# A CC of 4 bytes: only AES has it, and a packet shows it.
aes="--kic 12 --kid 12 --kic-key $kic --kid-key $kid --tar B00010 --counter 0000000001"
short=$("$otapacket" encode --spi 1239 --cc-length 4 $aes A0A40000023F00 | sed -n 's/^packet: //p')
[ "${short:4:2}" = 11 ]
result $? "--cc-length: 4 bytes of CC"
run 0 "data: A0A40000023F00" "decode --cc-length: what CHL shows" decode --kic-key $kic --kid-key $kid "$short"
run 0 "data: A0A40000023F00" "… or the same told" decode --kic-key $kic --kid-key $kid --cc-length 4 "$short"
run 1 "CHL 11 does not fit SPI1 12 with KID 12 and cc_len" "… another one told is wrong" decode --kic-key $kic --kid-key $kid --cc-length 8 "$short"
run 1 "the checksum (RC/CC) does not match" "… and it is checked" decode --kic-key $kic --kid-key $kic "$short"
run 1 "cc_len: 4, but the KID names another algorithm" "4 bytes of a 3DES CC are refused" encode --cc-length 4 --spi 1621 $set_of --counter 0000000001 A0A40000023F00
run 1 "cc_len: 4, but the SPI asks for no CC" "… and where there is no CC" encode --cc-length 4 --spi 0401 $aes A0A40000023F00
run 0 "packet: $s1" "8 bytes are what it has" encode --cc-length 8 --spi 1621 $set_of --counter 0000000001 A0A40000023F00
run 1 "cc_len: 4, but the KID names another algorithm" "decode of a 3DES CC with 4 bytes" decode --cc-length 4 --kic-key $kic --kid-key $kid $s1
run 1 "cc_len: 4, but the KID names another algorithm" "decode-por, too" decode-por --cc-length 4 --spi 1639 --kic 15 --kid 15 027100000E0AB0001000000000010000059000

clear=0018 rhl=0E # R15 of response-packets.txt with half the CC, which is openssl's
key=11223344556677889910111213141516
head=00000100000000000000 data=AB0780010123029000
cc=$(printf '%s' "027100$clear$rhl$head$data" | from_hex | openssl mac -cipher AES-128-CBC -macopt "hexkey:$key" -in - CMAC)
run 0 "num_commands: 1" "decode-por --cc-length: what RHL shows" decode-por --spi 1629 --kic 12 --kid 12 --kid-key $key "027100$clear$rhl$head${cc:0:8}$data"
run 0 "num_commands: 1" "… or the same told" decode-por --cc-length 4 --spi 1629 --kic 12 --kid 12 --kid-key $key "027100$clear$rhl$head${cc:0:8}$data"
run 1 "por: RHL 0E" "… another one told is wrong" decode-por --cc-length 8 --spi 1629 --kic 12 --kid 12 --kid-key $key "027100$clear$rhl$head${cc:0:8}$data"

# Scripts.
run 1 'apdu: no command, expected one or more, or data ""' "no command is no script" encode --spi 0001 --kic 00 --kid 00 --tar B00010
printf '# nothing\n' >"$scratch/apdus"
run 1 'no command' "… nor is a file without one" encode --spi 0001 --kic 00 --kid 00 --tar B00010 --apdu-file "$scratch/apdus"
run 0 "packet: 000E0D00010000B00010000000000000" "--data '': a packet without data" encode --spi 0001 --kic 00 --kid 00 --tar B00010 --data ''
printf '# of the SOP\r\nA0A40000023F00\r\n\r\nA0D60000 02 0102\r\n' >"$scratch/apdus"
run 0 "001C0D0001" "--apdu-file: comments, CRLF, blanks" encode --spi 0001 --kic 00 --kid 00 --tar B00010 --apdu-file "$scratch/apdus"
printf 'A0A40000023F00\nA0D6000003 0102\n' >"$scratch/apdus"
run 1 "item 2, A0D60000 with P3 03, has 2 bytes behind P3" "a command that is too short" encode --spi 0001 --kic 00 --kid 00 --tar B00010 --apdu-file "$scratch/apdus"
run 0 "A0D600000301" "--data is not looked into" encode --spi 0001 --kic 00 --kid 00 --tar B00010 --data A0D600000301
run 1 "$scratch/none: No such file" "--apdu-file: none" encode --apdu-file "$scratch/none"
printf 'A0A4\nXY\n' >"$scratch/apdus"
run 1 "$scratch/apdus:2: character 0x58" "--apdu-file: the line is named" encode --apdu-file "$scratch/apdus"
printf 'A0A40000023F00\0A0A40000027F20\n' >"$scratch/apdus"
run 1 "$scratch/apdus:1: character 0x00" "--apdu-file: nothing hides behind a NUL" encode --apdu-file "$scratch/apdus"
run 1 "item 1 begins with D0" "a REFRESH stands last" encode --spi 0001 --kic 00 --kid 00 --tar B00010 \
    D009810301010482028182 A0A40000023F00
run 1 "item 2 begins with D0" "a REFRESH of another length" encode --spi 0001 --kic 00 --kid 00 --tar B00010 \
    A0A40000023F00 D0098103010104820281
run 0 "D009810301010482028182" "--allow-forbidden: a REFRESH in front" encode --allow-forbidden --spi 0001 --kic 00 \
    --kid 00 --tar B00010 D009810301010482028182 A0A40000023F00
long=$(printf '5A%.0s' {1..611}) # 627 bytes in all: their first two would be an RPL that fits, too
run 0 "data: $long" "a PoR in one piece, longer than an SMS" decode-por 027100026E0AB0001000000000010000$long
run 0 "000000AA13220600D6000001FF8109810301010482028182" "expanded, with a REFRESH" encode --spi 0001 --kic 00 --kid 00 --tar B00010 \
    --format expanded 00D6000001FF D009810301010482028182
run 0 "AE808301012207A0A40000023F000000" "indefinite, chained" encode --spi 0001 --kic 00 --kid 00 --tar B00010 \
    --format indefinite --chaining first A0A40000023F00
run 0 "AA0E8301018200220700A4000C023F00" "with an error action of no action" encode --spi 0001 --kic 00 --kid 00 --tar B00010 \
    --format expanded --chaining first --error-action "" 00A4000C023F00
run 0 "AE80820103220700A4000C023F000000" "with an error action: record 3" encode --spi 0001 --kic 00 --kid 00 --tar B00010 \
    --format indefinite --error-action 03 00A4000C023F00
run 1 "error_action: the compact format has none" "an error action in the compact format" encode --spi 0001 --kic 00 --kid 00 \
    --tar B00010 --error-action 03 A0A40000023F00
run 1 "--error-action: 3 characters" "half a byte of an error action" encode --error-action 033
run 1 "the compact format has none" "chaining in the compact format" encode --spi 0001 --kic 00 --kid 00 --tar B00010 --chaining first A0A40000023F00

run 0 "80E40080074F05D07002CA4400" "Le 00 behind the last command of applet management" encode --spi 0001 --kic 00 --kid 00 --tar 000000 80E40080074F05D07002CA4400
run 1 "more than P3 counts" "Le 00 behind another" encode --spi 0001 --kic 00 --kid 00 --tar 000000 80E40080074F05D07002CA4400 80E40080074F05D07002CA44
run 1 "more than P3 counts" "Le 00 behind a 2G command" encode --spi 0001 --kic 00 --kid 00 --tar 000000 A0A40000023F0000

# A script too long for one packet is cut where the card needs nothing of before, or chained.
write() { printf 'A0D6000020%064d ' "$1"; }
block() { printf 'A0A40000023F00 A0A40000027F20 A0A40000026F46 '; write "$1"; }
cut_of="--spi 0801 --kic 00 --kid 00 --tar B00010 --counter 00000000FE"
blocks=$(block 1; block 2; block 3)
"$otapacket" encode $cut_of --max-bytes 120 --ref 254 --part-size 80 $blocks >"$scratch/cut"
{
    for part in "FE 8 2 FE" "FF 4 1 -"; do
        set -- $part
        printf 'cntr: 00000000%s\ncommands: %s\nparts: %s\n' "$1" "$2" "$3"
        [ "$4" = - ] || printf 'ref: %s\nref: %s\n' "$4" "$4"
    done
} >"$scratch/expected"
sed -n -e '/^packet/d' -e 's/^ud: 0[75]0003\(..\).*/ref: \1/' -e '/^ud/d' -e p "$scratch/cut" >"$scratch/actual"
same "--max-bytes: cut in front of the SELECT MF, with the next counter" "$scratch/expected" "$scratch/actual"
sed -n 's/^packet: //p' "$scratch/cut" | while read -r packet; do "$otapacket" decode "$packet"; done |
    sed -n 's/^data: //p' | tr -d '\n' >"$scratch/actual"
printf '%s' "$blocks" | tr -d ' ' >"$scratch/expected"
same "the pieces are the script" "$scratch/expected" "$scratch/actual"
"$otapacket" encode $cut_of --max-parts 1 $blocks | sed -n 's/^parts: //p' | tr '\n' ' ' >"$scratch/actual"
printf '1 1 ' >"$scratch/expected"
same "--max-parts 1: as many SMS as packets" "$scratch/expected" "$scratch/actual"
"$otapacket" encode $cut_of --max-parts 2 --ref 255 --part-size 80 $blocks $(block 4) | sed -n 's/^ud: 070003\(..\).*/\1/p' | tr '\n' ' ' >"$scratch/actual"
printf 'FF 00 ' >"$scratch/expected"
same "8-bit references begin again" "$scratch/expected" "$scratch/actual"
run 1 "item 1 and what needs it do not fit a packet of 57 bytes" "no cut where a file is selected" encode $cut_of --max-bytes 57 $blocks
run 1 "cntr: the script needs more packets than counters are left" "no counter is used twice" encode --spi 0801 --kic 00 --kid 00 \
    --tar B00010 --counter FFFFFFFFFF --max-bytes 120 $blocks
run 0 "cntr: 0000000000" "without a counter none is counted" encode --spi 0001 --kic 00 --kid 00 --tar B00010 --max-bytes 60 $(block 1) A0A40000023F00 --max-bytes 60
chained() { # OPTIONS: the chaining bytes of the packets
    "$otapacket" encode $cut_of "$@" $(write 1; write 2; write 3) | sed -n 's/^packet: //p' |
        while read -r packet; do "$otapacket" decode "$packet"; done |
        sed -n -e 's/^data: A.\(..\)\?8301\(..\).*/\2/p' -e 's/^data: A.*/none/p' | tr '\n' ' '
}
for row in "01 02 03 :--format expanded --chaining first --max-bytes 50" "11 03 :--format indefinite --chaining first-kept --max-bytes 90" \
    "none :--format expanded --chaining first --max-parts 2" "01 :--format expanded --chaining first"; do
    [ "$(chained ${row#*:})" = "${row%%:*}" ]
    result $? "chained '${row%%:*}': ${row#*:}"
done
# At the limit to the byte: AA L, 83 01 xx, 22 L and the command.
[ "$(chained --format expanded --chaining first --max-bytes 44)" = "01 02 03 " ]
result $? "chained at the limit"
[ "$("$otapacket" encode $cut_of --format expanded --chaining first --error-action 03 --max-bytes 47 $(write 1; write 2) |
    grep -c '^packet: .*AA2D8301..820103')" = 2 ] # in each packet, and counted
result $? "an error action in each packet"
run 1 "item 1 and what needs it" "an error action at the limit" encode $cut_of --format expanded --chaining first --error-action 03 \
    --max-bytes 46 $(write 1; write 2)
run 1 "item 1 and what needs it" "and a byte below it" encode $cut_of --format expanded --chaining first --max-bytes 43 $(write 1; write 2)
many=$(for _ in $(seq 300); do echo A0A40000023F00; done)
[ "$("$otapacket" encode $cut_of --max-parts 100 $many | sed -n 's/^commands: //p' | tr '\n' ' ')" = "255 45 " ]
result $? "no more commands than a PoR counts"
run 1 "expected first or first-kept" "chaining more of a script that is cut" encode $cut_of --format expanded --chaining more --max-bytes 60 $(write 1)
run 1 "max_parts and max_bytes cut between commands" "data is not cut" encode $cut_of --max-parts 1 --data AABB

# A PoR in clear needs no SPI, another does.
run 0 "last_sw: 9000" "decode-por without SPI" decode-por 027100000E0AB0001000000000010000059000
run 1 "spi is missing: RHL 12" "decode-por of a protected one without SPI" decode-por 027100001C12B00010C2FE5DBDFAD80BF6063C808000DF198D69F8923718D53062
run 0 "proprietary: 0102" "decode-por of a proprietary answer" decode-por 027F000102
run 1 "no element 71" "decode-por of a command" decode-por 02700000150D00010000B00010000000000000A0A40000023F00
run 1 "2 of 3 parts are there" "reassemble without all parts" reassemble 050003A50302AA 050003A50303AA
run 1 "item 2 is of message 00A6" "reassemble of two messages" reassemble 050003A50302AA 050003A60303AA
run 1 "item 3 is of another message" "reassemble of two whole messages" reassemble 050003A50201AA 050003A50202AA 027000
run 1 "1 of 3 parts are there" "decode-por of a whole PoR and a part" decode-por 027100000E0AB0001000000000010000059000 050003A50302AA
run 0 "por: 2" "decode-por of two" decode-por 027100000E0AB0001000000000010000059000 027F000102
run 0 "warning: item 2 is a part that was there before with other content" "reassemble: two contents of one part" reassemble 050003A50201AA 050003A50201BB 050003A50202CC
run 0 "packet: AACC" "… the first one counts" reassemble 050003A50201AA 050003A50201BB 050003A50202CC
"$otapacket" reassemble 050003A50201AA 050003A50201AA 050003A50202CC >"$scratch/out" 2>&1
! grep -q warning "$scratch/out"
result $? "… the same twice is no matter"
mapfile -t uds < <("$otapacket" segment --marker 71 --part-size 18 000E0AB0001000000000010000059000 | sed -n 's/^ud: //p')
run 0 "warning: item 3 is a part" "decode-por: two contents of one part" decode-por "${uds[0]}" "${uds[1]}" "${uds[1]%??}01"
run 0 "part 1 was here before with other content" "explain: two contents of one part" explain 050003A50201AA 050003A50201BB
run 1 "item 1 is no TP-UD with a header" "reassemble of something else" reassemble 0500
run 1 "ref: 256 does not fit 8 bits" "a reference that is too large" segment --ref 256 00
run 1 "CPL says 40 bytes, 3 follow" "decode of a cut packet" decode 0028151621
run 1 "SPI1 b2b1 is 11 (digital signature, not supported)" "decode of a signed packet" decode 00201517211515B000108EB7D3D9F3797866AAE25728CD565E2B16AD329AE5E37575
run 1 "KIc's second digit is 0 (implicit algorithm, not supported)" "decode with an implicit algorithm" decode --kid-key $kid \
    00201516211015B000108EB7D3D9F3797866AAE25728CD565E2B16AD329AE5E37575
run 1 "the checksum (RC/CC) does not match" "decode with another key" decode --kic-key $kic --kid-key $kic $s1
run 1 "the KIc key must have 16 bytes, but KIc has 0" "decode without keys" decode $s1
run 1 "2 of them, expected one" "decode of two packets" decode $s1 $s1

# Keys from elsewhere, and never shown.
echo " $kic" >"$scratch/kic"
echo "$kid" >"$scratch/kid"
plain="--spi 1621 --kic 15 --kid 15 --tar B00010 --counter 0000000001 A0A40000023F00"
run 0 "packet: $s1" "keys of files" encode --kic-key-file "$scratch/kic" --kid-key-file "$scratch/kid" $plain
OTAPACKET_KIC_KEY=$kic OTAPACKET_KID_KEY=$kid run 0 "packet: $s1" "keys of the environment" encode $plain
OTAPACKET_KIC_KEY=00 run 1 "OTAPACKET_KIC_KEY: 2 hex digits" "a bad key of the environment" encode $plain
run 1 "$scratch/apdus: " "a key file with something else" encode --kic-key-file "$scratch/apdus" $plain
: >"$scratch/empty"
run 1 "no key, expected" "a key file with nothing" encode --kic-key-file "$scratch/empty" $plain
for bad in "--kic-key ${kic}0" "--kic-key ${kic%?}X" "--kic-key $kic$kic$kic"; do
    "$otapacket" encode $bad $plain >"$scratch/out" 2>&1
    ! grep -q "${kic:0:8}" "$scratch/out"
    result $? "no key in the refusal of ${#bad} characters"
done
echo "{\"spi\":\"1621\",\"kic_key\":\"$kic\"\"}" | "$otapacket" encode --batch >"$scratch/out" 2>&1
! grep -q "${kic:0:8}" "$scratch/out"
result $? "no key in the refusal of bad JSON"

# Each command has its options: by name what stands there without one, too.
run 0 "data: A0A40000023F00" "decode by options" decode --kic-key $kic --kid-key $kid --packet $s1
run 0 '{"tar": "B00010"' "decode --json" decode --json --kic-key $kic --kid-key $kid $s1
run 0 "data: A0A40000023F00" "decode, keys of files" decode --kic-key-file "$scratch/kic" --kid-key-file "$scratch/kid" $s1
s1c=027100$(awk '$1 == "S1c" { print $13 }' "$vectors/response-packets.txt")
run 0 "last_sw: 9000" "decode-por, keys of files" decode-por --spi 1639 --kic 15 --kid 15 --kic-key-file "$scratch/kic" --kid-key-file "$scratch/kid" $s1c
run 0 "CC          right" "explain, keys of files" explain --kic-key-file "$scratch/kic" --kid-key-file "$scratch/kid" $s1
run 0 "CC          right" "explain finds the CC's length" explain --kic-key $kic --kid-key $kid "$short"
run 0 "does not fit the SPI" "explain --cc-length: another one is wrong" explain --cc-length 8 --kic-key $kic --kid-key $kid "$short"
run 0 "ud: 0808041234" "encode --ref16: a reference of 16 bits" encode --spi 0001 --kic 00 --kid 00 --tar B00010 --ref16 --ref 4660 --data "$long"
run 0 'parts: 1' "segment --packet" segment --packet 00150D00010000B00010000000000000A0A40000023F00
run 0 '{"parts": 1, "ud": ["027000' "segment --json" segment --json 00150D00010000B00010000000000000A0A40000023F00
run 0 "packet: AABB" "reassemble --ud" reassemble --ud 050003A50202BB 050003A50201AA
run 0 '{"packet": "AABB", "marker": "00"}' "reassemble --json" reassemble --json 050003A50202BB 050003A50201AA
run 0 "status: 00" "decode-por --por" decode-por --por 027100000E0AB0001000000000010000059000
run 0 "status word" "explain --input" explain --input 9000
batch() { # COMMAND OBJECT WORDS NAME
    echo "$2" | "$otapacket" $1 --batch >"$scratch/out" 2>&1
    grep -qF "$3" "$scratch/out"
    result $? "$4"
}
batch segment '{"packet":"00150D00010000B00010000000000000A0A40000023F00"}' '{"parts": 1, "ud": ["027000' "segment --batch"
batch reassemble '{"ud":["050003A50202BB","050003A50201AA"]}' '{"packet": "AABB"' "reassemble --batch"
batch explain '{"input":["9000"]}' '"layer": "status word"' "explain --batch"

# JSON: one object of any form.
object="{\"spi\":\"1621\",\"kic\":\"15\",\"kid\":\"15\",\"kic_key\":\"$kic\",\"kid_key\":\"$kid\",\"tar\":\"b00010\",
 \"cntr\":\"0000000001\",\"data\":\"a0a40000023f00\",\"ref\":7,\"extra\":[1]}"
run 0 "{\"packet\": \"$s1\"" "an object as a word" encode "$object"
echo "$object" | "$otapacket" encode --json >"$scratch/out"
grep -q "{\"packet\": \"$s1\"" "$scratch/out"
result $? "an object of several lines on the standard input"
run 1 '{"error": "spi is missing' "an object that is refused" encode '{"kic":"15"}'
run 1 'kic: not a string of hex digits' "a value of another type" encode '{"kic":15}'
plan
