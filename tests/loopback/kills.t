#!/bin/bash
# The same bad network, and each program killed with -9 midway and started again.
. "$(dirname "$0")/lib.sh"
. "$(dirname "$0")/chaos.sh"
chaos_round "${SEED:-20220905}" "${CARDS:-2000}" "${VICTIMS:-otabox bearerbox simsim}"
