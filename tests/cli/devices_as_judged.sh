# Rows of `devices` that are made while Devices are judged, or read from the verdicts without a query, are those of the view.
. "$(dirname "$0")/lib.sh"
"$PCREPORT" simulate --devices=1500 --seed=11 --missing-nights=2 --out=made --quiet
rm made/truth.csv
"$PCREPORT" ingest --quiet --db=made.db made/*.csv made/*.ndjson "$SOURCE_DIR"/sample-data/*.csv \
    "$SOURCE_DIR"/sample-data/*.ndjson 2>/dev/null || [ $? -eq 3 ] || fail "nothing to report on"
as_of=$(cat made/as-of.txt)

# All columns of the view: a plain query, which is answered without SQL, and one that is not plain.
run 0 sql --db=made.db --as-of="$as_of" --format=csv "SELECT * FROM devices LIMIT 1"
columns=$(head -n 1 out.txt | tr -d '\r' | tr ',' '\n')
[ "$(wc -l <<<"$columns")" -ge 36 ] || fail "the view has lost columns: $columns"
mkdir own
for name in plain query; do
    {
        echo "-- name: every-$name"
        for column in $columns; do
            echo "-- column: $column text 20 Column"
        done
        echo
        echo "SELECT $(tr '\n' ',' <<<"$columns" | sed 's/,$//; s/,/, /g')"
        echo "FROM devices"
        [ "$name" = plain ] || echo "WHERE 1"
        echo "ORDER BY device_id"
    } >"own/every-$name.sql"
done

# equal NAME OPTION...: the same file, written while judging and by a query; and their summaries
equal() {
    local name=$1

    shift
    run 0 report --db=made.db --as-of="$as_of" --report-dir=own "$@" --format=csv --out=plain.csv every-plain
    sed 's/every-plain/NAME/; s/plain\.csv/FILE/' out.txt >plain.txt
    run 0 report --db=made.db --as-of="$as_of" --report-dir=own "$@" --format=csv --out=query.csv every-query
    sed 's/every-query/NAME/; s/query\.csv/FILE/' out.txt >query.txt
    same plain.csv query.csv
    same plain.txt query.txt
    [ "$(wc -l <plain.csv)" -gt 2 ] || fail "$name: no rows to compare"
}

equal all
equal "one thread" --threads=1
equal "some of them" --verdict=FAIL --verdict=UNVERIFIED --device-type=ESME
equal "one operator's" --network-operator="$(sed -n 's/^[^,]*,\([^,]*\),NetworkOperator.*/\1/p' made/organisations.csv | head -n 1)"
equal "another instant" --as-of="$(date -u -d "${as_of%T*} -40 days" +%Y-%m-%dT00:00:00Z)"

# Read from the verdicts, where other formats want them.
run 0 report --db=made.db --as-of="$as_of" --report-dir=own --format=json,csv --out=both/ every-plain every-query
same both/every-plain.json both/every-query.json
same both/every-plain.csv both/every-query.csv
same both/every-plain.csv <("$PCREPORT" report --quiet --db=made.db --as-of="$as_of" --report-dir=own --format=csv every-plain)

# Nothing is left where it cannot be written, nor a file where judging fails.
run 73 report --db=made.db --as-of="$as_of" --out=nowhere/devices.csv devices
cp made.db bad.db
/usr/bin/python3 - <<'END'
import sqlite3
db = sqlite3.connect("bad.db")
db.execute("UPDATE device SET checksum = checksum + 1 WHERE id = (SELECT max(id) FROM device)")
db.commit()
END
run 65 report --db=bad.db --as-of="$as_of" --out=bad.csv devices
absent bad.csv
[ -z "$(find . -name '*partial*')" ] || fail "half a file was left"
