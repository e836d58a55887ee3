#!/bin/bash
# How near pcsc-bridge comes to a bare loop of SCardTransmit with the same APDUs, in round trips a second of
# packets that simsim's card executes behind pcscd; for both ways of a PoR. Turns alternate, the best of each
# counts. Fails below 0.9; and when pcsc-bridge adds more than 0.2 ms to an APDU of a card that needs 5 ms for each.
set -u
: "${SRCDIR:=$(cd "$(dirname "$0")/../.." && pwd)}" "${BUILDDIR:=$SRCDIR}"
wait_for() { local end=$((SECONDS + $1)); shift; until "$@"; do [ "$SECONDS" -lt "$end" ] || return 1; sleep 0.05; done; }
. "$SRCDIR/tests/loopback/pcsc-lib.sh"
pcsc_enter "$@"
cards=$SRCDIR/testdata/sop/Provisioning_3TestSubs.out bench=$BUILDDIR/tests/bridge/bench_bridge
rounds=${ROUNDS:-8} count=${COUNT:-3000}
work=$(mktemp -d)
pids=
finish() { trap - EXIT; [ -z "$pids" ] || kill $pids 2>/dev/null; pcscd_down; wait; rm -rf "$work"; }
trap finish EXIT
trap 'exit 1' INT TERM

pcsc_reader_conf "$work/readers/simsim" simsim "unix:$work/card"
"$BUILDDIR/simsim/simsim" --cards "$cards" --ifd "$work/card" --insert 1 --log /dev/null </dev/null >"$work/simsim.out" &
pids=$!
wait_for 10 grep -q ready "$work/simsim.out" || exit 1
pcsc_reader_conf "$work/readers/simsim" slow "unix:$work/slow"
pcscd_up "$work/readers" "$work/pcscd.log"
bridge_conf() { # READER'S NAME
    cat >"$work/bridge.conf" <<END
group = pcsc-bridge
smpp = 127.0.0.1:0
log-file = /dev/null
message-file = "$work/messages.db"

group = card
reader = "^$1 "
msisdn = $(sed -n 2p "$cards" | awk -F, '{ print $3 }')
pin = 1234
END
}
bridge_conf simsim

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
        bare=${bare%.*} bridge=${bridge%.*}
        counter=$((counter + 2 * count + 1))
        [ "$bare" -le "$best_bare" ] || best_bare=$bare
        [ "$bridge" -le "$best_bridge" ] || best_bridge=$bridge
    done
    awk -v bridge="$best_bridge" -v bare="$best_bare" -v name="${route#* }" 'BEGIN {
        printf "PoR %-26s pcsc-bridge %6d/s, SCardTransmit alone %6d/s: %.2f (wanted 0.90)\n", name ":", bridge, bare, bridge / bare
        exit !(bridge >= 0.9 * bare) }' || status=1
done

# The slow card: the same one in another simsim, behind a program that waits. Best turn against best turn.
"$BUILDDIR/simsim/simsim" --cards "$cards" --ifd "$work/behind" --insert 1 --log /dev/null </dev/null >"$work/behind.out" &
pids+=" $!"
wait_for 10 grep -q ready "$work/behind.out" || exit 1
"$bench" slow "$work/slow.0" "$work/behind.0" 5 &
pids+=" $!"
has_slow_card() { timeout 5 opensc-tool -l 2>/dev/null | grep -q 'Yes .*slow 01 00'; }
wait_for 10 has_slow_card || { echo "bench-bridge: the slow card is not seen" >&2; exit 1; }
slow_ms=5 slow_count=${SLOW_COUNT:-150}
bridge_conf slow
for route in "01 2 in the SMS-DELIVER-REPORT" "21 3 by SMS-SUBMIT"; do
    read -r spi2 apdus name <<<"$route"
    bare_us= bridge_us=
    for ((i = 0; i < rounds; i++)); do
        bare=$("$bench" bare "slow 01 00" "$cards" "$spi2" "$counter" "$slow_count") || exit 1
        bridge=$(count=$slow_count bridge_rate "$spi2" $((counter + slow_count))) || exit 1
        counter=$((counter + 2 * slow_count + 1))
        bare_us+=" $bare" bridge_us+=" $bridge"
    done
    awk -v bridge="$bridge_us" -v bare="$bare_us" -v apdus="$apdus" -v name="$name" -v wait="$slow_ms" '
        function best(list, n, i, values, most) { n = split(list, values, " "); for (i = 1; i <= n; i++) if (values[i] > most) most = values[i] + 0; return most }
        BEGIN {
            with = 1000 / best(bridge) / apdus; alone = 1000 / best(bare) / apdus
            printf "PoR %-26s a card that waits %d ms an APDU: %.3f ms with pcsc-bridge, %.3f ms alone: %.3f ms added (wanted 0.2)\n", name ":", wait, with, alone, with - alone
            exit !(with - alone <= 0.2) }' || status=1
done
exit $status
