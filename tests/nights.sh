#!/usr/bin/env bash
# R4.7, R7, R10, R11 on simulated populations: what a log with holes makes of the verdicts, what comes late, and what
# the nights say of it (tests/nights.py). PCREPORT_NIGHTS (3000): how many Devices.
set -euo pipefail
: "${PLAIN_PCREPORT:?names the program to test}" "${SOURCE_DIR:?names the source folder}"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export HOME=$scratch TMPDIR=$scratch PYTHONDONTWRITEBYTECODE=1
unset PCREPORT_CONFIG XDG_CONFIG_HOME

for what in late month year changes sample; do
    echo "== $what"
    mkdir "$scratch/$what"
    (cd "$scratch/$what" && python3 "$SOURCE_DIR/tests/nights.py" "$what" "$PLAIN_PCREPORT" \
        --devices="${PCREPORT_NIGHTS:-3000}")
    rm -r "${scratch:?}/$what"
done
