#!/bin/sh
# What an operator sees: transcripts of cliota against the real API, compared with tests/golden/.
# UPDATE_GOLDEN=1 writes them anew (make update-golden): read the difference as part of the change.
set -u
cliota_in=$BUILDDIR/gateway-plugin/cliota
golden=$SRCDIR/tests/golden
dir=$(mktemp -d "${TMPDIR:-/tmp}/cliota-test.XXXXXX")
server=
finish() {
    exec 3>&-
    [ -z "$server" ] || wait "$server"
    rm -rf "$dir"
}
trap finish EXIT
trap 'exit 1' INT TERM HUP

PATH=$cliota_in:$PATH
HOME=$dir/home
export PATH HOME
unset CLIOTA_PROPERTIES http_proxy https_proxy
mkdir "$HOME" "$dir/work" "$dir/server"
cp "$SRCDIR"/testdata/sop/*.* "$dir/work"
cp "$SRCDIR/testdata/sop/verbatim/Provisioning_3TestSubs_FriendiKSA.out" "$dir/work/verbatim.out"
cp "$SRCDIR/testdata/sop/verbatim/TargetMSISDN_3TestSubs_FriendiKSA.out" "$dir/work/group.out"
cp "$SRCDIR/testdata/sop/verbatim/Commands.txt" "$dir/work/verbatim.txt"
chmod -R u+w "$dir/work"
cd "$dir/work" || exit 1

number=0
ok() { # ok STATUS NAME: one TAP line
    number=$((number + 1))
    if [ "$1" = 0 ]; then echo "ok $number - $2"; else echo "not ok $number - $2"; fi
}
check() { # check NAME COMMAND...: the command succeeds
    name=$1
    shift
    "$@" >"$dir/check.out" 2>&1
    result=$?
    ok "$result" "$name"
    [ "$result" = 0 ] || sed 's/^/# /' "$dir/check.out"
}
status_is() { # status_is N COMMAND...
    wanted=$1
    shift
    "$@"
    got=$?
    [ "$got" = "$wanted" ] || { echo "exit status $got, expected $wanted: $*"; return 1; }
}
prints() { # prints TEXT COMMAND...: on stdout or stderr
    text=$1
    shift
    "$@" 2>&1 | tee "$dir/prints.out" | grep -qF -e "$text" || { cat "$dir/prints.out"; return 1; }
}

# --- the server: its clock stands still, so only port, directory and speed differ between runs ---
mkfifo "$dir/sql"
"$BUILDDIR/tests/api/api_server" "$dir/server" <"$dir/sql" >"$dir/answers" &
server=$!
exec 3>"$dir/sql"
until grep -q ready "$dir/answers"; do
    kill -0 "$server" 2>/dev/null || { echo "Bail out! api_server does not start"; exit 1; }
done
answers=1
sql() { # runs SQL in the engine's thread, and waits for it
    answers=$((answers + 1))
    printf '%s\n' "$*" >&3
    until [ "$(wc -l <"$dir/answers")" -ge "$answers" ]; do :; done
    [ "$(sed -n "${answers}p" "$dir/answers")" = ok ] || echo "# SQL failed: $*"
}
cp "$dir/server/cliota.properties" "$dir/work/cliota.properties"
port=$(sed -n 's,.*:\([0-9]*\)/.*,\1,p' cliota.properties)

run() { # one command of a transcript: as typed, what it prints, its exit status
    printf '$ cliota'
    printf ' %s' "$@"
    printf '\n'
    cliota "$@" 2>&1
    printf '(exit %d)\n\n' "$?"
}
transcript() { # transcript NAME: its commands are on stdin as shell
    . /dev/stdin >"$dir/raw"
    sed -e "s/127\.0\.0\.1:$port/127.0.0.1:PPPPP/g" -e "s,$dir,DIR,g" -e 's/ in [0-9.]* s,/ in T s,/' \
        -e 's/, [0-9]* a second/, N a second/' "$dir/raw" >"$dir/transcript"
    if [ -n "${UPDATE_GOLDEN:-}" ]; then cp "$dir/transcript" "$golden/cliota-$1.txt"; fi
    diff -u "$golden/cliota-$1.txt" "$dir/transcript" >"$dir/difference"
    result=$?
    ok "$result" "transcript $1"
    [ "$result" = 0 ] || sed 's/^/# /' "$dir/difference"
}

transcript usage <<'END'
run -help
run
run -createProfil -name x
run createProfile
run -createProfile
run -createProfile -name
run -createProfile -name -appType rfm
run -createProfile -nme x
run -createProfile -name x -name y
run -createProfile -name x y
run -createProfile -name x -appName
run -createProfile -help
run -listCards -profile 0
run -listCards -profile 1x
run -provision -file x -profile 1 -autoCG yes
run -start -campaign 1
run -start -campaign 1 -card 1 -msisdn 2
run -start -campaign 1 -imsi 3
run -createGroup -profile 1 -name g -msisdnList a.txt -iccidList b.txt
run -createCampaign -type RFM -profile 1 -name c
run -createCampaign -template 1
run -createCampaign -name c -profile 1
END

transcript profile <<'END'
run -createProfile -name poc_3cards -appType rfm
run --CREATEPROFILE --Name other
run -createProfile -name poc_3cards
run -createProfile -name 'two words'
run -createProfile -name x -appType custom
run -listProfiles
END

transcript provision <<'END'
run -provision -outputFilePath verbatim.out -profile 1
cat verbatim.out.rejected.csv
run -provision -file Provisioning_3TestSubs.out -profile 1
run -provision -file Provisioning_3TestSubs.out -profile 2
run -provision -file nothing.out -profile 1
run -provision -file Commands.txt -profile 1
run -provision -file Provisioning_3TestSubs.out -profile 9
run -listCards
run -listCards -profile 2
END

transcript group <<'END'
run -createGroup -profile 1 -name poc_3cards -msisdnList TargetMSISDN_3TestSubs.txt
run -createGroup -profile 1 -name repeated -msisdnList group.out
run -createGroup -profile 2 -name empty
run -createGroup -profile 1 -name all
run -createGroup -profile 1 -name x -iccidList nothing.txt
run -listGroups
END

transcript campaign <<'END'
run -createCampaign -type RFM -profile 1 -name poc_3cards_campaign -spi 1621 -tar B00010 -transmissionMode conc -apduFilePath Commands.txt
run -createCampaign -type RFM -profile 1 -name verbatim -spi 1621 -apduFilePath verbatim.txt
run -createCampaign -type RAM -profile 1 -name ram -spi 1621
run -createCampaign -type RFM -profile 1 -name x -spi 16 -apduFilePath Commands.txt
run -start -campaign 1 -cardGroup 9
run -start -campaign 1 -cardGroup 1
run -start -campaign 1 -cardGroup 1
run -retryFailed -campaign 1
run -showCampaign -campaign 2
END

sql "UPDATE message SET state = 4, counter = 1, pieces = 1, commands = 6, por_status = 0, por_executed = 6, por_sw = 36864, por_data = x'566972', settled = 1795354220000, deadline = NULL WHERE card_id = 1"
sql "UPDATE message SET state = 5, counter = 1, pieces = 1, commands = 6, por_status = 0, por_executed = 2, por_sw = 37892, detail = 'command 2 of 6 failed', settled = 1795354220000, deadline = NULL WHERE card_id = 2"
sql "UPDATE message SET state = 7, counter = 1, pieces = 1, commands = 6, detail = 'no PoR in time', settled = 1795354220000, deadline = NULL WHERE card_id = 3"
sql "UPDATE campaign SET state = 2, ended = 1795354230000 WHERE id = 1"

transcript results <<'END'
run -listMessages -campaign 1
run -listMessages -campaign 1 -state updated,PARTIAL -porStatus 00 -sw 9xxx -limit 1
run -listMessages -campaign 1 -state updated,PARTIAL -porStatus 00 -sw 9xxx -limit 1 -after 1
run -listMessages -campaign 1 -msisdn +961234567892 -porStatus none -iteration 1
run -listMessages -campaign 1 -iteration 2
run -listMessages -campaign 1 -state DONE
run -listMessages -campaign 1 -state 'FAILED&limit=1'
run -listMessages -campaign 1 -sw 90
run -listMessages -campaign 1 -msisdn 1
run -listMessages -campaign 1 -limit 1001
run -listMessages -campaign 9
run -watch -campaign 1
run -watch -campaign 9
run -listCampaigns
run -showCampaign -campaign 1
END

transcript template <<'END'
run -createTemplate -type RFM -profile 1 -name monthly -spi 1621 -retries 3 -apduFilePath Commands.txt
run -createTemplate -type RFM -profile 1 -name monthly -spi 1621 -apduFilePath Commands.txt
run -createTemplate -profile 1 -name x -spi 1621 -apduFilePath Commands.txt
run -createCampaign -template 1 -name may
run -createCampaign -template 9 -name june
run -start -template 1 -cardGroup 9
run -start -template 1 -campaign 2 -cardGroup 1
run -start -cardGroup 1
cliota -start -template 1 -card 1 | sed -n '/is made of/p'
run -listTemplates
END

transcript toolkit <<'END'
run -createToolkitParameters -profile 1 -name menu -priority 1 -menuEntries 1:1 -maxTextLength 10
run -createToolkitParameters -profile 1 -name sim -format sim -accessDomain 00 -menuEntries 1:1,2:2 -maxTextLength 21 -nonVolatileMemory 255 -volatileMemory 255
run -createToolkitParameters -profile 1 -name menu
run -createToolkitParameters -profile 1 -name x -maxTimers 9
run -createToolkitParameters -profile 1 -name x -menuEntries 1-1
run -createToolkitParameters -profile 1 -name x -accessDomain 00
run -createToolkitParameters -profile 1 -name x -priority 0
run -createToolkitParameters -profile 1
run -createToolkitParameters -name x
run -showToolkitParameters -tkp 2
run -renameToolkitParameters -tkp 2 -name menu
run -listToolkitParameters -profile 1
END

transcript text <<'END'
run -createCampaign -type SMS -profile 1 -name hello -message 'Grüße, 5 € für [Name]'
run -createCampaign -type FLASH -profile 1 -name flash -message 'Привет' -validityPeriod 5
run -createCampaign -type SMS -profile 1 -name x
run -createCampaign -type SMS -profile 1 -name x -message hello -spi 1621
run -createTemplate -type FLASH -profile 1 -name greeting -message hello
END
for name in hello flash; do cliota -deleteCampaign -campaign "$(cliota -listCampaigns | sed -n "s/^|\([0-9]*\) *|$name .*/\1/p")" >/dev/null; done
cliota -deleteTemplate -template 2 >/dev/null

