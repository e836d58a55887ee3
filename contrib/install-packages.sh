#!/bin/bash
# Installs the Debian packages named. Root only; called by prepare.sh.
#
# Debian's kannel package starts a bearerbox of its own, now and at each boot, and
# pcscd a daemon. Whoever had neither before did not ask for one: such a service is
# not started (policy-rc.d) and not enabled. What is here already is not touched.
# vpcd's entry for pcscd makes it listen on TCP on every address: it is commented out.
set -euo pipefail

policy=/usr/sbin/policy-rc.d
saved=$policy.before-otabox
vpcd_entry=/etc/reader.conf.d/vpcd
has() { [ "$(dpkg-query -W -f '${db:Status-Status}' "$1" 2>/dev/null)" = installed ]; }

unwanted= # names of services, and the patterns of their units
for service in kannel pcscd; do has "$service" || unwanted="$unwanted $service"; done
had_vpcd=
if has vsmartcard-vpcd; then had_vpcd=yes; fi

restore_policy() {
    rm -f "$policy"
    if [ -e "$saved" ]; then mv "$saved" "$policy"; fi
}

if [ -n "$unwanted" ]; then
    if [ -e "$policy" ] && [ ! -e "$saved" ]; then mv "$policy" "$saved"; fi
    trap restore_policy EXIT
    trap 'exit 130' INT TERM
    printf '#!/bin/sh\nfor s in %s; do case $1 in "$s" | "$s".*) exit 101 ;; esac; done\n[ -x %s ] && exec %s "$@"\nexit 0\n' \
        "$unwanted" "$saved" "$saved" >"$policy"
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

left_off() { echo "Debian's $1 is installed, and its own service is left switched off ($2 switches it on)." >&2; }
for service in $unwanted; do
    has "$service" || continue
    case $service in
    kannel)
        [ -x /etc/init.d/kannel ] && command -v update-rc.d >/dev/null || continue
        update-rc.d kannel disable >/dev/null 2>&1 || true
        left_off kannel 'update-rc.d kannel enable' ;;
    pcscd)
        command -v systemctl >/dev/null || continue
        systemctl disable pcscd.socket pcscd.service >/dev/null 2>&1 || true
        left_off pcscd 'systemctl enable --now pcscd.socket' ;;
    esac
done
if [ -z "$had_vpcd" ] && [ -f "$vpcd_entry" ]; then
    sed -i 's/^[^#]/#&/' "$vpcd_entry"
    echo "vpcd's readers are left out of $vpcd_entry: with them, pcscd listens on TCP on every address." >&2
fi
