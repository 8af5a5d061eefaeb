# One writer at a time: another ends with 75 within a second, and works once the lock is gone.
. "$(dirname "$0")/lib.sh"
make_store
mkdir inbox
cp inputs/* inbox/

mkfifo pipe
"$PCREPORT" ingest --kind=srv-audit - <pipe >first.txt 2>&1 & # holds the store while its input lasts
first=$!
exec 3>pipe
head -1 inputs/srv-audit.csv >&3
sleep 0.5
began=$(date +%s%N)
run 75 run --inbox=inbox --out=out
took=$((($(date +%s%N) - began) / 1000000))
[ "$took" -lt 1000 ] || fail "75 took $took ms"
complains "pcreport.db"
absent out
run 75 ingest inputs/srv-audit.csv
run 0 report --as-of=$AS_OF devices # readers do not mind
exec 3>&-
wait "$first" || fail "the run that held the store ended with $?: $(cat first.txt)"
run 0 run --inbox=inbox --out=out --as-of=$AS_OF

# the lock dies with its process
"$PCREPORT" ingest --kind=srv-audit - <pipe >first.txt 2>&1 &
first=$!
exec 3>pipe
head -1 inputs/srv-audit.csv >&3
sleep 0.5
kill -9 "$first"
wait "$first" 2>/dev/null
run 0 ingest inputs/srv-audit.csv
exec 3>&-

# what is no file can be no store, whatever is asked of it
mkdir folder
for place in /dev/null pipe folder; do
    run 73 ingest --db=$place inputs/srv-audit.csv
    complains "not a regular file"
    run 65 status --db=$place
    complains "not a regular file"
done
