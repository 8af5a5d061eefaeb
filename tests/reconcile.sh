#!/bin/bash
# Totals reconcile: panel-summary and supplier-performance count what devices lists, and so do the reports of lists.
set -eu

source_dir=${SOURCE_DIR:?}
pcreport=${PLAIN_PCREPORT:?}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

reconcile() { # STORE AS-OF
    rm -rf "$work/reports"
    "$pcreport" report --quiet --db="$1" --as-of="$2" --out="$work/reports/" devices panel-summary \
        supplier-performance supplier-failures false-positives missed-failures incidents-avoided evidence-needed obligations
    python3 "$source_dir/tests/formats/reconcile.py" "$work/reports"
}

"$pcreport" ingest --quiet --db="$work/sample" "$source_dir"/sample-data/*.csv "$source_dir"/sample-data/*.ndjson \
    2>/dev/null || [ $? -eq 3 ]
reconcile "$work/sample" "$(cat "$source_dir/sample-data/as-of.txt")"

"$pcreport" simulate --quiet --devices=20000 --seed=7 --out="$work/population"
"$pcreport" ingest --quiet --db="$work/simulated" "$work"/population/*.csv "$work"/population/*.ndjson
reconcile "$work/simulated" "$(cat "$work/population/as-of.txt")"
reconcile "$work/simulated" 2025-04-01
