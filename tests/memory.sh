#!/usr/bin/env bash
# Allocations fail one after the other: it ends with 70 and a word, nothing leaks and nothing is half-written, or all that comes out is as it
# should be. PCREPORT_FAULTS (120) tells how many are tried in four commands; "places" tries each place in the program once, over every
# command and format (see faults/memory.py).
set -euo pipefail
: "${PCREPORT:?names the program to test}" "${SOURCE_DIR:?names the source folder}"
PYTHONDONTWRITEBYTECODE=1 exec python3 "$SOURCE_DIR/tests/faults/memory.py" "$@"
