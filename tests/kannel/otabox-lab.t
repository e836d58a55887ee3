#!/bin/bash
# otalab and otabox with Debian's bearerbox and simsim: start, a campaign, bearerbox
# killed and back, log rotation, orderly end, a second start on the same files.
top=${SRCDIR:-.}
export OTALAB_BUILD=${BUILDDIR:-.}
[ -x "${BEARERBOX:=/usr/sbin/bearerbox}" ] || { echo "1..0 # SKIP no $BEARERBOX"; exit 0; }

scratch=$(mktemp -d /tmp/otabox-lab.XXXXXX) || exit 1
lab="$scratch/a lab" # a blank in the path
other= # a process of this script's own
finish() {
    otalab down "$lab" >/dev/null 2>&1
    [ -z "$other" ] || kill "$other" 2>/dev/null
    rm -rf "$scratch"
}
trap finish EXIT
trap 'exit 1' INT TERM HUP

otalab() { "$top/contrib/otalab" "$@"; }

number=0
ok() { # NAME COMMAND...: the command's output is shown when it fails
    local name=$1
    number=$((number + 1))
    shift
    if "$@" >"$scratch/out" 2>&1; then
        echo "ok $number - $name"
    else
        echo "not ok $number - $name"
        sed 's/^/# /' "$scratch/out"
    fi
}

within() { # SECONDS COMMAND...: until it succeeds
    local limit=$((SECONDS + $1))
    shift
    until "$@"; do
        [ $SECONDS -lt $limit ] || return 1
        sleep 0.1
    done
}

exits() { # STATUS COMMAND...
    local expected=$1 status=0
    shift
    "$@" || status=$?
    [ $status = "$expected" ] || { echo "exit $status, expected $expected"; return 1; }
}

pid_of() { cut -d' ' -f1 "$lab/run/$1.pid"; }
private() { [ "$(stat -c %a "$1")" = 600 ] || { stat -c '%a %n' "$1"; return 1; }; }
files_are_private() {
    local file
    for file in otabox/api.token otabox/master.key otabox/otabox.db otabox/otabox.conf kannel/bearerbox.conf \
        simsim/password; do
        private "$lab/$file" || return 1
    done
}

# Each secret of the lab, searched in the command line of each process.
command_lines_are_clean() {
    local secret name
    for secret in $(cat "$lab/otabox/api.token" "$lab/otabox/master.key" "$lab/simsim/password") \
        $(sed -n 's/^[a-z]*-password = //p' "$lab/kannel/bearerbox.conf"); do
        for name in bearerbox otabox simsim; do
            ! grep -qaF "$secret" "/proc/$(pid_of $name)/cmdline" || { echo "$name shows a secret"; return 1; }
        done
    done
}
logs_are_clean() {
    ! grep -rlF -f "$lab/otabox/api.token" "$lab/logs" "$lab/kannel/logs" &&
        ! grep -rlF -f "$lab/otabox/master.key" "$lab/logs" "$lab/kannel/logs"
}

id_of_last() { sed -n 's/^{"id":\([0-9]*\).*/\1/p' "$1" | tail -n 1; }
profile() {
    cliota -createProfile -name p -appType rfm >"$scratch/json" || return 1
    profile=$(id_of_last "$scratch/json")
    cliota -provision -outputFilePath "$top/testdata/sop/Provisioning_3TestSubs.out" -profile "$profile" &&
        cliota -createGroup -profile "$profile" -name g -msisdnList "$top/testdata/sop/TargetMSISDN_3TestSubs.txt" \
            >"$scratch/json" && group=$(id_of_last "$scratch/json")
}
campaign() { # NAME: 0 when every card is updated
    cliota -createCampaign -type RFM -profile "$profile" -name "$1" -spi 1621 -tar B00010 -transmissionMode conc \
        -apduFilePath "$top/testdata/sop/Commands.txt" >"$scratch/json" || return 1
    local id
    id=$(id_of_last "$scratch/json")
    cliota -start -campaign "$id" -cardGroup "$group" && timeout 60 "$OTALAB_BUILD/gateway-plugin/cliota/cliota" \
        -watch -campaign "$id" || { cliota -listMessages -campaign "$id"; return 1; }
}

bearerbox_kill() { kill -KILL "$(pid_of bearerbox)"; }
bearerbox_again() {
    "$BEARERBOX" -v 4 "$lab/kannel/bearerbox.conf" </dev/null >/dev/null 2>&1 &
    other=$!
}
log_says() { grep -q "$1" "$lab/logs/otabox.log"; }
connected_twice() { [ "$(grep -c 'bearerbox: connected' "$lab/logs/otabox.log")" -ge 2 ]; }

rotate() {
    mv "$lab/logs/otabox.log" "$lab/logs/otabox.log.1"
    kill -HUP "$(pid_of otabox)"
    within 10 log_says 'opened again'
}

gone() { [ ! -e "/proc/$1" ] || grep -q '^State:.*Z' "/proc/$1/status"; }
all_gone() { # PID...
    local pid
    for pid in "$@"; do gone "$pid" || { echo "$pid is there"; return 1; }; done
}

stops_well_without_bearerbox() {
    "$OTALAB_BUILD/gateway-plugin/otabox" "$lab/otabox/otabox.conf" >"$scratch/otabox.out" 2>&1 &
    other=$!
    within 20 grep -q 'otabox: ready' "$scratch/otabox.out" || return 1
    kill -"$1" $other
    exits 0 wait $other || { cat "$scratch/otabox.out"; return 1; }
    other=
}

second_is_refused() { # also on a port of its own
    sed 's/^api-port = .*/api-port = 0/' "$lab/otabox/otabox.conf" >"$scratch/second.conf"
    exits 1 timeout 20 "$OTALAB_BUILD/gateway-plugin/otabox" "$scratch/second.conf" >"$scratch/second.out" 2>&1 &&
        grep -q "database .*otabox.db is used by another otabox, expected one of its own" "$scratch/second.out"
}

echo 1..22
mkdir -p "$scratch"
ok "up" otalab up "$lab"
[ -r "$lab/env.sh" ] || { echo "Bail out! no lab"; exit 1; }
. "$lab/env.sh"
ok "status: all three run" otalab status "$lab"
ok "a second up is refused" exits 1 otalab up "$lab"
ok "a second otabox on the same database is refused" second_is_refused
ok "what is secret is readable for its owner only" files_are_private
ok "no secret on a command line" command_lines_are_clean
ok "profile, cards, group" profile
ok "a campaign: every card is updated" campaign first
bearerbox_kill
ok "otabox sees that bearerbox is gone" within 20 log_says 'bearerbox: disconnected'
ok "status says so" exits 1 otalab status "$lab"
bearerbox_again
ok "it connects again by itself" within 30 connected_twice
ok "and the next campaign passes" campaign second
ok "SIGHUP opens the log again" rotate
ok "no key or token in a log" logs_are_clean
pids="$(pid_of otabox) $(pid_of simsim)"
ok "down" otalab down "$lab"
ok "nothing is left" all_gone $pids
kill "$other"
wait "$other"
other=
ok "SIGTERM ends otabox with exit 0, without bearerbox" stops_well_without_bearerbox TERM
token=$(cat "$lab/otabox/api.token")
ok "up again on the same files" otalab up "$lab"
. "$lab/env.sh"
ok "the token of the first start still serves" test "$token" = "$(cat "$lab/otabox/api.token")"
ok "and the cards are there" campaign third
ok "down again" otalab down "$lab"
ok "a path with 'include' in it is refused" exits 1 otalab up "$scratch/include me"
