# Inputs that cannot be used at all: one clear line each, the right status, and the other files are stored all the same.
. "$(dirname "$0")/lib.sh"
make_inputs inputs

# refused FILE STATUS TEXT: the message names the file and says TEXT; the good file beside it is stored.
refused() {
    rm -f pcreport.db
    run "$2" ingest "$1" inputs/srv-audit.csv
    complains "$1"
    complains "$3"
    says "ingested 1 file: 5 rows = 5 stored"
    says "1 file refused"
    run "$2" check "$1"
    says "REFUSED"
}

cut -d, -f1-3,5- inputs/srv-audit.csv >column.csv
refused column.csv 65 requested_at

echo "what,ever" >unknown.csv
echo "1,2" >>unknown.csv
refused unknown.csv 65 "kind"

: >empty.csv
refused empty.csv 65 "empty"

gzip -c inputs/dsp-checks.csv | head -c 40 >cut.csv.gz
refused cut.csv.gz 65 "cut.csv.gz"

refused missing.csv 66 "missing.csv"

mkdir folder
refused folder 66 "folder"

if [ "$(id -u)" -ne 0 ]; then
    cp inputs/dsp-checks.csv locked.csv
    chmod 0 locked.csv
    refused locked.csv 66 "locked.csv"
fi

# a kind that it is not
run 65 ingest --db=kind.db --kind=inventory inputs/srv-audit.csv
complains "srv-audit.csv"

# an extract that does not say when it was taken
cp inputs/inventory-2021-10-01.csv extract.csv
run 65 ingest --db=extract.db extract.csv
complains "--extracted-at"
run 0 ingest --db=extract.db --extracted-at=2021-10-01 extract.csv

# the higher status is the one
run 66 ingest --db=both.db missing.csv column.csv

# a heading and no rows is a file like any other
head -1 inputs/srv-audit.csv >heading.csv
run 0 ingest --db=heading.db heading.csv
says "ingested 1 file: 0 rows = 0 stored + 0 merged + 0 rejected"

# something that is no store
echo "not a database, though it is long enough to look at" >no-store.db
run 65 ingest --db=no-store.db inputs/srv-audit.csv
run 65 report --db=no-store.db devices

# a hostile file name cannot steer a terminal
hostile=$(printf 'a\033[31mb\nc.csv')
cp inputs/srv-audit.csv "$hostile"
run 0 ingest --verbose --db=hostile.db "$hostile"
cat err.txt >>out.txt
run 0 check "$hostile"
! grep -q "$(printf '\033')" out.txt err.txt || fail "an escape sequence came through"
says "a<U+001B>[31mb<U+000A>c.csv"
