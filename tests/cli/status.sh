# status and verify.
. "$(dirname "$0")/lib.sh"
run 66 status
complains "run 'pcreport ingest FILE...' first"
run 66 verify
absent pcreport.db
make_store
run 0 status
silent
grep -q '^files *6$' out.txt || fail "not 6 files"
grep -q '^Service Requests *5$' out.txt || fail "not 5 requests"
run 0 status --json
lines_out 1
says '"files":6'
run 0 verify
says "is whole"
run 0 verify --json
says '"findings":0'

# a store that was tampered with: 65, and what is wrong
cp pcreport.db damaged.db
size=$(stat -c %s damaged.db)
printf 'XXXXXXXXXXXXXXXX' | dd of=damaged.db bs=1 seek=$((size - 40)) conv=notrunc status=none
"$PCREPORT" verify --db=damaged.db >out.txt 2>err.txt
status=$?
if cmp -s pcreport.db damaged.db; then fail "nothing was damaged"; fi
[ "$status" -eq 65 ] || fail "verify of a damaged store: $status, wanted 65"
[ -s err.txt ] || fail "no finding"
