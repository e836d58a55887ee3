# Sourced by the loopback tests (bash): TAP output and a lab of their own.
# Each test drives Debian's bearerbox, otabox and simsim as an operator would,
# and waits on conditions (cliota -watch, wait_for), never on sleeps.
set -u
: "${SRCDIR:=$(cd "$(dirname "$0")/../.." && pwd)}" "${BUILDDIR:=$SRCDIR}"
export OTALAB_BUILD=$BUILDDIR # also when the build is not in the tree
sop=$SRCDIR/testdata/sop
tests_run=0
work=$(mktemp -d "${TMPDIR:-/tmp}/otabox-loopback.XXXXXX")
lab=$work/lab

ok() { # ok NAME COMMAND…: passes when the command succeeds
    local name=$1
    shift
    tests_run=$((tests_run + 1))
    if "$@"; then echo "ok $tests_run - $name"; else
        echo "not ok $tests_run - $name"
        echo "# failed: $*"
        failed_once=1
    fi
}
is() { # is NAME GOT EXPECTED
    tests_run=$((tests_run + 1))
    if [ "$2" = "$3" ]; then echo "ok $tests_run - $1"; else
        echo "not ok $tests_run - $1"
        printf '# got:      %s\n# expected: %s\n' "${2//$'\n'/$'\n'#           }" "${3//$'\n'/$'\n'#           }"
        failed_once=1
    fi
}
like() { # like NAME TEXT EXTENDED-REGEX
    tests_run=$((tests_run + 1))
    if grep -qE -e "$3" <<<"$2"; then echo "ok $tests_run - $1"; else
        echo "not ok $tests_run - $1"
        printf '# no match for: %s\n# in: %s\n' "$3" "${2//$'\n'/$'\n'#     }"
        failed_once=1
    fi
}
failed_once=
finish() {
    trap - EXIT
    "$SRCDIR/contrib/otalab" down "$lab" >"$work/down.log" 2>&1
    if [ -n "$failed_once" ] && [ -n "${KEEP_LAB:-}" ]; then echo "# kept: $work"; else rm -rf "$work"; fi
    echo "1..$tests_run"
}
trap finish EXIT
trap 'exit 1' INT TERM HUP

lab_up() { # lab_up OPTIONS…: the trio is ready, or the test bails out
    "$SRCDIR/contrib/otalab" up "$lab" "$@" >"$work/up.log" 2>&1 || {
        sed 's/^/# /' "$work/up.log"
        echo "Bail out! the lab did not come up"
        exit 1
    }
    . "$lab/env.sh"
}

# As a power failure of one machine: no warning, then up again.
kill_and_restart() { # NAME
    local pid started
    read -r pid started <"$lab/run/$1.pid"
    kill -9 "$pid"
    "$SRCDIR/contrib/otalab" restart "$lab" "$1" >>"$work/restart.log" 2>&1 || return 1
    . "$lab/env.sh"
}

# Runs cliota: $out, $err and $status are what it printed and returned.
run() {
    "$BUILDDIR/gateway-plugin/cliota/cliota" "$@" >"$work/out" 2>"$work/err" </dev/null
    status=$?
    out=$(cat "$work/out") err=$(cat "$work/err")
}
last_id() { sed -n 's/^{"id":\([0-9]*\).*/\1/p' <<<"$out" | tail -n 1; }

# A profile with provisioned cards and a group of all targets: sets $profile and $group.
provision_sop() {
    run -createProfile -name "${1:-p}" -appType rfm
    profile=$(last_id)
    run -provision -outputFilePath "${cards:-$sop/Provisioning_3TestSubs.out}" -profile "$profile"
    run -createGroup -profile "$profile" -name g -msisdnList "$sop/TargetMSISDN_3TestSubs.txt"
    group=$(last_id)
}

# run_campaign NAME SPI APDUFILE OPTIONS…: creates, starts, watches; sets $campaign, $watched, $messages.
run_campaign() {
    local name=$1 spi=$2 apdus=$3
    shift 3
    run -createCampaign -type RFM -profile "$profile" -name "$name" -spi "$spi" -apduFilePath "$apdus" "$@"
    campaign=$(last_id)
    run -start -campaign "$campaign" -cardGroup "$group"
    run -watch -campaign "$campaign"
    watched=$status
    run -listMessages -campaign "$campaign"
    messages=$out
}

