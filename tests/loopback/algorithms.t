#!/bin/bash
# AES-128, AES-256 and 3DES with three keys through the whole way: the key's length has
# to fit the algorithm that KIc and KID name. The .out file's second key set is the
# SOP's kind, 3DES with two keys.
. "$(dirname "$0")/lib.sh"
cards=$SRCDIR/testdata/cards/algorithms.out
lab_up --cards "$cards" --por-timeout 10
run -createProfile -name p -appType rfm
run -provision -outputFilePath "$cards" -profile 1
is "cards with keys of 16, 24 and 32 bytes are provisioned" "$status" 0

campaigns=0
one_card() { # NAME MSISDN SPI KIC KID: sets $messages, $watched
    run -createCampaign -type RFM -profile 1 -name "$1" -spi "$3" -kicByte "$4" -kidByte "$5" -apduFilePath "$sop/Commands.txt"
    local id
    id=$(last_id)
    run -start -campaign "$id" -msisdn "$2"
    run -watch -campaign "$id"
    watched=$status
    run -listMessages -campaign "$id"
    messages=$out
}
acc=$lab/kannel/logs/bearerbox.acc
packet_of_last() { grep 'Sent SMS' "$acc" | tail -n 1 | sed 's/.*\[msg:[0-9]*:\([0-9A-F]*\)\].*/\1/'; }

one_card aes-128 96171002001 1639 12 12
is "AES-128, PoR with CMAC and ciphered: updated" "$watched" 0
like "… the packet says so" "$(packet_of_last)" '^....15163912''12B00010'
one_card aes-256 96171002003 1639 12 12
is "AES-256: updated" "$watched" 0
one_card 3des-3 96171002002 1639 19 19
is "3DES with three keys: updated" "$watched" 0
like "… the packet says so" "$(packet_of_last)" '^....151639''1919B00010'

one_card aes-on-24 96171002002 1639 12 12
is "24-byte keys under AES: AES-192, as its length says; updated" "$watched" 0

# A key that does not fit is told, and nothing leaves.
sent=$(grep -c 'Sent SMS' "$acc")
one_card 3des-2-on-24 96171002002 1621 15 15
is "24-byte keys under 3DES with two keys: not updated" "$watched" 3
like "… and why" "$messages" '\|FAILED *\|.*KIc says 3DES with 2 keys: the KIc key must have 16 bytes'
one_card 3des-3-on-16 96171002001 1621 19 19
is "16-byte keys under 3DES with three keys: not updated" "$watched" 3
like "… and why" "$messages" '\|FAILED *\|.*the KIc key must have 24 bytes'
is "… and no SMS left" "$(grep -c 'Sent SMS' "$acc")" "$sent"