sql "UPDATE message SET detail = 'fermé à 5 €' WHERE card_id = 3"
lengths=$(cliota -listMessages -campaign 1 | grep '^[|+]' | LC_ALL=C tr -d '\200-\277' | awk '{ print length($0) }' | sort -u | wc -l)
[ "$lengths" = 1 ]
ok $? "a table counts characters, not bytes"
sql "UPDATE message SET detail = '=HYPERLINK(1,\"x\")' WHERE card_id = 3"
transcript report <<'END'
run -report -campaign 1 -format csv
run -report -campaign 1 -format json
run -report -campaign 1 -format json -output report.json
run -report -campaign 1 -format csv -output report.json
run -report -campaign 1 -format csv -output report.json -force
run -report -campaign 1 -format csv -output /dev/null -force
run -report -campaign 1 -format csv -output nowhere/report.csv
run -report -campaign 9 -format json
run -report -campaign 9 -format json -output none.json
run -report -campaign 1 -format xml
run -report -campaign 1
END

# --- what no transcript shows ---
report_file() { # whole, private, nothing left beside it, the same as on stdout
    cliota -report -campaign 1 -format csv >report.csv
    [ "$(stat -c %a report.json)" = 600 ] && cmp report.json report.csv && [ -z "$(ls report.json.* none.json* 2>/dev/null)" ]
}
check "a report's file is private, whole, and alone" report_file
formulas() { # each character that a spreadsheet begins a formula with
    for first in = + - @; do
        sql "UPDATE message SET detail = '${first}1' WHERE card_id = 3"
        cliota -report -campaign 1 -format csv | grep -qF ",\"'${first}1\"," || { echo "${first}1 has no apostrophe"; return 1; }
    done
}
check "a spreadsheet takes no cell for a formula" formulas
sql "UPDATE message SET detail = 'no PoR in time' WHERE card_id = 3"
mode_of() { stat -c %a "$1"; }
check "the rejected rows are for the operator's eyes only" test "$(mode_of verbatim.out.rejected.csv)" = 600

corrected() { # a corrected rejected file goes in as it stands
    sed 's/,12122343423234234234234234234,56756785675678568678678678678,/,12122343423234234234234234234ABC,56756785675678568678678678678ABC,/
         s/8991234567788901234F,421234567890123,961234567890/8991234567788901299F,421234567890199,961234567899/' \
        verbatim.out.rejected.csv >corrected.out && status_is 0 cliota -provision -file corrected.out -profile 1
}
check "a corrected rejected file can be provisioned" corrected
endless_line() {
    status_is 1 timeout 20 cliota -provision -file /dev/zero -profile 1 >out 2>err || { cat out err; return 1; }
    grep -qx 'cliota: /dev/zero:1: line is longer than 1048576 bytes, expected at most 8191' err || { cat err; return 1; }
    { cat Provisioning_3TestSubs.out; cat /dev/zero; } 2>/dev/null | timeout 20 cliota -provision -file /dev/stdin -profile 1 >out 2>err
    grep -qx "cliota: /dev/stdin:$(($(wc -l <Provisioning_3TestSubs.out) + 1)): line is longer than 1048576 bytes, expected at most 8191" err || { cat err; return 1; }
}
check "an endless line ends the reading" endless_line

awk 'BEGIN { print "VAR_OUT:ICCID;IMSI;MSISDN;KIC;KID\r"; for (i = 0; i < 2500; i++) {
    if (i == 1500) print "\r"
    printf "89912345677%08d;42123456%07d;9715%08d;2343456475678684634523534564%s;23454576679803454767897890890678\r\n",
        i, i, i, i == 2100 ? "57" : "5745" } }' >many.out
pieces() { # in three pieces; the line and the column of the bad row are those of the whole file
    status_is 3 cliota -provision -file many.out -profile 2 -autoCG true >out 2>err &&
        grep -q '^Provisioned 2499 of 2500 cards' out && [ "$(wc -l <err)" = 1 ] &&
        grep -q "^Card group [0-9]* 'many' is named after the file and has 2499 cards\.$" out && ! grep -q 'not in the card group' err &&
        grep -q '^many.out:2103:50: KIC has 30 hex digits' err && grep -q '^|name  *|many *|' out || { cat out err; return 1; }
}
check "a file is sent in pieces, its empty line is counted" pieces
rows() { [ "$(cliota -listCards -profile 2 | grep -c '^|[0-9]')" = 2499 ]; }
check "a listing follows its pages to the end" rows
cr_alone() { # as old Macs wrote it
    tr '\n' '\r' <Provisioning_3TestSubs.out >cr.out
    status_is 1 cliota -provision -file cr.out -profile 1 >out 2>err
    grep -c 'cr.out:[234]:[0-9]*: .* is already provisioned' err | grep -qx 3 || { cat out err; return 1; }
}
check "a CR alone ends a line, too" cr_alone
check "the automatic group holds them" prints '|2499     |' cliota -listGroups
again() {
    sed 's/;9715/;9716/; s/^899/898/; s/;421/;422/' many.out >other/many.out
    status_is 3 cliota -provision -file other/many.out -profile 2 -autoCG TRUE >out 2>err && grep -q '^|name  *|many-2 *|' out &&
        grep -qx "cliota: warning: card group 'many' is there already and has other cards, the new one is 'many-2'" err ||
        { cat out err; return 1; }
}
mkdir other
check "a taken group name gets a number, and a word" again
group_of() { cliota -listGroups | grep "^|[0-9]* *|$1 *|"; }
third() { # as if it had been stopped in the middle: the group of the first run holds all
    sed 's/;9715/;9714/; s/^899/891/; s/;421/;429/' many.out >stopped.out
    head -n 1001 stopped.out >other/stopped.out
    status_is 0 cliota -provision -file other/stopped.out -profile 2 -autoCG true >out 2>err || { cat out err; return 1; }
    group=$(sed -n 's/^|id  *|\([0-9]*\) *|$/\1/p' out)
    status_is 3 cliota -provision -file stopped.out -profile 2 -autoCG true >out 2>err || { cat out err; return 1; }
    grep -qx "Card group $group is of this file, new cards are added to it." out && grep -q "^|name  *|stopped  *|" out &&
        grep -qE '^Provisioned 1499 of 2500 cards in [0-9.]* s, 1001 rejected \(1000 already provisioned\)\.$' out &&
        [ "$(cliota -listGroups | grep -c '|stopped')" = 1 ] && group_of stopped | grep -q '|2499 ' || { cat out; tail -n 2 err; return 1; }
}
check "-autoCG a second time goes on with the group of the first" third
fourth() { # nothing is new: refused, and the group is as it was
    before=$(cliota -listGroups)
    status_is 1 cliota -provision -file stopped.out -profile 2 -autoCG true >out 2>err && [ "$(cliota -listGroups)" = "$before" ] &&
        grep -qE '^Provisioned 0 of 2500 cards in [0-9.]* s, 2500 rejected \(2499 already provisioned\)\.$' out &&
        grep -q "^|name  *|stopped  *|" out || { cat out; tail -n 2 err; return 1; }
}
check "… and a third time changes nothing" fourth
outside() { # the group does not get the card that was there before, and cliota says so
    sed 's/;9715/;9713/; s/^899/890/; s/;421/;428/' many.out | head -n 4 >some.out
    head -n 2 some.out >one.out
    status_is 0 cliota -provision -file one.out -profile 2 >out 2>err && status_is 3 cliota -provision -file some.out -profile 2 -autoCG true >out 2>err &&
        grep -q "^Card group [0-9]* 'some' is named after the file and has 2 cards\.$" out && grep -qx "cliota: warning: 1 cards of the file, provisioned \
before, are not in the card group; -createGroup takes them" err || { cat out err; return 1; }
}
check "-autoCG: cards provisioned before are not in the group, and it says so" outside
few_reasons() { # the others are in the file only
    sed 1q stopped.out >rejected.out && sed -n '2,31p' stopped.out >>rejected.out
    status_is 1 cliota -provision -file rejected.out -profile 2 >out 2>err && [ "$(grep -c '^rejected.out:' err)" = 20 ] &&
        grep -qx 'The rejected rows are in rejected.out.rejected.csv, with the reason of each; 10 are not listed above.' out &&
        [ "$(grep -c 'already provisioned' rejected.out.rejected.csv)" = 30 ] || { cat out err; return 1; }
}
check "of many rejected rows the first 20 are listed" few_reasons
unkept_reasons() { # no file to keep them in: all are listed
    mkdir unkept.out.rejected.csv && cp rejected.out unkept.out
    status_is 1 cliota -provision -file unkept.out -profile 2 >out 2>err && [ "$(grep -c '^unkept.out:' err)" = 30 ] &&
        grep -q 'unkept.out.rejected.csv cannot be written' err && ! grep -q 'rejected rows are in' out || { cat out err; return 1; }
}
check "… unless their file cannot be written" unkept_reasons
piped() { # the rejected rows, which hold keys, do not go to /dev
    cliota -provision -file /dev/stdin -profile 2 <rejected.out >out 2>err
    grep -q '^The rejected rows are in stdin.rejected.csv, ' out && [ "$(wc -l <stdin.rejected.csv)" = 31 ] &&
        [ ! -e /dev/stdin.rejected.csv ] || { cat out; return 1; }
}
check "the rejected rows of /dev/stdin stay in the working directory" piped
mkfifo cards.fifo
awaited() { # awaited OPTION...: cliota says what it waits for; then what comes is provisioned
    cliota -provision -file cards.fifo -profile 2 "$@" >out 2>err &
    waiting=$!
    until grep -qx 'cliota: warning: cards.fifo is a pipe, waiting for who writes to it' err; do
        kill -0 "$waiting" || { cat out err; return 1; }
    done
    cat >cards.fifo
    wait "$waiting" && grep -q '^Provisioned 1 of 1 cards' out || { cat out err; return 1; }
}
one_row() { printf 'ICCID,IMSI,MSISDN,KIC,KID\n%s,%s,%s,%s,%s\n' "$1" "$2" "$3" 23434564756786846345235345645745 23454576679803454767897890890678; }
from_pipe() { one_row 8999000000000000071 429990000000071 969990000071 | awaited; }
whole_from_pipe() { one_row 8999000000000000072 429990000000072 969990000072 | awaited -strict; }
check "a pipe without a writer is waited for" from_pipe
check "… also with -strict" whole_from_pipe
into_group() { # a group of that name is there already: is it of these cards?
    cliota -createGroup -profile 2 -name stdin >/dev/null 2>&1
    one_row 8999000000000000073 429990000000073 969990000073 | status_is 1 cliota -provision -file /dev/stdin -profile 2 -autoCG true 2>err &&
        grep -q "^cliota: -autoCG: /dev/stdin cannot be read twice, expected a file: card group 'stdin' is there already" err &&
        status_is 1 cliota -showCard -msisdn 969990000073 || { cat err; return 1; }
}
check "-autoCG does not read a pipe twice" into_group
no_group() {
    cp stopped.out other/late.out
    status_is 1 cliota -provision -file other/late.out -profile 2 -autoCG true >out 2>err && tail -n 1 err | grep -qx "cliota: warning: \
no card group 'late' was made: no card was provisioned now; -createGroup takes cards that are there already" || { cat out; tail -n 2 err; return 1; }
}
check "-autoCG that makes no group says so" no_group

