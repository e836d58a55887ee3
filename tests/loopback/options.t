#!/bin/bash
# Nothing parsed but dead: each option of a campaign, set and not set, makes a difference on the
# wire (bearerbox.acc), in what the cards do, or in the result that is stored. So does each setting
# of otabox.conf and option of simsim that no other test turns. tests/checks/options.txt lists them all.
. "$(dirname "$0")/lib.sh"
acc=$lab/kannel/logs/bearerbox.acc

cards=$work/cards.out # each with two key sets
awk 'function hex(n,  s) { s = ""; while (n-- > 0) s = s sprintf("%X", int(rand() * 16)); return s }
    BEGIN { srand(7); print "VAR_OUT:ICCID,IMSI,MSISDN,KIC,KID,KIC2,KID2"
        for (i = 0; i < 12; i++) printf "899123456%010dF,42123%010d,9615000%05d,%s,%s,%s,%s\n", i, i, i, hex(32), hex(32), hex(32), hex(32) }' >"$cards"
msisdns=($(awk -F, 'NR > 1 { print $3 }' "$cards"))
plain=${msisdns[0]} late=${msisdns[1]} same=${msisdns[2]} new=${msisdns[3]} once=${msisdns[4]} twice=${msisdns[5]} \
    short=${msisdns[6]} long=${msisdns[7]} brief=${msisdns[8]} valid=${msisdns[9]}
fault() { printf 'group = fault\n'; printf '%s\n' "$@"; printf '\n'; }
{
    fault "msisdn = $late" "what = receipt" "action = delay" "delay = 1"
    for m in "$same" "$new" "$once" "$twice"; do fault "msisdn = $m" "what = por" "action = lose" "count = 1"; done
    for m in "$short" "$long"; do fault "msisdn = $m" "what = por" "action = lose"; done
    for m in "$brief" "$valid"; do fault "msisdn = $m" "what = message" "action = lose"; done
} >"$work/faults.conf"
lab_up --cards "$cards" --faults "$work/faults.conf" --validity 2 --por-timeout 4
run -createProfile -name p -appType rfm
run -provision -file "$cards" -profile 1
is "cards with two key sets are provisioned" "$status" 0
printf '%s\n' A0A40000027F20 A0A40000026F46 A0B0000011 >"$work/read.txt"
{
    printf '%s\n' A0A40000027F10 A0A40000026F3A
    for record in 01 02 03 04 05 06; do printf 'A0DC%s041C%s\n' $record "$(printf 'FF%.0s' {1..28})"; done
} >"$work/long.txt"

for spn in 41 42 43; do # each block stands for itself: may be cut
    printf '%s\n' A0A40000023F00 A0A40000027F20 A0A40000026F46 "A0D6000011$(printf "$spn%.0s" {1..17})"
done >"$work/blocks.txt"

names=0
go() { # go MSISDN OPTION…: a campaign on that card; $spi and $apdus may say otherwise; sets $campaign
    local on=$1
    shift
    names=$((names + 1))
    run -createCampaign -type RFM -profile 1 -name "c$names" -spi "${spi:-1621}" -apduFilePath "${apdus:-$work/read.txt}" "$@"
    campaign=$(last_id)
    run -start -campaign "$campaign" -msisdn "$on"
}
over() { # over MSISDN OPTION…: goes, and waits for its end; $row is its message, $packet the last SMS that left
    local on=$1
    go "$@"
    run -watch -campaign "$campaign"
    run -listMessages -campaign "$campaign"
    row=$(grep '^|9' <<<"$out")
    packet=$(packets "$on" | tail -n 1)
}
packets() { sed -n "s/.*Sent SMS.*\[to:+$1\].*\[msg:[0-9]*:\([0-9A-F]*\)\].*/\1/p" "$acc"; }
state_of() { run -showCampaign -campaign "$1"; sed -n 's/^|state *|\([A-Z]*\) *|$/\1/p' <<<"$out"; }

