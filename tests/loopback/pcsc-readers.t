#!/bin/bash
# simsim's cards in PC/SC readers, through a real pcscd: our driver and vsmartcard's vpcd, spoken to with
# pcsc_scan, scriptor and opensc-tool. pcscd and simsim are killed, stopped and started again.
. "$(dirname "$0")/pcsc-lib.sh"
pcsc_enter -n "$@"
. "$(dirname "$0")/lib.sh"
cards=$sop/Provisioning_3TestSubs.out
stopped=
end() {
    for pid in $stopped; do kill -CONT "$pid" 2>/dev/null; done
    pcscd_down KILL
    kill $(jobs -p) 2>/dev/null
    finish
}
trap end EXIT

# --- simsim in the background: its control is a FIFO, its answers a file
simsim_up() { # NAME OPTIONS…: sets $simsim_pid
    local name=$1
    shift
    [ -p "$work/$name.in" ] || mkfifo "$work/$name.in"
    : >"$work/$name.out"
    "$BUILDDIR/simsim/simsim" --cards "$cards" --log "$work/$name.log" "$@" <>"$work/$name.in" >"$work/$name.out" 2>&1 &
    simsim_pid=$!
    wait_for 10 grep -q '^simsim: ready' "$work/$name.out" || { sed 's/^/# /' "$work/$name.out"; echo "Bail out! no simsim"; exit 1; }
}
move() { printf '%s\n' "$2" >"$work/$1.in"; } # NAME LINE

# --- readers
reader_state() { # READER: Yes or No, as opensc-tool sees it
    timeout 20 opensc-tool -l 2>/dev/null | awk -v name="$1" '{ line = $0; sub(/^[0-9]+ +[A-Za-z]+ +/, "", line) } line == name { print $2 }'
}
has_card() { [ "$(reader_state "$1")" = Yes ]; }
has_no_card() { [ "$(reader_state "$1")" = No ]; }
number_of() { timeout 20 opensc-tool -l 2>/dev/null | awk -v name="$1" '{ line = $0; sub(/^[0-9]+ +[A-Za-z]+ +/, "", line) } line == name { print $1 }'; }

# Each speaks to a card: APDUs in hex on standard input, one a line; answers as simsim --apdu has them.
in_process() { "$BUILDDIR/simsim/simsim" --cards "$cards" --apdu "$1" 2>/dev/null; }
by_scriptor() { # READER
    sed 's/../& /g' >"$work/script"
    timeout 60 scriptor -r "$1" "$work/script" 2>/dev/null | awk '
        function done() { if (!answer) return; gsub(/ /, "", text); data = substr(text, 1, length(text) - 4)
            print (data == "" ? "" : data " ") substr(text, length(text) - 3); answer = 0 }
        /^>/ { done() }
        /^</ { answer = 1; text = substr($0, 2); if (sub(/ : .*/, "", text)) done(); next }
        answer { text = text $0; if (sub(/ : .*/, "", text)) done() }'
}
by_opensc() { # READER
    local arguments=() apdu
    while read -r apdu; do arguments+=(-s "$apdu"); done
    timeout 60 opensc-tool -r "$(number_of "$1")" -c default "${arguments[@]}" 2>/dev/null | awk '
        /^Received/ { if (open) print line; sw = $0; gsub(/.*SW1=0x|, SW2=0x|\).*/, "", sw); data = ""; open = 1; line = sw; next }
        /^Sending/ { next }
        open { row = substr($0, 1, length($0) / 4 * 3); gsub(/ /, "", row); data = data row; line = data " " sw }
        END { if (open) print line }'
}
iccid=$'A0A40000023F00\nA0A40000022FE2\nA0B000000A'
# Good, wrong, long and in two halves: every kind of answer that T=0 has.
talk=$(printf '%s\n' A0A40000023F00 A0C0000016 A0A40000027F20 A0A40000026F46 A0B0000011 A0B0000012 A0B00000FF A0A4000002FFFF \
    A0A40000027F10 A0A40000026F3A A0B2010400 A0F2000016 A0C000000F A02000010830303030FFFFFFFF A0FF000000 00A40000023F00 \
    A0A40000023F00 A0A40000022FE2 A0B000000A A01000000412345678 A0D6000001FF)
