#!/usr/bin/env bash
# Killed at random instants of ingest, run and report, the store stays whole, no report is half-written, and the same
# command again gives the same bytes as if nothing had happened. PCREPORT_KILLS (40) tells how often. The populations are made
# by PLAIN_PCREPORT, where there is one.
set -euo pipefail
: "${PCREPORT:?names the program to test}" "${SOURCE_DIR:?names the source folder}"
PYTHONDONTWRITEBYTECODE=1 exec python3 "$SOURCE_DIR/tests/faults/kill.py"
