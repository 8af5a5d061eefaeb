#!/usr/bin/env bash
# R7 and R1 to R6, R9.1, R10 on random populations: the same report for any split and order of the input, and in every
# column what the independent second implementation says, which agrees with the rule cases. PCREPORT_PROPERTY_SEEDS
# (200; 1000 in the long run) tells how many; they go through the program as users have it, and every twentieth through
# the build with sanitizers as well.
set -euo pipefail
: "${PCREPORT:?names the program to test}" "${SOURCE_DIR:?names the source folder}"
export PYTHONDONTWRITEBYTECODE=1
oracle=$SOURCE_DIR/tests/oracle
seeds=${PCREPORT_PROPERTY_SEEDS:-200}
python3 "$oracle/cases.py" "$SOURCE_DIR/tests/cases"
if [ -n "${PLAIN_PCREPORT:-}" ]; then
    PCREPORT=$PLAIN_PCREPORT python3 "$oracle/property.py" --seeds "$seeds" "$@"
    seeds=$(((seeds + 19) / 20))
fi
exec python3 "$oracle/property.py" --seeds "$seeds" "$@"
