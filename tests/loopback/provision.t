#!/bin/bash
# otabox is killed while a file is provisioned: the numbers add up to the file's rows, and the same
# command again finishes the work, in the same card group.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/chaos.sh"
rows=40000
make_cards 4 $rows
lab_up
run -createProfile -name p -appType rfm

provisioned() { sed -n 's/^ *[0-9]* %  \([0-9]*\) cards provisioned.*/\1/p' "$work/first.out" | tail -n 1; }
: >"$work/first.out"
some_are_in() { local n; n=$(provisioned); [ "${n:-0}" -gt 0 ]; }
"$BUILDDIR/gateway-plugin/cliota/cliota" -provision -file "$cards" -profile 1 -autoCG true >"$work/first.out" 2>"$work/first.err" &
client=$!
ok "some cards are provisioned" wait_for 60 some_are_in
read -r pid started <"$lab/run/otabox.pid"
kill -9 "$pid"
wait $client
is "otabox killed midway: done in part" $? 3
first=$(cat "$work/first.out") said=$(cat "$work/first.err")
like "… and says how to go on" "$said" 'cards.out: stopped, the lines before [0-9]+ are done; the same command again goes on'
summary='^Provisioned ([0-9]+) of 40000 cards in [0-9.]* s, 0 rejected(, ([0-9]+) sent without an answer)?(, ([0-9]+) not sent)?\.$'
like "… and how many of how many" "$first" "$summary"
line=$(grep -E "$summary" <<<"$first")
is "… which adds up to the rows of the file" \
    "$(sed -E "s/$summary/\1 + 0\3 + 0\5/" <<<"$line" | awk '{ print $1 + $3 + $5 }')" $rows
sent=$(sed -E "s/$summary/\1/" <<<"$line")

ok "otabox is back" "$SRCDIR/contrib/otalab" restart "$lab" otabox
. "$lab/env.sh"
run -provision -file "$cards" -profile 1 -autoCG true
is "the same command again: done in part" "$status" 3
there=$(sed -nE 's/^Provisioned ([0-9]+) of 40000 cards in .*, ([0-9]+) rejected \(\2 already provisioned\)\.$/\1 \2/p' <<<"$out")
ok "… what is there is counted as such" test "${there#* }" -ge "$sent"
is "… new and old cards are all of the file" "$(awk '{ print $1 + $2 }' <<<"$there")" $rows
is "… the first twenty old ones have a line" "$(grep -c ': ICCID [0-9]* is already provisioned (card [0-9]*, profile 1)$' <<<"$err")" 20
is "… each of them is in the rejected file, with the reason" \
   "$(grep -c ',"ICCID [0-9]* is already provisioned (card [0-9]*, profile 1)"$' "$cards.rejected.csv")" "${there#* }"
like "… the group is used again" "$out" '^Card group 1 is of this file, new cards are added to it\.$'
run -listGroups
is "there is one group of all the cards" "$(grep '^|[0-9]' <<<"$out" | sed -E 's/ *\|/|/g' | cut -d'|' -f2,3,6)" "1|cards|$rows"
