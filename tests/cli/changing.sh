# A file that changes while it is read is not stored and never silent; one that is replaced then is not taken away unread.
. "$(dirname "$0")/lib.sh"
make_inputs inbox
echo "$AS_OF" >inbox/as-of.txt
{ cat inbox/srv-audit.csv; head -c 8000000 /dev/zero | tr '\0' '\n'; } >long.csv

# while_reading FILE CHANGE ARGUMENT...: runs the program, which is stopped when it has FILE open; then CHANGE, and it goes on.
while_reading() {
    local file change=$2 pid name
    file=$(realpath "$1")
    shift 2
    "$PCREPORT" "$@" >out.txt 2>err.txt </dev/null &
    pid=$!
    while kill -0 "$pid" 2>/dev/null; do
        for name in /proc/"$pid"/fd/*; do
            [ "$(readlink "$name")" = "$file" ] && kill -STOP "$pid" && break 2
        done
    done
    kill -0 "$pid" 2>/dev/null || fail "$file was never seen open: $*"
    eval "$change"
    kill -CONT "$pid"
    wait "$pid"
    status=$?
}

# named on the command line: an error, as it was to be read now
for command in ingest check; do
    while_reading long.csv 'echo >>long.csv' "$command" --quiet --db=left.db long.csv
    [ "$status" -eq 65 ] || fail "$command of a file that changed: $status, wanted 65"
    complains "'long.csv' changed while it was read; read it again when it is whole"
done
while_reading long.csv 'echo >>long.csv' ingest --db=left.db long.csv
says "ingested 0 files: 0 rows = 0 stored + 0 merged + 0 rejected; 1 file left alone"
absent left.db

# in a night: no good one, and it is read by the next
mv long.csv inbox/srv-audit.csv
while_reading inbox/srv-audit.csv 'echo >>inbox/srv-audit.csv' run --quiet --inbox=inbox --out=out
[ "$status" -eq 0 ] || fail "a night with a file that changed: $status, wanted 0"
complains "left alone, as they changed while they were read: 'srv-audit.csv'"
says "1 file left alone"
run 0 sql -q --format=csv "SELECT fate, why FROM inbox WHERE file LIKE '%srv-audit.csv'"
says "left,changed while it was read"
grep -q 'srv-audit.csv changed while it was read' out/2021-10-01/index.html || fail "the page does not tell"
run 0 run --inbox=inbox --out=out
says "1 file: 5 rows = "

# what came in the place of a file that was read stays where it is, and is read by the next run
for after in move delete; do
    cp -r inbox "$after"
    printf '[run]\nafter = %s\n' "$after" >after.ini
    sed 's/2021-09-01T1/2021-09-02T1/g' inbox/srv-audit.csv | grep . >new.csv
    while_reading "$after/srv-audit.csv" "mv new.csv $after/srv-audit.csv" run --quiet --config=after.ini --db=$after.db --inbox=$after --out=$after.out
    [ "$status" -eq 0 ] || fail "a night in which a file was replaced: $status, wanted 0"
    complains "'$after/srv-audit.csv' changed after it was read: it stays in the inbox, and the next run reads it"
    present "$after/srv-audit.csv"
    absent "$after/organisations.csv"
    run 0 run --config=after.ini --db=$after.db --inbox=$after --out=$after.out
    says "1 file: 5 rows = "
    absent "$after/srv-audit.csv"
done
