#!/bin/bash
# How near pcsc-bridge comes to a bare loop of SCardTransmit with the same APDUs, in round trips a second of
# packets that simsim's card executes behind pcscd; for both ways of a PoR. Turns alternate, and the median of the
# ratios of neighbouring turns counts. Fails below 0.9; and when pcsc-bridge adds more than 0.2 ms to an APDU of a
# card that needs 5 ms for each.
#
# Where the kernel wakes pcscd decides about a factor of four, so that all have their place: the programs that wait
# for one another (simsim, pcscd, and what calls SCardTransmit: the bare loop or pcsc-bridge's thread of the card) on
# $CARD_CORE, pcsc-bridge's other threads and the SMPP client on another.
set -u
: "${SRCDIR:=$(cd "$(dirname "$0")/../.." && pwd)}" "${BUILDDIR:=$SRCDIR}"
wait_for() { local end=$((SECONDS + $1)); shift; until "$@"; do [ "$SECONDS" -lt "$end" ] || return 1; sleep 0.05; done; }
. "$SRCDIR/tests/loopback/pcsc-lib.sh"
pcsc_enter "$@"
taskset -pc "${REST_CORE:-1}" $$ >/dev/null || exit 1 # and with this shell all that it starts
cards=$SRCDIR/testdata/sop/Provisioning_3TestSubs.out bench=$BUILDDIR/tests/bridge/bench_bridge
rounds=${ROUNDS:-9} count=${COUNT:-3000} core=${CARD_CORE:-0}
at_card=(taskset -c "$core")
work=$(mktemp -d)
pids=
finish() { trap - EXIT; [ -z "$pids" ] || kill $pids 2>/dev/null; pcscd_down; wait; rm -rf "$work"; }
trap finish EXIT
trap 'exit 1' INT TERM

pcsc_reader_conf "$work/readers/simsim" simsim "unix:$work/card"
simsim() { # SOCKET
    "${at_card[@]}" "$BUILDDIR/simsim/simsim" --cards "$cards" --ifd "$work/$1" --insert 1 --log /dev/null </dev/null >"$work/$1.out" &
    pids+=" $!"
    wait_for 10 grep -q ready "$work/$1.out" || exit 1
}
simsim card
pcsc_reader_conf "$work/readers/simsim" slow "unix:$work/slow"
pcscd_up "$work/readers" "$work/pcscd.log"
taskset -apc "$core" "$pcscd_pid" >/dev/null || exit 1

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

# The thread of the card, by its name.
pin_card_thread() { # PID
    local task
    for task in "/proc/$1/task/"*; do
        [[ $(<"$task/comm") != card\ * ]] || { taskset -pc "$core" "${task##*/}" >/dev/null && return; }
    done
    echo "bench-bridge: pcsc-bridge has no thread named \"card ...\"" >&2
    exit 1
}

bridge_rate() { # SPI2 FIRST COUNT
    local bridge port
    : >"$work/bridge.out"
    "$BUILDDIR/pcsc-bridge/pcsc-bridge" "$work/bridge.conf" >"$work/bridge.out" &
    bridge=$!
    wait_for 10 grep -q ready "$work/bridge.out" || exit 1
    pin_card_thread "$bridge"
    port=$(sed -n 's/.*127.0.0.1:\([0-9]*\),.*/\1/p' "$work/bridge.out")
    "$bench" bridge "$port" "$cards" "$1" "$2" "$3" || exit 1
    kill "$bridge"
    wait "$bridge"
}

# Turns in pairs, a line "BARE BRIDGE" for each, in round trips a second.
counter=1
turns() { # READER SPI2 COUNT
    local i bare bridge
    for ((i = 0; i < rounds; i++)); do
        bare=$("${at_card[@]}" "$bench" bare "$1" "$cards" "$2" "$counter" "$3") &&
            bridge=$(bridge_rate "$2" $((counter + $3)) "$3") || exit 1
        counter=$((counter + 2 * $3 + 1))
        echo "$bare $bridge"
    done >"$work/turns"
}
medians='function median(list, n,   i, j, t) {
    for (i = 2; i <= n; i++) for (j = i; j > 1 && list[j] < list[j - 1]; j--) { t = list[j]; list[j] = list[j - 1]; list[j - 1] = t }
    return n % 2 ? list[(n + 1) / 2] : (list[n / 2] + list[n / 2 + 1]) / 2
}'
status=0

bridge_conf simsim
for route in "01 in the SMS-DELIVER-REPORT" "21 by SMS-SUBMIT"; do
    turns "simsim 00 00" "${route%% *}" "$count"
    [ -z "${SHOW_TURNS:-}" ] || sed 's/^/# /' "$work/turns"
    awk -v name="${route#* }:" "$medians"'
        { bare[NR] = $1; bridge[NR] = $2; ratio[NR] = $2 / $1 }
        END {
            all = median(ratio, NR)
            printf "PoR %-27s pcsc-bridge %6d/s, SCardTransmit alone %6d/s: %.2f, turns %.2f to %.2f (wanted 0.90)\n", name, median(bridge, NR), median(bare, NR), all, ratio[1], ratio[NR]
            exit !(all >= 0.9)
        }' "$work/turns" || status=1
done

# The slow card: the same one in another simsim, behind a program that waits.
slow_ms=5
simsim behind
"$bench" slow "$work/slow.0" "$work/behind.0" "$slow_ms" &
pids+=" $!"
has_slow_card() { timeout 5 opensc-tool -l 2>/dev/null | grep -q 'Yes .*slow 01 00'; }
wait_for 10 has_slow_card || { echo "bench-bridge: the slow card is not seen" >&2; exit 1; }
bridge_conf slow
for route in "01 2 in the SMS-DELIVER-REPORT" "21 3 by SMS-SUBMIT"; do
    read -r spi2 apdus name <<<"$route"
    turns "slow 01 00" "$spi2" "${SLOW_COUNT:-150}"
    [ -z "${SHOW_TURNS:-}" ] || sed 's/^/# /' "$work/turns"
    awk -v apdus="$apdus" -v name="$name:" -v wait="$slow_ms" "$medians"'
        { alone[NR] = 1000 / $1 / apdus; with[NR] = 1000 / $2 / apdus; added[NR] = with[NR] - alone[NR] }
        END {
            all = median(added, NR)
            printf "PoR %-27s a card that waits %d ms an APDU: %.3f ms with pcsc-bridge, %.3f ms alone: %.3f ms added (wanted 0.2)\n", name, wait, median(with, NR), median(alone, NR), all
            exit !(all <= 0.2)
        }' "$work/turns" || status=1
done
exit $status
