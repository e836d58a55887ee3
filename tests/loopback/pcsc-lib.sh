# Sourced by tests that need a pcscd (bash). pcscd's socket has a fixed place, /run/pcscd, so each test has
# a /run/pcscd of its own: pcsc_enter runs the script again in a mount namespace, where whatever it starts
# sees that one and no pcscd of the machine's is touched. Nothing listens on TCP but inside `-n`.
: "${SRCDIR:=$(cd "$(dirname "$0")/../.." && pwd)}" "${BUILDDIR:=$SRCDIR}"
pcsc_driver=$BUILDDIR/simsim/ifd/libifdsimsim.so
pcscd_program=${PCSCD:-/usr/sbin/pcscd}

# pcsc_enter [-n] ARGUMENTS…: to be called first, with "$@". -n: also a network of its own, with a loopback.
pcsc_enter() {
    local spaces=-m why
    [ "${1:-}" != -n ] || { spaces=-mn; shift; }
    if [ -n "${PCSC_INSIDE:-}" ]; then
        mkdir -p /run/pcscd && mount -t tmpfs -o mode=755 pcscd /run/pcscd || { echo "Bail out! no /run/pcscd"; exit 1; }
        [ "$spaces" = -m ] || ip link set lo up || { echo "Bail out! no loopback"; exit 1; }
        unset PCSC_INSIDE
        return
    fi
    why=$(unshare $spaces mount -t tmpfs pcscd /mnt 2>&1) || {
        echo "1..0 # SKIP a pcscd of our own needs 'unshare $spaces' and mount, which are not permitted here: $why"
        exit 0
    }
    [ -x "$pcscd_program" ] || { echo "1..0 # SKIP no pcscd (packages.txt)"; exit 0; }
    PCSC_INSIDE=1 exec unshare $spaces "$BASH" "$0" "$@"
}

# pcsc_reader_conf FILE NAME DEVICENAME [DRIVER]: adds an entry of 8 readers, "NAME 0I 00" to "NAME 0I 07" where I
# counts the entries, 16 readers at most. The file has a directory of its own, whose path must be absolute.
pcsc_reader_conf() {
    mkdir -p "${1%/*}"
    printf 'FRIENDLYNAME "%s"\nDEVICENAME %s\nLIBPATH %s\nCHANNELID 0\n' "$2" "$3" "${4:-$pcsc_driver}" >>"$1"
}

# pcscd_up DIRECTORY LOG: a pcscd with the readers of that directory; returns when it can be connected to.
# Sets $pcscd_pid.
pcscd_up() {
    rm -f /run/pcscd/pcscd.comm /run/pcscd/pcscd.pid # what kill -9 leaves
    "$pcscd_program" --foreground --error --config "$1" >>"$2" 2>&1 </dev/null &
    pcscd_pid=$!
    wait_for 10 test -S /run/pcscd/pcscd.comm || {
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