# --- headers ---
good=",23434564756786846345235345645745,23454576679803454767897890890678"
rejects() { # rejects STATUS LINE TEXT...: a file of these lines, made by printf
    printf "$3" >head.out
    status_is "$1" cliota -provision -file head.out -profile 2 >out 2>err && grep -qxF -e "$2" err || { cat out err; return 1; }
}
expected='expected VAR_OUT:ICCID,IMSI,MSISDN,KIC,KID'
check "one row without a header" rejects 1 "cliota: head.out:1:1: the header is missing, this is a row, $expected above it" \
    "8991234567788901235F,421234567890124,961234567891$good\n"
check "… and its place behind empty lines" rejects 1 "cliota: head.out:3:1: the header is missing, this is a row, $expected above it" \
    " \r\n\n8991234567788901235F,421234567890124,961234567891$good\n"
check "a header alone" rejects 1 "cliota: head.out: the file holds no cards, expected one a line" "VAR_OUT:ICCID,IMSI,MSISDN,KIC,KID\n\n"
check "a misspelt key column" rejects 1 "cliota: head.out:2:27: column KlC2 looks like a key's, expected KIC, KID or KIK, or KIC1, KID1, KIK1 to KIC15 and so on" \
    "\nICCID,IMSI,MSISDN,KIC,KID,KlC2,KlD2\n"
check "columns that are not read are named" rejects 0 "cliota: warning: head.out:2: columns that are not read: PIN1, KI" \
    "\nICCID,IMSI,MSISDN,KIC,KID,PIN1,KI\n8981999999999999995F,408234567890124,908234567891$good,1234,00\n"
check "UTF-16" rejects 1 "cliota: head.out:1:1: file is UTF-16, expected ASCII or UTF-8" '\377\376V\0A\0R\0\n\0'
check "a row that is no UTF-8 is listed, too" rejects 1 \
    "head.out:2:22: IMSI '4?' holds other characters than digits, expected 6 to 15 digits" \
    "ICCID,IMSI,MSISDN,KIC,KID\n8981999999999999995F,4\377,908234567891$good\n"

# --- the rejected file is repaired, whatever separates its fields ---
repaired() { # repaired SEPARATOR NUMBER: a row with a short IMSI, then that IMSI with the missing digits
    s=$1
    printf "ICCID,IMSI,MSISDN,KIC,KID\n898288888888888888$2,40923,90922222222$2$good\n" | tr , "$s" >separated.out
    status_is 1 cliota -provision -file separated.out -profile 2 >out 2>err || { cat out err; return 1; }
    [ "$(wc -l <separated.out.rejected.csv)" = 2 ] && grep -q '"IMSI has 5 digits, expected 6 to 15"$' separated.out.rejected.csv || { cat separated.out.rejected.csv; return 1; }
    sed "s/40923/4092333333333$2/" separated.out.rejected.csv >repaired.csv
    status_is 0 cliota -provision -file repaired.csv -profile 2 >out 2>err && [ ! -s err ] || { cat out err repaired.csv; return 1; }
}
check "a rejected file parted by ," repaired ',' 1
check "… by ;" repaired ';' 2
check "… by tabs" repaired '\t' 3
check "… by blanks" repaired ' ' 4
check "… by /" repaired / 5

# --- lists and APDU files name their place ---
: >empty.txt
printf '\357\273\277A0A40000023F00\n' >mark.txt
printf '\377\376A\0' >utf16.txt
printf 'A0A40000023F00\nA0\000\n' >nul.txt
campaign="-createCampaign -type RFM -profile 1 -name place -spi 1621 -apduFilePath"
check "an empty APDU file" prints 'cliota: empty.txt:1: the APDU file holds no command, expected one a line in hex' cliota $campaign empty.txt
check "a byte order mark is warned of" prints 'cliota: warning: mark.txt:1: byte order mark passed over' cliota $campaign mark.txt
check "an APDU file in UTF-16" prints 'cliota: utf16.txt:1:1: byte FF is no text, expected ASCII, the file is UTF-16' cliota $campaign utf16.txt
check "an APDU file with a NUL" prints 'cliota: nul.txt:2:3: byte 00 is no text, expected ASCII' cliota $campaign nul.txt
check "an empty list" prints 'cliota: empty.txt:1: the list is empty, expected one MSISDN a line' \
    cliota -createGroup -profile 1 -name place -msisdnList empty.txt
# Line 1503 repeats a number of the first piece, line 4 one of its own piece.
awk 'BEGIN { print "ICCID,IMSI,MSISDN,KIC,KID"; for (i = 0; i < 2000; i++) { n = i == 2 ? 1 : i; m = i == 1501 ? 7 : i
    printf "8994123456%09d,42133456%07d,9725%08d,%s,%s\n", n, i, m,
        "23434564756786846345235345645745", "23454576679803454767897890890678" } }' >repeats.out
repeats() {
    status_is 3 cliota -provision -file repeats.out -profile 2 >out 2>err && cat >expected <<'LINES' && diff expected err
repeats.out:4:1: ICCID 8994123456000000001 repeats line 3
repeats.out:1503:37: MSISDN 972500000007 repeats line 9
LINES
}
check "a row that repeats one of its file names that line" repeats
number_of_cards() { cliota -listCards | grep -c '^|[0-9]'; }
number_of_groups() { cliota -listGroups | grep -c '^|[0-9]'; }
strict_refuses() { # strict_refuses FILE TEXT...: exit 1, nothing is changed, no key and no rejected file
    file=$1
    shift
    cards=$(number_of_cards)
    groups=$(number_of_groups)
    status_is 1 cliota -provision -file "$file" -profile 2 -autoCG true -strict >out 2>err || { cat out err; return 1; }
    for text; do grep -qxF -e "$text" err || { cat err; return 1; }; done
    [ "$(wc -l <err)" = $# ] && [ "$(number_of_cards)" = "$cards" ] && [ "$(number_of_groups)" = "$groups" ] &&
        [ ! -e "$file.rejected.csv" ] && ! grep -q 234345647567868463 err || { cat err; return 1; }
}
sed 's/^8994/8995/; s/,42133456/,42153456/; s/,9725/,9735/' repeats.out >strict.out
check "-strict: repeats across 1,500 lines refuse all" strict_refuses strict.out \
    "strict.out:4:1: ICCID 8995123456000000001 repeats line 3" \
    "strict.out:1503:37: MSISDN 973500000007 repeats line 9" \
    "cliota: strict.out: 2 of 2000 rows are wrong, nothing was provisioned"
sed '4d;1503d' strict.out >good.out
{ cat good.out; sed -n '2s/8995/8996/p' good.out | sed 's/,42153456/,42163456/'; } >last.out
check "-strict: the last row alone is wrong" strict_refuses last.out \
    "last.out:2000:37: MSISDN 973500000000 repeats line 2" "cliota: last.out: 1 of 1999 rows are wrong, nothing was provisioned"
{ cat good.out; sed -n '2s/^899512345600000000./8994123456000000777/p' good.out | sed 's/,42153456......./,421999999999999/; s/,973500000000/,999/'; } >held.out
check "-strict: a card that is provisioned already" strict_refuses held.out \
    "held.out:2000:1: ICCID 8994123456000000777 is already provisioned (card $(cliota -listCards | sed -n 's/^|\([0-9]*\) *|[0-9]* *|8994123456000000777|.*/\1/p'), profile 2)" \
    "cliota: held.out: 1 of 1999 rows are wrong, nothing was provisioned"
sed '700s/,2343/,343/; 800s/,2343/,X343/' good.out >keys.out
check "-strict: keys" strict_refuses keys.out "keys.out:700:50: KIC has 31 hex digits, expected 32, 48 or 64" \
    "keys.out:800:50: KIC holds a character that is no hex digit" "cliota: keys.out: 2 of 1998 rows are wrong, nothing was provisioned"
head -n 1 good.out >header.out
check "-strict: a header alone" strict_refuses header.out "cliota: header.out: the file holds no cards, expected one a line"
check "-strict: no header" strict_refuses Commands.txt \
    "cliota: Commands.txt:1:1: header has no column ICCID, expected VAR_OUT:ICCID,IMSI,MSISDN,KIC,KID"
check "-strict: an empty file" strict_refuses /dev/null "cliota: /dev/null is empty, expected a header line VAR_OUT:ICCID,IMSI,MSISDN,KIC,KID"
check "-strict: no file" strict_refuses none.here "cliota: -outputFilePath none.here cannot be read: No such file or directory"
: >huge.out && truncate -s 134217729 huge.out
check "-strict: a file over the limit" strict_refuses huge.out \
    "cliota: -outputFilePath huge.out has more than 134217728 bytes, expected at most that with -strict"
rm huge.out
strict_takes() {
    cards=$(number_of_cards)
    status_is 0 cliota -provision -file good.out -profile 2 -autoCG true -strict >out 2>err && [ ! -s err ] &&
        grep -q '^Provisioned 1998 of 1998 cards in .* s, 0 rejected.$' out && grep -q '^|name  *|good *|' out &&
        [ "$(number_of_cards)" = $((cards + 1998)) ] || { cat out err; return 1; }
}
check "-strict takes a good file, and makes its group" strict_takes
check "a file of a header alone is refused" prints 'holds no cards' sh -c 'head -n 1 many.out >none.out; cliota -provision -file none.out -profile 1'
check "an empty file is refused" status_is 1 cliota -provision -file /dev/null -profile 1

json() { # the line behind Json: is JSON of one line
    cliota -showCampaign -campaign 1 | sed -n '/^Json:$/{n;p;}' | grep -q '^{"id":1,.*}$'
}
check "Json: is followed by one line" json

status() { # every number that the server counts has a row
    cliota -status >status.out && grep -q '^|bearerbox *|connected' status.out &&
        for name in $(sed -n '/^Json:$/{n;s/.*"statistics":{\(.*\)}}/\1/;s/"\([a-zA-Z]*\)":[0-9]*,*/\1 /g;p;}' status.out); do
            grep -q "^|$name *|[0-9]" status.out || { cat status.out; return 1; }
        done && [ -n "$name" ]
}
check "-status shows what the engine counted" status

pace() { # one of three settled in four seconds, and one is open
    sql "UPDATE message SET created = 1795354219314 - 4000, settled = 1795354219314 - 5000 WHERE campaign_id = 1"
    sql "UPDATE message SET settled = 1795354219314 - 1000 WHERE card_id = 1"
    sql "UPDATE message SET state = 2, settled = NULL WHERE card_id = 3"
    sql "UPDATE campaign SET state = 1, ended = NULL WHERE id = 1"
    cliota -showCampaign -campaign 1 >shown
    sql "UPDATE message SET state = 7, settled = 1795354220000 WHERE card_id = 3"
    sql "UPDATE campaign SET state = 2, ended = 1795354230000 WHERE id = 1"
    grep -qxF 'Results: 2 of 3 cards settled, 1 of them updated (50.0 %).' shown &&
        grep -qxF '0.3 messages settled a second in the last minute, about 4 s left.' shown || { tail -n 30 shown; return 1; }
}
check "-showCampaign says how fast it goes, and how long" pace

over() { # a campaign that is still running keeps -watch waiting
    sql "UPDATE message SET state = 3 WHERE card_id = 3"
    sql "UPDATE campaign SET state = 1 WHERE id = 1"
    cliota -watch -campaign 1 >watched 2>&1 &
    watch=$!
    until grep -q RUNNING watched; do kill -0 "$watch" || return 1; done
    sql "UPDATE message SET state = 4"
    sql "UPDATE campaign SET state = 2 WHERE id = 1"
    wait "$watch" && grep -q '^Campaign 1 is COMPLETED: 3 of 3 cards updated.$' watched || { cat watched; return 1; }
}
check "-watch ends with the campaign, 0 when every card is updated" over

not_started() { # -watch says why nothing moves, and goes on when it is started
    sql "UPDATE campaign SET state = 0 WHERE id = 1"
    cliota -watch -campaign 1 >watched 2>&1 &
    watch=$!
    until grep -q 'campaign 1 is not started yet; -start starts it' watched; do kill -0 "$watch" || return 1; done
    sql "UPDATE campaign SET state = 2 WHERE id = 1"
    wait "$watch"
}
check "-watch of a campaign that nobody started says so" not_started

unwritable() { # the rows are named all the same, and the rest of the file is sent
    mkdir many2.out.rejected.csv
    sed -n '1p;2,4{s/^89912345677/89312345677/;s/;42123456/;42523456/;s/;9715/;9719/;3s/^8/X/;p;}' many.out >many2.out
    status_is 3 cliota -provision -file many2.out -profile 2 >out 2>err
    result=$?
    grep -q 'many2.out.rejected.csv cannot be written: Is a directory; rejected rows are only named here' err &&
        ! grep -q 'stopped' err && grep -q '^Provisioned 2 of 3 cards in .*, 1 rejected\.$' out && [ $result = 0 ] || { cat out err; return 1; }
}

check "cliota.sh runs the cliota beside it" sh -c "cp '$SRCDIR/gateway-plugin/cliota/cliota.sh' . && ./cliota.sh -version"
check "cliota.sh hands on the exit status" status_is 2 "$SRCDIR/gateway-plugin/cliota/cliota.sh" -nothing

on_terminal() { # a bar that redraws itself; lines that are not cut
    script -qec "stty cols 60; cliota -provision -file terminal.out -profile 2; cliota -listCards -profile 2" /dev/null >out </dev/null
    cliota -listCards -profile 2 >plain
    grep -q '\[#*\] 100 %  1 cards provisioned' out && [ "$(tail -n 1 out | wc -c)" -gt 80 ] &&
        tr -d '\r' <out | tail -n "$(wc -l <plain)" | cmp - plain || { head -n 20 out; return 1; }
}
narrow() { # as wide as the terminal lets the bars be; without them where they say nothing; no colours
    script -qec "stty cols 40; cliota -showCampaign -campaign 1" /dev/null </dev/null | tr -d '\r' >out
    grep -q '^|updated|3    |100.0 %|#\{16\}|$' out && grep -qx '|porStatus|porStatusText|cards|share |' out &&
        ! grep -q "$(printf '\033')" out || { tail -n 30 out; return 1; }
}
sed -n '1p;2{s/^89912345677/89712345677/;s/;42123456/;42323456/;s/;9715/;9717/;p;}' many.out >terminal.out
check "a rejected file that cannot be written stops nothing" unwritable
if script -qec true /dev/null >/dev/null 2>&1; then
    check "a terminal gets a bar, and whole lines" on_terminal
    check "the bars of -showCampaign fit a narrow terminal" narrow
else
    number=$((number + 1))
    echo "ok $number # SKIP no script(1), or no terminal to be had"
fi

# --- every option does something: COMMAND OPTION, and what is seen of it ---
: >"$dir/effects"
tries=0
id_of() { json_of "$@" | sed 's/^{"id":\([0-9]*\).*/\1/'; }
json_of() { cliota "$@" 2>"$dir/json.err" | sed -n '/^Json:$/{n;p;}' | grep . || { cat "$dir/json.err"; return 1; }; }
effect() { # effect COMMAND OPTION TEXT ARGUMENT...: TEXT stands in the JSON with these arguments, not without them
    command=$1 option=$2 text=$3
    shift 3
    echo "$command $option" >>"$dir/effects"
    tries=$((tries + 1))
    with=$(json_of "-$command" -name "e$tries" $base "$@") || { echo "$with"; return 1; }
    without=$(json_of "-$command" -name "f$tries" $base) || { echo "$without"; return 1; }
    case $with in *"$text"*) ;; *) echo "no $text in $with"; return 1 ;; esac
    case $without in *"$text"*) echo "$text in $without"; return 1 ;; esac
}
head -n 5 Commands.txt >read.txt
rest='-type RFM -profile 1'
base="$rest -spi 1621 -apduFilePath Commands.txt"
while read -r option value text; do
    check "-createCampaign -$option" effect createCampaign "$option" "$text" "-$option" "$value"
    check "-createTemplate -$option" effect createTemplate "$option" "\"$option\":" "-$option" "$value"
