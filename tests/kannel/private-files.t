#!/bin/bash
# What otabox makes on its first start is for its owner only, whatever the umask, and its
# memory goes into no core file.
top=${SRCDIR:-.}
scratch=$(mktemp -d /tmp/otabox-private.XXXXXX) || exit 1
trap '[ -z "$box" ] || kill "$box" 2>/dev/null; rm -rf "$scratch"' EXIT
trap 'exit 1' INT TERM HUP
box=
number=0
is() {
    number=$((number + 1))
    if [ "$2" = "$3" ]; then echo "ok $number - $1"; else printf 'not ok %s - %s\n# got %s, expected %s\n' $number "$1" "$2" "$3"; fi
}
cat >"$scratch/otabox.conf" <<END
group = otabox
bearerbox-port = 1
sender = 12345
database = "$scratch/otabox.db"
master-key-file = "$scratch/master.key"
api-port = 0
api-token-file = "$scratch/api.token"
END
umask 022
"${BUILDDIR:-.}/gateway-plugin/otabox" "$scratch/otabox.conf" >"$scratch/out" 2>&1 &
box=$!
until grep -q 'otabox: ready' "$scratch/out"; do
    kill -0 "$box" 2>/dev/null || { sed 's/^/# /' "$scratch/out"; echo "Bail out! otabox ended"; exit 1; }
    read -rt 0.1 <> <(:)
done
for file in otabox.db otabox.db-wal otabox.db-shm master.key api.token; do
    is "$file has mode 600" "$(stat -c %a "$scratch/$file")" 600
done
is "no core file: the limit is 0" "$(sed -n 's/^Max core file size *\([^ ]*\) *\([^ ]*\).*/\1 \2/p' "/proc/$box/limits")" "0 0"
kill "$box"
wait "$box"
is "it ends with 0 on SIGTERM" $? 0
box=
echo "1..$number"
