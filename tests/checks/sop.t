#!/bin/bash
# docs/sop.md against what it speaks of: each test that it names is there and is run, each option of the
# SOP's syntax blocks has a row, and is known to cliota.
set -u
: "${SRCDIR:=$(cd "$(dirname "$0")/../.." && pwd)}" "${BUILDDIR:=$SRCDIR}"
page=$SRCDIR/docs/sop.md cliota=$BUILDDIR/gateway-plugin/cliota/cliota
n=0
result() { n=$((n + 1)); if [ "$1" = 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; fi; }
none() { # none NAME LINES: passes when there are no lines
    [ -z "$2" ]
    result $? "$1"
    [ -z "$2" ] || sed 's/^/# /' <<<"$2"
}

# The syntax blocks of the SOP, sections 6 to 11.
options=$(awk '{ for (i = 2; i <= NF; i++) print $1, $i }' <<'SOP'
-createProfile -name -appType -appName -tarList
-provision -outputFilePath -profile -autoCG
-createGroup -profile -name -msisdnList -iccidList
-createCampaign -template -type -profile -applet -tkp -name -spi -tar -kicByte -kidByte -transmissionMode -apduFilePath -message -validityPeriod -includeSimRefresh -expectedLastSW -isLoadIncluded -isInstallIncluded -isDeleteIncluded
-start -campaign -template -cardGroup -card -msisdn -iccid -imsi -keyIndex -kicKey -kidKey -dataFilePath
-retryFailed -campaign
SOP
)
[ "$(wc -l <<<"$options")" = 42 ]
result $? "the SOP's 42 options"

bad=
while read -r command option; do
    help=$("$cliota" "$command" -help | grep -E "^  $option ")
    row=$(grep -F "| \`$command $option\`" "$page")
    [ -n "$help" ] || bad+="$command $option: cliota does not know it"$'\n'
    [ "$(grep -c . <<<"$row")" = 1 ] || bad+="$command $option: expected one row in docs/sop.md"$'\n'
    ! grep -qF '**not built**' <<<"$row" || bad+="$command $option: cliota takes it, docs/sop.md says that it is not built"$'\n'
done <<<"$options"
none "every option of the SOP is known" "$bad"
none "no row is of an option that the SOP has not" \
    "$(sed -nE 's/^\| `(-[A-Za-z]+ -[A-Za-z]+)`.*/\1/p' "$page" | sort | comm -23 - <(sort <<<"$options"))"

# A cell of tests: FILE: TITLE; FILE: TITLE. In C a test's function; in a shell test its title, whole, a
# line of a table that begins with it, or a transcript.
there() { # there FILE TITLE
    local title=${2#transcript }
    case $1 in
    *.c) grep -qE "^static void $2\(void \*\*state\)" "$1" && [ "$(grep -cE "(^|[^a-z_0-9])$2([^a-z_0-9]|\$)" "$1")" -gt 1 ] ;;
    *) [ "$title" != "$2" ] && grep -qxF "transcript $title <<'END'" "$1" || grep -qF -e "\"$2\"" "$1" ||
        awk -v title="$2|" 'index($0, title) == 1 { found = 1 } END { exit !found }' "$1" ;;
    esac
}
tests=$(awk -F' [|]' '/^[|]/ && !/^[|](---| SOP [|])/ { gsub("; ", "\n", $3); print $3 }' "$page" | sed 's/^ *//; /^$/d' | sort -u)
[ "$(wc -l <<<"$tests")" -gt 100 ]
result $? "more than 100 tests are named"
bad=
while read -r line; do
    file=${line%%: *} title=${line#*: } base=${line%%: *}
    base=${base%.c}
    if [ "$file" = "$line" ] || [ ! -f "$SRCDIR/tests/$file" ]; then bad+="no file: $line"$'\n'
    elif ! grep -qF -e "tests/$base" "$SRCDIR/tests/${file%/*}/local.mk"; then bad+="not run by make check: $line"$'\n'
    elif ! there "$SRCDIR/tests/$file" "$title"; then bad+="no such test: $line"$'\n'
    fi
done <<<"$tests"
none "each test that docs/sop.md names is there and is run" "$bad"
none "each row has three cells" "$(grep '^|' "$page" | sed 's/[^|]//g' | grep -nvx '||||')"
echo "1..$n"