# --- the command header: CPL, CHL, SPI, KIc, KID, TAR ---
over "$plain"
default=$packet
like "without options: SPI 1621, KIc 15, KID 15, TAR B00010" "$packet" '^....151621''1515''B00010'
like "… executes 3 commands and ends with 9000" "$row" '\|UPDATED *\|00 .*\|3 .*\|9000'
spi=0621 over "$plain"
like "-spi 0621 is on the wire" "$packet" '^....150621''1515''B00010'
over "$plain" -kicByte 12
like "-kicByte 12 is on the wire" "$packet" '^....151621''1215''B00010'
ok "… ciphered by AES" test "${packet:22:80}" != "${default:22:80}"
like "… and the card opens it" "$row" '\|UPDATED'
over "$plain" -kidByte 12
like "-kidByte 12 is on the wire" "$packet" '^....151621''1512''B00010'
like "… and the card checks it by AES" "$row" '\|UPDATED'
over "$plain" -kicByte 25 -kidByte 25
like "-kicByte 25 -kidByte 25: the other key set" "$packet" '^....151621''2525''B00010'
like "… which the card has from KIC2 and KID2" "$row" '\|UPDATED'
over "$plain" -tar B00001
like "-tar B00001 is on the wire" "$packet" '^....151621''1515''B00001'
like "… and the card has no such application" "$row" '\|FAILED *\|09'

# --- the script ---
apdus=$sop/Commands.txt over "$plain"
like "-apduFilePath: other commands, another packet, other results" "${#packet} $row" "^[0-9]+ .*\|6 .*\|9000"
ok "… the packet is longer" test "${#packet}" -gt "${#default}"
over "$plain" -includeSimRefresh true
ok "-includeSimRefresh true: the packet is longer" test "${#packet}" -gt "${#default}"
like "… and the card executes 4 commands" "$row" '\|4 '
over "$plain" -expectedLastSW 91xx
like "-expectedLastSW 91xx: 9000 is not good enough" "$row" '\|PARTIAL *\|.*\|9000'
over "$plain" -expectedLastSW 90xx
like "-expectedLastSW 90xx: 9000 is" "$row" '\|UPDATED *\|.*\|9000'

# --- parts one after the other: with receipts that take a second the order is plain ---
order() { # the lines of the card's SMS and receipts behind line $1, S and D
    tail -n +"$(($1 + 1))" "$acc" | sed -n "s/.*Sent SMS.*\[to:+$late\].*/S/p; s/.*Receive DLR.*$late.*stat:DELIVRD.*/D/p" | tr -d '\n'
}
lines=$(wc -l <"$acc")
apdus=$work/long.txt over "$late" -transmissionMode conc
like "-transmissionMode conc: all parts, then the receipts" "$(order "$lines")" '^SS'
like "… and the card joins them" "$row" '\|UPDATED'
lines=$(wc -l <"$acc")
apdus=$work/long.txt over "$late" -transmissionMode seq
like "-transmissionMode seq: each part behind the receipt of the one before" "$(order "$lines")" '^SDS'

over_parts() { sed -n "s/.*Sent SMS.*\[to:+$plain\].*\[udh:[0-9]*:\([0-9A-F]*\)\].*/\1/p" "$acc" | tail -n "$1" | tr '\n' ' '; }
apdus=$work/blocks.txt over "$plain"
like "without -maxSmsParts: one packet in two SMS" "$(over_parts 2)" '^070003..02017000 050003..0202 $'
apdus=$work/blocks.txt over "$plain" -maxSmsParts 1
like "-maxSmsParts 1: packets of one SMS" "$(over_parts 2)" '^027000 027000 $'
like "… and the card executes all of them" "$row" '\|UPDATED'