done <<'END'
tar B00001 "tar":"B00001"
kicByte 05 "kicByte":"05"
kidByte 05 "kidByte":"05"
transmissionMode seq "sequentialTransmission":true
validityPeriod 61 "validityPeriod":61
includeSimRefresh true "includeSIMRefresh":true
expectedLastSW 9000,91xx "expectedLastSW":"9000,91xx"
porTimeout 77 "porTimeout":77
retry same "retry":"same"
retries 7 "retries":7
maxSmsParts 3 "maxSmsParts":3
partSize 100 "partSize":100
maxPacketBytes 200 "maxPacketBytes":200
scriptFormat expanded "scriptFormat":"expanded"
END
base="$base -scriptFormat expanded"
for command in createCampaign createTemplate; do
    check "-$command -scriptChaining" effect $command scriptChaining '"scriptChaining":"first-kept"' -scriptChaining first-kept
done
differs() { # differs COMMAND OPTION A B: two answers, but for what they always differ in
    command=$1 option=$2
    echo "$command $option" >>"$dir/effects"
    tries=$((tries + 1))
    one=$(json_of "-$command" $3 -name "g$tries" | sed "s/g$tries//; s/\"id\":[0-9]*//; s,/[0-9]*/messages,,")
    two=$(json_of "-$command" $4 -name "h$tries" | sed "s/h$tries//; s/\"id\":[0-9]*//; s,/[0-9]*/messages,,")
    [ "${one#\{}" != "$one" ] && [ "${two#\{}" != "$two" ] && [ "$one" != "$two" ] || { echo "$one"; echo "$two"; return 1; }
}
read="-spi 1621 -apduFilePath read.txt"
check "-createCampaign -spi" differs createCampaign spi "$rest -apduFilePath read.txt -spi 1621" "$rest -apduFilePath read.txt -spi 0621"
check "-createCampaign -apduFilePath" differs createCampaign apduFilePath "$rest -spi 1621 -apduFilePath Commands.txt" "$rest $read"
check "-createCampaign -profile" differs createCampaign profile "$rest $read" "-type RFM -profile 2 $read"
for option in spi apduFilePath; do
    check "-createTemplate -$option" differs createTemplate $option "$rest -apduFilePath read.txt -spi 1621" "$rest -apduFilePath Commands.txt -spi 0621"
done
check "-createTemplate -profile" differs createTemplate profile "$rest $read" "-type RFM -profile 2 $read"
same() { ! differs createCampaign type "$rest $read" "-type rfm -profile 1 $read" >"$dir/same" && grep -q '^{' "$dir/same"; }
check "… and the same twice is the same" same
base=
check "-createProfile -counterScope" effect createProfile counterScope '"counterScope":"tar"' -counterScope TAR
app_type() { # what the profile's applets say
    echo createProfile appType >>"$dir/effects"
    token=$(sed -n 's/^token: //p' cliota.properties)
    for type in rfm ram; do
        id=$(json_of -createProfile -name "$type" -appType $type | sed 's/^{"id":\([0-9]*\).*/\1/')
        printf 'header = "Authorization: Bearer %s"\n' "$token" | curl -sK - "http://127.0.0.1:$port/api/profiles/$id/applets"
    done >"$dir/applets"
    grep -q '"tars":\["B00010"\].*"tars":\["000000"\]' "$dir/applets" || { cat "$dir/applets"; return 1; }
}
if command -v curl >/dev/null; then check "-createProfile -appType" app_type; else
    number=$((number + 1))
    echo createProfile appType >>"$dir/effects"
    echo "ok $number # SKIP no curl"
fi
echo 961234567891 >"$dir/one.txt"
echo 8991234567788901235F >"$dir/iccid.txt"
base='-profile 1'
check "-createGroup -msisdnList" effect createGroup msisdnList '"cardCount":1' -msisdnList "$dir/one.txt"
check "-createGroup -iccidList" effect createGroup iccidList '"cardCount":1' -iccidList "$dir/iccid.txt"
check "-createGroup -profile" differs createGroup profile "-profile 1" "-profile 2"
one_card=$(cliota -listCards -profile 1 | sed -n 's/^|\([0-9]*\) *|961234567891|.*/\1/p')
starts() { # starts OPTION VALUE CARDS: so many cards, the one with 961234567891 among them
    echo "start $1" >>"$dir/effects"
    tries=$((tries + 1))
    id=$(json_of -createCampaign $rest $read -name "s$tries" | sed 's/^{"id":\([0-9]*\).*/\1/')
    cliota -start -campaign "$id" "-$1" "$2" >"$dir/started" 2>&1 || { cat "$dir/started"; return 1; }
    patience=100 # rows are made slice by slice, behind the answer
    until cliota -listMessages -campaign "$id" >"$dir/messages" && [ "$(grep -c '^|[0-9]' "$dir/messages")" -ge "$3" ]; do
        patience=$((patience - 1))
        [ $patience -gt 0 ] || break
    done
    [ "$(grep -c '^|[0-9]' "$dir/messages")" = "$3" ] && grep -q '^|961234567891|' "$dir/messages" || { cat "$dir/messages"; return 1; }
}
check "-start -cardGroup" starts cardGroup 1 3
check "-start -card" starts card "$one_card" 1
check "-start -msisdn" starts msisdn +961234567891 1
check "-start -iccid" starts iccid 8991234567788901235F 1
check "-start -imsi" starts imsi 421234567890124 1

