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
is "no SPI, and none in the profile: refused" "$status" 1
run -createCampaign -type RFM -profile 1 -name c -spi 16FF -apduFilePath "$sop/Commands.txt"
is "a reserved SPI2: refused" "$status" 1
run -createCampaign -type SMS -profile 1 -name c -message hello -spi 1621 -apduFilePath "$sop/Commands.txt"
is "a text with commands: refused" "$status" 1
like "… by name" "$err" '-spi: type SMS takes none'
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

# --- each refusal: its exit status, one line with the offending values, nothing changed ---
snapshot() {
    local list
    for list in listProfiles listCards listGroups listCampaigns; do run "-$list" && printf '%s\n' "$out"; done
    for list in 1 2; do run -showCampaign -campaign $list && printf '%s\n' "$out"; done
}
refused() { # refused NAME STATUS LINE ARGUMENT…: LINE is an extended regular expression for the whole line
    local name=$1 expected=$2 line=$3 said
    shift 3
    run "$@"
    said=$(grep -v '^cliota: warning: ' <<<"$err")
    if [ "$status" = "$expected" ] && grep -qxE -e "$line" <<<"$said" && [ "$(wc -l <<<"$said")" = 1 ]; then
        is "$name" "$(snapshot)" "$before"
    else
        is "$name" "exit $status: $err" "exit $expected: $line"
    fi
}
list() { # list NAME LINE…: a file of these lines
    printf '%s\n' "${@:2}" >"$work/$1"
}
run -createProfile -name q -appType rfm
sed -n '1p;3p' "$sop/Provisioning_3TestSubs.out" >"$work/third.out" # is provisioned: rejected
sed -n '1p;4p' "$sop/Provisioning_3TestSubs.out" >"$work/other.out"
run -provision -file "$work/other.out" -profile 2
is "profile 2 has one card" "$status" 0
mine=961234567891 theirs=961234567892 nobodys=961234567890
run -createGroup -profile 2 -name theirs
their_group=$(last_id)
run -createGroup -profile 1 -name mine
my_group=$(last_id)
run -createCampaign -type RFM -profile 1 -name done -spi 1621 -apduFilePath "$sop/Commands.txt"
run -start -campaign 2 -card 1
run -watch -campaign 2
is "campaign 2 is over" "$status" 0
before=$(snapshot)
ok "the snapshot holds all of it" bash -c 'for t in q $1 $2 mine theirs COMPLETED; do grep -q "|$t *|" <<<"$0" || exit 1; done' \
    "$before" $mine $theirs

group=(-createGroup -profile 1 -name g)
list foreign.txt $mine $theirs
refused "a card of another profile in a list" 1 ".*/foreign.txt:2:1: MSISDN $theirs belongs to profile 2, not to profile 1" \
    "${group[@]}" -msisdnList "$work/foreign.txt"
list unknown.txt "  $mine" "  $nobodys"
refused "an unknown card in a list" 1 ".*/unknown.txt:2:3: MSISDN $nobodys is not provisioned" \
    "${group[@]}" -msisdnList "$work/unknown.txt"
list twice.txt $mine '' +$mine
refused "a card twice in a list" 1 ".*/twice.txt:3:1: MSISDN $mine repeats line 1" \
    "${group[@]}" -msisdnList "$work/twice.txt"
list words.txt $mine 'all of them'
refused "a line that is no number" 1 \
    ".*/words.txt:2:1: 'all of them' is no MSISDN, expected 3 to 15 digits and nothing else" \
    "${group[@]}" -msisdnList "$work/words.txt"
refused "MSISDNs as ICCIDs" 1 ".*/twice.txt:1:1: '$mine' is no ICCID, expected 18 to 20 digits and nothing else" \
    "${group[@]}" -iccidList "$work/twice.txt"
refused "an empty list" 1 '.*the list is empty, expected one MSISDN a line' "${group[@]}" -msisdnList /dev/null
refused "two lists" 2 "cliota: -msisdnList a.txt and -iccidList b.txt exclude each other, expected one of them" \
    "${group[@]}" -msisdnList a.txt -iccidList b.txt
refused "a group's name taken" 1 "cliota: card group name 'mine' is taken by card group $my_group of profile 1" \
    -createGroup -profile 1 -name mine
refused "a campaign's name taken" 1 "cliota: campaign name 'done' is taken by campaign 2 of profile 1" \
    -createCampaign -type RFM -profile 1 -name done -spi 1621 -apduFilePath "$sop/Commands.txt"
refused "provisioned already" 1 ".*/third.out:2:1: ICCID 8991234567788901235 is already provisioned \(card 1, profile 1\)" \
    -provision -file "$work/third.out" -profile 2
refused "-strict without a file" 1 "cliota: -outputFilePath $work/none.out cannot be read: No such file or directory" \
    -provision -file "$work/none.out" -profile 2 -strict

refused "a group of another profile" 1 "cliota: card group $their_group belongs to profile 2, campaign 1 to profile 1" \
    -start -campaign 1 -cardGroup "$their_group"