# --- a lost PoR: what the next iteration sends, and whether there is one ---
over "$same" -retry same -retries 1 -porTimeout 1
is "-retry same -retries 1: two SMS" "$(packets "$same" | grep -c .)" 2
is "… of the same bytes" "$(packets "$same" | sort -u | grep -c .)" 1
like "… and the card executes once" "$row" '\|EXECUTED_UNKNOWN'
over "$new" -retry new -retries 1 -porTimeout 1
is "-retry new -retries 1: two SMS" "$(packets "$new" | grep -c .)" 2
is "… of other bytes" "$(packets "$new" | sort -u | grep -c .)" 2
like "… and the card executes again" "$row" '\|UPDATED'
over "$once" -porTimeout 1
is "without -retries: one SMS" "$(packets "$once" | grep -c .)" 1
like "… and no answer" "$row" '\|UNKNOWN'
over "$twice" -retries 1 -porTimeout 1
is "-retries 1: two SMS" "$(packets "$twice" | grep -c .)" 2

# --- times: the longer one still runs when the shorter one is over ---
go "$long" -porTimeout 600
patient=$campaign
over "$short" -porTimeout 1
like "-porTimeout 1: no answer in time" "$row" '\|UNKNOWN'
is "-porTimeout 600 still waits" "$(state_of "$patient")" RUNNING
go "$valid" -validityPeriod 60
patient=$campaign
over "$brief" -porTimeout 1
like "without -validityPeriod the server's 2 s: the SMSC gives up" "$row" '\|FAILED *\|.*stat:EXPIRED'
is "-validityPeriod 60: the SMSC still tries" "$(state_of "$patient") $(grep -c "Receive DLR.*$valid.*stat:" "$acc")" "RUNNING 0"

status_page() {
    local port word
    port=$(sed -n 's/^admin-port = //p' "$lab/kannel/bearerbox.conf")
    word=$(sed -n 's/^status-password = //p' "$lab/kannel/bearerbox.conf")
    { exec 8<>"/dev/tcp/127.0.0.1/$port" && printf 'GET /status.txt?password=%s HTTP/1.0\r\n\r\n' "$word" >&8 && cat <&8; exec 8>&-; } 2>/dev/null
}
online() { grep -Eq '^ *sim(\[sim\])? .*\(online ' <<<"$(status_page)"; }

# --- otabox.conf: the settings that every lab leaves alone ---
read -r pid started <"$lab/run/otabox.pid"
kill "$pid"
ok "otabox ends" wait_for 20 bash -c "! kill -0 $pid 2>/dev/null"
grep -vE '^(sender|bearerbox-host|log-level|api-address|log-file|smsbox-id|api-token-file) ' "$lab/otabox/otabox.conf" >"$work/other.conf"
cat >>"$work/other.conf" <<END
sender = 777
bearerbox-host = 127.0.0.3
smsc-id = nowhere
smsbox-id = second
log-level = 0
log-file = "$work/second.log"
api-address = 127.0.0.2
api-token-file = "$work/second.token"
END
other_otabox() { # other_otabox: starts it with other.conf, ready when this returns
    : >"$work/second.out"
    "$BUILDDIR/gateway-plugin/otabox" "$work/other.conf" >"$work/second.out" 2>&1 &
    second=$!
    wait_for 20 grep -q 'otabox: ready' "$work/second.out"
}
# By smsc-id bearerbox chooses a link: here there is one, which does not take "nowhere".
read -r pid started <"$lab/run/bearerbox.pid"
kill -9 "$pid"
bearerbox_again() { # the lab's, with its changed configuration
    "${BEARERBOX:-/usr/sbin/bearerbox}" -v 4 "$lab/kannel/bearerbox.conf" </dev/null >/dev/null 2>&1 &
    bearerbox=$!
    wait_for 30 online
}
echo 'denied-smsc-id = nowhere' >>"$lab/kannel/bearerbox.conf"
sed -i 's/^smsbox-interface = .*/smsbox-interface = 127.0.0.3/; s/^box-allow-ip = .*/box-allow-ip = "127.0.0.1;127.0.0.3"/' "$lab/kannel/bearerbox.conf"
ok "bearerbox is back, with denied-smsc-id" bearerbox_again
cp "$lab/otabox/api.token" "$work/second.token"
ok "otabox starts with other settings" other_otabox
like "api-address = 127.0.0.2" "$(cat "$work/second.out")" 'REST on http://127\.0\.0\.2:'
port=$(sed -n 's|.*REST on http://127\.0\.0\.2:\([0-9]*\),.*|\1|p' "$work/second.out")
printf 'server = http://127.0.0.2:%s\ntoken-file = %s\n' "$port" "$work/second.token" >"$work/second.properties"
chmod 600 "$work/second.properties" "$work/second.token"
export CLIOTA_PROPERTIES=$work/second.properties
run -listProfiles
is "api-token-file: its token opens it" "$status" 0
ok "log-level = 0: debug lines in log-file" wait_for 20 grep -q ' DEBUG: ' "$work/second.log"
second_is_there() { grep -q 'smsbox:second' <<<"$(status_page)"; }
ok "bearerbox-host = 127.0.0.3, smsbox-id = second: so bearerbox calls it" wait_for 20 second_is_there
before=$(packets "$plain" | wc -l)
over "$plain"
ok "smsc-id = nowhere: bearerbox has no such route, nothing leaves" test "$(packets "$plain" | wc -l)" = "$before"
like "… and the message ends" "$row" '\|(UNKNOWN|FAILED)'
kill $second
wait $second
sed -i '/^smsc-id/d' "$work/other.conf"
ok "otabox starts without smsc-id" other_otabox
port=$(sed -n 's|.*REST on http://127\.0\.0\.2:\([0-9]*\),.*|\1|p' "$work/second.out")
sed -i "s,:[0-9]*\$,:$port," "$work/second.properties"
wait_for 20 second_is_there
go "$plain"
left() { grep -q 'Sent SMS.*\[from:777\]' "$acc"; }
ok "sender = 777 is on the wire" wait_for 20 left
kill $second
wait $second