# --- a card that is provisioned by -start ---
kic=11223344556677889900AABBCCDDEEFF kid=2233445566778899AABBCCDDEEFF0011
echo "$kic" >kic.key
printf ' %s\r\n' "$kid" >kid.key
: >empty.key
chmod 600 kic.key kid.key empty.key
at_start() { # at_start NUMBER KEYBYTE ARGUMENT...: output and errors of -start on the card with that number
    id=$(id_of -createCampaign $rest $read -name "a$1$tries" -kicByte "$2" -kidByte "$2")
    numbers="-msisdn 96998000000$1 -iccid 899900000000001000$1 -imsi 42998000000000$1"
    tries=$((tries + 1))
    shift 2
    for word; do case $word in -*) echo "start ${word#-}" >>"$dir/effects" ;; esac; done
    cliota -start -campaign "$id" $numbers "$@" >out 2>err
    got=$?
    ! grep -q -e "$kic" -e "$kid" out err && return $got
}
provisions() { # provisions NUMBER KEYSET KEYBYTE ARGUMENT...
    number_=$1 set=$2
    shift 2
    at_start "$number_" "$@" && [ ! -s err ] &&
        grep -q "^Card [0-9]* (MSISDN 96998000000$number_) is provisioned in profile 1 with key set $set\.$" out &&
        cliota -showCard -imsi "42998000000000$number_" | grep -q "\"keySets\":\[$set\]" || { cat out err; return 1; }
}
refuses() { # refuses NUMBER STATUS TEXT ARGUMENT...: and provisions nothing
    number_=$1 wanted=$2 text=$3
    shift 3
    at_start "$number_" 15 "$@"
    [ $? = "$wanted" ] && grep -qxF -e "cliota: $text" err && [ "$(wc -l <err)" = 1 ] &&
        ! cliota -showCard -imsi "42998000000000$number_" >/dev/null 2>&1 || { cat out err; return 1; }
}
check "-start of a card that nobody knows" refuses 1 1 "no card has the MSISDN 969980000001"
check "-start with one key" refuses 1 1 "-kidKey is missing, expected both keys together" -kicKey "$kic"
check "-start with a short key" refuses 1 1 "-kicKey has 30 hex digits, expected 32, 48 or 64" -kicKey "${kic#??}" -kidKey "$kid"
check "-start with a long one" refuses 1 1 "-kicKey holds too much, expected a key of 32, 48 or 64 hex digits" -kicKey "$kic$kic$kic" -kidKey "$kid"
check "-start with a key twice" refuses 1 2 "-kicKey and -kicKeyFile exclude each other, expected one of them" -kicKey "$kic" -kicKeyFile kic.key -kidKey "$kid"
check "-start with a file that is not there" refuses 1 1 "-kicKeyFile: none.key cannot be read: No such file or directory" -kicKeyFile none.key -kidKey "$kid"
check "-start with an empty file" refuses 1 1 "empty.key holds nothing, expected a key of 32, 48 or 64 hex digits" -kidKey "$kid" -kicKeyFile empty.key
check "-start with another key set" refuses 1 1 "-keyIndex 3: campaign $(($(id_of -createCampaign $rest $read -name last) + 1)) uses key set 1 (kicByte 15, kidByte 15)" \
    -kicKey "$kic" -kidKey "$kid" -keyIndex 3
check "-start -kicKey -kidKey" provisions 1 1 15 -kicKey "$kic" -kidKey "$kid"
check "-start -kicKeyFile -kidKeyFile" provisions 2 1 15 -kicKeyFile kic.key -kidKeyFile kid.key
check "-start -keyIndex" provisions 3 2 25 -kicKey "$kic" -kidKeyFile /dev/stdin -keyIndex 2 <kid.key
by_environment() {
    OTA_KIC_KEY=$kic OTA_KID_KEY=$kid
    export OTA_KIC_KEY OTA_KID_KEY
    provisions 4 1 15 && at_start 4 15 && starts cardGroup 1 3
    result=$?
    unset OTA_KIC_KEY OTA_KID_KEY
    return $result
}
check "keys of the environment, for new cards only" by_environment
known() {
    at_start 1 15 -kicKey "$kid" -kidKey "$kic" && ! grep -q '^Card ' out &&
        grep -qx "cliota: warning: card [0-9]* (MSISDN 969980000001) is provisioned already: the keys given are discarded, its own are used" err ||
        { cat out err; return 1; }
}
check "the keys of a known card stay" known
readable() {
    chmod 644 kic.key
    at_start 5 15 -kicKeyFile kic.key -kidKeyFile kid.key
    grep -qx 'cliota: warning: kic.key holds a key and has mode 0644, expected 0600' err || { cat out err; return 1; }
}
check "a key for all to read is warned of" readable
mkfifo kid.fifo
vanished() { # from the process list; cliota waits for the other key
    cliota -start -campaign 1 -msisdn 1 -iccid 2 -imsi 3 -kicKey "$kic" -kidKeyFile kid.fifo >out 2>err &
    waiting=$!
    until exec 4>kid.fifo; do :; done
    tr '\0' ' ' <"/proc/$waiting/cmdline" >cmdline
    echo "$kid" >&4
    exec 4>&-
    wait "$waiting"
    grep -q -- "-kicKey \*\*\*\*.* -kidKeyFile" cmdline && ! grep -q "$kic" cmdline || { cat cmdline; return 1; }
}
check "a key on the command line vanishes" vanished

printf 'A0A40000027F20\nA0D6000002[value]\n' >placeholder.txt
printf 'MSISDN,value\n961234567891,A1B2\n' >data.txt
with_data() { # the value is refused and taken by its place
    echo "start dataFilePath" >>"$dir/effects"
    id=$(json_of -createCampaign $rest -spi 1621 -apduFilePath placeholder.txt -name data | sed 's/^{"id":\([0-9]*\).*/\1/')
    prints "campaign $id has placeholders [value], expected a data file" cliota -start -campaign "$id" -card "$one_card" &&
        sed 's/B2//' data.txt >short.txt && prints 'cliota: short.txt:2:14: command 2, column 9: A0D60000 with P3 02 needs 14 hex digits' \
        cliota -start -campaign "$id" -card "$one_card" -dataFilePath short.txt &&
        prints '-dataFilePath data.csv: expected a file name that ends with .txt' cliota -start -campaign "$id" -card "$one_card" -dataFilePath data.csv &&
        prints '-dataFilePath: none.txt cannot be read' cliota -start -campaign "$id" -card "$one_card" -dataFilePath none.txt &&
        status_is 0 cliota -start -campaign "$id" -card "$one_card" -dataFilePath data.txt
}
check "-start -dataFilePath" with_data

# --- every object is shown, renamed, deleted; cards change ---
shows() { # shows TEXT COMMAND ARGUMENT...: in the JSON; its options are proven with it
    text=$1 command=$2
    shift 2
    for word; do case $word in -*) echo "$command ${word#-}" >>"$dir/effects" ;; esac; done
    got=$(json_of "-$command" "$@") && case $got in *"$text"*) ;; *) false ;; esac || { echo "$got"; return 1; }
}
profile=$(id_of -createProfile -name object)
group=$(id_of -createGroup -profile 1 -name object)
campaign=$(id_of -createCampaign $rest $read -name object)
running=$(id_of -createCampaign $rest $read -name running)
cliota -start -campaign "$running" -cardGroup 1 >/dev/null 2>&1
check "-pause" shows '"state":"PAUSED"' pause -campaign "$running"
check "-pause of a paused campaign" prints "campaign $running is PAUSED, expected RUNNING" cliota -pause -campaign "$running"
paused() { # it would be watched for ever: said so, until it goes on
    cliota -watch -campaign "$running" >watched 2>&1 &
    watch=$!
    until grep -q "campaign $running is paused; -resume lets it go on" watched; do kill -0 "$watch" || return 1; done
    shows '"state":"RUNNING"' resume -campaign "$running" && shows '"state":"TERMINATED"' terminate -campaign "$running" || return 1
    wait "$watch"
    [ $? = 3 ] && grep -q "^Campaign $running is TERMINATED: 0 of 3 cards updated" watched || { cat watched; return 1; }
}
check "-resume" paused
check "-terminate" prints "campaign $running is TERMINATED, expected RUNNING or PAUSED" cliota -terminate -campaign "$running"
tars=$(id_of -createProfile -name tars -counterScope tar)
printf 'VAR_OUT:ICCID,IMSI,MSISDN,KIC,KID\n8999000000000000033F,429990000000003,969990000033,%s,%s\n' \
    23434564756786846345235345645745 23454576679803454767897890890678 >tars.out
cliota -provision -file tars.out -profile "$tars" >/dev/null 2>&1
printf 'ICCID,IMSI,MSISDN,KIC1,KID1,KIC2,KID2\n8999000000000000044F,429990000000044,969990000044,%s,%s,%s,%s\n' \
    23434564756786846345235345645745 23454576679803454767897890890678 33434564756786846345235345645745 33454576679803454767897890890678 >sets.out
cliota -provision -file sets.out -profile "$tars" >/dev/null 2>&1
tars_group=$(id_of -createGroup -profile "$tars" -name tars)
check "-setCounter -tar" shows '"counters":[{"keyIndex":null,"tar":"B00010","counter":"0000000020"}]' setCounter -msisdn 969990000033 -tar B00010 -counter 20
check "-setCounter -counter" prints 'expected 0000000020, the highest that a packet has had' cliota -setCounter -msisdn 969990000033 -tar B00010 -counter 1F
check "-setCounter -jump" prints 'Raised 4 counters of 2 cards by 16.' cliota -setCounter -profile "$tars" -jump 16
check "-setCounter -profile" prints '"tar":"B00010","counter":"0000000030"' cliota -showCard -msisdn 969990000033
check "-setCounter -cardGroup" prints '{"cards":2,"counters":4}' cliota -setCounter -cardGroup "$tars_group" -jump 16
printf 'setCounter %s\n' profile cardGroup jump >>"$dir/effects"
check "-showCard has them in its table" prints '|counters|B00010:0000000040 1:0000000020       |' cliota -showCard -msisdn 969990000033
check "-showCard names key sets, not their number" prints '|keySets |1 2 ' cliota -showCard -msisdn 969990000044
check "-showGroup has the number of cards in its table" prints '|cardCount|2 ' cliota -showGroup -cardGroup "$tars_group"
of_profile() { # of_profile COMMAND NAME: the list of profile $tars has this object only, that of profile 1 has it not
    echo "$1 profile" >>"$dir/effects"
    [ "$(cliota "-$1" -profile "$tars" | grep '^|[0-9]' | cut -d'|' -f3 | tr -d ' ')" = "$2" ] &&
        cliota "-$1" -profile 1 >list.out && [ "$(grep -c '^|[0-9]' list.out)" -gt 0 ] && ! grep -q "|$2 *|" list.out || { cat list.out; return 1; }
}
id_of -createCampaign -type RFM -profile "$tars" -name tars-campaign $read >campaign.id
id_of -createTemplate -type RFM -profile "$tars" -name tars-template $read >template.id
check "-listGroups -profile" of_profile listGroups tars
check "-listCampaigns -profile" of_profile listCampaigns tars-campaign
check "-listTemplates -profile" of_profile listTemplates tars-template
cards_of_group() {
    echo "listCards cardGroup" >>"$dir/effects"
    [ "$(cliota -listCards -cardGroup "$tars_group" | grep '^|[0-9]' | cut -d'|' -f3 | tr -d ' \n')" = 969990000033969990000044 ]
}
check "-listCards -cardGroup" cards_of_group
check "… of none" prints 'there is no card group 999' cliota -listCards -cardGroup 999
check "… and a profile" status_is 2 cliota -listCards -cardGroup "$tars_group" -profile 1
for list in Groups Campaigns Templates Cards; do
    check "-list$list of no profile" prints 'there is no profile 999' cliota -list$list -profile 999
