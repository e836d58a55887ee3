#!/bin/bash
# make check-tsan: otabox, simsim and pcsc-bridge under ThreadSanitizer, in a build of their own.
# A data race is a report on stderr and exit status 66, so the logs are searched too.
set -euo pipefail
top=$(cd "$(dirname "$0")/../.." && pwd)
. "$top/contrib/prepare.sh"
tree=$top/build-tsan
reports=$tree/tsan-reports
tests="tests/loopback/sop.t tests/loopback/protection.t tests/loopback/losses.t tests/campaign/test_engine_survives \
tests/campaign/test_outcomes tests/campaign/test_send_window tests/campaign/test_retry_failed tests/campaign/test_slices \
tests/campaign/test_life tests/api/test_rest tests/api/test_start tests/api/test_templates tests/api/test_placeholders \
tests/api/test_card_counters tests/loopback/placeholders.t tests/loopback/counters.t \
tests/bridge/test_card_worker tests/loopback/pcsc.t tests/loopback/pcsc-readers.t"
copy_sources "$tree"
build_tree "$tree" --enable-werror --enable-sanitize=thread
rm -rf "$reports"
mkdir "$reports"
# libpcsclite keeps one table of readers for all its contexts and locks each context by itself: SCardStatus and
# SCardListReaders of one thread race with those of another. pcsc-bridge's buffers take the longest list of names.
echo called_from_lib:libpcsclite.so.1 >"$tree/tsan.supp"
status=0
# The report files are written by the daemons too, wherever their stderr goes.
TSAN_OPTIONS="log_path=$reports/report second_deadlock_stack=1 suppressions=$tree/tsan.supp" CARDS=500 \
    make -C "$tree" check TESTS="$tests" || status=$?
if [ -n "$(ls "$reports")" ]; then
    cat "$reports"/* | head -n 200
    echo "ThreadSanitizer reported: $(ls "$reports" | wc -l) processes, all in $reports"
    exit 1
fi
exit "$status"
