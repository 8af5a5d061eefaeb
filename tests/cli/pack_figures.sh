# The figures of a pack tie: each chart's bars, each table's rows and the text of the page, against the report `devices` of
# the same instant.
. "$SOURCE_DIR/tests/cli/lib.sh"

run 0 simulate --devices=700 --seed=1 --out=population
run 0 ingest --db=store --quiet population/*.csv population/*.ndjson
run 0 run --db=store --inbox="$(mktemp -d -p "$DIR")" --out=nights --as-of=2025-08-15T02:00:00Z --quiet
run 0 pack ssc --db=store --period=2025-09 --out=packs
run 0 report --db=store --as-of=2025-09-30T23:59:59.999Z --format=csv --out=devices.csv devices
run 0 report --db=store --as-of=2025-08-31T23:59:59.999Z --format=csv --out=before.csv devices
python3 "$SOURCE_DIR/tests/pack/figures.py" packs/ssc-2025-09 devices.csv before.csv || fail "the figures do not tie"
