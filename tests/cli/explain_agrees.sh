# explain --json and the tables say the same of every Device: of sample-data, and of a simulated population, both as at its
# end and halfway.
. "$(dirname "$0")/lib.sh"
sample=$SOURCE_DIR/sample-data

agree() { # STORE AS-OF
    python3 "$SOURCE_DIR/tests/explain_agrees.py" "$PCREPORT" "$1" "$2" >out.txt 2>err.txt || fail "explain and the tables differ as at $2"
}

run 3 ingest --db sample.db "$sample"/*.csv "$sample"/*.ndjson "$sample"/duis/*
agree sample.db "$(cat "$sample/as-of.txt")"
agree sample.db 2021-09-09T00:00:00Z

run 0 simulate --devices 300 --seed 11 --out population
run 0 ingest --db population.db population/*.csv population/*.ndjson
agree population.db "$(cat population/as-of.txt)"
