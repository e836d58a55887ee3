#!/bin/bash
# Counters through the whole way: mode 11 behind packets that the card does not check, and
# the profile's counterScope against cards that have one counter for each TAR.
. "$(dirname "$0")/lib.sh"
per_tar='<card-profile name="per-tar" counter-scope="tar">\n  <rfm tar="B00020" msl="06" access-domain="full" d0-in-compact="accept"/>'
sed "s|<card-profile .*|$per_tar|" "$SRCDIR/simsim/profiles/gsm-2g.xml" >"$work/per-tar.xml"
name_cards keyset tar mixed
lab_up --cards "$cards" --profile "$work/per-tar.xml" --por-timeout 10
printf '%s\n' A0A40000027F20 A0A40000026F46 >"$work/read.txt"

campaigns_made=0
one() { # MSISDN SPI TAR: a campaign for one card; sets $watched, $row
    campaigns_made=$((campaigns_made + 1))
    launch "c$campaigns_made" "-msisdn $1" "$2" "$work/read.txt" -tar "$3"
    await "c$campaigns_made"
    row=$(grep "$1" <<<"$messages")
}
counters_of() { sed -n "s/.*card $1 TAR \([0-9A-F]*\) CNTR \([0-9A-F]*\) executed.*/\1 \2/p" "$lab/simsim/state/scripts.log"; }
provision() { # NAME MSISDN SCOPE: a profile with this card
    run -createProfile -name "$1" -appType rfm -counterScope "$3"
    profile=$(last_id)
    grep -e VAR_OUT -e "$2" "$cards" >"$work/$1.out"
    run -provision -outputFilePath "$work/$1.out" -profile "$profile"
    is "card $1 is provisioned" "$status" 0
}

provision keyset "${card[keyset]}" keyset
one "${card[keyset]}" 1E21 B00010
is "mode 11: executed" "$watched" 0
one "${card[keyset]}" 1E21 B00020
is "mode 11 with another TAR under one counter: not executed" "$watched" 3
like "… as the counter is too high for this TAR" "$row" '\|03 '

provision tar "${card[tar]}" tar
one "${card[tar]}" 1E21 B00010
is "a counter for each TAR: executed" "$watched" 0
one "${card[tar]}" 1E21 B00020
is "… with another TAR too" "$watched" 0
one "${card[tar]}" 1E21 B00010
is "… and again with the first" "$watched" 0
is "… each with its own counter" "$(counters_of "${card[tar]}")" "B00010 0000000001
B00020 0000000001
B00010 0000000002"

provision mixed "${card[mixed]}" tar
for spi in 1E21 0E21 0621 0E21 1E21 1621 1E21; do
    one "${card[mixed]}" "$spi" B00010
    is "SPI $spi: executed" "$watched" 0
done
is "… mode 11 goes on from what the card holds" "$(counters_of "${card[mixed]}" | cut -d' ' -f2 | paste -sd' ')" \
    "0000000001 0000000002 0000000003 0000000004 0000000002 0000000005 0000000006"
