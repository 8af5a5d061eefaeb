#!/usr/bin/env bash
# Measures the main job beside its peers, in one run: tests/bench/bench.sh [DEVICES [RUNS]]
#
# Makes a population of DEVICES (default 1000000) in build/bench, then times, RUNS times each (default 5) and in turn so
# that a drifting machine is fair to both: the job M (ingest and the devices report, from an empty store, synced), the
# ingest of the SRV rows, libcsv splitting them, DuckDB doing the job in its simplest form. Prints medians and ratios.
# Needs: a release build; node and npm for DuckDB (left out, and said so, where they are missing).
set -euo pipefail
cd "$(dirname "$0")/../.."
devices=${1:-1000000}
runs=${2:-5}
work=build/bench
data=$work/data-$devices
pcreport=build/release/pcreport
as_of=2026-01-15T00:00:00Z

[ -x $pcreport ] || { cmake --preset release >/dev/null && cmake --build --preset release >/dev/null; }
mkdir -p "$work"
gcc -O2 tests/bench/generate.c -o $work/generate
gcc -O2 tests/bench/split_libcsv.c -o $work/split_libcsv -lcsv
if [ ! -e "$data/done" ]; then
    mkdir -p "$data"
    $work/generate "$devices" "$data"
    touch "$data/done"
fi
inputs=("$data"/*.csv "$data"/*.ndjson)
cat "${inputs[@]}" >/dev/null
duckdb=
if command -v npm >/dev/null; then
    cp tests/bench/duckdb.mjs $work/
    (cd $work && [ -d node_modules/@duckdb ] || { [ -e package.json ] || npm init -y >/dev/null; npm install --silent @duckdb/node-api >/dev/null; }) &&
        duckdb=1
fi

# timed NAME COMMAND...: adds "seconds kilobytes" to $work/NAME.txt
timed() {
    local name=$1
    shift
    /usr/bin/time -a -o "$work/$name.txt" -f '%e %M' "$@" >/dev/null
}
main_job() {
    rm -f $work/m.db
    $pcreport ingest --quiet --db $work/m.db "${inputs[@]}" >/dev/null &&
        $pcreport report --quiet --db $work/m.db --as-of $as_of --format csv --out $work/devices.csv devices
}
export -f main_job
export work pcreport as_of
export inputs_list="${inputs[*]}"
rm -f $work/*.txt
for ((i = 0; i < runs; i++)); do
    timed m bash -c 'read -ra inputs <<<"$inputs_list"; main_job'
    [ -z "$duckdb" ] || timed duckdb node $work/duckdb.mjs "$data" $work/duckdb.csv
    rm -f $work/srv.db
    timed srv $pcreport ingest --quiet --db $work/srv.db "$data/srv-audit.csv"
    timed libcsv $work/split_libcsv "$data/srv-audit.csv"
done

median() { awk -v c="$2" '{print $c}' "$work/$1.txt" | sort -n | awk '{v[NR]=$1} END {print v[int((NR+1)/2)]}'; }
most() { awk '{print $2}' "$work/$1.txt" | sort -n | tail -1; }
ratio() { awk "BEGIN {printf \"%.2f\", $1 / $2}"; }
input_bytes=$(cat "${inputs[@]}" | wc -c)
store_bytes=$(stat -c %s $work/m.db)
m=$(median m 1)
echo "Devices: $devices; input $((input_bytes / 1000000)) MB; medians of $runs runs"
if [ -n "$duckdb" ]; then
    echo "Q1 M ${m} s, DuckDB $(median duckdb 1) s: $(ratio "$m" "$(median duckdb 1)") (goal 0.5)"
fi
echo "Q3 SRV rows $(median srv 1) s, libcsv $(median libcsv 1) s: $(ratio "$(median srv 1)" "$(median libcsv 1)") (goal 1.0)"
echo "Q4 peak memory of M $(($(most m) / 1024)) MiB (goal 600)"
echo "Q6 store $((store_bytes / 1000000)) MB: $(ratio "$store_bytes" "$input_bytes") of the input (goal 0.35)"