done
check "-setCounter wants one of them" prints 'neither -counter nor -jump' cliota -setCounter -card 1
check "-setCounter of a counter names it" status_is 2 cliota -setCounter -card 1 -counter 5
check "-setCounter of a counter is of one card" status_is 2 cliota -setCounter -profile 1 -counter 5 -keyIndex 1
check "-setCounter -jump has one target" prints 'several targets, expected exactly one' cliota -setCounter -profile 1 -card 1 -jump 5
check "-setCounter -counter takes hex" prints "counter 'xyz': expected 1 to 10 hex digits" cliota -setCounter -card 1 -keyIndex 1 -counter xyz
check "-showProfile" shows '"name":"object"' showProfile -profile "$profile"
check "-renameProfile" shows '"name":"thing"' renameProfile -profile "$profile" -name thing
check "a value that is called as an option is no option" prints "cliota: profile name 'my appType' has a space at position 3" cliota -createProfile -name 'my appType'
check "-renameProfile to a name that is taken" prints "profile name 'thing' is taken by profile $profile" cliota -renameProfile -profile 1 -name thing
sets() { # sets OPTION VALUE TEXT: in the profile behind it, not before
    before=$(json_of -showProfile -profile "$profile")
    case $before in *"$3"*) echo "$3 in $before"; return 1 ;; esac
    shows "$3" setProfile -profile "$profile" "-$1" "$2" && shows "$3" showProfile -profile "$profile"
}
while read -r option value text; do
    check "-setProfile -$option" sets "$option" "$value" "$text"
done <<'END'
validityPeriod 61 "validityPeriod":61,
porTimeout 77 "porTimeout":77,
spi 1639 "spi":"1639"
spi NONE "spi":null
kicByte 35 "kicByte":"35"
kidByte 35 "kidByte":"35"
kidByte none "kidByte":null
counterScope tar "counterScope":"tar"
maxSmsParts 3 "maxSmsParts":3,
partSize 100 "partSize":100,
scriptFormat expanded "scriptFormat":"expanded"
scriptChaining first "scriptChaining":"first"
scriptChaining NONE "scriptChaining":"none"
scriptFormat none "scriptFormat":"compact"
refreshStyle expanded-81 "refreshStyle":"expanded-81"
refreshStyle none "refreshStyle":"none"
httpAddress 192.0.2.1:443 "httpAddress":"192.0.2.1:443"
httpApn ota.operator "httpApn":"ota.operator"
httpHost admin.host "httpHost":"admin.host"
httpUri /ota "validHttpConfig":true
httpAgent //se-id/eid/1 "httpAgent":"//se-id/eid/1"
END
check "-setProfile -refreshCommand" shows '"refreshStyle":"apdu","refreshCommand":"A0F2000016"' \
    setProfile -profile "$profile" -refreshStyle apdu -refreshCommand a0f2000016
check "-setProfile of nothing" status_is 2 cliota -setProfile -profile "$profile"
check "-setProfile with a wrong value" prints 'partSize 15 is out of range, expected 0, or 16 to 140 bytes' cliota -setProfile -profile "$profile" -partSize 15
cp "$SRCDIR"/testdata/applets/minimal.* .
custom=$(id_of -createProfile -name custom -appType custom -appName hello.cap -tarList B20000 B20001)
check "-createProfile -appName -tarList" prints '|hello.cap|custom|B20000 B20001|' cliota -listApplets -profile "$custom"
printf 'createProfile appName\ncreateProfile tarList\nlistApplets profile\n' >>"$dir/effects"
check "-uploadApplet fills it" shows '"tars":["B20000","B20001"],"format":"ijc","packageAid":"F06F7461626F780101","packageVersion":"1.0","appletAids":["F06F7461626F78010101"],"loadFileSize":130' \
    uploadApplet -profile "$custom" -appletFilePath minimal.ijc -appName hello.cap
check "… once" prints "minimal.cap: applet name 'hello.cap' is taken by applet" cliota -uploadApplet -profile "$custom" -file minimal.cap -appName hello.cap
check "-uploadApplet makes one" shows '"name":"minimal.cap","type":"custom","tars":["B30000"],"format":"cap"' uploadApplet -profile "$custom" -appletFilePath minimal.cap -tarList B30000
check "-uploadApplet of something else" prints 'cliota: Commands.txt: applet name' cliota -uploadApplet -profile "$custom" -file Commands.txt
check "-uploadApplet of no file" prints '-appletFilePath: no.cap cannot be read: No such file' cliota -uploadApplet -profile "$custom" -file no.cap
applet=$(cliota -listApplets -profile "$custom" | sed -n 's/^|\([0-9]*\) *|minimal.cap.*/\1/p')
toolkit() { # toolkit OPTION VALUE TEXT [OPTION VALUE]: the text is in the one that has the option, not in the one without
    local option=$1 value=$2 text=$3 with without
    shift 3
    echo "createToolkitParameters $option" >>"$dir/effects"
    with=$(json_of -createToolkitParameters -profile "$custom" -name "tk-$option" "$@" "-$option" $value) || { echo "$with"; return 1; }
    without=$(json_of -createToolkitParameters -profile "$custom" -name "tw-$option" "$@") || { echo "$without"; return 1; }
    case $with in *"$text"*) ;; *) echo "no $text in $with"; return 1 ;; esac
    case $without in *"$text"*) echo "$text in $without"; return 1 ;; esac
}
while IFS='|' read -r option value text more; do
    check "-createToolkitParameters -$option" toolkit "$option" "$value" "$text" $more
done <<'END'
format|sim|"format":"sim"|
priority|7|EA 80: UICC toolkit: priority 7,|
menuEntries|2:1,0:0|"menuEntries":["2:1","0:0"]|
maxTextLength|21|"maxTextLength":21,|
maxTimers|8|8 timers|
maxChannels|7|7 channels|
maxServices|8|8 services|
minimumSecurityLevel|16|packets protected as SPI1 16 or better|
tarList|B20100 B20101|TAR B20100 B20101|
accessDomain|00|files: full access (00)|-format sim
uiccAccess|uicc:00|EA 81: files of the UICC: full access (00)|
uiccAdminAccess|A0000000871002:00|EA 82: administrative, files of A0000000871002: full access (00)|
nonVolatileMemory|40000|EF C8: non-volatile memory: 40000 bytes|
volatileMemory|255|"installParameters":"C900EF04C70200FF|
applicationData|0102|"installParameters":"C9020102|
END
printf 'createToolkitParameters name\ncreateToolkitParameters profile\nlistToolkitParameters profile\n' >>"$dir/effects"
tkp=$(cliota -listToolkitParameters -profile "$custom" | sed -n 's/^|\([0-9]*\) *|tk-priority .*/\1/p')
check "-showToolkitParameters" shows '"name":"tk-priority"' showToolkitParameters -tkp "$tkp"
check "… in words" prints "EA 80: UICC toolkit: priority 7, no menu entries" cliota -showToolkitParameters -tkp "$tkp"
check "-renameToolkitParameters" shows '"name":"seven"' renameToolkitParameters -tkp "$tkp" -name seven
ram="-type RAM -profile $custom -spi 1621 -applet $applet"
ram() { # ram COMMAND OPTION TEXT ARGUMENTS: what the option does in a RAM campaign or a template of one
    local command=$1 option=$2 text=$3
    shift 3
    echo "$command $option" >>"$dir/effects"
    json_of "-$command" $ram -name "ram-$command-$option" "$@" | grep -qF "$text"
}
for command in createCampaign createTemplate; do
    check "-$command -tkp" ram $command tkp "\"tkp_id\":$tkp" -isInstallIncluded true -tkp "$tkp"
    check "-$command -applet" ram $command applet "\"applet_id\":$applet"
    for flag in isLoadIncluded isInstallIncluded isDeleteIncluded; do
        check "-$command -$flag" ram $command $flag "\"$flag\":true" -$flag true
    done
done
check "-deleteApplet of one that is used" prints "applet $applet is used by 5 campaigns" cliota -deleteApplet -applet "$applet"
check "-deleteToolkitParameters of one that is used" prints "toolkit parameter $tkp is used by campaign" cliota -deleteToolkitParameters -tkp "$tkp"
check "-showCampaign of one with -tkp" prints '|installParameters|C900EA0A80080700000000000000 ' \
    cliota -showCampaign -campaign "$(cliota -listCampaigns | sed -n 's/^|\([0-9]*\) *|ram-createCampaign-tkp .*/\1/p')"
template=$(cliota -listTemplates | sed -n 's/^|\([0-9]*\) *|ram-createTemplate-tkp .*/\1/p')
check "-tkp none takes back what the template says" shows '"tkp_id":null,"installParameters":"C900"' createCampaign -template "$template" -name ram-none -tkp none
check "-applet none too" shows '"commands":["A0A40000027F20"' createCampaign -template "$template" -name ram-apdus -applet NONE -tkp none -isInstallIncluded false -apduFilePath read.txt
check "-applet takes a number or none" prints "-applet 'nine': expected a number from 1, or none" cliota -createCampaign -template "$template" -name x -applet nine
rfm_template=$(id_of -createTemplate -type RAM -profile "$custom" -spi 1621 -name ram-rfm -apduFilePath read.txt)
check "-apduFilePath none too" shows "\"applet_id\":$applet" createCampaign -template "$rfm_template" -name ram-applet -apduFilePath none -applet "$applet"
check "… without it both are there" prints '-apduFilePath and an applet are both given, expected one of them' cliota -createCampaign -template "$rfm_template" -name x -applet "$applet"
rule() { # rule STATUS LINE ARGUMENT...
    wanted=$1 line=$2
    shift 2
    cliota "$@" >out 2>err </dev/null
    got=$?
    [ "$got" = "$wanted" ] && [ "$(cat err)" = "cliota: $line" ] || { echo "exit $got"; cat out err; return 1; }
}
text() { # text COMMAND TEXT ARGUMENTS: what it shows
    command=$1 text=$2
    shift 2
    echo "$command message" >>"$dir/effects"
    json_of "-$command" -profile 1 "$@" | grep -qF "$text"
}
for command in createCampaign createTemplate; do
    check "-$command -message" text $command '"message":"Ωmega [1] – 5 €\nend"' -type FLASH -name "text-$command" \
        -message "$(printf 'Ωmega [1] – 5 €\nend')"
    check "-$command -message takes a dash" text $command '"message":"-50 %"' -type SMS -name "text-dash-$command" -message '-50 %'
    for option in 'spi 1621' 'tar B00010' 'kicByte 15' 'kidByte 15' 'expectedLastSW 9000' 'includeSimRefresh true' \
        'porTimeout 5' 'maxPacketBytes 9' 'scriptFormat compact' 'scriptChaining none'; do
        check "-$command of a text with -$option" eval "rule 1 '-${option% *}: type SMS takes none, no packet goes to the card'" \
            "-$command -type SMS -profile 1 -name never -message x -$option"
    done
    check "-$command of a text with -apduFilePath" eval "rule 1 '-apduFilePath: type SMS takes none, no packet goes to the card'" \
        "-$command -type SMS -profile 1 -name never -message x -apduFilePath read.txt"
    check "-$command of a text with -retry same" eval "rule 1 '-retry same: type SMS takes none, no packet goes to the card'" \
        "-$command -type SMS -profile 1 -name never -message x -retry same"
    check "-$command of an RFM campaign with -message" eval "rule 1 '-message: type RFM takes none, expected SMS or FLASH'" \
        "-$command $rest $read -name never -message x"
    check "-$command of no UTF-8" rule 1 '-message is not text, expected UTF-8' \
        "-$command" -type SMS -profile 1 -name never -message "$(printf '\377')"