# --- the same over SSL ---
kill -9 $bearerbox
wait $bearerbox 2>/dev/null
for name in right wrong; do
    openssl req -x509 -newkey rsa:2048 -nodes -subj "/CN=$name" -days 2 -keyout "$work/$name.key" -out "$work/$name.pem" 2>"$work/openssl.log"
    cat "$work/$name.key" "$work/$name.pem" >"$work/$name.both"
done
sed -i "s,^smsbox-port = .*,&\nsmsbox-port-ssl = yes\nssl-server-cert-file = $work/right.pem\nssl-server-key-file = $work/right.key\nssl-trusted-ca-file = $work/right.pem," "$lab/kannel/bearerbox.conf"
ok "bearerbox is back, over SSL" bearerbox_again
sed -i 's/^log-file = .*/log-file = "'"${work//\//\\/}"'\/ssl.log"/' "$work/other.conf"
ssl_otabox() { # ssl_otabox LINE…: with these settings
    : >"$work/ssl.log"
    { cat "$work/other.conf"; echo "bearerbox-port-ssl = yes"; printf '%s\n' "$@"; } >"$work/ssl.conf"
    : >"$work/second.out"
    "$BUILDDIR/gateway-plugin/otabox" "$work/ssl.conf" >"$work/second.out" 2>&1 &
    second=$!
}
ended() { kill $second; wait $second 2>/dev/null; }
ssl_otabox "ssl-trusted-ca-file = $work/right.pem"
ok "ssl-trusted-ca-file: the certificate of bearerbox is trusted" wait_for 20 second_is_there
ended
ssl_otabox "ssl-trusted-ca-file = $work/wrong.pem"
ok "ssl-trusted-ca-file of another authority: it is not" wait_for 20 grep -q 'Rejecting certificate for "/CN=right"' "$work/ssl.log"
ended
ssl_otabox "ssl-client-cipher-list = NONSENSE"
ok "ssl-client-cipher-list without a cipher ends it" wait_for 20 grep -q 'cipher list <NONSENSE> contains no supported ciphers' "$work/second.out"
wait $second 2>/dev/null
ssl_otabox "ssl-client-certkey-file = $work/wrong.pem" # the key is missing
ok "ssl-client-certkey-file without a key ends it" wait_for 20 grep -q "PANIC: .*$work/wrong.pem" "$work/second.out"
wait $second 2>/dev/null

