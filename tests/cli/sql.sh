# sql: queries on the views, their formats and limits, and what they may not do.
. "$(dirname "$0")/lib.sh"

run 66 sql "SELECT 1"
make_store
at="--as-of=$AS_OF"
# what a failed query leaves behind would be a difference
cp pcreport.db before.db

# rows, and what is said of them
run 0 sql $at "SELECT device_id, verdict FROM devices WHERE device_type = 'ESME'"
complains "as at $AS_OF: 2 rows"
cat >want <<END
device_id                verdict
-----------------------  -------
$METER  PASS
$OTHER  FAIL
END
same want out.txt
run 0 sql $at --quiet "SELECT :as_of"
silent
says "$AS_OF"

# the records, with where they were read
run 0 sql $at --format=csv "SELECT srv, outcome, rule, rows, user_party, in_inventory, line FROM requests
    WHERE device_id = '$METER' AND srv = '6.15.1'"
says "6.15.1,TIMED_OUT,R2.3,1,Acme Energy,yes,6"
run 0 sql $at --format=json "SELECT holder, role, status, subject_party, line FROM certificates LIMIT 1"
says '{"holder":"cell","role":"NetworkOperator","status":"ok","subject_party":"Northern Wires","line":1}'
run 0 sql $at --format=csv "SELECT kind, count(*) FROM evidence WHERE device_id = '$METER' GROUP BY kind ORDER BY kind"
printf 'kind,count\r\ncheck,2\r\ninventory,1\r\nrequest,12\r\nsnapshot,1\r\n' >want
same want out.txt
run 0 sql --as-of=2021-09-01T12:00:30Z --format=csv "SELECT responded_at, outcome FROM requests WHERE srv = '6.15.2'"
says ",AWAITING" # what comes later is not there yet
lines_out 2

# nothing is judged where no verdict is asked for
run 0 sql $at --dry-run "SELECT count(*) FROM requests"
says "needs no verdicts"
run 0 sql $at --dry-run "SELECT count(*) FROM devices"
says "needs every Device to be judged"
run 64 sql $at "SELECT * FROM devcies"
complains "there is no view 'devcies': did you mean 'devices'?"
run 64 sql $at "SELECT d.verdct FROM devices d"
complains "there is no column 'verdct': did you mean 'verdict'?"
run 64 sql $at "SELECT zzzzzz FROM files"
complains "no such column: zzzzzz"
run 0 sql --db=none.db --views
says "suspicions "
run 0 sql --views runs
says "started_at "
run 64 sql --views rnus
complains "there is no view 'rnus': did you mean 'runs'?"
absent none.db
run 64 sql $at "SELEC 1"
complains "syntax error"

# beside an earlier instant
run 64 sql $at "SELECT * FROM changes"
complains "name it with --since"
run 0 sql $at --since=2021-09-05 --format=csv "SELECT device_id, change FROM changes WHERE change = 'NEW'"
says "$OTHER,NEW"
run 0 sql $at --since=2021-09-05 --format=csv "SELECT b.verdict, d.verdict, :since FROM devices_before b
    JOIN devices d ON d.device_id = b.device_id WHERE b.device_id = '$OTHER'"
says "PENDING,FAIL,2021-09-05T00:00:00Z"
run 64 sql $at --since=2022-01-01 "SELECT 1"

# a query that looks several times at a view, for an OR or an outer join, gets each row once, as one that looks once
for view in devices devices_before obligations requests evidence certificates; do
    run 0 sql $at --since=2021-09-05 --quiet --format=csv "SELECT
        (SELECT count(*) FROM $view WHERE (device_id = '$METER' AND 1) OR (device_id = '$OTHER' AND 2)) =
        (SELECT count(*) FROM $view WHERE +device_id IN ('$METER', '$OTHER')) AS either,
        (SELECT count(*) FROM (SELECT 1 AS one) x RIGHT JOIN $view v ON v.device_id = x.one) =
        (SELECT count(*) FROM $view) AS outer_join,
        (SELECT count(*) FROM devices d FULL JOIN $view v ON v.device_id = d.device_id) =
        (SELECT count(*) FROM devices d LEFT JOIN $view v ON v.device_id = d.device_id) AS full_join"
    says '1,1,1'
