#!/usr/bin/env bash
# R7 and R1 to R6 on random populations: the same report for any split and order of the input, and what the independent
# second implementation says. PCREPORT_PROPERTY_SEEDS (1000) tells how many; they go through the program as users have
# it, and every twentieth through the build with sanitizers as well.
set -euo pipefail
: "${PCREPORT:?names the program to test}" "${SOURCE_DIR:?names the source folder}"
export PYTHONDONTWRITEBYTECODE=1
seeds=${PCREPORT_PROPERTY_SEEDS:-1000}
if [ -n "${PLAIN_PCREPORT:-}" ]; then
    PCREPORT=$PLAIN_PCREPORT python3 "$SOURCE_DIR/tests/oracle/property.py" --seeds "$seeds" "$@"
    seeds=$(((seeds + 19) / 20))
fi
exec python3 "$SOURCE_DIR/tests/oracle/property.py" --seeds "$seeds" "$@"
