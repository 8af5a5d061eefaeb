# A report is one file: added in the way CONTRIBUTING tells, with nothing else touched.
. "$SOURCE_DIR/tests/cli/lib.sh"

run 3 ingest --db=store --quiet "$SOURCE_DIR"/sample-data/*.csv "$SOURCE_DIR"/sample-data/*.ndjson

mkdir -p own
cat >own/timeouts.sql <<'SQL'
-- name: timeouts
-- title: Requests that timed out
-- audience: the operators of the gateway
-- description: How many requests of each SRV got no answer in time, by originator.
-- sort: srv, originator
--
-- column: srv text 8 SRV
-- column: originator text 28 Originator
-- column: requests integer 9 Requests
-- chart: bars originator requests Requests without an answer

SELECT srv, user_party AS originator, count(*) AS requests
FROM requests
WHERE outcome = 'TIMED_OUT'
GROUP BY srv, user_party
SQL

run 0 report --report-dir=own --list
says 'timeouts                         Requests that timed out (for the operators of the gateway)'
run 0 report --report-dir=own --describe=timeouts
says '  requests                       integer  Requests'
says '  Requests without an answer (bars)'
run 0 report --db=store --as-of=$AS_OF --report-dir=own timeouts
says 'srv,originator,requests'
cp out.txt timeouts.csv
[ "$(wc -l <timeouts.csv)" -gt 3 ] || fail "the report has no rows"
sort -t, -k1,1 -k2,2 -c <(tail -n +2 timeouts.csv) || fail "its rows are not in order"
for format in json xlsx table; do
    run 0 report --db=store --as-of=$AS_OF --report-dir=own --format=$format --out=timeouts.$format timeouts
    present timeouts.$format
done

# Where no folder is named, the one in the user's own configuration is looked in.
unset XDG_CONFIG_HOME
mkdir -p .config/pcreport
mv own .config/pcreport/reports
run 0 report --db=store --as-of=$AS_OF timeouts
same out.txt timeouts.csv
mkdir inbox
run 3 run --db=store --inbox=inbox --out=nights --as-of=$AS_OF --quiet
same nights/2021-10-01/timeouts.csv timeouts.csv

# What is wrong with one is told with its file and line.
printf -- '-- name: bad\n-- column: n integer 5 N\n-- chart: pie n n Slices\n\nSELECT 1 AS n\n' \
    >.config/pcreport/reports/bad.sql
run 78 report --list
complains "bad.sql: line 3: bad kind of chart 'pie'; write columns, bars or lines"
printf -- '-- name: bad\n-- column: n text 5 N\n-- chart: bars n n Slices\n\nSELECT 1 AS n\n' \
    >.config/pcreport/reports/bad.sql
run 78 report --list
complains "bad.sql: line 3: cannot draw 'n'"

# In a nightly run one that never ends, takes too many rows or fails costs itself: it is told, and the rest is written.
rm .config/pcreport/reports/bad.sql
own() { printf -- '-- name: %s\n-- column: n integer 5 N\n\n%s\n' "$1" "$2" >".config/pcreport/reports/$1.sql"; }
own many 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 6) SELECT i AS n FROM n'
own fails "SELECT abs(-9223372036854775807 - 1) AS n"
own few 'SELECT 7 AS n'
printf '[report]\nown_rows = 5\n' >own.ini
run 65 run --config=own.ini --db=store --inbox=inbox --out=nights --as-of=$AS_OF --format=csv,json --quiet
complains "report 'many' is left out: it has more than 5 rows ([report] own_rows)"
complains "report 'timeouts' is left out: it has more than 5 rows"
complains "report 'fails' is left out: the query of \"fails\" is wrong: integer overflow"
for format in csv json; do
    present nights/2021-10-01/few.$format
    present nights/2021-10-01/devices.$format
done
[ -z "$(ls -A nights/2021-10-01 | grep -E 'many|fails|timeouts')" ] || fail "something of them is left"
run 65 run --config=own.ini --db=store --inbox=inbox --out=nights --as-of=$AS_OF --format=csv,json
says 'reports in nights/2021-10-01 stay'
rm .config/pcreport/reports/*
own endless 'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT max(i) AS n FROM n'
# one call of a function that takes longer than anybody waits: nothing but an end of the process stops it
own stuck "SELECT instr(printf('%.*c', 60000000, 'a'), printf('%.*c', 30000000, 'a') || 'b') AS n"
printf '[report]\nown_seconds = 1\n' >own.ini
run 65 run --config=own.ini --db=store --inbox=inbox --out=nights --as-of=$AS_OF --quiet
complains "report 'endless' is left out: its time is up ([report] own_seconds)"
complains "report 'stuck' is left out: its time is up ([report] own_seconds)"
present nights/2021-10-01/devices.csv
[ -z "$(ls -A nights/2021-10-01 | grep -E 'endless|stuck')" ] || fail "something of them is left"

# One file for each value: names that differ in case alone, of which a file system may make one, are told apart.
rm .config/pcreport/reports/*
cat >.config/pcreport/reports/shared.sql <<'SQL'
-- name: shared
-- split: who
-- column: who text 8 Who

SELECT column1 AS who FROM (VALUES ('beta'), ('Acme'), ('gamma'), ('ACME'), ('acme'), ('beta' || char(0) || '1'), ('beta' || char(0) || '1'))
SQL
run 3 run --db=store --inbox=inbox --out=nights --as-of=$AS_OF --quiet
(cd nights/2021-10-01/shared && ls) >names.txt
[ "$(sort -f names.txt | uniq -i | wc -l)" -eq 5 ] || fail "names that a file system may take for one: $(cat names.txt)"
[ "$(grep -ci '^acme~' names.txt)" -eq 3 ] || fail "which is which depends on the order: $(cat names.txt)"
[ "$(cat nights/2021-10-01/shared/*.csv | grep -c beta)" -eq 3 ] || fail "rows are lost"
