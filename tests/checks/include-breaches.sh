#!/bin/sh
# include-breaches.sh TREE RULES: one line for each #include of TREE that RULES
# (include-rules.txt) does not allow. Nothing printed, exit 0: none.
rules=$(realpath "$2") && cd "$1" || exit 2

# Outside a git work tree (a tarball) every file counts that is not somebody's build.
sources() {
    if [ -e .git ]; then
        git ls-files --cached --others --exclude-standard '*.c' '*.h'
    else
        find . -mindepth 1 -type d -exec test -e '{}/config.status' \; -prune -o \( -name '*.c' -o -name '*.h' \) -print | sed 's|^\./||'
    fi | grep -Ev '^(tests|testdata)/|^config\.h$' | sort
}

sources | while IFS= read -r file; do
    [ ! -f "$file" ] || grep -nE '^[[:space:]]*#[[:space:]]*include' /dev/null "$file"
done | awk -v rules="$rules" '
BEGIN {
    while ((getline line < rules) > 0) {
        count = split(line, word, " ")
        if (count == 0 || line ~ /^#/) continue
        if (word[1] !~ /^</) known[word[1]] = 1
        for (i = 2; i <= count; i++)
            if (word[1] ~ /^</) owners[word[1]] = owners[word[1]] " " word[i]
            else may[word[1], word[i]] = 1
    }
}
function report(text) { print file ":" number ": " text; bad = 1 }
function check_foreign(name,    header, count, owner, i) {
    for (header in owners) {
        if (index(name, header) != 1) continue
        count = split(owners[header], owner, " ")
        for (i = 1; i <= count; i++) if (index(file, owner[i]) == 1) return
        report(name " only in" owners[header])
    }
}
function check_own(name,    from, to) {
    if (name == "config.h") return
    if (name !~ /\//) { report("\"" name "\" is not written from the top of the tree"); return }
    from = file; sub(/\/[^\/]*$/, "", from)
    to = name; sub(/\/[^\/]*$/, "", to)
    if (from == to) return
    if (!(from in known)) { report("folder " from " has no line in the rules"); return }
    if (!((from, to) in may)) report(from " may not include " to)
}
{
    file = $0; sub(/:.*/, "", file)
    number = substr($0, length(file) + 2); sub(/:.*/, "", number)
    if (match($0, /<[^>]+>/)) check_foreign(substr($0, RSTART, RLENGTH))
    else if (match($0, /"[^"]+"/)) check_own(substr($0, RSTART + 1, RLENGTH - 2))
}
END { exit bad }'
