#!/usr/bin/env bash
# Of a store that a disk damaged each command gives the right answer or 65. PCREPORT_DAMAGES (200) tells how many are made.
set -euo pipefail
: "${PLAIN_PCREPORT:?names the program without sanitizers}" "${SOURCE_DIR:?names the source folder}"
PCREPORT=$PLAIN_PCREPORT PYTHONDONTWRITEBYTECODE=1 exec python3 "$SOURCE_DIR/tests/faults/damage.py"
