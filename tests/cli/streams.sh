# The standard streams: closed ones, full ones, and readers that leave.
. "$(dirname "$0")/lib.sh"
make_store
cp pcreport.db before.db
head -3 inputs/srv-audit.csv | sed 's/2021-09-01/2021-09-05/g' >more.csv

# a closed descriptor is not given to the store: no message is written into it
for closed in '<&-' '>&-' '2>&-' '<&- >&- 2>&-'; do
    cp before.db pcreport.db
    eval "\"\$PCREPORT\" ingest --verbose more.csv $closed" >/dev/null 2>&1
    run 0 verify
    run 0 status
    says "Service Requests                   14"
done
"$PCREPORT" status >&- 2>err.txt
[ $? -eq 74 ] || fail "a closed standard output is not told of"

if [ -w /dev/full ]; then
    "$PCREPORT" status >/dev/full 2>err.txt
    [ $? -eq 74 ] || fail "a full standard output is not told of"
    complains "standard output"
fi

# what is written in pieces, too, tells why it could not be
{
    head -1 inputs/srv-audit-reads.csv
    seq -f '%04g' 0 1999 | sed "s/\(..\)\(..\)/$METER,4.8.1,90-B3-D5-1F-30-01-00-01,2021-09-10T09:\1:00.\2Z,IS,,,/"
} >many.csv
run 0 ingest many.csv
for form in '' --format=html; do
    "$PCREPORT" explain --all --as-of=$AS_OF $form $METER >&- 2>err.txt
    [ $? -eq 74 ] || fail "explain $form: a closed standard output is not told of"
    complains "Bad file descriptor"
    if [ -w /dev/full ]; then
        "$PCREPORT" explain --all --as-of=$AS_OF $form $METER >/dev/full 2>err.txt
        [ $? -eq 74 ] || fail "explain $form: a full standard output is not told of"
        complains "No space left"
    fi
    "$PCREPORT" explain --all --as-of=$AS_OF $form $METER 2>err.txt | head -1 >/dev/null
    [ "${PIPESTATUS[0]}" -eq 0 ] || fail "explain $form into a closed pipe"
    silent
done

# who closes the pipe has had what was wanted, however much there is
{ cat inputs/dsp-checks.csv; yes nonsense | head -5000; } >bad.csv
for arguments in '--json' ''; do
    "$PCREPORT" check --max-rejects=100% --limit=0 $arguments bad.csv 2>err.txt | head -1 >/dev/null
    [ "${PIPESTATUS[0]}" -eq 3 ] || fail "check $arguments into a closed pipe: ${PIPESTATUS[0]}, wanted 3"
    silent
done
"$PCREPORT" report --quiet --as-of=$AS_OF devices 2>err.txt | true
[ "${PIPESTATUS[0]}" -eq 0 ] || fail "report into a closed pipe"
silent
for talk in help --version 'run --help'; do
    "$PCREPORT" $talk 2>err.txt >&-
    [ $? -eq 74 ] || fail "$talk: a closed standard output is not told of"
    complains "standard output"
done

# the summary line is lost with it, and told of; where nothing was to be said, nothing is lost
"$PCREPORT" report --as-of=$AS_OF --out=lost.csv devices 2>err.txt >&-
[ $? -eq 74 ] || fail "a summary line that was lost is not told of"
present lost.csv
"$PCREPORT" report --as-of=$AS_OF --out=quiet.csv --quiet devices 2>err.txt >&-
[ $? -eq 0 ] || fail "nothing was to be said, and yet it was not well"
silent
same lost.csv quiet.csv
