# A heading with a quote or a delimiter too many or too few is read where its rows leave one way to read it; nothing is guessed.
. "$(dirname "$0")/lib.sh"
USER=90-B3-D5-1F-30-01-00-01
rows() {
    for n in 1 2 3; do
        echo "\"$METER\",\"6.17\",\"$USER\",\"2021-09-01T11:0$n:00Z\",\"2021-09-01T11:09:00Z\",\"I0\",\"Success\""
    done
}
{ echo '"device_id","srv","user_id","requested_at","responded_at","response_code","execution_status"'; rows; } >whole.csv
run 0 ingest --db=whole.db whole.csv
silent
query="SELECT device_id, srv, requested_at, responded_at, response_code, execution_status FROM requests ORDER BY requested_at"
run 0 sql -q --db=whole.db --format=csv "$query"
cp out.txt want
ways=0
while read -r heading; do
    { echo "$heading"; rows; } >srv-audit.csv
    rm -f one.db
    run 0 ingest --db=one.db srv-audit.csv
    complains "srv-audit.csv: its heading has a quote or a delimiter too many or too few"
    run 0 sql -q --db=one.db --format=csv "$query"
    same want out.txt
    ways=$((ways + 1))
done <<'END'
""device_id","srv","user_id","requested_at","responded_at","response_code","execution_status"
"device_id","srv","user_id","requested_at","responded_at","response_code",""execution_status"
"device_id""srv","user_id","requested_at","responded_at","response_code","execution_status"
"device_id","srv","user_id","requested_at","responded_at","response_code""execution_status"
"device_id" "srv" "user_id" "requested_at" "responded_at" "response_code" "execution_status"
,"device_id","srv","user_id","requested_at","responded_at","response_code","execution_status"
device_id,srv,,user_id,requested_at,responded_at,response_code,execution_status
"device_id","srv","user_id","requested_at",,"responded_at","response_code","execution_status"
END
[ "$ways" -eq 8 ] || fail "not every heading was tried"

# Where a column of text is the first to be shifted, its rows fit both ways.
{ echo 'device_id,srv,user_id,requested_at,responded_at,,response_code,execution_status'; rows; } >doubt.csv
run 65 ingest --db=two.db doubt.csv
complains "'doubt.csv' has a heading with a column that has no name, and rows with a value less"
absent two.db

# A column without a name that has values, or rows without cells at their end: the heading is right.
{ echo 'device_id,srv,,user_id,requested_at,responded_at,response_code,execution_status'; rows | sed 's/"6.17",/&"x",/'; } >spare.csv
run 0 ingest --db=spare.db spare.csv
silent
run 0 sql -q --db=spare.db --format=csv "$query"
same want out.txt
{ echo 'device_id,srv,,user_id,requested_at,responded_at,response_code,execution_status,note'
  rows | sed 's/"6.17",/&"x",/'; } >short.csv
run 0 ingest --db=short.db short.csv
[ "$(cat err.txt)" = "pcreport: short.csv: columns ignored: note" ] || fail "short.csv is not read as it is"

# Nor is a heading taken apart that has another name in it, or rows of another width.
{ echo '"device_id""srv","user_id","requested_at","responded_at","result"'; rows; } >other.csv
run 65 ingest --db=three.db --kind=srv-audit other.csv
complains "lacks the columns 'device_id', 'srv'"
{ echo '"device_id""srv","user_id","requested_at"'; rows; } >wide.csv
run 65 ingest --db=three.db --kind=srv-audit wide.csv
absent three.db
