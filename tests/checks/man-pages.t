#!/bin/bash
# mandoc has nothing to say of any man page, but for what it says of this machine's own manuals.
: "${SRCDIR:=$(cd "$(dirname "$0")/../.." && pwd)}"
n=0
for page in "$SRCDIR"/docs/*.[18]; do
    n=$((n + 1))
    said=$(mandoc -Tlint "$page" 2>&1 | grep -vE 'referenced manual not found|outdated mandoc\.db')
    if [ -z "$said" ]; then echo "ok $n - ${page##*/}"; else
        echo "not ok $n - ${page##*/}"
        sed 's/^/# /' <<<"$said"
    fi
done
echo "1..$n"
[ "$n" -ge 5 ]
