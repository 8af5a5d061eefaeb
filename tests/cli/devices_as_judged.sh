# Rows of `devices` and `obligations` that are made while Devices are judged, or read from the verdicts without a query, are those of the view.
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
run 0 sql --db=made.db --as-of="$as_of" --format=csv "SELECT *, position FROM obligations LIMIT 1"
owed=$(head -n 1 out.txt | tr -d '\r' | tr ',' '\n')
[ "$(wc -l <<<"$owed")" -ge 14 ] || fail "the view has lost columns: $owed"
mkdir own

# own NAME COLUMNS REST: a report of all these columns
own() {
    {
        echo "-- name: $1"
        for column in $2; do
            if [ "$column" = position ]; then echo "-- column: position integer 8 Position"
            else echo "-- column: $column text 20 Column"; fi
        done
        echo
        echo "SELECT $(tr '\n' ',' <<<"$2" | sed 's/,$//; s/,/, /g')"
        echo "$3"
    } >"own/$1.sql"
}

own every-plain "$columns" "FROM devices ORDER BY device_id"
own every-query "$columns" "FROM devices WHERE 1 ORDER BY device_id"
own owed-plain "$owed" "FROM obligations WHERE state <> 'NOT_APPLICABLE' ORDER BY device_id, position"
own owed-query "$owed" "FROM obligations WHERE +state <> 'NOT_APPLICABLE' ORDER BY device_id, position"
# Nearly plain, and another question.
own owed-otherwise "$owed" "FROM obligations WHERE state <> 'not_applicable' ORDER BY device_id, position"
own owed-all "$owed" "FROM obligations WHERE +state <> ' NOT_APPLICABLE' ORDER BY device_id, position"

# equal NAME OPTION...: the same file, written while judging and by a query; and their summaries
equal() {
    local name=$1 kind

    shift
    for kind in every owed; do
        run 0 report --db=made.db --as-of="$as_of" --report-dir=own "$@" --format=csv --out=plain.csv "$kind-plain"
        sed "s/$kind-plain/NAME/; s/plain\.csv/FILE/" out.txt >plain.txt
        run 0 report --db=made.db --as-of="$as_of" --report-dir=own "$@" --format=csv --out=query.csv "$kind-query"
        sed "s/$kind-query/NAME/; s/query\.csv/FILE/" out.txt >query.txt
        same plain.csv query.csv
        same plain.txt query.txt
        [ "$(wc -l <plain.csv)" -gt 2 ] || fail "$name: no rows to compare"
    done
}

equal all
equal "one thread" --threads=1
equal "some of them" --verdict=FAIL --verdict=UNVERIFIED --device-type=ESME
equal "one operator's" --network-operator="$(sed -n 's/^[^,]*,\([^,]*\),NetworkOperator.*/\1/p' made/organisations.csv | head -n 1)"
equal "another instant" --as-of="$(date -u -d "${as_of%T*} -40 days" +%Y-%m-%dT00:00:00Z)"

# Read from the verdicts, where other formats want them.
run 0 report --db=made.db --as-of="$as_of" --report-dir=own --format=json,csv --out=both/ every-plain every-query owed-plain \
    owed-query owed-otherwise owed-all
for kind in every owed; do
    same "both/$kind-plain.json" "both/$kind-query.json"
    same "both/$kind-plain.csv" "both/$kind-query.csv"
    same "both/$kind-plain.csv" \
        <("$PCREPORT" report --quiet --db=made.db --as-of="$as_of" --report-dir=own --format=csv "$kind-plain")
done
same both/owed-otherwise.csv both/owed-all.csv
[ "$(wc -l <both/owed-all.csv)" -gt "$(wc -l <both/owed-plain.csv)" ] || fail "what does not apply is left out of all of them"

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

# What is counted once for all who ask is what a query of the Devices counts.
shared=device_type,csp_region,supplier,verdict,legacy_verdict,classification,late,reasons,main_reason,excluded_reason,waived
shared=$shared,smets,s1_cohort,smi_status,operator_seen
for counted in "$shared, sum(devices) AS devices FROM device_counts" "$shared, count(*) AS devices FROM devices"; do
    run 0 sql --db=made.db --as-of="$as_of" --format=csv "SELECT $counted GROUP BY $shared ORDER BY $shared"
    mv out.txt "${counted##* }.csv"
done
same device_counts.csv devices.csv
[ "$(wc -l <devices.csv)" -gt 50 ] || fail "few kinds of Devices to compare"
