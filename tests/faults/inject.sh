#!/usr/bin/env bash
# Allocations, reads, writes and other calls fail one after the other in ingest, run and report: no crash, nothing
# half-written, a documented exit status, and the same command again gives what it should. PCREPORT_FAULTS (300) tells
# how many faults are tried, "all" tries every one.
set -euo pipefail
: "${PLAIN_PCREPORT:?names the program without sanitizers}" "${SOURCE_DIR:?names the source folder}"
PCREPORT=$PLAIN_PCREPORT PYTHONDONTWRITEBYTECODE=1 exec python3 "$SOURCE_DIR/tests/faults/inject.py"
