#!/bin/bash
# Installs what the tests need, builds with warnings as errors, runs every test twice,
# the second time under AddressSanitizer and UndefinedBehaviorSanitizer, and ends
# with "N passed, N failed". --quick leaves the second run out.
set -euo pipefail
top=$(cd "$(dirname "$0")" && pwd)
. "$top/contrib/prepare.sh"
quick=
case ${1:-} in
'') ;;
--quick) quick=1 ;;
*) say "usage: ./check.sh [--quick]"; exit 2 ;;
esac

passed=0 failed=0 skipped=0
count() { sed -n "s/^# $1: *\([0-9]*\).*/\1/p" "$2" | tail -n 1; }

# Builds DIRECTORY with OPTIONS and runs its tests; adds to the sums.
run_suite() { # DIRECTORY OPTIONS…
    local tree=$1 log=$1/check.log status=0 bad
    say "Building ($*) …"
    build_tree "$@" || { failed=$((failed + 1)); return; }
    say "Running the tests …"
    (cd "$tree" && make check -j"$(nproc)") >"$log" 2>&1 </dev/null || status=$?
    grep -hE '^(FAIL|XPASS|ERROR|SKIP): ' "$log" || true
    bad=$(($(count FAIL "$log") + $(count XPASS "$log") + $(count ERROR "$log")))
    if [ "$status" -ne 0 ] && [ "$bad" -eq 0 ] || [ "$(count PASS "$log")" = "" ]; then
        tail -n 40 "$log"
        say "make check ended with status $status before it could count; its output is in $log"
        bad=$((bad + 1))
    fi
    if [ "$bad" -gt 0 ] && [ -f "$tree/test-suite.log" ]; then grep -vE '^(ok|PASS)' "$tree/test-suite.log" | tail -n 60; fi
    passed=$((passed + $(count PASS "$log"))) failed=$((failed + bad)) skipped=$((skipped + $(count SKIP "$log")))
}

install_packages build run pcsc test
run_suite "$top" --enable-werror
if [ -z "$quick" ]; then
    copy_sources "$top/build-sanitize"
    run_suite "$top/build-sanitize" --enable-werror --enable-sanitize=address,undefined
fi
[ "$skipped" -eq 0 ] || echo "$skipped skipped"
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
