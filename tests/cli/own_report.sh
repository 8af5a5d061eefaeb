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
says 'timeouts                       Requests that timed out (for the operators of the gateway)'
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
run 0 run --db=store --inbox=inbox --out=nights --as-of=$AS_OF --quiet
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
