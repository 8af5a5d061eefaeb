#!/usr/bin/env bash
# R7 and R1 to R6 on random populations: the same report for any split and order of the input, and what the independent
# second implementation says. PCREPORT_PROPERTY_SEEDS (1000) tells how many.
set -euo pipefail
: "${PCREPORT:?names the program to test}" "${SOURCE_DIR:?names the source folder}"
PYTHONDONTWRITEBYTECODE=1 exec python3 "$SOURCE_DIR/tests/oracle/property.py" "$@"
