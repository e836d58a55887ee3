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

# The answer of one APDU chain on a card's own files, with the lab's card state.
card_apdus() { # card_apdus MSISDN APDU…: the last answer
    local msisdn=$1
    shift
    printf '%s\n' "$@" | "$BUILDDIR/simsim/simsim" --cards "${cards:-$sop/Provisioning_3TestSubs.out}" \
        --state "$lab/simsim/state" --apdu "$msisdn" 2>/dev/null | tail -n 1
}

wait_for() { # wait_for SECONDS COMMAND…
    local end=$((SECONDS + $1))
    shift
    until "$@"; do
        [ "$SECONDS" -lt "$end" ] || return 1
        read -rt 0.1 <> <(:) || true
    done
}
