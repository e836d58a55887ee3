#!/bin/bash
# build.sh DIRECTORY [CONFIGURE-OPTION…]: generates, configures and makes, each only when it
# has to. Without options any configuration there will do; what changed since (configure.ac, a
# local.mk) make itself sees to. A program of its own, because `set -e` is off in a shell
# function whose failure is tested, and because a marker has to tell an autoreconf that
# finished from one that was interrupted.
set -euo pipefail
cd "$1"
shift
if [ ! -f configure ] || [ ! -f .generated ]; then
    rm -f .generated config.status
    autoreconf -fi
    touch .generated
fi
if [ ! -f config.status ] || [ ! -f .configured-with ] ||
    { [ $# -gt 0 ] && [ "$(cat .configured-with)" != "$*" ]; }; then
    rm -f .configured-with
    ./configure --silent "$@"
    echo "$*" >.configured-with
fi
exec make -j"$(nproc)"