# --- simsim ---
sed 's/name="SPN" structure="transparent" size="17" read="ALW" update="ADM"/& content="'"$(printf '41%.0s' {1..17})"'"/' \
    "$SRCDIR/simsim/profiles/gsm-2g.xml" >"$work/other.xml"
apdu() { printf '%s\n' A0A40000027F20 A0A40000026F46 A0B0000011 | "$BUILDDIR/simsim/simsim" --cards "$cards" --apdu "$plain" "$@" 2>"$work/apdu.err" | tail -n 1; }
is "simsim --profile: what the card holds" "$(apdu --profile "$work/other.xml")" "$(printf '41%.0s' {1..17}) 9000"
is "… is otherwise the shipped one" "$(apdu)" "$(printf 'FF%.0s' {1..17}) 9000"
"$SRCDIR/contrib/otalab" down "$lab" >/dev/null 2>&1
kill -9 $bearerbox
wait $bearerbox 2>/dev/null

tracing() { # tracing FILE OPTION…: one campaign past a simsim of its own; its log is FILE
    local log=$1 smpp password
    shift
    : >"$work/simsim.out"
    smpp=$(sed -n 's/^port = //p' "$lab/kannel/bearerbox.conf")
    "$BUILDDIR/simsim/simsim" --cards "$cards" --smpp "127.0.0.1:$smpp" --log "$log" "$@" >"$work/simsim.out" 2>&1 &
    simsim=$!
    wait_for 20 grep -q '^simsim: ready' "$work/simsim.out"
}
lab=$work/lab2 acc=$work/lab2/kannel/logs/bearerbox.acc
unset CLIOTA_PROPERTIES
lab_up --cards "$cards" --por-timeout 10
run -createProfile -name p -appType rfm
run -provision -file "$cards" -profile 1
over "$plain"
like "a lab again" "$row" '\|UPDATED'
ok "simsim without --trace logs no APDU" bash -c '! grep -q A0C2 "$0"' "$lab/logs/simsim.log"
read -r pid started <"$lab/run/simsim.pid"
kill "$pid"
ok "simsim ends" wait_for 20 bash -c "! kill -0 $pid 2>/dev/null"
tracing "$work/wrong.log" --system-id somebody --password-file "$lab/simsim/password"
ok "--system-id somebody: bearerbox may not bind" wait_for 20 grep -q 'bind.*refused\|kannel' "$work/wrong.log"
kill $simsim
wait $simsim
tracing "$work/trace.log" --trace --password-file "$lab/simsim/password"
ok "--password-file: bearerbox binds" wait_for 20 online
over "$plain"
ok "--trace, --log: APDUs are in the log" grep -q 'A0C2' "$work/trace.log"
kill $simsim
wait $simsim
tracing "$work/word.log" --password "$(cat "$lab/simsim/password")"
ok "--password: bearerbox binds" wait_for 20 online
kill $simsim
wait $simsim

reader() { # reader OPTION…: what simsim says when it is ready; then it is ended
    : >"$work/reader.out"
    "$BUILDDIR/simsim/simsim" --cards "$cards" "$@" >"$work/reader.out" 2>/dev/null </dev/null &
    simsim=$!
    wait_for 20 grep -q ready "$work/reader.out"
    kill $simsim
    wait $simsim
    grep ready "$work/reader.out"
}
is "--ifd: cards in readers" "$(reader --ifd "$work/ifd")" "simsim: ready: ifd $work/ifd, 8 cards inserted"
is "--insert 3: so many" "$(reader --ifd "$work/ifd" --insert 3)" "simsim: ready: ifd $work/ifd, 3 cards inserted"
is "--vpcd: in vpcd's" "$(reader --vpcd 127.0.0.1:1)" "simsim: ready: vpcd 127.0.0.1:1, 2 cards inserted"
