# The first command and the five questions of the README run as they stand there on the store of the demo, and are answered.
. "$(dirname "$0")/lib.sh"
ln -s "$SOURCE_DIR/sample-data" "$SOURCE_DIR/criteria" .
pcreport() { "$PCREPORT" "$@"; }
# What comes out, in a fresh folder: the command as it stands there.
eval "$(sed -n '/^\$ mkdir/s/^\$ //p; /^\$ pcreport run /s/^\$ //p' "$SOURCE_DIR/README.md")" >out.txt 2>err.txt </dev/null
[ $? -eq 3 ] || fail "the first command of the README does not run in a fresh folder"
says 'run as at 2021-10-01T06:00:00Z'
sed -n '/^## Five questions/,/^## /p' "$SOURCE_DIR/README.md" | grep '^pcreport ' >questions.txt
[ "$(wc -l <questions.txt)" -eq 5 ] || fail "the README has other questions than five"

ask() { # NUMBER
    eval "$(sed -n "$1p" questions.txt)" >out.txt 2>err.txt </dev/null || fail "question $1: exit status $?"
}
ask 1
says '00-DB-5A-61-00-00-00-33,SUPPLIER_CERT_WRONG,14,send SRV 6.23 (Supplier) by Tidewell Gas'
lines_out 6
ask 2
says '00-DB-5A-61-00-00-00-57,GSME,Central,Tidewell Gas,COMMISSIONED'
complains 'NEW 0, PERSISTING 25, CLEARED 0, COMMISSIONED 5, RECLASSIFIED 0'
ask 3
complains '14 reads settle 13 Devices, and no plan of so many settles more'
lines_out 15
ask 4
complains "91 Devices judged under 'revised' and under 'revised, 14 days': 22 stand otherwise"
says 'FAIL,PENDING,TRUE_FAILURE,PENDING,15'
ask 5
grep -q 'Reported as failed, but it is not' device.html || fail "the picture does not answer"
