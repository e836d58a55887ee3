#!/bin/bash
# UICCs: the same campaigns through simsim's SMSC, and in readers with T=0 and with T=1 (a terminal that boots the card by
# EF.DIR, AID, FCP and PIN). Scripts of class 00 and of class A0 meet in one file; the PoRs are byte for byte the same.
. "$(dirname "$0")/lib.sh"

[ -x /usr/sbin/pcscd ] && unshare -m true 2>/dev/null || {
    echo "1..0 # SKIP a pcscd of our own needs 'unshare -m' and the package pcscd"
    trap - EXIT
    rm -rf "$work"
    exit 0
}
m=($(grep -oE '[0-9]+' "$sop/TargetMSISDN_3TestSubs.txt"))
spn=0056697267696E204D6F62696C65FFFFFF

# The USIM's EF.SPN from its own directory; by path from the MF; as a SIM's.
printf '%s\n' 00A4000C026F46 "00D6000011$spn" 00B0000011 >"$work/usim.txt"
printf '%s\n' 00A4080C047F206F46 "00D6000011${spn/56/58}" 00A40804022FE2 00C0000019 >"$work/shared.txt"

card_profile=$SRCDIR/simsim/profiles/usim.xml
with_protocols() { # PROTOCOLS: the profile that offers these
    card_profile=$work/usim-${1// /}.xml
    sed "s/type=\"uicc\"/type=\"uicc\" protocols=\"$1\"/" "$SRCDIR/simsim/profiles/usim.xml" >"$card_profile"
}

pors() { # what bearerbox received: sender, data, header
    sed -n 's/.*Receive SMS .*\[from:+*\([0-9]*\)\].*\(\[msg:[^]]*\]\).*\(\[udh:[^]]*\]\).*/\1 \2 \3/p' \
        "$lab/kannel/logs/bearerbox.acc" | sort
}
campaigns() { # NAME: a script for each application, and each kind of PoR
    provision_sop a
    run_campaign usim 1621 "$work/usim.txt" -tar B00011
    is "$1: USIM: watch ends with 0" "$watched" 0
    like "$1: … and its PoR has the file" "$messages" "\|3 .*$spn"
    run_campaign usim-39 1639 "$work/usim.txt" -tar B00001
    is "$1: USIM, PoR ciphered: watch ends with 0" "$watched" 0
    run_campaign shared 1629 "$work/shared.txt" -tar B00000
    is "$1: shared file system, PoR with CC: watch ends with 0" "$watched" 0
    like "$1: … and its PoR has an FCP" "$messages" '62178202412183022FE2'
    run_campaign sim 1601 "$sop/Commands.txt" -tar B00010
    is "$1: SIM, PoR in the report: watch ends with 0" "$watched" 0
    run_campaign wrong 1621 "$work/usim.txt" -tar B00010
    like "$1: the SIM's application refuses class 00" "$messages" '\|1 +\|6E00'
    pors >"$work/$1"
    is "$1: fifteen PoRs came back" "$(wc -l <"$work/$1")" 15
}
one_file_for_both() { # NAME: what the SIM's script wrote is what the USIM has
    "$SRCDIR/contrib/otalab" down "$lab" >/dev/null 2>&1
    for i in 0 1 2; do
        is "$1: card ${m[i]}: EF.SPN" "$(card_apdus "${m[i]}" 00A4040C07A0000000871002 00A4000C026F46 00B0000011)" "$spn 9000"
    done
}
gone() { ! kill -0 "$1" 2>/dev/null; }
speaks() { # LINES: $answers are the card's
    answers=$(printf '%s\n' "$@" | scriptor -r "simsim 00 00" -p "T=${protocol#T}" 2>/dev/null | tr -d ' \n' |
        grep -oE '<[0-9A-F]+:' | tr -d '<:' | tr '\n' ' ')
    [ -n "$answers" ]
}
end_bridge() {
    local bridge_pid
    read -r bridge_pid _ <"$lab/run/pcsc-bridge.pid"
    kill "$bridge_pid"
    ok "$protocol: the bridge lets go of the cards" wait_for 10 gone "$bridge_pid"
}
# Programs of others: they agree upon the protocol, and get what it makes of the same answers.
by_others() {
    local fcp=62178202412183022FE28A01058B032F06..80..000A880110
    if [ $protocol = T0 ]; then
        ok "scriptor speaks T=0" wait_for 5 speaks 00A40004022FE2 00C0000019
        like "… SELECT and GET RESPONSE" "$answers" "^6119 ${fcp}9000 $"
    else
        ok "scriptor speaks T=1" wait_for 5 speaks 00A40004022FE200
        like "… SELECT with its answer" "$answers" "^${fcp}9000 $"
    fi
    command -v opensc-tool >/dev/null || return 0
    like "$protocol: opensc-tool: ATR" "$(opensc-tool -r "simsim 00 01" -a 2>&1)" "^3b:9e:95:8[01]:"
    like "$protocol: opensc-tool: a file of the USIM" \
        "$(opensc-tool -r "simsim 00 01" -s 00A4040C07A0000000871002 -s 00B0870009 2>&1 | tr '\n' ' ')" "SW1=0x69, SW2=0x82"
}

lab_up --profile "$card_profile" --por-timeout 5
campaigns by-smsc
one_file_for_both by-smsc

for protocol in T0 T1; do
    rm -rf "$lab"
    with_protocols $protocol
    lab_up --pcsc --profile "$card_profile" --por-timeout 5
    campaigns in-readers-$protocol
    is "$protocol: the PoRs are byte for byte the same" "$(cat "$work/in-readers-$protocol")" "$(cat "$work/by-smsc")"
    end_bridge
    by_others
    one_file_for_both $protocol
done

# A card that offers both is spoken to as each program chose. It is put in anew: pcscd keeps a card to its last protocol
# until it has taken its power away.
rm -rf "$lab"
with_protocols "T0 T1"
lab_up --pcsc --profile "$card_profile"
protocol="T0 and T1" end_bridge
for protocol in T0 T1 T0; do
    printf '%s\n' "remove 0" "insert 0 ${m[0]}" >"$lab/simsim/control"
    by_others
done
