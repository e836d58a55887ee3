#!/bin/bash
# The SOP from beginning to end on this machine: installs, builds, starts
# bearerbox, otabox and simulated cards on free ports of 127.0.0.1, runs the
# campaign, retries what failed, stops everything. Exit 0: every card is updated.
set -euo pipefail
top=$(cd "$(dirname "$0")" && pwd)
. "$top/contrib/prepare.sh"

sop=$top/testdata/sop
cards=$sop/Provisioning_3TestSubs.out
commands=$sop/Commands.txt
group=$sop/TargetMSISDN_3TestSubs.txt
keep=
pcsc=

usage() {
    cat <<END
usage: ./quickstart.sh [--cards FILE.out] [--commands FILE.txt] [--group FILE.txt] [--pcsc] [--keep]
  --cards     card file (ICCID,IMSI,MSISDN,KIC,KID): provisioned, and simulated
  --commands  APDU file: one hex command a line
  --group     target file: one MSISDN a line
  --pcsc      the cards are in readers: pcsc-bridge, pcscd and simsim's driver (as root); at most 8 cards
  --keep      leave the scratch directory with its logs
Without options it runs the SOP's own files, testdata/sop/.
END
}

readable() { [ -f "$2" ] && [ -r "$2" ] || { say "quickstart: $1: cannot read '$2': expected a file"; exit 2; }; realpath "$2"; }

while [ $# -gt 0 ]; do
    case $1 in
    --cards | --commands | --group)
        [ $# -ge 2 ] || { say "quickstart: $1 needs a file"; usage >&2; exit 2; }
        file=$(readable "$1" "$2") || exit 2
        case $1 in --cards) cards=$file ;; --commands) commands=$file ;; --group) group=$file ;; esac
        shift 2 ;;
    --pcsc) pcsc=1; shift ;;
    --keep) keep=1; shift ;;
    -h | --help) usage; exit 0 ;;
    *) say "quickstart: unknown option '$1'"; usage >&2; exit 2 ;;
    esac
done

lab=$(mktemp -d "${TMPDIR:-/tmp}/otabox-quickstart.XXXXXX")
up=
finish() {
    local status=$?
    trap - EXIT
    [ -z "$up" ] || "$top/contrib/otalab" down "$lab" >/dev/null 2>&1 || true
    if [ -n "$keep" ]; then say "The lab's files are in $lab"; else rm -rf "$lab"; fi
    exit "$status"
}
trap finish EXIT
trap 'say "interrupted"; exit 130' INT TERM HUP

title() { printf '\n== %s\n' "$*"; }

# Prints the command as the operator would type it, runs it, keeps its output for id_of_last.
ota() {
    printf '$ cliota'; printf ' %s' "$@"; printf '\n'
    "$top/gateway-plugin/cliota/cliota" "$@" | tee "$lab/last-output"
}
id_of_last() { sed -n 's/^{"id":\([0-9]*\).*/\1/p' "$lab/last-output" | tail -n 1; }

# Reads a transparent file of a card as a phone would: SELECT DF, SELECT EF, READ BINARY.
read_spn() {
    printf '%s\n' A0A40000027F20 A0A40000026F46 A0B0000011 |
        "$top/simsim/simsim" --cards "$cards" --state "$lab/simsim/state" --apdu "$1" 2>/dev/null | tail -n 1
}

title "Packages and build"
install_packages build run ${pcsc:+pcsc}
build_tree "$top"
say "Built."

title "The lab: bearerbox (Debian's Kannel), otabox, simsim${pcsc:+ behind pcscd and pcsc-bridge}"
# As the SOP warns, not every PoR comes back: the air loses the last target's first one. Between a reader and
# its card nothing is lost.
# A group file that names nobody is cliota's to refuse.
targets() { sed 's/^\xEF\xBB\xBF//' "$group" | tr -cd '0-9\n' | grep . || true; }
last_target=$(targets | tail -n 1)
: >"$lab/faults.conf"
[ -z "$last_target" ] ||
    printf 'group = fault\nmsisdn = %s\nwhat = por\naction = lose\ncount = 1\n' "$last_target" >"$lab/faults.conf"
up=1
air=(--faults "$lab/faults.conf")
[ -z "$pcsc" ] || air=(--pcsc)
"$top/contrib/otalab" up "$lab" --cards "$cards" "${air[@]}" --por-timeout 10
. "$lab/env.sh"

title "Create profile (SOP 6)"
ota -createProfile -name poc_3cards -appType rfm
profile=$(id_of_last)

title "Provision cards (SOP 7)"
provisioned=0
ota -provision -outputFilePath "$cards" -profile "$profile" || provisioned=$?
[ "$provisioned" = 0 ] || [ "$provisioned" = 3 ] || exit "$provisioned"

title "Create group (SOP 8)"
ota -createGroup -profile "$profile" -name poc_3cards -msisdnList "$group"
card_group=$(id_of_last)

title "Create campaign (SOP 9)"
ota -createCampaign -type RFM -profile "$profile" -name poc_3cards_campaign -spi 1621 -tar B00010 \
    -transmissionMode conc -apduFilePath "$commands"
campaign=$(id_of_last)

title "Start campaign (SOP 10)"
ota -start -campaign "$campaign" -cardGroup "$card_group"
watched=0
ota -watch -campaign "$campaign" || watched=$?
ota -listMessages -campaign "$campaign"

# The SOP recommends three retries on every batch.
for retry in 1 2 3; do
    [ "$watched" = 3 ] || break
    title "Retry failed campaign (SOP 11), retry $retry of at most 3"
    ota -retryFailed -campaign "$campaign"
    watched=0
    ota -watch -campaign "$campaign" || watched=$?
    ota -listMessages -campaign "$campaign"
done

title "The messages in bearerbox.acc"
cat "$lab/kannel/logs/bearerbox.acc"

if [ -n "$pcsc" ]; then
    title "What the bridge and its readers did"
    cat "$lab/logs/pcsc-bridge.log"
fi

# The cards are read as a phone would, so simsim has to give them free first.
title "What the cards hold now"
"$top/contrib/otalab" down "$lab"
up=
spn_shown=
for msisdn in $(targets); do
    answer=$(read_spn "$msisdn") || answer=
    text=$(printf '%s' "${answer%% *}" | cut -c3- | sed 's/F*$//; s/../\\x&/g')
    printf 'card %s: EF.SPN (6F46) = %s = "%b"\n' "$msisdn" "$answer" "$text"
    spn_shown=1
done
[ -n "$spn_shown" ] || say "no card to show"

title "Result"
if [ "$watched" = 0 ] && [ "$provisioned" = 0 ]; then
    echo "Every card is updated."
else
    echo "Not every card is updated."
    exit 3
fi
