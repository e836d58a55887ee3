#!/bin/bash
# Nothing parsed but dead: tests/checks/options.txt names, for every option, instruction and route that
# the programs' own tables know, the test in which it makes a difference. A new one without a test fails
# here, so does a test that is gone.
set -u
: "${SRCDIR:=$(cd "$(dirname "$0")/../.." && pwd)}" "${BUILDDIR:=$SRCDIR}"
list=$SRCDIR/tests/checks/options.txt
n=0
result() { n=$((n + 1)); if [ "$1" = 0 ]; then echo "ok $n - $2"; else echo "not ok $n - $2"; fi; }
cd "$SRCDIR" || exit 1

cliota() {
    local command program=$BUILDDIR/gateway-plugin/cliota/cliota
    for command in $("$program" -help | sed -n 's/^  -\([A-Za-z]*\) .*/\1/p'); do
        echo "cliota -$command"
        "$program" "-$command" -help | sed -n "s/^  -\([A-Za-z]*\) .*/cliota -$command -\1/p"
    done | grep -v -e ' -config$' && echo "cliota -config"
    grep -oE '\[KEY_[A-Z_]+\] = "[a-z-]+"' gateway-plugin/cliota/settings.c | sed 's/.*"\(.*\)"/cliota.properties \1/' 
}
rest() { # routes, their query parameters, fields of bodies by the file that reads them
    sed -n 's/^    {"\([A-Z]*\)", "\([^"]*\)", \(.*\)/\1 \2 \3/p' gateway-plugin/api/routes.c |
        while read -r method path rest; do
            echo "rest $method $path"
            case $rest in PAGE*) echo "rest $method $path ?limit"; echo "rest $method $path ?after" ;; esac
            for word in $(sed 's/API_BODY.*//; s/[",]//g; s/PAGE//' <<<"$rest"); do echo "rest $method $path ?$word"; done
        done
    grep -oE '\{"[A-Za-z_]+", FIELD_' gateway-plugin/api/*.c | sed -E 's,.*/([a-z_]*)\.c:\{"([A-Za-z_]+)".*,rest-field \1 \2,'
}
otabox() { sed -nE 's/^(TEXT|NUMBER|FLAG|SSL_FILE|SSL_TEXT|REFUSED)\("([a-z-]+)".*/otabox.conf \2/p' gateway-plugin/kannel/otabox-cfg.def; }
simsim() {
    sed -nE 's/^    \{"([a-z-]+)", (no|required)_argument.*/simsim --\1/p' simsim/options.c
    grep -oE '"fault(-plan)?\.[a-z-]+"' simsim/fault_plan.c | sed 's/"//g; s/^/faults /'
    sed -n '/^} targets\[\]/,/^};/p; /define AIR_ACTIONS/,/clang-format on/p' simsim/fault_plan.c |
        grep -oE '\] = \{"[a-z-]+"|\{"[a-z-]+", FAULT_' | sed -E 's/.*"(.*)".*/faults \1/'
    sed -nE 's/^(static )?const struct attribute_rule (reading_)?([a-z_]+)_rules.*/\3/p; s/^    \{"([a-z0-9-]+)", (set_|NULL, ).*/ \1/p' simsim/profile_xml*.c |
        awk '/^ / { print "card-profile " of $0; next } { of = $1 }'
}
bridge() {
    grep -oE '\{"[a-z-]+", (no|required)_argument' pcsc-bridge/pcsc_bridge.c | sed -E 's/.*"(.*)".*/pcsc-bridge --\1/'
    sed -n 's/.*getopt_long(argc, argv, "\([a-z:]*\)".*/\1/p' pcsc-bridge/pcsc_bridge.c | grep -o '[a-z]' | sed 's/^/pcsc-bridge -/'
    sed -n '/^static const char \*const known/,/NULL}/p' pcsc-bridge/settings.c | grep -oE '"[a-z-]+\.[a-z-]+"' | sed 's/"//g; s/^/bridge.conf /'
}
otapacket() {
    local command program=$BUILDDIR/tools/otapacket
    "$program" --help | grep -oE '^  --[a-z]+' | sed 's/^ */otapacket /'
    for command in $("$program" --help | sed -nE 's/^  ([a-z-]+)  .*/\1/p' | grep -v '^--'); do
        "$program" "$command" --help | grep -oE '^  --[a-z0-9-]+' | sed "s/^ */otapacket $command /"
    done
}
files() {
    sed -n '/^} column_names/,/^};/p' formats/card_file.c | grep -oE '\{"[A-Z]+"' | sed 's/{"/out /; s/"//'
    sed -n '/^static const struct instruction INSTRUCTIONS/,/^};/p' protocol/apdu.c |
        sed -nE 's/^    \{(0x|INS_)([0-9A-Z]+),.*/apdu \2/p'
    echo "apdu D0" # model/command.c
}
known=$({ cliota; rest; otabox; simsim; bridge; otapacket; files; } | sort -u)
[ "$(wc -l <<<"$known")" -gt 200 ]
result $? "the tables are found"

bad=
for field in $(sed -n 's/^rest-field [a-z_]* //p' <<<"$known" | sort -u); do
    grep -q "\"$field\":" gateway-plugin/api/openapi.json || bad="$bad $field"
done
[ -z "$bad" ]
result $? "openapi.json has every field of a request$bad"

# A line: WHAT | FILE | TITLE; the title is a string of the file.
listed=$(sed -n '/^#/d; s/ *|.*//p' "$list" | sort)
[ "$(uniq -d <<<"$listed")" = "" ]
result $? "nothing is listed twice"
difference=$(diff <(echo "$listed") <(echo "$known"))
result $? "what is listed is what there is (< listed, > there is)"
[ -z "$difference" ] || sed 's/^/# /' <<<"$difference"

bad=
while IFS='|' read -r what file title; do
    file=${file// /} title=${title# }
    case $what in '#'* | '') continue ;; esac
    base=${file%.c}
    if ! grep -qF -e "$title" "$file" 2>/dev/null || [ -z "$title" ]; then
        bad="$bad# $what: $file has no test '$title'"$'\n'
    elif ! grep -qF -e "$base" "$(dirname "$file")"/local.mk; then
        bad="$bad# $what: $file is not run by make check"$'\n'
    fi
done <"$list"
[ -z "$bad" ]
result $? "each test is there and is run"
printf '%s' "$bad"
[ "${1:-}" != --known ] || echo "$known"
echo "1..$n"
