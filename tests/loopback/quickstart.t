#!/bin/bash
# quickstart.sh as a newcomer runs it, and with Ctrl-C in the middle: nothing stays behind.
. "$(dirname "$0")/lib.sh"
unset MAKEFLAGS MFLAGS MAKELEVEL
if [ "$SRCDIR" != "$BUILDDIR" ]; then
    echo "1..0 # SKIP quickstart.sh builds in the tree, this build is beside it"
    trap - EXIT
    exit 0
fi
export TMPDIR=$work

"$SRCDIR/quickstart.sh" >"$work/out" 2>"$work/err" </dev/null
is "quickstart ends with 0" "$?" 0
like "… every card is updated in the end" "$(tail -n 1 "$work/out")" '^Every card is updated\.$'
is "… it shows what the cards hold" "$(grep -c 'EF.SPN (6F46) = 0056697267696E204D6F62696C65FFFFFF 9000 = "Virgin Mobile"' "$work/out")" 3
like "… it retried the card whose PoR was lost" "$(cat "$work/out")" '^\$ cliota -retryFailed -campaign 1$'
is "… and its scratch directory is gone" "$(ls -d "$work"/otabox-quickstart.* 2>/dev/null)" ""

# Ctrl-C reaches the whole foreground process group.
shown() { grep -q "$1" "$work/out"; }
ours_left() { grep -lsa "$work/[o]tabox-quickstart" /proc/[0-9]*/cmdline; }
for moment in 'The lab is up' 'createCampaign' 'watch -campaign'; do
    : >"$work/out"
    setsid env --default-signal=INT "$SRCDIR/quickstart.sh" >"$work/out" 2>&1 </dev/null &
    quickstart=$!
    ok "quickstart comes to: $moment" wait_for 60 shown "$moment"
    kill -INT -- "-$quickstart"
    wait "$quickstart"
    is "… Ctrl-C there ends it with 130" "$?" 130
    is "… and leaves no process" "$(ours_left)" ""
    is "… and no scratch directory" "$(ls -d "$work"/otabox-quickstart.* 2>/dev/null)" ""
done

"$SRCDIR/quickstart.sh" --cards /nonexistent >"$work/out" 2>&1 </dev/null
is "a missing file: wrong usage" "$?" 2
