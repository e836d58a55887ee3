#!/bin/bash
# Each option of pcsc-bridge and each key of bridge.conf makes a difference that its SMPP port, its card, its
# trace or its packets show. No gateway: a few PDUs by hand. tshark reads the packets.
. "$(dirname "$0")/pcsc-lib.sh"
pcsc_enter -n "$@"
. "$(dirname "$0")/lib.sh"
bridge=
end() {
    pcscd_down KILL
    kill $(jobs -p) 2>/dev/null
    finish
}
trap end EXIT
m=(961234567890 961234567891 961234567892)

# --- SMPP by hand
pdu() { # COMMAND SEQUENCE BODY, in hex
    printf '%08x%s00000000%08x%s' $((16 + ${#3} / 2)) "$1" "$2" "$3"
}
text() { printf '%s' "$1" | od -An -v -tx1 | tr -d ' \n'; echo 00; } # a C-octet string in hex
answer() { # of the SMSC: sets $answered to id and status
    local hex length
    hex=$(timeout 10 dd bs=1 count=16 status=none <&3 | od -An -v -tx1 | tr -d ' \n')
    answered="${hex:8:8} ${hex:16:8}"
    length=$((16#${hex:0:8} + 0))
    [ "$length" -le 16 ] || timeout 10 dd bs=1 count=$((length - 16)) status=none <&3 >"$work/body"
}
send() { printf "$(sed 's/../\\x&/g' <<<"$1")" >&3; }
bind() { # SYSTEM-ID PASSWORD, as a transceiver of SMPP 3.4; descriptor 3 is the connection
    exec 3<>"/dev/tcp/127.0.0.1/$port"
    send "$(pdu 00000009 1 "$(text "$1")$(text "$2")0034000000")"
    answer
}
submit() { # MSISDN TP-UD: with a header, PID 7F, DCS F6, a receipt wanted
    send "$(pdu 00000004 2 "000101$(text 12345)0101$(text "$1")407f0000000100f600$(printf '%02x' $((${#2} / 2)))$2")"
    answer
}

# --- the bridge
bridge_up() { # CONFIGURATION-LINES CARD-LINES OPTION…: sets $bridge and $port
    local lines=$1 card=$2
    shift 2
    {
        printf 'group = pcsc-bridge\nsmpp = 127.0.0.1:0\nmessage-file = ""\nlog-file = %s\n%s\n\n' "$work/bridge.log" "$lines"
        printf 'group = card\nmsisdn = %s\n%s\n' "${m[0]}" "$card"
    } >"$work/bridge.conf"
    rm -f "$work/bridge.log"
    "$BUILDDIR/pcsc-bridge/pcsc-bridge" "$@" "$work/bridge.conf" >"$work/bridge.out" 2>&1 &
    bridge=$!
    wait_for 10 grep -q '^pcsc-bridge: ready' "$work/bridge.out" || sed 's/^/# /' "$work/bridge.out"
    port=$(sed -n 's/^pcsc-bridge: ready: smpp 127\.0\.0\.1:\([0-9]*\),.*/\1/p' "$work/bridge.out")
}
bridge_down() {
    exec 3>&-
    kill "$bridge"
    wait "$bridge"
}
logged() { grep -qE -- "$1" "$work/bridge.log"; }
ready() { wait_for 15 logged "${m[0]}: $1: card [0-9]+ is ready"; }
sent() { sed -n "s/.* ${m[0]} > //p" "$work/bridge.log"; } # APDUs of the trace
profile() { sent | grep -m 1 -E '^(A0|80)100000'; }

pcsc_reader_conf "$work/rc/readers" simsim "unix:$work/card"
pcscd_up "$work/rc" "$work/pcscd.log"
"$BUILDDIR/simsim/simsim" --cards "$sop/Provisioning_3TestSubs.out" --log "$work/simsim.log" --ifd "$work/card" >"$work/simsim.out" 2>&1 </dev/null &
ok "cards in readers" wait_for 10 grep -q '3 cards inserted' "$work/simsim.out"

# --- options
for word in --help --version; do
    "$BUILDDIR/pcsc-bridge/pcsc-bridge" $word >"$work/said" 2>&1
    is "$word ends with 0" $? 0
    like "… and says what it is" "$(cat "$work/said")" '^(Usage: pcsc-bridge|pcsc-bridge \(otabox\) [0-9])'
done
printf 'group = pcsc-bridge\nsmpp = 127.0.0.1:0\nlog-file = /nowhere/x\n\ngroup = card\nreader = simsim\nmsisdn = 123\n' >"$work/checked.conf"
"$BUILDDIR/pcsc-bridge/pcsc-bridge" --check "$work/checked.conf" >"$work/said" 2>&1
is "--check: good, and nothing is opened" "$? $(cat "$work/said")" "0 "
echo 'texts = no' >>"$work/checked.conf"
"$BUILDDIR/pcsc-bridge/pcsc-bridge" --check "$work/checked.conf" >"$work/said" 2>&1
is "--check: a mistake" "$? $(grep -c "texts 'no', expected answer or refuse" "$work/said")" "1 1"

bridge_up "" 'reader = "^simsim 00 00$"
pin = 1234' --trace -w "$work/packets.pcap"
ok "reader: the card in it is taken" ready "simsim 00 00"
ok "smpp: it listens there" grep -q "127.0.0.1:$port " <<<"$(ss -Hltn)"
bind kannel kannel
is "system-id, password: kannel, kannel" "$answered" "80000009 00000000"
packet=$("$BUILDDIR/tools/otapacket" encode --spi 0001 --kic 00 --kid 00 --tar B00010 A0A40000023F00 | sed -n 's/^packet: //p')
submit "${m[1]}" "027000$packet"
is "msisdn: a message to another number is refused" "$answered" "80000004 0000000b"
submit "${m[0]}" "027000$packet"
is "msisdn: one to it is taken" "$answered" "80000004 00000000"
ok "log-file: the card has it" wait_for 10 logged "${m[0]}: [0-9]+ bytes, delivered"
ok "--trace: the exchange in hex" logged "${m[0]} > A0C20000"
ok "--trace: … in words of otapacket" logged "${m[0]}   ENVELOPE: 9F[0-9A-F]{2}, [0-9]+ bytes wait"
ok "--trace: … down to the TAR" logged "${m[0]} +[0-9]+  B00010 +TAR +remote file management"
ok "--trace: the PIN is hidden" logged "${m[0]} > A020000108FFFFFFFFFFFFFFFF"
ok "… and nowhere in clear" bash -c '! grep -q 31323334 "$0"' "$work/bridge.log"
is "-w: its owner's only" "$(stat -c %a "$work/packets.pcap")" 600
default_profile=$(profile)
first_command=$(sent | head -n 1)
bridge_down

# --- what tshark makes of the packets
fields() { # FILE FIELD…: of each packet that is a SIM's APDU, if it decodes as one
    local file=$1 field arguments=()
    shift
    for field in "$@"; do arguments+=(-e "$field"); done
    tshark -r "$file" -Y gsm_sim -T fields "${arguments[@]}" 2>>"$work/tshark.err"
}
if command -v tshark >/dev/null; then
    is "-w: tshark has each exchange of the trace" "$(fields "$work/packets.pcap" gsm_sim.apdu.ins | wc -l)" "$(sent | wc -l)"
    is "… its instructions" "$(fields "$work/packets.pcap" gsm_sim.apdu.ins | sed 's/0x//' | tr a-f A-F)" "$(sent | cut -c 3-4)"
    is "… its status words" "$(fields "$work/packets.pcap" gsm_sim.apdu.sw | sed 's/0x//' | tr a-f A-F)" \
        "$(sed -nE "s/.* ${m[0]} < [0-9A-F]*([0-9A-F]{4})$/\1/p" "$work/bridge.log")"
    like "… files that are selected" "$(fields "$work/packets.pcap" gsm_sim.file_id | tr '\n' ' ')" '0x3f00.*0x2fe2'
    is "… from the first card's address" "$(tshark -r "$work/packets.pcap" -T fields -e ip.src 2>/dev/null | sort -u)" 127.0.0.2
    is "… with a right checksum" "$(tshark -r "$work/packets.pcap" -o ip.check_checksum:TRUE -Y 'ip.checksum.status != 1' 2>/dev/null | wc -l)" 0
    ok "… and no PIN" bash -c '! tshark -r "$0" -x 2>/dev/null | grep -q "31 32 33 34"' "$work/packets.pcap"
    # The same file with another type in GSMTAP's header, which begins 44 bytes into each record: no APDU is seen.
    cp "$work/packets.pcap" "$work/broken.pcap"
    printf '\x01' | dd of="$work/broken.pcap" bs=1 seek=$((24 + 16 + 28 + 2)) conv=notrunc status=none
    is "… a broken header is seen" "$(fields "$work/broken.pcap" gsm_sim.apdu.ins | wc -l)" $(($(sent | wc -l) - 1))
else
    echo "# no tshark here (packages.txt)"
fi

# --- the other way round
bridge_up $'system-id = me\npassword = secret' 'reader = "^simsim 00 01$"
pin = 1234
mode = 2g
texts = refuse' --trace --show-secrets
ok "reader: another card" ready "simsim 00 01"
bind me kannel
is "password: the old one is wrong" "$answered" "80000009 0000000e"
exec 3>&-
bind kannel secret
is "system-id: so is the old one" "$answered" "80000009 0000000d"
exec 3>&-
bind me secret
is "system-id, password: the new ones" "$answered" "80000009 00000000"
ok "pin, --show-secrets: it is sent, and shown" logged "${m[0]} > A02000010831323334FFFFFFFF"
like "mode = 2g: class A0 from the beginning" "$(sent | head -n 1)" '^A0A4'
like "… where auto asks for a UICC first" "$first_command" '^00A4'
ok "texts = refuse: another profile" test "$(profile)" != "$default_profile"
like "… that is a profile" "$(profile)" '^A010'
bridge_down

echo fromfile >"$work/password"
bridge_up "password-file = $work/password" "reader = simsim
iccid = $(sed -n 's/^\([0-9F]*\)[ ,].*'"${m[2]}"'.*/\1/p' "$sop/Provisioning_3TestSubs.out")
pin = 1234
bip-allow = 127.0.0.1:8443" --trace
ok "iccid: the card of that number is found" ready "simsim 00 02"
bind kannel fromfile
is "password-file: what stands there" "$answered" "80000009 00000000"
ok "bip-allow: another profile" test "$(profile)" != "$default_profile"
like "… that is a profile" "$(profile)" '^A010'
bridge_down
