#!/bin/bash
# fuzz.sh SECONDS [TARGET…]: searches each fuzz target for that long, one after the other, with libFuzzer under
# ASan and UBSan, in a clang build of its own (build-fuzz/). What breaks a target stays in build-fuzz/found/ and
# ends the run with status 1. Inputs that reach code no seed reached are added to testdata/fuzz/, small ones only.
set -euo pipefail
top=$(cd "$(dirname "$0")/.." && pwd)
. "$top/contrib/prepare.sh"
seconds=${1:?"usage: tests/fuzz.sh SECONDS [TARGET…]"}
shift
tree=$top/build-fuzz
seed_max=512 # bytes of a new seed

install_packages build fuzz
copy_sources "$tree"
build_tree "$tree" CC=clang --enable-sanitize=fuzzer-no-link,address,undefined
make -s -C "$tree" -j"$(nproc)" LDFLAGS=-fsanitize=fuzzer fuzzers >>"$tree/build.log"
mkdir -p "$tree/found"

# The new inputs that add coverage to the seeds of testdata, as few and as short as libFuzzer's merge finds.
keep_seeds() { # PROGRAM NAME
    local seeds=$top/testdata/fuzz/$2 merged=$tree/merged/$2 input
    rm -rf "$merged"
    mkdir -p "$merged"
    cp "$seeds"/* "$merged"
    "$1" -merge=1 -use_counters=0 -max_len=$seed_max "$merged" "$tree/corpus/$2" >"$tree/merge-$2.log" 2>&1
    for input in "$merged"/*; do
        [ -e "$seeds/${input##*/}" ] || cp "$input" "$seeds/found-$(sha1sum "$input" | cut -c 1-8)"
    done
}

failed=0
for program in "$tree"/tests/*/fuzz_*; do
    [ -x "$program" ] && [ -f "$program" ] || continue
    name=${program##*/fuzz_}
    [ $# -eq 0 ] || [[ " $* " == *" $name "* ]] || continue
    mkdir -p "$tree/corpus/$name"
    status=0
    UBSAN_OPTIONS=halt_on_error=1:print_stacktrace=1 "$program" -max_total_time="$seconds" -max_len=4096 \
        -timeout=10 -rss_limit_mb=2048 -print_final_stats=1 -artifact_prefix="$tree/found/$name-" \
        "$tree/corpus/$name" "$top/testdata/fuzz/$name" >"$tree/fuzz-$name.log" 2>&1 || status=$?
    runs=$(sed -n 's/^stat::number_of_executed_units: *//p' "$tree/fuzz-$name.log")
    if [ "$status" = 0 ]; then
        keep_seeds "$program" "$name"
        echo "ok $name: ${runs} runs in $seconds s"
    else
        failed=1
        echo "not ok $name: status $status, see $tree/fuzz-$name.log and $tree/found/"
    fi
done
exit "$failed"
