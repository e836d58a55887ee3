#!/bin/bash
# otabox under attack on its REST port does its work; killed with -9 in the middle of a
# -strict provisioning it holds none of the file's cards.
. "$(dirname "$0")/lib.sh"
lab_up --cards "$sop/Provisioning_3TestSubs.out"
provision_sop

# --- while strangers, without a token, hold and fill connections, a campaign runs to its end ---
port=$(sed -n 's,.*127\.0\.0\.1:\([0-9]*\).*,\1,p' "$CLIOTA_PROPERTIES" | head -n 1)
attack() { # until it is killed
    local held fd
    while :; do
        for held in {1..60}; do
            exec {fd}<>"/dev/tcp/127.0.0.1/$port" || break
            printf 'POST /api/profiles HTTP/1.1\r\nHost: x\r\nX: ' >&$fd
            head -c $((RANDOM % 4000)) /dev/urandom >&$fd
            ((held % 2)) && exec {fd}>&-
        done
        for ((fd = 10; fd < 200; fd++)); do exec {fd}>&-; done
    done
} 2>/dev/null
trap 'kill $attackers 2>/dev/null; finish' EXIT
attackers=
for attacker in 1 2 3; do
    attack &
    attackers="$attackers $!"
done
slowest=0
answers_in_time() { # 50 answers, each within a second
    local i began took
    for i in {1..50}; do
        began=${EPOCHREALTIME/[.,]/}
        run -listProfiles
        took=$((${EPOCHREALTIME/[.,]/} - began))
        [ "$status" = 0 ] || { echo "# $err"; return 1; }
        ((took > slowest)) && slowest=$took
    done
    echo "# the slowest of 50 answers took $((slowest / 1000)) ms"
    [ "$slowest" -lt 1000000 ]
}
ok "50 answers, each within a second" answers_in_time
run_campaign attacked 1621 "$sop/Commands.txt"
is "a campaign updates every card" "$watched" 0
ok "the attackers are still there" kill -0 $attackers
kill $attackers
wait $attackers 2>/dev/null
trap finish EXIT

# --- -strict, and kill -9 in the middle of its transaction ---
awk 'BEGIN { print "ICCID,IMSI,MSISDN,KIC,KID"; for (i = 0; i < 150000; i++)
    printf "8994123456%09d,42133456%07d,9725%08d,%s,%s\n", i, i, i,
        "23434564756786846345235345645745", "23454576679803454767897890890678" }' >"$work/many.out"
lists() { run -listCards && printf '%s\n' "$out"; run -listGroups && printf '%s\n' "$out"; }
before=$(lists)
wal=$lab/otabox/otabox.db-wal
size_of() { stat -c %s "$1" 2>/dev/null || echo 0; }
began=$(size_of "$wal")
"$BUILDDIR/gateway-plugin/cliota/cliota" -provision -file "$work/many.out" -profile "$profile" -autoCG true -strict \
    >"$work/strict.out" 2>&1 &
client=$!
grown() { [ "$(size_of "$wal")" -gt $((began + (8 << 20))) ]; }
ok "the transaction is under way: 8 MiB of it are written" wait_for 60 grown
read -r otabox_pid _ <"$lab/run/otabox.pid"
kill -9 "$otabox_pid"
wait "$client"
is "cliota had no answer: exit 3" "$?" 3
like "… and says what that means" "$(cat "$work/strict.out")" 'no answer came, so the cards may be provisioned: see -listCards'
"$SRCDIR/contrib/otalab" restart "$lab" otabox >"$work/restart.log" 2>&1
. "$lab/env.sh"
is "after the restart no card and no group of the file is there" "$(lists)" "$before"
run -provision -file "$work/many.out" -profile "$profile" -autoCG true -strict
is "the same again: all of it" "$status" 0
like "… 150,000 cards" "$out" '^Provisioned 150000 of 150000 cards in .* s, 0 rejected\.$'
