#!/bin/bash
# make soak-pcsc: campaigns to cards in readers for SOAK_SECONDS (3600) while cards are pulled and put back,
# pcscd and pcsc-bridge are killed, and another program takes cards; by a printed SEED. Nothing may be lost or doubled: each SMS has
# one final receipt, no packet is executed twice, and in the end every card can be updated.
. "$(dirname "$0")/lib.sh"
seed=${SEED:-$((RANDOM * 32768 + RANDOM))} seconds=${SOAK_SECONDS:-3600}
echo "# SEED=$seed SOAK_SECONDS=$seconds"
m=($(grep -oE '[0-9]+' "$sop/TargetMSISDN_3TestSubs.txt"))
bridge_log=$lab/logs/pcsc-bridge.log acc=$lab/kannel/logs/bearerbox.acc
control() { printf '%s\n' "$*" >"$lab/simsim/control"; }
pause() { read -rt "$1" <> <(:) || true; } # disturbances have no condition to wait for

away() { # SLOT SECONDS
    control remove "$1"
    pause "$2"
    control insert "$1" "${m[$1]}"
}
dies() { # PROGRAM SECONDS
    local pid
    read -r pid _ <"$lab/run/$1.pid"
    kill -9 "$pid"
    pause "$2"
    "$SRCDIR/contrib/otalab" restart "$lab" "$1" >>"$work/restart.log" 2>&1
}
disturb() { # until told to stop; leaves everything in its place
    RANDOM=$((seed % 32768))
    while [ ! -e "$work/stop" ]; do
        case $((RANDOM % 9)) in
        0 | 1 | 2) away $((RANDOM % 3)) "0.$((RANDOM % 10))" ;;
        3) away $((RANDOM % 3)) $((1 + RANDOM % 5)) ;;
        4) away 0 1 & away 1 2 & away 2 1 & wait ;;
        5) dies pcscd "0.$((RANDOM % 10))" ;;
        6) dies pcsc-bridge "0.$((RANDOM % 10))" ;;
        *) timeout 3 opensc-tool -r $((RANDOM % 3)) -s 00A40004023F00 >/dev/null 2>&1 ;;
        esac
        pause "$((RANDOM % 3)).$((RANDOM % 10))"
    done
}
# A receipt that comes again behind a kill of the bridge is FAILED to bearerbox: its message had one.
finals() { grep -cE '[0-9] Receive DLR.*stat:(DELIVRD|EXPIRED|UNDELIV|UNKNOWN)' "$acc"; }
sent() { grep -c 'Sent SMS' "$acc"; }
all_reported() { [ "$(sent)" = "$(finals)" ]; }

lab_up --pcsc --por-timeout 5 --validity 20
provision_sop soak
disturb &
disturber=$!
campaigns=0 end=$((SECONDS + seconds))
while [ "$SECONDS" -lt "$end" ]; do
    campaigns=$((campaigns + 1))
    run_campaign "soak-$campaigns" "$((RANDOM % 2 ? 1621 : 1601))" "$sop/Commands.txt" -tar B00010
    [ $((campaigns % 50)) != 0 ] || echo "# $campaigns campaigns, $(sent) SMS, $(grep -c 'is ready' "$bridge_log") starts of cards"
done
: >"$work/stop"
wait "$disturber"
ok "every SMS has its receipt" wait_for 60 all_reported
is "… and not more than one" "$(finals)" "$(sent)"
is "no packet was executed twice" "$(cut -d' ' -f2- "$lab/simsim/state/scripts.log" | sort | uniq -d | wc -l)" 0
ok "all five programs run" "$SRCDIR/contrib/otalab" status "$lab"
run_campaign last 1621 "$sop/Commands.txt" -tar B00010
for retry in 1 2 3; do
    [ "$watched" != 0 ] || break
    run -retryFailed -campaign "$campaign"
    run -watch -campaign "$campaign"
    watched=$status
done
is "in the end every card is updated" "$watched" 0
echo "# $campaigns campaigns, $(sent) SMS: $(grep -oE 'stat:[A-Z]+' "$acc" | sort | uniq -c | tr -s ' \n' ' ')"
[ -z "$failed_once" ]
