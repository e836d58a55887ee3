#!/bin/sh
# The SOP's ./cliota.sh: the cliota beside it, or the one on PATH.
if [ -x "$(dirname "$0")/cliota" ]; then exec "$(dirname "$0")/cliota" "$@"; else exec cliota "$@"; fi
