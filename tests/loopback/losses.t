#!/bin/bash
# 2,000 cards over a network that loses 10 % of the messages, 10 % of the PoRs, and doubles 5 % of each.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/chaos.sh"
chaos_round "${SEED:-20220812}" "${CARDS:-2000}" ""
