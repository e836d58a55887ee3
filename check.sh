#!/bin/bash
# Installs what the tests need, builds with warnings as errors, runs every test,
# and ends with "N passed, N failed".
set -euo pipefail
top=$(cd "$(dirname "$0")" && pwd)
. "$top/contrib/prepare.sh"

install_packages build run test
say "Building …"
build_tree --enable-werror

say "Running the tests …"
cd "$top"
status=0
make check -j"$(nproc)" >check.log 2>&1 || status=$?
grep -hE '^(PASS|FAIL|XPASS|ERROR|SKIP): ' check.log | sed 's/^/  /' | grep -v '^  PASS' || true

count() { sed -n "s/^# $1: *\([0-9]*\).*/\1/p" check.log | tail -n 1; }
passed=$(count PASS) failed=$(($(count FAIL) + $(count XPASS) + $(count ERROR))) skipped=$(count SKIP)
if [ "${passed:-0}" -eq 0 ] || { [ "$status" -ne 0 ] && [ "$failed" -eq 0 ]; }; then
    tail -n 40 check.log
    say "make check ended with status $status before it could count; its output is in $top/check.log"
    failed=$((failed + 1))
fi
if [ "$failed" -gt 0 ]; then
    status=1
    [ -f test-suite.log ] && tail -n 60 test-suite.log
fi
[ "${skipped:-0}" -gt 0 ] && echo "$skipped skipped"
echo "${passed:-0} passed, $failed failed"
exit "$status"
