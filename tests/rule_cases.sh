#!/usr/bin/env bash
# R1 to R10 on small populations that were settled by hand (tests/cases/README.md).
set -euo pipefail
: "${PCREPORT:?names the program to test}" "${SOURCE_DIR:?names the source folder}"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export HOME=$scratch TMPDIR=$scratch PYTHONDONTWRITEBYTECODE=1
python3 "$SOURCE_DIR/tests/cases/run.py" "$PCREPORT"
