#!/usr/bin/env bash
# System calls fail one after the other in every command that writes: a clear error and nothing half-written, or the work done.
# PCREPORT_SYSCALLS (150) tells how many. Where tracing is not allowed (some containers), or the processor is another, nothing is tried.
set -euo pipefail
: "${PLAIN_PCREPORT:?names the program without sanitizers}" "${SOURCE_DIR:?names the source folder}"
[ "$(uname -m)" = x86_64 ] || { echo "not tried: the tracer is for x86-64"; exit 0; }
PCREPORT=$PLAIN_PCREPORT PYTHONDONTWRITEBYTECODE=1 exec python3 "$SOURCE_DIR/tests/faults/syscalls.py"
