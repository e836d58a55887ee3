#!/bin/bash
# make check-tsan: otabox and simsim under ThreadSanitizer, in a build of their own.
# A data race is a report on stderr and exit status 66, so the logs are searched too.
set -euo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/contrib/prepare.sh"
tree=$top/build-tsan
reports=$tree/tsan-reports
tests="tests/loopback/sop.t tests/loopback/protection.t tests/loopback/losses.t tests/campaign/test_engine_survives \
tests/campaign/test_outcomes tests/campaign/test_send_window tests/campaign/test_retry_failed tests/campaign/test_slices \
tests/campaign/test_life tests/api/test_rest tests/api/test_start tests/api/test_templates tests/api/test_placeholders \
tests/api/test_card_counters tests/loopback/placeholders.t tests/loopback/counters.t"
copy_sources "$tree"
build_tree "$tree" --enable-werror --enable-sanitize=thread
rm -rf "$reports"
mkdir "$reports"
status=0
# The report files are written by the daemons too, wherever their stderr goes.
TSAN_OPTIONS="log_path=$reports/report second_deadlock_stack=1" CARDS=500 \
    make -C "$tree" check TESTS="$tests" || status=$?
if [ -n "$(ls "$reports")" ]; then
    cat "$reports"/* | head -n 200
    echo "ThreadSanitizer reported: $(ls "$reports" | wc -l) processes, all in $reports"
    exit 1
fi
exit "$status"