done
run 0 sql $at --quiet --format=csv "SELECT
    (SELECT count(*) FROM devices WHERE verdict = 'FAIL' OR legacy_verdict = 'FAIL' OR device_type = 'ESME') =
    (SELECT count(*) FROM devices WHERE +verdict = 'FAIL' OR +legacy_verdict = 'FAIL' OR +device_type = 'ESME') AS one"
says '1'

# where the query comes from, and where the rows go
echo "SELECT 7 AS seven" >query.sql
run 0 sql --file=query.sql --out=rows.csv --format=csv
silent
says "1 row in rows.csv"
"$PCREPORT" sql --format=csv --quiet - <query.sql >out.txt || fail "a query from standard input"
same rows.csv out.txt
run 64 sql
complains "give one query"
run 64 sql --file=query.sql "SELECT 1"
run 64 sql --format=pdf "SELECT 1"
run 64 sql --json "SELECT 1"
run 0 sql --json --out=rows.csv --format=csv "SELECT 7 AS seven"
says '"report_rows":1,"cut":false'

# a workbook of it tells the query, what it was made from and that there is more; instants and dates are typed
run 4 sql --as-of=2021-10-01T06:00:00Z --out=framed.xlsx --row-limit=1 \
    "SELECT device_id, commissioned_at, date(commissioned_at) AS day, '2021-09' AS month FROM devices"
unzip -p framed.xlsx >book.txt
for told in "SELECT device_id, commissioned_at" "As at 2021-10-01 06:00:00 UTC. Rows: the first 1, and there are more<" "Criteria in force" \
    "Made by" "Input files" ">1, the first of more<"; do
    grep -q "$told" book.txt || fail "the workbook does not tell: $told"
done
unzip -p framed.xlsx xl/worksheets/sheet1.xml | grep -oE '<c r="[BCD]6" s="[0-9]*"( t="inlineStr")?>(<v>[0-9.]*</v>|<is>)' |
    sed -E 's/ s="[0-9]*"//; s/[0-9]{5}(\.[0-9]+)?/N/' >typed
printf '<c r="B6"><v>N</v>\n<c r="C6"><v>N</v>\n<c r="D6" t="inlineStr"><is>\n' >want
same want typed

# a misspelt name in double quotes is no text
run 64 sql "SELECT count(*) FROM files WHERE \"kindd\" = 'inventory'"
complains "there is no column 'kindd': did you mean 'kind'?"

# names that need care: none, twice the same, and what no file can bear
run 0 sql --quiet --format=json "SELECT 1, 2 AS \"1\", 3 AS \"a\"\"b\", 4 AS \"  \", count(*) FROM files"
says '{"1":1,"1_2":2,"a_b":3,"column_4":4,"count":7}'
run 0 sql --quiet --format=json "SELECT 1.5 AS r, 'x' AS t, NULL AS n, 7 AS i"
says '{"r":1.5,"t":"x","n":null,"i":7}'

# the limit of rows
run 4 sql --row-limit=2 --format=csv "SELECT number FROM files"
complains "there are more rows than the 2 rows of --row-limit"
lines_out 3
run 0 sql --row-limit=7 --format=csv "SELECT number FROM files"
lines_out 8

# what would never end, or take all there is: stopped, with nothing left behind
stopped() { # stopped STATUS QUERY
    timeout 60 "$PCREPORT" sql $at --time-limit=1 --out=never.csv --format=csv "$2" >out.txt 2>err.txt
    local got=$?
    [ "$got" -eq "$1" ] || fail "$2: exit status $got, wanted $1"
    absent never.csv
}
stopped 65 "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT count(*) FROM n"
complains "took longer than 1 s"
absent .never.csv.partial
stopped 65 "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 1000000)
    SELECT count(*) FROM n a, n b, n c, n d"
