#!/usr/bin/env bash
# A power cut at any point of a command: what it said to be done is there, whole; else all is as after a kill. PCREPORT_POWER_CUTS
# (80) tells how many are tried.
set -euo pipefail
: "${PLAIN_PCREPORT:?names the program without sanitizers}" "${SOURCE_DIR:?names the source folder}"
[ "$(uname -m)" = x86_64 ] || { echo "not tried: the tracer is for x86-64"; exit 0; }
PCREPORT=$PLAIN_PCREPORT PYTHONDONTWRITEBYTECODE=1 exec python3 "$SOURCE_DIR/tests/faults/powercut.py"
