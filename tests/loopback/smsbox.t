#!/bin/bash
# otabox beside a running smsbox on the same bearerbox, with the configuration that
# contrib/bearerbox-otabox.conf recommends: each gets what is its own.
. "$(dirname "$0")/lib.sh"
lab_up --cards "$sop/Provisioning_3TestSubs.out" --por-timeout 10
m=($(grep -oE '[0-9]+' "$sop/TargetMSISDN_3TestSubs.txt"))
conf=$lab/kannel/bearerbox.conf

# Debian's smsbox, with a port for sendsms that is free now, and a service that answers.
http_port=$((20000 + RANDOM % 10000))
{
    printf 'group = core\nadmin-port = %s\nsmsbox-port = %s\n\n' "$OTALAB_ADMIN_PORT" "$OTALAB_SMSBOX_PORT"
    printf 'group = smsbox\nbearerbox-host = 127.0.0.1\nsendsms-port = %s\nsendsms-interface = 127.0.0.1\nlog-file = "%s"\nlog-level = 0\n\n' \
        "$http_port" "$work/smsbox.log"
    printf 'group = sendsms-user\nusername = u\npassword = p\n\ngroup = sms-service\nkeyword = default\ntext = "no service"\n'
} >"$work/smsbox.conf"
/usr/sbin/smsbox -v 4 "$work/smsbox.conf" >"$work/smsbox.out" 2>&1 &
smsbox=$!
get() { # PATH: the answer's last line, by hand, as no HTTP client is needed elsewhere
    { exec 9<>"/dev/tcp/127.0.0.1/$http_port"; } 2>/dev/null || return 1
    printf 'GET %s HTTP/1.0\r\n\r\n' "$1" >&9
    timeout 5 tail -n 1 <&9
    exec 9>&-
}
connected() { grep -q 'Connected to bearerbox' "$work/smsbox.log" 2>/dev/null && get / >/dev/null; }
ok "smsbox connects to the same bearerbox" wait_for 20 connected

provision_sop
run_campaign beside 1621 "$sop/Commands.txt"
is "a campaign updates every card beside it" "$watched" 0
like "smsbox takes a text" "$(get "/cgi-bin/sendsms?username=u&password=p&from=777&to=${m[0]}&text=hello")" 'Accepted'
sent() { grep -q "Sent SMS .*\[from:777\] \[to:${m[0]}\].*\[msg:5:hello\]" "$lab/kannel/logs/bearerbox.acc"; }
ok "… it leaves over the same link" wait_for 10 sent
shown() { grep -q "${m[0]}: 5 bytes, shown by the phone" "$lab/logs/simsim.log"; }
ok "… and the phone shows it" wait_for 10 shown
is "no PoR went to smsbox" "$(grep -c 'SMS request' "$work/smsbox.log")" 0
kill "$smsbox"
wait "$smsbox" 2>/dev/null
run_campaign alone 1621 "$sop/Commands.txt"
is "smsbox gone: campaigns go on" "$watched" 0
