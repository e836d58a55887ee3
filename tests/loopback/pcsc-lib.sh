# Sourced by tests that need a pcscd (bash): one of their own, by contrib/otalab-pcscd, which no pcscd of the
# machine's notices and no other test sees. Nothing listens on TCP but inside `-n`.
: "${SRCDIR:=$(cd "$(dirname "$0")/../.." && pwd)}" "${BUILDDIR:=$SRCDIR}"
pcsc_driver=$BUILDDIR/simsim/ifd/libifdsimsim.so
pcscd_program=${PCSCD:-/usr/sbin/pcscd}

# pcsc_enter [-n] ARGUMENTS…: to be called first, with "$@". Ends the test where there can be no pcscd; -n: runs it
# again in a network of its own, with a loopback.
pcsc_enter() {
    local spaces=-m why
    [ "${1:-}" != -n ] || { spaces=-mn; shift; }
    if [ -n "${PCSC_INSIDE:-}" ]; then
        ip link set lo up || { echo "Bail out! no loopback"; exit 1; }
        unset PCSC_INSIDE
        return
    fi
    why=$(unshare $spaces mount -t tmpfs pcscd /mnt 2>&1) || {
        echo "1..0 # SKIP a pcscd of our own needs 'unshare $spaces' and mount, which are not permitted here: $why"
        exit 0
    }
    [ -x "$pcscd_program" ] || { echo "1..0 # SKIP no pcscd (packages.txt)"; exit 0; }
    [ "$spaces" = -m ] || PCSC_INSIDE=1 exec unshare $spaces "$BASH" "$0" "$@"
}

# pcsc_reader_conf FILE NAME DEVICENAME [DRIVER]: adds an entry of 8 readers, "NAME 0I 00" to "NAME 0I 07" where I
# counts the entries, 16 readers at most. The file has a directory of its own, whose path must be absolute.
pcsc_reader_conf() {
    mkdir -p "${1%/*}"
    printf 'FRIENDLYNAME "%s"\nDEVICENAME %s\nLIBPATH %s\nCHANNELID 0\n' "$2" "$3" "${4:-$pcsc_driver}" >>"$1"
}

# pcscd_up DIRECTORY LOG: a pcscd with the readers of that directory, whose sockets are in $work; returns when it
# can be connected to, by programs that are started from here. Sets $pcscd_pid.
pcscd_up() {
    export PCSCLITE_CSOCK_NAME=$work/pcscd/pcscd.comm
    rm -f "$PCSCLITE_CSOCK_NAME" # of one that was killed
    PCSCD=$pcscd_program "$SRCDIR/contrib/otalab-pcscd" "$work/pcscd" "$1" >>"$2" 2>&1 </dev/null &
    pcscd_pid=$!
    wait_for 10 test -S "$PCSCLITE_CSOCK_NAME" || {
        sed 's/^/# /' "$2"
        echo "Bail out! pcscd did not come up"
        exit 1
    }
}
pcscd_down() { # [SIGNAL]
    [ -n "${pcscd_pid:-}" ] || return 0
    kill -s "${1:-TERM}" "$pcscd_pid" 2>/dev/null
    wait "$pcscd_pid" 2>/dev/null
    pcscd_pid=
}
pcscd_pid=
