#!/usr/bin/env bash
# Every Device of sample-data has the verdicts, classification and reasons that the README there claims, and the
# independent second implementation agrees.
set -euo pipefail
: "${PCREPORT:?names the program to test}" "${SOURCE_DIR:?names the source folder}"
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export HOME=$scratch PYTHONDONTWRITEBYTECODE=1
unset PCREPORT_CONFIG XDG_CONFIG_HOME
sample=$SOURCE_DIR/sample-data

status=0
"$PCREPORT" ingest --db "$scratch/sample.db" "$sample"/*.csv "$sample"/*.ndjson || status=$?
if [ "$status" -ne 3 ]; then
    echo "ingest ended with $status, not with 3 for the rejected rows of the dirty file" >&2
    exit 1
fi
"$PCREPORT" report --db "$scratch/sample.db" --as-of "$(cat "$sample/as-of.txt")" --format csv devices >"$scratch/devices.csv"
python3 "$SOURCE_DIR/tests/oracle/sample_data.py" "$sample" "$scratch/devices.csv"
