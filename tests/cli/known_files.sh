# A file is known by its content, its kind, the instant at which it was extracted, and the mapping it was read with; the
# message tells which of these differ.
. "$(dirname "$0")/lib.sh"

# A hub is Commissioned, Suspended, and Commissioned again by the very bytes of the first day (R7).
extract() { printf 'device_id,device_type,status,commissioned_at\n%s,CHF,%s,2021-09-01T10:00:00Z\n' "$HUB" "$2" >"$1"; }
extract smi-2021-10-01.csv Commissioned
extract smi-2021-10-02.csv Suspended
extract smi-2021-10-03.csv Commissioned
for day in 01 02 03; do run 0 ingest "smi-2021-10-$day.csv"; done
complains "smi-2021-10-03.csv: has the content of smi-2021-10-01.csv, and is read as extracted at 2021-10-03T00:00:00Z"
run 0 sql -q --as-of=2021-10-04 --format=csv "SELECT smi_status FROM devices"
says Commissioned
run 0 ingest --db=back.db smi-2021-10-03.csv smi-2021-10-02.csv smi-2021-10-01.csv
run 0 sql -q --db=back.db --as-of=2021-10-04 --format=csv "SELECT smi_status FROM devices"
says Commissioned
run 0 sql -q --format=csv "SELECT name, extracted_at FROM files ORDER BY number DESC LIMIT 1"
says "smi-2021-10-03.csv,2021-10-03T00:00:00Z"

# the same day under another name is the same file
cp smi-2021-10-03.csv smi_20211003.csv
run 0 ingest smi_20211003.csv
complains "smi_20211003.csv: already stored as smi-2021-10-03.csv, nothing to do"
run 0 ingest --extracted-at=2021-10-05 smi_20211003.csv
says "ingested 1 file: 1 row"
run 0 ingest --extracted-at=2021-10-05 smi_20211003.csv
says "1 file already stored"

# the name of an archive dates the members that have no date of their own
mkdir d
extract d/smi.csv Recovered
tar cf smi-20211006T180000Z.tar -C d smi.csv
run 0 ingest smi-20211006T180000Z.tar
run 0 sql -q --format=csv "SELECT extracted_at FROM files ORDER BY number DESC LIMIT 1"
says 2021-10-06T18:00:00Z

# a mapping that was mended afterwards: the file is read anew, and what it says is merged
make_inputs inputs
sed '1s/responded_at/Answered/' inputs/srv-audit.csv >log.csv
printf '[columns.srv-audit]\nresponded_at = Answered\n' >map.ini
run 0 ingest --db=map.db log.csv
run 0 ingest --db=map.db --config=map.ini log.csv
complains "log.csv: has the content of log.csv, and is read as the mapping and settings of now say"
complains "what that reading said stays beside it where they differ: if it was wrong, build the store anew"
says "1 file: 5 rows = 0 stored + 5 merged"
run 0 report --db=map.db --as-of=$AS_OF --format=csv data-quality
says "log.csv,read before with other settings or as another kind"
run 0 ingest --db=map.db --config=map.ini log.csv
says "1 file already stored"
run 0 sql -q --db=map.db --format=csv "SELECT count(*) FROM requests WHERE responded_at IS NOT NULL"
says 5

# a mapping that changes nothing in how a file is read makes it no other file
run 0 ingest --db=map.db inputs/dsp-checks.csv
run 0 ingest --db=map.db --config=map.ini inputs/dsp-checks.csv
says "1 file already stored"
