# Sourced behind lib.sh: one round of a campaign over a bad network, with programs
# killed on the way, and what must be true afterwards. All chance comes from the seed.

chance() { # chance MODULUS: 0 to MODULUS-1, from the round's seed (minimal standard generator)
    chance_state=$(((chance_state * 48271) % 2147483647))
    chance_is=$((chance_state % $1))
}

bad_air() { # bad_air SEED: 10 % of messages and PoRs lost, 5 % of each twice
    printf 'group = fault-plan\nseed = %s\n\n' "$1"
    fault '*' message lose probability=0.10
    fault '*' message duplicate probability=0.05
    fault '*' por lose probability=0.10
    fault '*' por duplicate probability=0.05
}
slow_air() { # and a third of each takes a second or two, so that much is on its way when something is killed
    fault '*' message delay probability=0.3 delay=1
    fault '*' por delay probability=0.3 delay=1
}

count_of() { run -showCampaign -campaign 1; sed -n "s/^|$1 *|\([0-9]*\) *|\$/\1/p" <<<"$out"; } # of cards in a state, or "iteration"
campaign_over() { run -showCampaign -campaign 1; grep -qE '^\|state *\|(COMPLETED|TERMINATED) *\|$' <<<"$out"; }
at_least() { # WHAT NUMBER: of count_of, and the campaign still runs
    local n
    n=$(count_of "$1")
    [ "${n:-0}" -ge "$2" ] && ! campaign_over
}

# What the cards executed, MSISDN CNTR in order. After a clean end simsim's own log of scripts
# holds each one whose effects are durable, once, and no other: simsim(1).
executed_scripts() { sed -n 's/.*card \([0-9]*\) TAR B00010 CNTR \([0-9A-F]*\) executed.*/\1 \2/p' "$lab/simsim/state/scripts.log"; }

# -start in the background; otabox is killed as soon as it has written anything.
start_and_kill() {
    local stamp=$work/stamp
    : >"$stamp"
    "$BUILDDIR/gateway-plugin/cliota/cliota" -start -campaign 1 -cardGroup 1 >"$work/start.out" 2>&1 </dev/null &
    until [ "$lab/otabox/otabox.db-wal" -nt "$stamp" ] || ! kill -0 $! 2>/dev/null; do :; done
    kill_and_restart otabox
    wait $!
    echo "# -start ended with $?"
    run -showCampaign -campaign 1
    ! grep -qE '^\|state *\|WAITING *\|$' <<<"$out" || run -start -campaign 1 -cardGroup 1
    ok "… the campaign is WAITING, and can be started, or RUNNING" grep -qE '"state":"(RUNNING|COMPLETED)"' <<<"$out"
}

start_campaign() { # VICTIMS: started as the first of them says
    case "$1 " in
    otabox@start\ *) start_and_kill; return ;;
    esac
    run -start -campaign 1 -cardGroup 1
    is "… starts" "$status" 0
    case "$1 " in
    otabox@started\ *) ok "… otabox killed behind the answer, and back" kill_and_restart otabox ;;
    esac
}

# The SOP's script, or with PIECES=3 it three times over, as three packets: sets $script, $packets.
make_script() {
    local i
    packets=${PIECES:-1}
    script=("$sop/Commands.txt")
    [ "$packets" -gt 1 ] || return 0
    for ((i = 0; i < packets; i++)); do
        echo A0A40000023F00
        grep -o '^A0[0-9A-F]*' "$sop/Commands.txt"
    done >"$work/pieces.txt"
    script=("$work/pieces.txt" -maxSmsParts 1)
}

# chaos_round SEED CARDS VICTIMS: the programs of VICTIMS are killed in turn, one each time that some more
# cards are updated; NAME@retry: in the second iteration. The first may be otabox@start or otabox@started:
# in the middle of -start, or behind its answer.
chaos_round() {
    local seed=$1 count=$2 victims=$3 victim threshold=0
    chance_state=$((seed % 2147483646 + 1))
    make_cards "$seed" "$count"
    make_script
    {
        bad_air "$seed"
        [ -z "$victims" ] || slow_air
    } >"$work/faults.conf"
    lab_up --cards "$cards" --faults "$work/faults.conf" --por-timeout 3 --validity 5
    run -createProfile -name chaos -appType rfm
    run -provision -outputFilePath "$cards" -profile 1
    run -createGroup -profile 1 -name all -msisdnList "$targets"
    run -createCampaign -type RFM -profile 1 -name chaos -spi 1621 -retries 10 -apduFilePath "${script[@]}"
    is "seed $seed: a campaign of $packets packets on $count cards; killed: ${victims:-none}" "$status" 0
    start_campaign "$victims"

    for victim in $victims; do
        case $victim in
        *@start | *@started) continue ;;
        *@retry) ok "… the second iteration has begun" wait_for 60 at_least iteration 2 ;;
        *)
            chance 25
            threshold=$((threshold + count * (5 + chance_is) / 100))
            ok "… $threshold cards are updated, the campaign still runs" wait_for 60 at_least updated "$threshold" ;;
        esac
        ok "… ${victim%@*} killed with -9, and back" kill_and_restart "${victim%@*}"
    done
    ok "… the campaign ends by itself, with automatic retries" wait_for 240 campaign_over
    check_invariants "$count"
}

# "updated 250 failed 1", from the totals and from the rows.
totals() { run -showCampaign -campaign 1; sed -n 's/^|\(pending\|sending\|sent\|delivered\|updated\|partial\|failed\|unknown\|executedUnknown\|cancelled\) *|\([1-9][0-9]*\) *|$/\1 \2/p' <<<"$out" | sort; }
rows() {
    run -listMessages -campaign 1
    awk -F'|' '$2 ~ /^[0-9]+ *$/ { sub(/ +$/, "", $3); states[$3 == "EXECUTED_UNKNOWN" ? "executedUnknown" : tolower($3)]++ }
        END { for (state in states) print state, states[state] }' <<<"$out" | sort
}

check_invariants() { # COUNT
    is "… every card is updated" "$(rows)" "updated $1"
    is "… totals equal rows" "$(totals)" "$(rows)"
    "$SRCDIR/contrib/otalab" down "$lab" >/dev/null 2>&1
    is "… every card executed the script" \
        "$(executed_scripts | cut -d' ' -f1 | sort | uniq -c | awk -v packets="$packets" '$1 >= packets' | grep -c .)" "$1"
    is "… no packet was executed twice" "$(executed_scripts | sort | uniq -d)" ""
    is "… no counter went back" "$(executed_scripts |
        awk 'last[$1] >= $2 && last[$1] != "" { print $0 " after " last[$1] } { last[$1] = $2 }')" ""
}
