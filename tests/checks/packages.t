#!/bin/bash
# packages.txt is what the build uses: each library that configure.ac asks for
# and each tool that builds or runs comes from a package of the list.
set -u
: "${SRCDIR:=$(cd "$(dirname "$0")/../.." && pwd)}"
list=$SRCDIR/packages.txt
command -v dpkg-query >/dev/null || { echo "1..0 # SKIP not a Debian machine"; exit 0; }

listed=$(awk '!/^#/ && NF { print $2 }' "$list" | sort)
n=0
result() { n=$((n + 1)); echo "$1 $n - $2"; }
owner() { # the package of a file, also where /usr was merged
    { dpkg-query -S "$1" || dpkg-query -S "$(realpath "$1")" || dpkg-query -S "${1#/usr}"; } 2>/dev/null | head -n 1 | sed 's/[:,].*//'
}
used=
needs() { # needs WHAT FILE
    local package
    package=$(owner "$2")
    used="$used $package"
    if [ -n "$package" ] && grep -qx -e "$package" <<<"$listed"; then result ok "$1: $package"; else
        result "not ok" "$1 ($2) comes from '${package:-no package}', which packages.txt lacks"
    fi
}

for module in $(sed -n 's/^PKG_CHECK_MODULES(\[[A-Z0-9]*\], \[\([^] ]*\).*/\1/p' "$SRCDIR/configure.ac"); do
    needs "library $module" "$(pkg-config --variable=pcfiledir "$module")/$module.pc"
done
for tool in autoconf automake make gw-config; do needs "tool $tool" "$(command -v "$tool")"; done
needs "bearerbox" /usr/sbin/bearerbox
needs "pcscd" /usr/sbin/pcscd
needs "libc headers" /usr/include/stdio.h

if [ "$(sort <<<"$listed" | uniq -d)" = "" ]; then result ok "no package is listed twice"; else result "not ok" "a package is listed twice"; fi
# gcc and pkg-config are commands of packages with other names (gcc-12, pkgconf) behind them.
for package in $listed; do
    case " $used gcc pkg-config " in
    *" $package "*) ;;
    *) used_by_test=$(awk -v p="$package" '$2 == p && ($1 == "test" || $1 == "fuzz")' "$list")
       if [ -n "$used_by_test" ]; then continue; fi
       result "not ok" "packages.txt lists $package, which nothing here uses" ;;
    esac
done
echo "1..$n"
