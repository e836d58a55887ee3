#!/bin/bash
# The SOP's files as printed, and requests that break its rules: one clear line,
# the right exit status, nothing changed.
. "$(dirname "$0")/lib.sh"
verbatim=$sop/verbatim
out_file=$verbatim/Provisioning_3TestSubs_FriendiKSA.out group_file=$verbatim/TargetMSISDN_3TestSubs_FriendiKSA.out commands=$verbatim/Commands.txt
lab_up --cards "$sop/Provisioning_3TestSubs.out"

run -createProfile -name p -appType rfm
run -createProfile -name p -appType rfm
is "a profile name taken: refused" "$status" 1
like "… names it" "$err" "'p'.*taken|'p'.*exists|p.*is taken"
run -createProfile -name 'a b'
is "a name with a space: refused" "$status" 1
run -createProfile
is "no name: wrong usage" "$status" 2
run -createProfil -name x
is "an unknown command: wrong usage" "$status" 2

cp "$out_file" "$work/verbatim.out"
run -provision -outputFilePath "$work/verbatim.out" -profile 1
is "the SOP's .out as printed: done in part" "$status" 3
like "… row 2 is named with its digits" "$err" 'verbatim.out:2:[0-9]+: KIC has 29 hex digits, expected 32, 48 or 64'
ok "… no key in the message" bash -c '! grep -qi 12122343423 <<<"$0"' "$err"
is "… the rejected file is private" "$(stat -c %a "$work/verbatim.out.rejected.csv")" 600
run -provision -outputFilePath "$work/verbatim.out" -profile 1
is "the same again: nothing provisioned, refused" "$status" 1
run -provision -outputFilePath "$work/verbatim.out" -profile 99
is "an unknown profile: refused" "$status" 1
run -listCards
is "one card is there" "$(grep -c 8991234567788901235 <<<"$out")" 1

run -createGroup -profile 1 -name g -msisdnList "$group_file"
is "the SOP's group file as printed repeats a number: refused" "$status" 1
like "… names both lines" "$err" 'out:2:1: MSISDN 961234567890 repeats line 1$'
run -listGroups
ok "… and no group was made" bash -c '! grep -q "| *g *|" <<<"$0"' "$out"

run -createCampaign -type RFM -profile 1 -name c -spi 1621 -apduFilePath "$commands"
is "the SOP's Commands.txt as printed: refused" "$status" 1
like "… names line, digits and what was expected" "$err" 'Commands.txt:5:9: A0DC0104 with P3 22 needs 78 hex digits, this line has 101$'
run -createCampaign -type RFM -profile 1 -name c -apduFilePath "$sop/Commands.txt"
is "no SPI: wrong usage" "$status" 2
run -createCampaign -type RFM -profile 1 -name c -spi 16FF -apduFilePath "$sop/Commands.txt"
is "a reserved SPI2: refused" "$status" 1
run -createCampaign -type RAM -profile 1 -name c -spi 1621 -apduFilePath "$sop/Commands.txt"
is "a type that is not built yet: refused by name" "$status" 1
like "… by name" "$err" 'RAM'
run -listCampaigns
ok "no campaign was made" bash -c '! grep -q WAITING <<<"$0"' "$out"

run -createCampaign -type RFM -profile 1 -name c -spi 1621 -apduFilePath "$sop/Commands.txt"
run -start -campaign 1
is "start without a target: wrong usage" "$status" 2
run -start -campaign 1 -cardGroup 7
is "start on an unknown group: refused" "$status" 1
run -start -campaign 9 -cardGroup 1
is "start of an unknown campaign: refused" "$status" 1
run -retryFailed -campaign 1
is "retry of a campaign that never ran: refused" "$status" 1
run -config /nonexistent -listProfiles
is "no configuration file: refused" "$status" 1
