# Sourced behind lib.sh: one round of a campaign over a bad network, with programs
# killed on the way, and what must be true afterwards. All chance comes from the seed.

chance() { # chance MODULUS: 0 to MODULUS-1, from the round's seed (minimal standard generator)
    chance_state=$(((chance_state * 48271) % 2147483647))
    chance_is=$((chance_state % $1))
}

bad_air() { # bad_air SEED: 10 % of messages and PoRs lost, 5 % of each twice
    printf 'group = fault-plan\nseed = %s\n' "$1"
    printf '\ngroup = fault\nmsisdn = *\nwhat = %s\naction = %s\nprobability = %s\n' \
        message lose 0.10 message duplicate 0.05 por lose 0.10 por duplicate 0.05
}

updated_cards() { run -showCampaign -campaign 1; sed -n 's/^|updated *|\([0-9]*\) *|$/\1/p' <<<"$out"; }
updated_at_least() { local n; n=$(updated_cards); [ "${n:-0}" -ge "$1" ]; }
midway() { updated_at_least "$1" && ! campaign_over; }
campaign_over() { run -showCampaign -campaign 1; grep -qE '^\|state *\|(COMPLETED|TERMINATED) *\|$' <<<"$out"; }

# As a power failure of one machine: no warning, then up again.
kill_and_restart() { # NAME
    local pid started
    read -r pid started <"$lab/run/$1.pid"
    kill -9 "$pid"
    "$SRCDIR/contrib/otalab" restart "$lab" "$1" >>"$work/restart.log" 2>&1 || return 1
    . "$lab/env.sh"
}

# What the cards executed, MSISDN CNTR in order. After a clean end simsim's own log of scripts
# holds each one whose effects are durable, once, and no other: simsim(1).
executed_scripts() { sed -n 's/.*card \([0-9]*\) TAR B00010 CNTR \([0-9A-F]*\) executed.*/\1 \2/p' "$lab/simsim/state/scripts.log"; }

# chaos_round SEED CARDS VICTIMS: the programs of VICTIMS are killed in turn, one each time
# that some more cards are updated.
chaos_round() {
    local seed=$1 count=$2 victims=$3 victim threshold
    chance_state=$((seed % 2147483646 + 1))
    make_cards "$seed" "$count"
    bad_air "$seed" >"$work/faults.conf"
    lab_up --cards "$cards" --faults "$work/faults.conf" --por-timeout 3 --validity 5
    run -createProfile -name chaos -appType rfm
    run -provision -outputFilePath "$cards" -profile 1
    run -createGroup -profile 1 -name all -msisdnList "$targets"
    run -createCampaign -type RFM -profile 1 -name chaos -spi 1621 -retries 10 -apduFilePath "$sop/Commands.txt"
    run -start -campaign 1 -cardGroup 1
    is "seed $seed: the campaign on $count cards starts" "$status" 0

    threshold=0
    for victim in $victims; do
        chance 25
        threshold=$((threshold + count * (5 + chance_is) / 100))
        ok "seed $seed: $threshold cards are updated, the campaign still runs" wait_for 60 midway "$threshold"
        ok "seed $seed: $victim killed with -9 at $threshold cards, and back" kill_and_restart "$victim"
    done
    ok "seed $seed: the campaign ends by itself, with automatic retries" wait_for 240 campaign_over
    check_invariants "$seed" "$count"
}

check_invariants() { # SEED COUNT
    local rows
    is "seed $1: every card is updated" "$(updated_cards)" "$2"
    run -listMessages -campaign 1
    rows=$(grep -c '|UPDATED *|' <<<"$out")
    is "seed $1: totals equal rows" "$rows" "$2"
    "$SRCDIR/contrib/otalab" down "$lab" >/dev/null 2>&1
    is "seed $1: every card executed the script" "$(executed_scripts | cut -d' ' -f1 | sort -u | grep -c .)" "$2"
    is "seed $1: no packet was executed twice" "$(executed_scripts | sort | uniq -d)" ""
    is "seed $1: no counter went back" "$(executed_scripts |
        awk 'last[$1] >= $2 && last[$1] != "" { print $0 " after " last[$1] } { last[$1] = $2 }')" ""
}
