#!/bin/bash
# make soak: random rounds of kills.t from a printed seed, ROUNDS of them (50), each
# with 200 to 2,000 cards, one to four kills, and a script of one or three packets. Stops at the first round that fails.
set -u
here=$(cd "$(dirname "$0")" && pwd)
seed=${SEED:-$((RANDOM * 32768 + RANDOM))}
rounds=${ROUNDS:-50}
echo "soak: SEED=$seed ROUNDS=$rounds"
programs=(otabox bearerbox simsim otabox@retry)
starts=('' '' otabox@start otabox@started)
RANDOM=$((seed % 32768))
for ((round = 1; round <= rounds; round++)); do
    round_seed=$((seed + round)) cards=$((200 + RANDOM % 1801)) victims=${starts[RANDOM % 4]}
    for ((kill = 1 + RANDOM % 4; kill > 0; kill--)); do victims="$victims ${programs[RANDOM % 3]}"; done
    pieces=$((1 + RANDOM % 2 * 2))
    echo "round $round: SEED=$round_seed CARDS=$cards PIECES=$pieces VICTIMS='${victims# }'"
    if ! SEED=$round_seed CARDS=$cards PIECES=$pieces VICTIMS=$victims KEEP_LAB=1 bash "$here/kills.t" >"soak-$round.log" 2>&1 ||
        grep -q '^not ok\|^Bail out' "soak-$round.log"; then
        cat "soak-$round.log"
        echo "soak: round $round failed; again with the line above in front of tests/loopback/kills.t"
        exit 1
    fi
    rm -f "soak-$round.log"
done
echo "soak: $rounds rounds passed"
