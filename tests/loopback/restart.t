#!/bin/bash
# What was on its way to bearerbox when it, or otabox too, ended without a word: sent again where the card
# tells copies apart, and not without being asked where it does not.
. "$(dirname "$0")/lib.sh"
name_cards checked-{01..20} unchecked-{01..05}
lab_up --cards "$cards" --por-timeout 3 --validity 6
provision_cards
checked=() unchecked=()
for name in "${!card[@]}"; do
    case $name in
    checked-*) checked+=("${card[$name]}") ;;
    *) unchecked+=("${card[$name]}") ;;
    esac
done
group_of checked "${checked[@]}"
checked=$group
group_of unchecked "${unchecked[@]}"
unchecked=$group

pid_of() { read -r pid _ <"$lab/run/$1.pid" && echo "$pid"; }
again() { "$SRCDIR/contrib/otalab" restart "$lab" "$1" >>"$work/restart.log" 2>&1 && . "$lab/env.sh"; }
# bearerbox takes nothing more, so what leaves otabox now stays between them.
nobody_knows() { # NAME SPI GROUP CARDS: a campaign whose messages are all on their way
    launch "$1" "-cardGroup $3" "$2" "$sop/Commands.txt"
    on_their_way() { run -showCampaign -campaign "${campaigns[$1]}" && grep -q "\"sending\":$2," <<<"$out"; }
    ok "$1: bearerbox hangs, $4 messages are on their way" wait_for 5 on_their_way "$1" "$4"
}
executed() { sed -n 's/^card \([0-9]*\) .*/\1/p' "$lab/simsim/state/scripts.log" | sort | uniq -c | awk '{ n[$1]++ } END { for (i in n) print n[i] " cards " i " times" }' | sort; }

kill -STOP "$(pid_of bearerbox)"
nobody_knows both-killed-checked 1621 "$checked" 20
nobody_knows both-killed-unchecked 0E21 "$unchecked" 5
kill -9 "$(pid_of otabox)" "$(pid_of bearerbox)"
ok "… both are killed, and back" again bearerbox
ok "… otabox too" again otabox
await both-killed-checked
is "mode 10: sent again, every card is updated" "$watched" 0
await both-killed-unchecked
is "mode 01: not sent again" "$(grep -c '|UNKNOWN *|' <<<"$messages")" 5
is "each checked card ran it once, no other" "$(executed)" "20 cards 1 times"
run -retryFailed -campaign "$campaign"
await both-killed-unchecked
is "… but asked to, it is" "$watched" 0

kill -STOP "$(pid_of bearerbox)"
nobody_knows killed-checked 1621 "$checked" 20
nobody_knows killed-unchecked 0E21 "$unchecked" 5
kill -9 "$(pid_of bearerbox)"
ok "… bearerbox is killed, and back" again bearerbox
await killed-checked
is "mode 10: sent again by the same otabox, every card is updated" "$watched" 0
await killed-unchecked
is "mode 01: not sent again" "$(grep -c '|UNKNOWN *|' <<<"$messages")" 5
is "each checked card ran both, each other card one" "$(executed)" "20 cards 2 times
5 cards 1 times"
