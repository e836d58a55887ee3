#!/bin/bash
# An operator's server is told of receipts and PoRs, signed; the API speaks TLS; both by configuration.
. "$(dirname "$0")/lib.sh"

# --- a server of the operator's: writes each POST's header and body into files ---
cat >"$work/sink.pl" <<'END'
use IO::Socket::INET;
my ($folder) = @ARGV;
my $listener = IO::Socket::INET->new(LocalAddr => "127.0.0.1", Listen => 64) or die;
open my $port, ">", "$folder/port.new" or die;
print $port $listener->sockport;
close $port;
rename "$folder/port.new", "$folder/port";
while (my $client = $listener->accept) {
    my ($header, $length, $body) = ("", 0, "");
    while (my $line = <$client>) {
        $header .= $line;
        $length = $1 if $line =~ /^Content-Length: *(\d+)/i;
        last if $line =~ /^\r?$/;
    }
    read $client, $body, $length;
    my ($event) = $header =~ /^Otabox-Event: *(\d+)/mi;
    for ([header => $header], [body => $body]) {
        open my $file, ">", "$folder/$event.$_->[0].new" or die;
        print $file $_->[1];
        close $file;
        rename "$folder/$event.$_->[0].new", "$folder/$event.$_->[0]";
    }
    print $client "HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n";
    close $client;
}
END
mkdir "$work/events"
perl "$work/sink.pl" "$work/events" &
sink=$!
trap 'kill $sink 2>/dev/null; finish' EXIT
wait_for 20 test -s "$work/events/port"
url=http://127.0.0.1:$(cat "$work/events/port")

lab_up --por-timeout 20
cp "$CLIOTA_PROPERTIES" "$work/told.properties"
printf 'dlr-url = %s/dlr\npor-url = %s/por\ntls-url = %s/tls\n' "$url" "$url" "$url" >>"$work/told.properties"
chmod 600 "$work/told.properties"
export CLIOTA_PROPERTIES=$work/told.properties
provision_sop
run_campaign told 1621 "$sop/Commands.txt"
is "the campaign updates every card" "$watched" 0
run -showCampaign -campaign "$campaign"
like "dlr-url of cliota.properties is the campaign's dlrUrl" "$out" "\"dlrUrl\":\"$url/dlr\""
like "por-url is its porUrl" "$out" "\"porUrl\":\"$url/por\""
like "tls-url is its tlsUrl" "$out" "\"tlsUrl\":\"$url/tls\""
told() { [ "$(cat "$work"/events/*.body 2>/dev/null | grep -o "$1" | wc -l)" -ge "$2" ]; }
ok "a PoR of each card is told" wait_for 20 told '"kind":"por"[^}]*"state":"UPDATED"' 3
ok "a receipt of each card is told" wait_for 20 told '"kind":"dlr"[^}]*"report":"delivered"' 3
is "receipts go to dlr-url" "$(grep -l '"kind":"dlr"' "$work"/events/*.body | sed 's/body$/header/' | xargs head -qn 1 | sort -u | tr -d '\r')" "POST /dlr HTTP/1.1"
is "PoRs go to por-url" "$(grep -l '"kind":"por"' "$work"/events/*.body | sed 's/body$/header/' | xargs head -qn 1 | sort -u | tr -d '\r')" "POST /por HTTP/1.1"
key=$lab/otabox/notification.key
is "the key of the signatures is for its owner alone" "$(stat -c %a "$key")" 600
signed() { # every event, with the key from the file
    local event
    for event in "$work"/events/*.body; do
        local given computed
        given=$(sed -n 's/^Otabox-Signature: sha256=\([0-9A-F]*\)\r*$/\1/p' "${event%body}header")
        computed=$(openssl dgst -sha256 -mac HMAC -macopt "hexkey:$(cat "$key")" "$event" | sed 's/.*= //' | tr a-f A-F)
        [ -n "$given" ] && [ "$given" = "$computed" ] || { echo "# $event: $given, computed $computed"; return 1; }
    done
}
ok "openssl finds the same signature for each" signed
like "a PoR in full" "$(cat "$work"/events/*.body)" '\{"event":[0-9]+,"kind":"por","at":[0-9]+,"campaign_id":[0-9]+,"campaign_name":"told","iteration":1,"message":[0-9]+,"msisdn":"961234567890","state":"UPDATED","porStatus":"00","porStatusText":"PoR OK",.*"commandsExecuted":6,"lastSW":"9000"'
ok "the log holds no key" test "$(grep -c -e "$(cat "$key")" "$lab/logs/otabox.log")" = 0

# --- the API over TLS ---
for name in right wrong; do
    openssl req -x509 -newkey rsa:2048 -nodes -subj "/CN=$name" -addext "subjectAltName=IP:127.0.0.1" -days 2 \
        -keyout "$work/$name.key" -out "$work/$name.pem" 2>"$work/openssl.log"
done
printf 'api-ssl-cert-file = %s\napi-ssl-key-file = %s\nnotification-ca-file = %s\n' "$work/right.pem" "$work/right.key" "$work/right.pem" >"$work/tls.lines"
sed -i "/^group = otabox/r $work/tls.lines" "$lab/otabox/otabox.conf"
port=$(sed -n 's/.*server *= *http:\/\/127.0.0.1:\([0-9]*\).*/\1/p' "$work/told.properties")
read -r pid started <"$lab/run/otabox.pid"
kill "$pid"
wait_for 20 sh -c "! kill -0 $pid 2>/dev/null"
"$BUILDDIR/gateway-plugin/otabox" "$lab/otabox/otabox.conf" >"$work/tls.out" 2>&1 &
box=$!
trap 'kill $sink $box 2>/dev/null; finish' EXIT
ok "otabox starts with a certificate" wait_for 20 grep -q 'ready: REST on https://127.0.0.1' "$work/tls.out"
port=$(sed -n 's|.*REST on https://127\.0\.0\.1:\([0-9]*\),.*|\1|p' "$work/tls.out")
secure() { # secure CA: cliota's properties
    sed "s,^server.*,server = https://127.0.0.1:$port," "$work/told.properties" >"$work/tls.properties"
    [ -z "$1" ] || echo "ca = $1" >>"$work/tls.properties"
    chmod 600 "$work/tls.properties"
    export CLIOTA_PROPERTIES=$work/tls.properties
}
secure "$work/right.pem"
run -listProfiles
is "cliota talks to it, with ca" "$status" 0
run -showProfile -profile 1
like "URLs inside objects are https" "$out" "\"applets\":\"https://127.0.0.1:$port/"
secure "$work/wrong.pem"
run -listProfiles
like "of another authority it is refused" "$status $err" '^1 .*certificate'
secure ""
run -listProfiles
like "without ca the system's authorities decide" "$status $err" '^1 .*certificate'

# --- notifications over TLS: the API itself is the server, which takes none of them (401) ---
secure "$work/right.pem"
sed -i "s,^por-url.*,por-url = https://127.0.0.1:$port/," "$work/tls.properties"
run_campaign secure 1621 "$sop/Commands.txt"
ok "notification-ca-file: the certificate is trusted" wait_for 20 grep -q "https://127.0.0.1:$port/ does not take it: HTTP 401" "$lab/logs/otabox.log"
is "the campaign does not mind" "$watched" 0
kill "$box"
wait "$box"
