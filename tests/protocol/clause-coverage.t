#!/bin/sh
# What docs/clause-coverage.md names is there: code, tests, vectors, fuzz targets.
top=${SRCDIR:-.}
page=$top/docs/clause-coverage.md
number=0
result() { # STATUS NAME
    number=$((number + 1))
    if [ "$1" = 0 ]; then echo "ok $number - $2"; else echo "not ok $number - $2"; fi
}

for name in $(grep -o '`[A-Za-z_./-]*\.[cht]`' "$page" | tr -d '`' | sort -u); do
    [ -f "$top/protocol/$name" ] || [ -f "$top/tests/tools/$name" ] || [ -f "$top/$name" ]
    result $? "file $name"
done
for name in $(grep -o '`\(test\|fuzz\)_[a-z0-9_]*`' "$page" | tr -d '`' | sort -u); do
    [ -f "$top/tests/protocol/$name.c" ] || grep -q "^static void $name(" "$top/tests/protocol/"test_*.c
    result $? "test $name"
done
for name in $(grep '^|' "$page" | awk -F'|' '{ print $5 }' | sed 's/`[^`]*`//g' | grep -oE '\b[A-Z][0-9]+[a-z]?\b' | sort -u); do
    grep -hq "^$name " "$top/testdata/vectors/"*.txt
    result $? "vector $name"
done
[ "$number" -ge 50 ]
result $? "the page names code and tests"
echo "1..$number"
