#!/bin/bash
# RC/CC are compared in constant time: by CRYPTO_memcmp, and nothing that opens packets knows memcmp.
library=${BUILDDIR:-.}/protocol/libprotocol.a
packets='packet_frame|packet_crypto|command_packet|response_packet'
symbols=$(nm -A "$library") || { echo "Bail out! no symbols of $library"; exit 1; }
n=0
result() { n=$((n + 1)); [ "$1" = 0 ] && echo "ok $n - $2" || echo "not ok $n - $2"; }
grep -qE "packet_frame\.o:.* U CRYPTO_memcmp" <<<"$symbols"
result $? "RC/CC are compared by CRYPTO_memcmp"
! grep -E "($packets)\.o:.* U (memcmp|bcmp|strcmp|strncmp)$" <<<"$symbols"
result $? "no other comparison where packets are opened"
echo "1..$n"