same_three_ways() { # LABEL MSISDN READER
    local expected
    expected=$(in_process "$2" <<<"$talk")
    is "$1: scriptor has the answers of simsim --apdu" "$(by_scriptor "$3" <<<"$talk")" "$expected"
    is "$1: ICCID by opensc-tool as by simsim --apdu" "$(by_opensc "$3" <<<"$iccid")" "$(in_process "$2" <<<"$iccid")"
}
is "the talk has an answer for each command" "$(in_process 961234567890 <<<"$talk" | wc -l)" "$(wc -l <<<"$talk")"

# === our driver
pcsc_reader_conf "$work/rc/readers" simsim "unix:$work/card"
pcsc_reader_conf "$work/rc/readers" wrong "/dev/null:0x8C7B"
pcscd_up "$work/rc" "$work/pcscd.log"
is "before simsim: 8 readers" "$(opensc-tool -l | grep -cE '^[0-9]')" 8
is "… no card" "$(opensc-tool -l | grep -c ' Yes ')" 0
like "… and what is wrong with the second entry" "$(cat "$work/pcscd.log")" 'simsim reader .*: /dev/null:0x8C7B, expected DEVICENAME unix:/PATH'
is "nothing listens on TCP" "$(ss -Hltn)" ""

simsim_up front --ifd "$work/card" --state "$work/state"
first=$simsim_pid
like "simsim is ready" "$(cat "$work/front.out")" "^simsim: ready: ifd $work/card, 3 cards inserted$"
ok "its cards are seen" wait_for 10 has_card "simsim 00 02"
like "pcsc_scan shows the ATR" "$(timeout 10 pcsc_scan -c -n 2>&1)" 'ATR: 3B 16 94 6F 74 61 62 6F 78'
for i in 0 1 2; do same_three_ways "card $i" 96123456789$i "simsim 00 0$i"; done
is "still nothing listens on TCP" "$(ss -Hltn)" ""

# --- hot removal and insertion, and what the card keeps
move front "remove 1"
ok "removed: the reader is empty" wait_for 10 has_no_card "simsim 00 01"
like "… simsim says so" "$(cat "$work/front.out")" '^slot 1: empty$'
is "… a program is told at once" "$(by_scriptor "simsim 00 01" <<<"$iccid")" ""
move front "insert 6 961234567891"
ok "inserted elsewhere: it is there" wait_for 10 has_card "simsim 00 06"
is "… and is that card" "$(by_scriptor "simsim 00 06" <<<"$iccid")" "$(in_process 961234567891 <<<"$iccid")"
is "the others were not disturbed" "$(by_scriptor "simsim 00 00" <<<"$iccid")" "$(in_process 961234567890 <<<"$iccid")"
move front "remove 0"$'\n'"insert 0 961234567891"
ok "refused: in another slot already" wait_for 10 grep -q '^refused: slot 6: the card 961234567891 is in it already$' "$work/front.out"
move front "remove 6"$'\n'"insert 0 961234567891"
swapped() { [ "$(by_scriptor "simsim 00 00" <<<"$iccid")" = "$(in_process 961234567891 <<<"$iccid")" ]; }
ok "another card in the same slot is another card" wait_for 10 swapped

# --- an update outlives simsim
update=$'A02000010831323334FFFFFFFF\nA0A40000027F10\nA0A40000026F3A\nA0DC01041CFFFFFFFFFFFFFFFFFFFFFFFFFFFF0781214365870921FFFFFFFFFFFF\nA0B201041C'
read_back=$'A02000010831323334FFFFFFFF\nA0A40000027F10\nA0A40000026F3A\nA0B201041C'
updated=$(by_scriptor "simsim 00 02" <<<"$update" | tail -n 1)
like "a record is updated through pcscd" "$updated" '^F{28}0781214365870921F{12} 9000$'
{ kill -9 "$first" && wait "$first"; } 2>"$work/killed"
ok "simsim killed: the readers are empty" wait_for 10 has_no_card "simsim 00 02"
simsim_up front --ifd "$work/card" --state "$work/state" --trace
first=$simsim_pid
ok "started again: the cards are there" wait_for 10 has_card "simsim 00 02"
is "… with what was written" "$(by_scriptor "simsim 00 02" <<<"$read_back" | tail -n 1)" "$updated"

# --- pcscd goes and comes, simsim stays; now there are two entries, which are all the readers pcscd can have
sed -i '/"wrong"/,$d' "$work/rc/readers"
pcsc_reader_conf "$work/rc/readers" second "unix:$work/other"
for signal in TERM KILL; do
    pcscd_down $signal
    pcscd_up "$work/rc" "$work/pcscd.log"
    ok "pcscd after SIG$signal: the cards are there again" wait_for 10 has_card "simsim 00 02"
    is "… and answer" "$(by_scriptor "simsim 00 02" <<<"$iccid")" "$(in_process 961234567892 <<<"$iccid")"