done
check "what was refused is not there" eval '! cliota -listCampaigns | grep -q never && ! cliota -listTemplates | grep -q never'
for id in $(cliota -listCampaigns | sed -n 's/^|\([0-9]*\) *|text-.*/\1/p'); do cliota -deleteCampaign -campaign "$id" >/dev/null; done
for id in $(cliota -listTemplates | sed -n 's/^|\([0-9]*\) *|text-.*/\1/p'); do cliota -deleteTemplate -template "$id" >/dev/null; done
check "-start of a RAM campaign" prints 'type RAM cannot be sent yet, expected RFM' \
    cliota -start -campaign "$(cliota -listCampaigns | sed -n 's/^|\([0-9]*\) *|ram-createCampaign-applet .*/\1/p')" -card 1
for id in $(cliota -listCampaigns | sed -n 's/^|\([0-9]*\) *|ram-.*/\1/p'); do cliota -deleteCampaign -campaign "$id" >/dev/null; done
for id in $(cliota -listTemplates | sed -n 's/^|\([0-9]*\) *|ram-.*/\1/p'); do cliota -deleteTemplate -template "$id" >/dev/null; done
check "-deleteToolkitParameters" shows '"name":"seven"' deleteToolkitParameters -tkp "$tkp"
check "it is gone" prints "there is no toolkit parameter $tkp" cliota -showToolkitParameters -tkp "$tkp"
check "-showApplet" shows '"name":"minimal.cap"' showApplet -applet "$applet"
check "-renameApplet" shows '"name":"a&b=c%.cap"' renameApplet -applet "$applet" -name 'a&b=c%.cap'
check "… whose name is escaped in URLs" prints "applet name 'a&b=c%.cap' is taken by applet $applet" cliota -uploadApplet -profile "$custom" -file minimal.cap -appName 'a&b=c%.cap'
check "-deleteApplet" shows '"name":"a&b=c%.cap"' deleteApplet -applet "$applet"
check "it is gone" status_is 1 cliota -showApplet -applet "$applet"
check "-deleteProfile" shows '"name":"thing"' deleteProfile -profile "$profile"
check "it is gone" prints "there is no profile $profile" cliota -showProfile -profile "$profile"
check "-deleteProfile of one that is used" prints 'profile 1 is used by' cliota -deleteProfile -profile 1
template=$(id_of -createTemplate $rest $read -name object)
check "-showTemplate" shows '"name":"object"' showTemplate -template "$template"
check "-renameTemplate" shows '"name":"thing"' renameTemplate -template "$template" -name thing
check "-createCampaign -template" shows '"commands":["A0A40000027F20"' createCampaign -template "$template" -name template
check "-deleteTemplate" shows '"name":"thing"' deleteTemplate -template "$template"
check "it is gone" status_is 1 cliota -showTemplate -template "$template"
check "-showGroup" shows '"name":"object"' showGroup -cardGroup "$group"
check "-renameGroup" shows '"name":"thing"' renameGroup -cardGroup "$group" -name thing
check "-deleteGroup" shows '"name":"thing"' deleteGroup -cardGroup "$group"
check "it is gone" status_is 1 cliota -showGroup -cardGroup "$group"
check "-showCampaign" shows '"name":"object"' showCampaign -campaign "$campaign"
check "-renameCampaign" shows '"name":"thing"' renameCampaign -campaign "$campaign" -name thing
check "-deleteCampaign" shows '"name":"thing"' deleteCampaign -campaign "$campaign"
check "it is gone" status_is 1 cliota -showCampaign -campaign "$campaign"
printf 'VAR_OUT:ICCID,IMSI,MSISDN,KIC,KID\n8999000000000000017F,429990000000001,969990000001,%s,%s\n' \
    23434564756786846345235345645745 23454576679803454767897890890678 >object.out
cliota -provision -file object.out -profile 1 >/dev/null 2>&1
card=$(id_of -showCard -msisdn 969990000001)
check "-showCard -msisdn" shows '"imsi":"429990000000001"' showCard -msisdn +969990000001
check "-showCard -iccid" shows '"imsi":"429990000000001"' showCard -iccid 8999000000000000017F
check "-showCard -imsi" shows '"msisdn":"969990000001"' showCard -imsi 429990000000001
check "-showCard -card" shows '"msisdn":"969990000001"' showCard -card "$card"
check "-showCard of none" prints 'no card has the MSISDN 1' cliota -showCard -msisdn 1
check "-showCard names one card" status_is 2 cliota -showCard -card 1 -msisdn 969990000001
check "-showCard names a card" prints '-showCard names no card' cliota -showCard
check "-showCard takes digits" prints "-msisdn '1&x=2': expected digits" cliota -showCard -msisdn '1&x=2'
check "-changeMsisdn" shows '"msisdn":"969990000002"' changeMsisdn -msisdn 969990000001 -newMsisdn 969990000002
check "-changeMsisdn -card" shows '"msisdn":"969990000003"' changeMsisdn -card "$card" -newMsisdn 969990000003
check "-changeMsisdn -iccid" shows '"msisdn":"969990000004"' changeMsisdn -iccid 8999000000000000017 -newMsisdn 969990000004
check "-changeMsisdn -imsi" shows '"msisdn":"969990000005"' changeMsisdn -imsi 429990000000001 -newMsisdn 969990000005
history() { # nothing yet: a table without rows; a card that was sent something: its campaigns, the newest first
    for word; do case $word in -*) echo "cardHistory ${word#-}" >>"$dir/effects" ;; esac; done
    [ "$(cliota -cardHistory "$@" | grep -c '^|[0-9]')" = 0 ] || return 1
    cliota -cardHistory -msisdn 961234567891 >history.out && grep '^|[0-9]' history.out | cut -d'|' -f2 | tr -d ' ' >history.ids &&
        [ "$(wc -l <history.ids)" -gt 3 ] && sort -rnc history.ids && grep -q '^|1 *|poc_3cards_campaign *|' history.out || { cat history.out; return 1; }
}
for by in "-card $card" '-msisdn 969990000005' '-iccid 8999000000000000017F' '-imsi 429990000000001'; do
    check "-blockCard $by" shows '"blocked":true' blockCard $by
    check "… twice is refused" status_is 1 cliota -blockCard $by
    check "-setCounter $by" shows '"counter":"0000000A0F"' setCounter $by -counter a0f -keyIndex 1
    check "… and -showCard shows it" prints '"counters":[{"keyIndex":1,"tar":null,"counter":"0000000A0F"}]' cliota -showCard $by
    check "-setCounter -jump $by" prints '{"cards":1,"counters":1}' cliota -setCounter $by -jump 1
    check "-cardHistory $by" history $by
    check "-unblockCard $by" shows '"blocked":false' unblockCard $by
    check "-deleteCard $by" shows '"imsi":"429990000000001"' deleteCard $by
    cliota -provision -file object.out -profile 1 >/dev/null 2>&1
    card=$(id_of -showCard -msisdn 969990000001)
    case $by in *969990000005) cliota -changeMsisdn -card "$card" -newMsisdn 969990000005 >/dev/null ;; -card*) cliota -changeMsisdn -card "$card" -newMsisdn 969990000005 >/dev/null ;; esac
done
# The others are seen in the transcripts and checks above, in what is made, listed or missing.
cat >>"$dir/effects" <<'END'
createProfile name
createCampaign name
createCampaign type
createTemplate name
createTemplate type
createGroup name
provision outputFilePath
provision profile
provision autoCG
provision strict
start campaign
start template
retryFailed campaign
listCards profile
listMessages campaign
listMessages state
listMessages porStatus
listMessages sw
listMessages msisdn
listMessages iteration
listMessages limit
listMessages after
report campaign
report format
report output
report force
watch campaign
END
options_of_all() { # "COMMAND OPTION" of each line of the help that grep selects
    while read -r command; do
        cliota "-$command" -help | grep "$@" | sed -n "s/^  -\([A-Za-z]*\) .*/$command \1/p" | grep -v ' config$'
    done <"$dir/commands"
}
cliota -help | sed -n 's/^  -\([A-Za-z]*\) .*/\1/p' >"$dir/commands"
options_of_all . | sort -u >"$dir/options"
complete() { sort -u "$dir/effects" | diff - "$dir/options"; }
check "every option has a test in which it does something" complete

# --- each rule of the SOP broken: one line, the exit status, and in the end nothing has changed ---
everything() {
    for list in Profiles Groups Campaigns Templates; do cliota -list$list; done
    for list in Cards Applets ToolkitParameters; do cliota -list$list -profile 1; done
}
waiting=$(id_of -createCampaign $rest $read -name waiting)
other_card=$(cliota -listCards -profile 2 | sed -n '/^|[0-9]/{s/^|\([0-9]*\) .*/\1/p;q;}')
other_group=$(id_of -createGroup -profile 2 -name other)
held=$(id_of -createCampaign $rest $read -name held)
cliota -start -campaign "$held" -cardGroup 1 >/dev/null 2>&1
everything >"$dir/before"
while IFS='|' read -r name wanted line arguments; do
    check "SOP $name" eval "rule $wanted \"\$line\" $arguments"