stopped 65 "SELECT instr(hex(zeroblob(15000000)), hex(zeroblob(14000000)) || '1')" # one step that takes for ever
stopped 65 "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n)
    SELECT group_concat(i) OVER (ORDER BY i) FROM n"
stopped 64 "SELECT length(randomblob(1000000000))"
stopped 64 "SELECT zeroblob(1000000000)"
big="hex(zeroblob(30000000))"
run 65 sql --time-limit=50 "SELECT $big||1, $big||2, $big||3, $big||4, $big||5, $big||6, $big||7, $big||8, $big||9, $big"
complains "takes more than 512 MiB of memory"

# the interrupt of a user: nothing left behind. The process dies of it, but where a shell had it ignored.
"$PCREPORT" sql --time-limit=50 --out=never.csv \
    "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) SELECT * FROM n" >out.txt 2>err.txt &
pid=$!
for _ in $(seq 200); do
    [ -e .never.csv.partial ] && break
    sleep 0.05
done
present .never.csv.partial
kill -INT $pid
wait $pid
got=$?
[ $got -eq 130 ] || [ $got -eq 65 ] || fail "interrupted: exit status $got"
absent never.csv
absent .never.csv.partial

# what is no reading
for query in "ATTACH 'other.db' AS other" "DETACH main" "PRAGMA query_only = 0" "PRAGMA writable_schema = 1" \
    "SELECT * FROM pragma_table_info('device')" "DELETE FROM device" "UPDATE file SET name = ''" \
    "INSERT INTO run(as_of) VALUES (1)" "DROP TABLE device" "CREATE TABLE t(a)" "CREATE TEMP TABLE t(a)" \
    "CREATE TEMP TRIGGER t AFTER INSERT ON run BEGIN SELECT 1; END" "VACUUM INTO 'copy.db'" "VACUUM" "REINDEX" \
    "BEGIN" "COMMIT" "SAVEPOINT s" "ANALYZE" "SELECT 1; SELECT 2" "SELECT 1; DELETE FROM device" \
    "SELECT load_extension('x')" "SELECT fts3_tokenizer('simple')" "SELECT rtreedepth(x'00')" "SELECT readfile('/etc/passwd')" "SELECT writefile('x', 'y')" \
    "SELECT edit('x')" "SELECT * FROM fts3tokenize" "INSERT INTO devices(device_id) VALUES ('x')" "" "  ;  "; do
    run 64 sql -- "$query"
done
absent other.db
absent copy.db
absent x
same pcreport.db before.db

# a workbook is of the instant that was asked about, not of now: the same question gives the same bytes
run 0 sql --as-of=2021-10-01T06:00:00Z --format=xlsx --out=dated.xlsx "SELECT device_id FROM devices"
python3 -m zipfile -e dated.xlsx dated
grep -q '2021-10-01T06:00:00Z</dcterms:created>' dated/docProps/core.xml || fail "the workbook is of another instant"

# the British date of an instant, in summer and in winter
run 0 sql --format=csv "SELECT british_day('2021-09-19T23:00:00Z'), british_day('2021-12-31T23:59:59Z'), coalesce(british_day('soon'), 'none')"
says "2021-09-20,2021-12-31,none"

# R6: what a party's failures are put down to goes by the order of the reasons, not of the obligations
run 0 sql --format=csv "SELECT main_failure('NOT_ATTEMPTED;REJECTED;UNKNOWN_OWNER'), main_failure('LOG_GAP;NOT_ATTEMPTED'),
    coalesce(main_failure('LOG_GAP'), main_failure(NULL), 'none')"
says "UNKNOWN_OWNER,NOT_ATTEMPTED,none"