# Several campaigns at a time: each has its own cards, so that all wait for their timeouts together.
declare -A campaigns
launch() { # launch NAME "-msisdn N" SPI APDUFILE OPTIONS…: created and started; await NAME waits for its end
    local name=$1 target=$2 spi=$3 apdus=$4
    shift 4
    run -createCampaign -type RFM -profile "$profile" -name "$name" -spi "$spi" -apduFilePath "$apdus" "$@"
    campaigns[$name]=$(last_id)
    # shellcheck disable=SC2086 # an option and its value
    run -start -campaign "${campaigns[$name]}" $target
    [ "$status" = 0 ] || is "campaign $name starts" "$err" ""
}
await() { # await NAME: its end; sets $campaign, $watched, $messages
    campaign=${campaigns[$1]}
    timeout 150 "$BUILDDIR/gateway-plugin/cliota/cliota" -watch -campaign "$campaign" >"$work/watch" 2>&1 </dev/null
    watched=$?
    messages_of "$1"
}
messages_of() { # NAME: the rows as they are now; sets $messages
    run -listMessages -campaign "${campaigns[$1]}"
    messages=$out
}
row_of() { # NAME MSISDN: its row, now
    messages_of "$1"
    grep "$2" <<<"$messages"
}
row_becomes() { grep -qE -e "$3" <<<"$(row_of "$1" "$2")"; } # NAME MSISDN REGEX: for wait_for

# Cards with random keys: $cards is their file, $targets the list of their MSISDNs.
make_cards() { # SEED COUNT
    cards=$work/cards.out targets=$work/targets.txt
    awk -v seed="$1" -v count="$2" 'function hex(n,  s) { s = ""; while (n-- > 0) s = s sprintf("%X", int(rand() * 16)); return s }
        BEGIN { srand(seed); print "VAR_OUT:ICCID,IMSI,MSISDN,KIC,KID"
            for (i = 0; i < count; i++)
                printf "899123456%010dF,42123%010d,96150%07d,%s,%s\n", i, i, i, hex(32), hex(32) }' >"$cards"
    awk -F, 'NR > 1 { print $3 }' "$cards" >"$targets"
}
declare -A card
name_cards() { # NAME…: made, and ${card[NAME]} is the MSISDN of each
    local name i=0
    card=()
    make_cards 1 $#
    for name; do card[$name]=$(printf '96150%07d' $i) i=$((i + 1)); done
}
provision_cards() { # makes a profile with all of $cards: sets $profile
    run -createProfile -name p -appType rfm
    profile=$(last_id)
    run -provision -outputFilePath "$cards" -profile "$profile"
}
group_of() { # NAME MSISDN…: sets $group
    local name=$1
    shift
    printf '%s\n' "$@" >"$work/$name.txt"
    run -createGroup -profile "$profile" -name "$name" -msisdnList "$work/$name.txt"
    group=$(last_id)
}
fault() { # fault MSISDN WHAT ACTION KEY=VALUE…: one rule of simsim's fault plan
    printf 'group = fault\nmsisdn = %s\nwhat = %s\naction = %s\n' "$1" "$2" "$3"
    shift 3
    [ $# -eq 0 ] || printf '%s\n' "$@"
    printf '\n'
}

long_script() { # LINES: a script of three SMS with 9, or as many as told
    printf '%s\n' A0A40000027F10 A0A40000026F3A
    local i
    for ((i = 1; i <= ${1:-9}; i++)); do printf 'A0DC%02X041C%s\n' $i "$(printf 'FF%.0s' {1..28})"; done
}

# What went over the wire, as bearerbox wrote it down, and what cards did.
packets_to() { sed -n "s/.* Sent SMS .*\[to:+$1\] .*\[msg:[0-9]*:\([0-9A-F]*\)\] .*/\1/p" "$lab/kannel/logs/bearerbox.acc"; }
executed_by() { sed -n "s/^card $1 .* CNTR \([0-9A-F]*\) executed.*/\1/p" "$lab/simsim/state/scripts.log"; }
struck() { grep -c "^[-0-9]* [0-9:]* $1: .*fault: $2" "$lab/logs/simsim.log"; } # MSISDN FAULT: so often
# S a part sent, T it told as delivered, F as failed, R an SMS of the card: in order, as one word
traffic_of() {
    awk -v number="+$1]" 'index($0, number) == 0 { next } / Sent SMS / { printf "S" } / Receive SMS / { printf "R" }
        / Receive DLR / && /:1\] \[msg/ { printf "T" } / Receive DLR / && /:2\] \[msg/ { printf "F" }
        END { print "" }' "$lab/kannel/logs/bearerbox.acc"
}

# The answer of one APDU chain on a card's own files, with the lab's card state; $card_profile is not simsim's own.
card_apdus() { # card_apdus MSISDN APDU…: the last answer
    local msisdn=$1
    shift
    printf '%s\n' "$@" | "$BUILDDIR/simsim/simsim" --cards "${cards:-$sop/Provisioning_3TestSubs.out}" \
        ${card_profile:+--profile "$card_profile"} --state "$lab/simsim/state" --apdu "$msisdn" 2>/dev/null | tail -n 1
}

wait_for() { # wait_for SECONDS COMMAND…
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        [ "$SECONDS" -lt "$end" ] || return 1
        read -rt 0.1 <> <(:) || true
    done
}
