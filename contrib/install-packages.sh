#!/bin/bash
# Installs the Debian packages named. Root only; called by prepare.sh.
#
# Debian's kannel package starts a bearerbox of its own, now and at each boot.
# Whoever had no Kannel before did not ask for one: its service is not started
# (policy-rc.d) and not enabled. A Kannel that is here already is not touched.
set -euo pipefail

policy=/usr/sbin/policy-rc.d
saved=$policy.before-otabox
had_kannel=$(dpkg-query -W -f '${db:Status-Status}' kannel 2>/dev/null || true)

restore_policy() {
    rm -f "$policy"
    if [ -e "$saved" ]; then mv "$saved" "$policy"; fi
}

if [ "$had_kannel" != installed ]; then
    if [ -e "$policy" ] && [ ! -e "$saved" ]; then mv "$policy" "$saved"; fi
    trap restore_policy EXIT
    trap 'exit 130' INT TERM
    printf '#!/bin/sh\n[ "$1" = kannel ] && exit 101\n[ -x %s ] && exec %s "$@"\nexit 0\n' "$saved" "$saved" >"$policy"
    chmod 755 "$policy"
fi

log=$(mktemp)
install() { apt-get install -y --no-install-recommends "$@" >>"$log" 2>&1; }
install "$@" || { apt-get update >>"$log" 2>&1 && install "$@"; } || {
    tail -n 20 "$log" >&2
    echo "apt-get could not install: $*" >&2
    exit 1
}
rm -f "$log"

if [ "$had_kannel" != installed ] && [ -x /etc/init.d/kannel ] && command -v update-rc.d >/dev/null; then
    update-rc.d kannel disable >/dev/null 2>&1 || true
    echo "Debian's kannel is installed, and its own service is left switched off (update-rc.d kannel enable switches it on)." >&2
fi