done

# --- a simsim that hangs holds nobody up
simsim_up other --ifd "$work/other" --insert 961234567890
other=$simsim_pid
ok "another simsim in the second entry's readers" wait_for 10 has_card "second 01 00"
simsim_up third --ifd "$work/card" --insert ,,,,,961234567891
third=$simsim_pid
ok "and one in another slot of the first's entry" wait_for 10 has_card "simsim 00 05"
mkfifo "$work/held"
timeout 120 scriptor -r "simsim 00 00" <"$work/held" >"$work/held.out" 2>&1 &
held=$!
exec 9>"$work/held"
echo "A0 A4 00 00 02 AB CD" >&9
ok "a program is in the middle of a session with a card of the first" wait_for 10 grep -q '> A0A4000002ABCD' "$work/front.log"
kill -STOP "$first"
stopped=$first
began=$SECONDS
echo "A0 A4 00 00 02 3F 00" >&9
exec 9>&-
is "the first stopped, the second's card answers" "$(by_scriptor "second 01 00" <<<"$iccid")" "$(in_process 961234567890 <<<"$iccid")"
is "… and so does the one beside its cards" "$(by_scriptor "simsim 00 05" <<<"$iccid")" "$(in_process 961234567891 <<<"$iccid")"
ok "… while the program still waits" kill -0 "$held"
ok "… within 8 seconds" [ $((SECONDS - began)) -le 8 ]
wait "$held"
ok "the program waits 10 seconds, and what the load adds" [ $((SECONDS - began)) -ge 9 -a $((SECONDS - began)) -le 40 ]
is "… for one answer only" "$(grep -c '^<' "$work/held.out")" 1
is "the stopped one's card does not answer others either" "$(by_scriptor "simsim 00 00" <<<"$iccid")" ""
kill -CONT "$first"
stopped=
answers_again() { [ "$(by_scriptor "simsim 00 00" <<<"$iccid")" = "$(in_process 961234567890 <<<"$iccid")" ]; }
ok "going on, it answers again" wait_for 20 answers_again
kill "$first" "$other" "$third"
wait "$first"
is "SIGTERM: simsim ends with 0" "$?" 0
is "… and leaves no socket behind" "$(find "$work" -name 'card.*')" ""
pcscd_down

# === vpcd
driver=/usr/lib/pcsc/drivers/serial/libifdvpcd.so
if [ -e "$driver" ]; then
    pcsc_reader_conf "$work/rc-vpcd/readers" vpcd /dev/null:0x8C7B "$driver"
    simsim_up vpcd --vpcd 127.0.0.1:35963 # before vpcd: it tries until there is one
    first=$simsim_pid
    pcscd_up "$work/rc-vpcd" "$work/vpcd.log"
    ok "vpcd: two cards are seen" wait_for 20 has_card "vpcd 00 01"
    for i in 0 1; do same_three_ways "vpcd, card $i" 96123456789$i "vpcd 00 0$i"; done
    began=${EPOCHREALTIME/[.,]/}
    answers=$(for i in {1..300}; do printf '%s\n' A0A40000023F00; done | by_scriptor "vpcd 00 00" | grep -c '^9F')
    took=$((${EPOCHREALTIME/[.,]/} - began))
    is "vpcd: 300 answers" "$answers" 300
    echo "# in $((took / 1000)) ms"
    ok "… in less than 8 seconds: no Nagle (48 ms an APDU)" [ "$took" -lt 8000000 ]
    move vpcd "remove 1"
    ok "vpcd: removed" wait_for 10 has_no_card "vpcd 00 01"
    move vpcd "insert 1 961234567892"
    ok "vpcd: inserted" wait_for 10 has_card "vpcd 00 01"
    pcscd_down KILL
    pcscd_up "$work/rc-vpcd" "$work/vpcd.log"
    ok "vpcd: pcscd killed and started, the cards are there again" wait_for 20 has_card "vpcd 00 01"
    is "… and answer" "$(by_scriptor "vpcd 00 01" <<<"$iccid")" "$(in_process 961234567892 <<<"$iccid")"
    kill "$first"
    wait "$first"
    pcscd_down
else
    echo "# no vpcd here (package vsmartcard-vpcd)"
fi