done <<END
6 name: mandatory|2|-createProfile needs -name profile_name|-createProfile -appType rfm
6 name: unique|1|profile name 'poc_3cards' is taken by profile 1|-createProfile -name poc_3cards -appType rfm
6 name: no spaces|1|profile name 'a b' has a space at position 2, names have none|-createProfile -name 'a b'
6 appType: rfm, ram or custom|1|-appType 'sat': expected rfm, ram or custom|-createProfile -name x -appType sat
7 outputFilePath: mandatory|2|-provision needs -outputFilePath path_to_out_file|-provision -profile 1
7 profile: mandatory|2|-provision needs -profile profile_id|-provision -outputFilePath object.out
7 profile: exists|1|object.out: there is no profile 999|-provision -outputFilePath object.out -profile 999
7 autoCG: true or false|2|-autoCG '1': expected true or false|-provision -outputFilePath object.out -profile 1 -autoCG 1
8 profile: mandatory|2|-createGroup needs -profile profile_id|-createGroup -name x
8 profile: exists|1|there is no profile 999|-createGroup -profile 999 -name x
8 name: mandatory|2|-createGroup needs -name card_group_name|-createGroup -profile 1
8 name: unique|1|card group name 'all' is taken by card group 2 of profile 1|-createGroup -profile 1 -name all
8 name: no spaces|1|card group name 'a b' has a space at position 2, names have none|-createGroup -profile 1 -name 'a b'
9 template: exists|1|there is no template 999|-createCampaign -template 999 -name x
9 type: one of six|1|-type 'WAP': expected RFM, TLS_TRIGGER_RFM, SMS, FLASH, RAM or TLS_TRIGGER_RAM|-createCampaign -type WAP -profile 1 -name x $read
9 profile: mandatory|2|-createCampaign needs -profile profile_id|-createCampaign -type RFM -name x $read
9 profile: exists|1|there is no profile 999|-createCampaign -type RFM -profile 999 -name x $read
9 name: mandatory|2|-createCampaign needs -name campaign_name|-createCampaign $rest $read
9 name: unique|1|campaign name 'waiting' is taken by campaign $waiting of profile 1|-createCampaign $rest $read -name waiting
9 name: no spaces|1|campaign name 'a b' has a space at position 2, names have none|-createCampaign $rest $read -name 'a b'
9 spi: four digits|1|-spi '162': expected 4 hex digits|-createCampaign $rest -apduFilePath read.txt -name x -spi 162
9 spi: for RFM|1|-spi is missing, expected a string of 4 hex digits, or a profile that has one|-createCampaign $rest -apduFilePath read.txt -name x
9 tar: six digits|1|-tar 'B000': expected 6 hex digits|-createCampaign $rest $read -name x -tar B000
9 kicByte: two digits|1|-kicByte '1': expected 2 hex digits|-createCampaign $rest $read -name x -kicByte 1
9 kidByte: two digits|1|-kidByte '5X': expected 2 hex digits|-createCampaign $rest $read -name x -kidByte 5X
9 kicByte: an algorithm that is there|1|SPI 1621, KIc 10, KID 15, TAR B00010: KIc's second digit is 0 (implicit algorithm, not supported), expected 1, 2, 5, 9 or D|-createCampaign $rest $read -name x -kicByte 10
9 transmissionMode: seq or conc|1|-transmissionMode 'both': expected seq or conc|-createCampaign $rest $read -name x -transmissionMode both
9 apduFilePath: a file|1|-apduFilePath: none.txt cannot be read: No such file or directory|-createCampaign $rest -spi 1621 -name x -apduFilePath none.txt
9 apduFilePath: for RFM|2|-createCampaign -type RFM needs -apduFilePath path_to_apdu_file|-createCampaign $rest -spi 1621 -name x
9 message: mandatory for SMS|2|-createCampaign -type SMS needs -message message_text|-createCampaign -type SMS -profile 1 -name x
9 message: not empty|2|-message '': expected a value|-createCampaign -type FLASH -profile 1 -name x -message ''
9 message: for SMS and FLASH|1|-message: type RFM takes none, expected SMS or FLASH|-createCampaign $rest $read -name x -message hello
9 validityPeriod: minutes|2|-validityPeriod '1h': expected a number|-createCampaign $rest $read -name x -validityPeriod 1h
9 includeSimRefresh: true or false|2|-includeSimRefresh '1': expected true or false|-createCampaign $rest $read -name x -includeSimRefresh 1
9 expectedLastSW: a status word|1|-expectedLastSW '90' is no status word, expected 4 hex digits with x for any digit, as 9000 or 91xx|-createCampaign $rest $read -name x -expectedLastSW 90
9 tkp: for RAM|1|-tkp 1: type RFM takes none, expected RAM or TLS_TRIGGER_RAM|-createCampaign $rest $read -name x -tkp 1
9 tkp: with an applet|1|-tkp is given without an applet, expected one with it|-createCampaign -type RAM -profile 1 $read -name x -tkp 1
9 applet: exists|1|there is no applet 999|-createCampaign -type RAM -profile 1 -spi 1621 -name x -applet 999
10 campaign or template: one|2|-start names no campaign, expected either -campaign or -template|-start -cardGroup 1
10 campaign and template: not both|2|-start names a campaign and a template, expected either -campaign or -template|-start -campaign $waiting -template 1 -cardGroup 1
10 campaign: exists|1|there is no campaign 999|-start -campaign 999 -cardGroup 1
10 campaign: Waiting|1|campaign 1 is COMPLETED, expected WAITING|-start -campaign 1 -cardGroup 1
10 template: exists|1|there is no template 999|-start -template 999 -cardGroup 1
10 target: one|2|-start names no card, expected exactly one target: -cardGroup, -card, or -msisdn, -iccid and -imsi of one card|-start -campaign $waiting
10 target: not two|2|-start has -cardGroup 1 and -card 1, expected exactly one target: -cardGroup, -card, or -msisdn, -iccid and -imsi of one card|-start -campaign $waiting -cardGroup 1 -card $one_card
10 cardGroup: exists|1|there is no card group 999|-start -campaign $waiting -cardGroup 999
10 cardGroup: of the same profile|1|card group $other_group belongs to profile 2, campaign $waiting to profile 1|-start -campaign $waiting -cardGroup $other_group
10 card: exists|1|there is no card 99999999|-start -campaign $waiting -card 99999999
10 card: of the same profile|1|card $other_card (MSISDN 971500000000) belongs to profile 2, campaign $waiting to profile 1|-start -campaign $waiting -card $other_card
10 msisdn: of a card|1|no card has the MSISDN 999|-start -campaign $waiting -msisdn 999
10 iccid: of a card|1|no card has the ICCID 8999999999999999999|-start -campaign $waiting -iccid 8999999999999999999
10 imsi: of a card|1|no card has the IMSI 999999999|-start -campaign $waiting -imsi 999999999
10 msisdn: a new one is unique|1|MSISDN 961234567891 is that of card 1, IMSI 429990000000888 of none, expected the numbers of one card|-start -campaign $waiting -msisdn 961234567891 -iccid 8999000000000000888 -imsi 429990000000888 -kicKey $kic -kidKey $kid
10 keyIndex: 1 to 15|1|-keyIndex 16: expected 1 to 15|-start -campaign $waiting -msisdn 969990000888 -iccid 8999000000000000888 -imsi 429990000000888 -kicKey $kic -kidKey $kid -keyIndex 16
10 kicKey: for a new card|1|-kicKey: keys are for a new card, expected its msisdn, iccid and imsi|-start -campaign $waiting -cardGroup 1 -kicKey $kic -kidKey $kid
11 campaign: mandatory|2|-retryFailed needs -campaign campaign_id|-retryFailed
11 campaign: exists|1|there is no campaign 999|-retryFailed -campaign 999
11 campaign: not Waiting|1|campaign $waiting is WAITING, expected COMPLETED or TERMINATED|-retryFailed -campaign $waiting
11 campaign: not Running|1|campaign $held is RUNNING, expected COMPLETED or TERMINATED|-retryFailed -campaign $held
11 a card failed|1|campaign 1: every card is updated, nothing to retry|-retryFailed -campaign 1
END
check "SOP 9 type: mandatory" rule 2 "-createCampaign needs -type RFM|TLS_TRIGGER_RFM|SMS|FLASH|RAM|TLS_TRIGGER_RAM" \
    -createCampaign -profile 1 -name x $read
check "-createTemplate -help says so" prints "-createTemplate -type RFM" cliota -createTemplate -help
check "-createCampaign -help says when" prints "can be started; needed unless -template is given" cliota -createCampaign -help
unchanged() { everything | diff "$dir/before" -; }
check "SOP: nothing that was refused changed anything" unchanged

# --- cliota.properties ---
mkdir "$dir/elsewhere"
cd "$dir/elsewhere" || exit 1
check "no properties file" prints "no cliota.properties" cliota -listGroups
check "is exit 1" status_is 1 cliota -listGroups
check "-config names it" status_is 0 cliota -config "$dir/work/cliota.properties" -listGroups
check "-config may stand behind" status_is 0 cliota -listGroups -config "$dir/work/cliota.properties"
check "CLIOTA_PROPERTIES names it" env CLIOTA_PROPERTIES="$dir/work/cliota.properties" cliota -listGroups
cp "$dir/work/cliota.properties" "$HOME/.cliota.properties"
check "the one at home is the last resort" cliota -listGroups
printf 'server = 127.0.0.1:%s\ntoken = 00\n' "$port" >cliota.properties
chmod 600 cliota.properties
check "the one in the working directory goes before it" prints "refuses the token of cliota.properties" cliota -listGroups
printf 'server = 127.0.0.1:%s\ntoken = 00\n\ntoken = 11\n' "$port" >twice.properties
chmod 600 twice.properties
printf 'server = ftp://127.0.0.1\ntoken = 00\n' >scheme.properties
chmod 600 scheme.properties
check "a server of another scheme" prints "cliota: scheme.properties: server 'ftp://127.0.0.1': expected http:// or https://" cliota -config scheme.properties -listGroups
check "a key that stands there twice" prints "cliota: twice.properties:4: key 'token' stands there twice" cliota -config twice.properties -listGroups
check "a refused token is exit 1" status_is 1 cliota -listGroups
printf 'server = http://127.0.0.1:%s\ntoken-file = secrets/token\ncolour = red\n' "$port" >cliota.properties
mkdir secrets
sed -n 's/^token: //p' "$dir/work/cliota.properties" >secrets/token
chmod 600 secrets/token
check "a token-file is relative to the properties file" sh -c 'cd / && cliota -listGroups -config "$1"' sh "$PWD/cliota.properties"
check "unknown keys are warned of" prints "cliota.properties:3: unknown key 'colour'" cliota -listGroups
chmod 644 secrets/token
check "a token for all to read is warned of" prints 'has mode 0644' cliota -listGroups
rm secrets/token
check "a missing token-file is named" prints 'secrets/token cannot be read' cliota -listGroups
check "a named file that is not there" status_is 1 cliota -config no.properties -listGroups
printf 'server = 127.0.0.1:1\ntoken = x\n' >cliota.properties
check "a server that is not there" prints 'http://127.0.0.1:1 cannot be reached' cliota -listGroups
check "is exit 1" status_is 1 cliota -listGroups
check "the proxy of the environment is not asked" env http_proxy=http://127.0.0.1:1 cliota -config "$dir/work/cliota.properties" -listGroups
full() { cliota -config "$dir/work/cliota.properties" -listCards >/dev/full; [ $? = 3 ]; }
check "a full disk is noticed" full

# --- the man page ---
cliota -help | sed -n 's/^  -\([A-Za-z]*\) .*/\1/p' >"$dir/commands"
documented() {
    result=0
    while read -r command; do
        grep -q "^\.Ss -$command\$" "$SRCDIR/docs/cliota.1" || { echo "-$command is not in cliota.1"; result=1; }
        # Several headings in a row share what is below them.
        awk -v heading="-$command" '/^\.S[sh] / { if (body) here = body = 0; if ($2 == heading) here = 1; next }
            { body = 1; if (here) print }' "$SRCDIR/docs/cliota.1" >"$dir/section"
        cliota "-$command" -help | sed -n 's/^  -\([A-Za-z]*\) .*/\1/p' | grep -v '^config$' >"$dir/options"
        while read -r option; do
            grep -Eq "^\.It Fl (.* )?$option( |\$)" "$dir/section" || { echo "-$command -$option is not in cliota.1"; result=1; }
        done <"$dir/options"
    done <"$dir/commands"
    [ -s "$dir/commands" ] && return "$result"
}
check "every command and option is in the man page" documented

echo "1..$number"
