# Wrong usage: 64, a message that says what is wrong, and the nearest word there is.
. "$(dirname "$0")/lib.sh"

run 64
complains "pcreport help"
run 64 ingets file.csv
complains "unknown command 'ingets': did you mean 'ingest'?"
run 64 frobnicate
complains "'pcreport help' lists the commands"
run 64 --kind=duis ingest
complains "the command comes before options such as"
run 64 help frobnicate

run 64 ingest --knid=srv-audit file.csv
complains "unknown option '--knid': did you mean '--kind'?"
run 64 ingest --kind
complains "'--kind' needs a value: --kind=KIND"
run 64 ingest --quiet=yes file.csv
complains "'--quiet' takes no value"
run 64 ingest -x file.csv
complains "unknown option '-x'"
run 64 report --commissioned=2021-01-01 devices
complains "could be more than one option"

run 64 ingest
complains "name the files to ingest"
run 64 check
run 64 report
complains "report --list"
run 64 report supplier-failure
complains "did you mean 'supplier-failures'?"
run 64 run --inbox=.
complains "--out=DIR"
run 64 run --inbox=. --out=out extra
run 64 explain
run 64 explain not-a-device
complains "16 hexadecimal digits"
run 64 status extra
run 64 verify extra

run 64 ingest --kind=surprise file.csv
complains "srv-audit"
run 64 ingest --max-rejects=many file.csv
complains "2.5%"
run 64 ingest --max-rejects=101% file.csv
run 64 ingest --extracted-at=tomorrow file.csv
complains "2021-10-01T00:00:00Z"
run 64 ingest --threads=0 file.csv
run 64 ingest --log-format=xml file.csv
run 64 check --limit=-1 file.csv
run 64 report --as-of=2021-02-30 devices
complains "--as-of '2021-02-30'"
run 64 report --format=pdf devices
complains "no format 'pdf'"
run 64 report --fail-on=FAIL devices
complains "WHAT=N"
run 64 report --fail-on=SMOKE=1 devices
complains "verdict"
run 64 report devices supplier-failures
complains "--out=DIR"
run 64 report --json devices
complains "--out"
absent pcreport.db

# Options of every command may stand before it.
run 66 --db none.db -q status
complains "there is no store 'none.db'"
run 66 --db=none.db --threads 2 --log-format text status
complains "there is no store 'none.db'"
run 66 -qv --db none.db status
run 0 --help report
says "Usage: pcreport report"
run 64 --db none.db
complains "say what to do"
run 64 --db
run 64 --as-of=2021-10-01 report devices

# a present instant that is none is no reason to take the clock's in silence
for at in abc -1 1e9 99999999999999999999; do
    SOURCE_DATE_EPOCH=$at run 64 status
    complains "SOURCE_DATE_EPOCH '$at': wanted are seconds since 1970, in digits"
done
