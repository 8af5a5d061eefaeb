# status and verify.
. "$(dirname "$0")/lib.sh"
run 66 status
complains "run 'pcreport ingest FILE...' first"
run 66 verify
absent pcreport.db
make_store
sed '1s/$/,model/; 2,$s/$/,Fernhill/' inputs/inventory-2021-10-01.csv >inventory-2021-10-02.csv
run 0 ingest inventory-2021-10-02.csv
run 0 status
silent
grep -q '^files *8$' out.txt || fail "not 8 files"
grep -q '^Service Requests *12$' out.txt || fail "not 12 requests"
run 0 status --json
lines_out 1
says '"files":8'
run 4 run --inbox=inputs --out=out --as-of=$AS_OF --fail-on=FAIL=0
run 0 status
grep -qE "^run as at +$AS_OF, [0-9.]+ s, ended with 4, 1 to look at\$" out.txt || fail "status does not tell how the run went"
run 0 status --json
says '"last_runs":[{"as_of":"'$AS_OF'","milliseconds":'
run 0 verify
says "is whole"
run 0 verify --json
says '"findings":0'

# a store that was tampered with: 65, and what is wrong
cp pcreport.db damaged.db
where=$(grep -abo Fernhill damaged.db | head -1 | cut -d: -f1) # in the packed evidence of a Device
printf 'Farnhill' | dd of=damaged.db bs=1 seek="$where" conv=notrunc status=none
"$PCREPORT" verify --db=damaged.db >out.txt 2>err.txt
status=$?
[ "$status" -eq 65 ] || fail "verify of a damaged store: $status, wanted 65"
[ -s err.txt ] || fail "no finding"

# a store without anything in it, and one of which nothing can be judged
: >blank.db
run 66 status --db=blank.db
complains "run 'pcreport ingest FILE...' first"
run 0 ingest --db=little.db inputs/organisations.csv
run 0 report --db=little.db --as-of=$AS_OF devices
complains "no inventory extract"
