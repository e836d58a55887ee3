#!/bin/bash
# How near pcsc-bridge comes to a bare loop of SCardTransmit with the same APDUs, in round trips a second of
# packets that simsim's card executes behind pcscd; for both ways of a PoR. Turns alternate, the best of each
# counts. Fails below 0.9.
set -u
: "${SRCDIR:=$(cd "$(dirname "$0")/../.." && pwd)}" "${BUILDDIR:=$SRCDIR}"
wait_for() { local end=$((SECONDS + $1)); shift; until "$@"; do [ "$SECONDS" -lt "$end" ] || return 1; sleep 0.05; done; }
. "$SRCDIR/tests/loopback/pcsc-lib.sh"
pcsc_enter "$@"
cards=$SRCDIR/testdata/sop/Provisioning_3TestSubs.out bench=$BUILDDIR/tests/bridge/bench_bridge
rounds=${ROUNDS:-5} count=${COUNT:-3000}
work=$(mktemp -d)
pids=
finish() { trap - EXIT; [ -z "$pids" ] || kill $pids 2>/dev/null; pcscd_down; wait; rm -rf "$work"; }
trap finish EXIT
trap 'exit 1' INT TERM

pcsc_reader_conf "$work/readers/simsim" simsim "unix:$work/card"
"$BUILDDIR/simsim/simsim" --cards "$cards" --ifd "$work/card" --insert 1 --log /dev/null </dev/null >"$work/simsim.out" &
pids=$!
wait_for 10 grep -q ready "$work/simsim.out" || exit 1
pcscd_up "$work/readers" "$work/pcscd.log"
cat >"$work/bridge.conf" <<END
group = pcsc-bridge
smpp = 127.0.0.1:0
log-file = /dev/null
message-file = "$work/messages.db"

group = card
reader = "^simsim "
msisdn = $(sed -n 2p "$cards" | awk -F, '{ print $3 }')
pin = 1234
END

bridge_rate() { # SPI2 FIRST
    local bridge port rate
    : >"$work/bridge.out"
    "$BUILDDIR/pcsc-bridge/pcsc-bridge" "$work/bridge.conf" >"$work/bridge.out" &
    bridge=$!
    wait_for 10 grep -q ready "$work/bridge.out" || exit 1
    port=$(sed -n 's/.*127.0.0.1:\([0-9]*\),.*/\1/p' "$work/bridge.out")
    rate=$("$bench" bridge "$port" "$cards" "$1" "$2" "$count")
    [ -z "${SHOW_CPU:-}" ] || for t in /proc/$bridge/task/*; do awk '{print "# cpu", $14, $15}' $t/stat >&2; done
    kill "$bridge"
    wait "$bridge"
    echo "$rate"
}

counter=1 status=0
for route in "01 in the SMS-DELIVER-REPORT" "21 by SMS-SUBMIT"; do
    spi2=${route%% *} best_bare=0 best_bridge=0
    for ((i = 0; i < rounds; i++)); do
        bare=$("$bench" bare "simsim 00 00" "$cards" "$spi2" "$counter" "$count") || exit 1
        bridge=$(bridge_rate "$spi2" $((counter + count))) || exit 1
        counter=$((counter + 2 * count))
        [ "$bare" -le "$best_bare" ] || best_bare=$bare
        [ "$bridge" -le "$best_bridge" ] || best_bridge=$bridge
    done
    awk -v bridge="$best_bridge" -v bare="$best_bare" -v name="${route#* }" 'BEGIN {
        printf "PoR %-26s pcsc-bridge %6d/s, SCardTransmit alone %6d/s: %.2f (wanted 0.90)\n", name ":", bridge, bare, bridge / bare
        exit !(bridge >= 0.9 * bare) }' || status=1
done
exit $status
