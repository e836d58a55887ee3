#!/bin/bash
# contrib/build.sh after an interruption: a half-made configure is made again. The tools are
# small stand-ins; autoreconf leaves half its work when the file `interrupt` is there (TERM: in
# a background job INT is ignored).
top=$(cd "${SRCDIR:-.}" && pwd)
scratch=$(mktemp -d) || exit 1
trap 'rm -rf "$scratch"' EXIT
mkdir "$scratch/bin" "$scratch/tree"
cd "$scratch/tree" || exit 1
tool() { printf '#!/bin/sh\n%s\n' "$2" >"$scratch/bin/$1"; chmod +x "$scratch/bin/$1"; }
tool autoreconf 'printf "#!/bin/sh\necho configured \$* >config.status\n" >configure; chmod +x configure
[ ! -e interrupt ] || kill -TERM $$
touch Makefile.in'
tool make '[ -e Makefile.in ] && [ -e config.status ] && touch made'
build() { PATH=$scratch/bin:$PATH bash "$top/contrib/build.sh" . "$@" >"$scratch/out" 2>&1; }

number=0
result() { number=$((number + 1)); [ "$1" = 0 ] && echo "ok $number - $2" || { echo "not ok $number - $2"; sed 's/^/# /' "$scratch/out"; }; }
touch interrupt
! build && [ ! -e config.status ] && [ ! -e made ]
result $? "an interrupted autoreconf ends the build"
rm interrupt
build && [ -e made ]
result $? "the next build begins again"
rm -f made Makefile.in
build --enable-werror
[ "$(cat config.status)" = "configured --silent --enable-werror" ]
result $? "other options configure anew"
[ ! -e Makefile.in ]
result $? "what is generated is not generated again"
echo "1..$number"