refused "a card of another profile" 1 "cliota: card 2 \(MSISDN $theirs\) belongs to profile 2, campaign 1 to profile 1" \
    -start -campaign 1 -msisdn $theirs
refused "an unknown MSISDN" 1 "cliota: no card has the MSISDN $nobodys" -start -campaign 1 -msisdn $nobodys
refused "an unknown ICCID" 1 "cliota: no card has the ICCID 8991234567788909999" -start -campaign 1 -iccid 8991234567788909999
refused "a campaign that is over" 1 "cliota: campaign 2 is COMPLETED, expected WAITING" -start -campaign 2 -card 1
refused "two targets" 2 "cliota: -start has -cardGroup $my_group and -msisdn $mine, expected exactly one target: -cardGroup, -card, or -msisdn, -iccid and -imsi of one card" \
    -start -campaign 1 -cardGroup "$my_group" -msisdn $mine
refused "no target" 2 "cliota: -start names no card, expected exactly one target: -cardGroup, -card, or -msisdn, -iccid and -imsi of one card" \
    -start -campaign 1
refused "a retry of what is updated" 1 "cliota: campaign 2: every card is updated, nothing to retry" -retryFailed -campaign 2

campaign=(-createCampaign -type RFM -profile 1 -name x -spi 1621)
apdus() { # apdus NAME LINE REASON APDU…: refused at that place
    list "$1.txt" "${@:4}"
    refused "APDUs: $1" 1 ".*/$1.txt:$2: $3" "${campaign[@]}" -apduFilePath "$work/$1.txt"
}
apdus odd 2:9 'A0A40000 with P3 02 needs 14 hex digits, this line has 13' A0A40000023F00 A0A40000027F2
apdus short 1:9 'A0D60000 with P3 03 needs 16 hex digits, this line has 14' A0D600000311AA
apdus long 3:11 'A0D60000 with P3 01 needs 12 hex digits, this line has 14' A0A40000023F00 '' '  A0D600000111AA'
apdus no-hex 1:13 "'O' is no hex digit" A0A40000023FO0
apdus stub 1:1 "'A0A4' has 4 hex digits, a command has at least 10 \(CLA INS P1 P2 P3\)" A0A4
apdus class 1:1 'class FF is not known, expected A0 \(2G\), 0X or 8X \(UICC\)' FFA40000023F00
apdus refresh-first 1:1 'D0 \(REFRESH\) must be the last command, another one follows' D009810301010482028182 A0A40000023F00
apdus placeholder 1:14 "'\[Na-me\]' is no placeholder, expected \[NAME\], 1 to 32 of a-z, A-Z, 0-9 and _" 'A0D6000004[Na-me]'
many=$(for i in {1..256}; do echo A0A40000027F20; done)
list many.txt $many
no_cut='cannot be cut, and a PoR counts at most 255'
refused "256 commands, more than a PoR can count" 1 "cliota: command 256: commands 1 to 256 $no_cut" \
    "${campaign[@]}" -apduFilePath "$work/many.txt"
list fewer.txt $(tail -n 255 <<<"$many")
refused "… and the refresh counts" 1 "cliota: command 256: commands 1 to 256 $no_cut" \
    "${campaign[@]}" -apduFilePath "$work/fewer.txt" -includeSimRefresh true
good=(-apduFilePath "$sop/Commands.txt")
sw='is no status word, expected 4 hex digits with x for any digit, as 9000 or 91xx'
refused "an SW list with a blank" 1 "cliota: -expectedLastSW ' 91xx' $sw" "${campaign[@]}" "${good[@]}" -expectedLastSW '9000, 91xx'
refused "an SW of 3 digits" 1 "cliota: -expectedLastSW '900' $sw" "${campaign[@]}" "${good[@]}" -expectedLastSW 900
refused "an SW list that ends with a comma" 1 "cliota: -expectedLastSW '9000,' ends with a comma" \
    "${campaign[@]}" "${good[@]}" -expectedLastSW 9000,
refused "an empty SW" 2 "cliota: -expectedLastSW '': expected a value" \
    "${campaign[@]}" "${good[@]}" -expectedLastSW ''
refused "a TAR of 5 digits" 1 "cliota: -tar 'B0001': expected 6 hex digits" "${campaign[@]}" "${good[@]}" -tar B0001
refused "a mode that is none" 1 "cliota: -transmissionMode 'both': expected seq or conc" \
    "${campaign[@]}" "${good[@]}" -transmissionMode both
refused "a validity over 63 weeks" 1 'cliota: -validityPeriod 635041 is out of range, expected 0 to 635040 minutes' \
    "${campaign[@]}" "${good[@]}" -validityPeriod 635041
list extension.out $mine
run "${group[@]}" -msisdnList "$work/extension.out"
is "any extension is read" "$status" 0
like "… and other than .txt warns" "$err" "^cliota: warning: -msisdnList '.*/extension.out': expected a file with the extension .txt\$"
run -listGroups
like "… the group is there" "$out" '\|g  *\|1  *\|p  *\|1  '
