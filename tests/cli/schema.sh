# Every event of --json is as the schema that ships says, and says nothing that it does not describe.
. "$(dirname "$0")/lib.sh"
inputs=$SOURCE_DIR/sample-data
as_of=$(cat "$inputs/as-of.txt")
export PYTHONDONTWRITEBYTECODE=1

# take STATUS ARGUMENT...: runs with --json; its events are gathered
take() {
    run "$@" --json
    tail -1 out.txt | grep -q '^{"event":"summary"' || fail "no summary at the end"
    cat out.txt >>events.jsonl
}
take 3 ingest --db=a.db "$inputs"/*.csv "$inputs"/*.ndjson
take 0 ingest --db=a.db "$inputs"/inventory*.csv
take 66 ingest --db=a.db missing.csv
take 3 check "$inputs/srv-audit-dirty.csv"
take 0 check --suggest "$inputs/srv-audit-dirty.csv"
printf 'ZHV|1|D0353001|P|\n350|1200023305967|\nZPT|1|1|\n' >flow.usr
take 0 check --suggest flow.usr
take 3 run --db=s.db --inbox="$inputs" --out=out
take 3 run --db=new.db --inbox="$inputs" --out=out --dry-run
take 0 report --db=s.db --as-of="$as_of" --out=d.csv devices
take 0 report --list
take 0 report --describe devices
take 64 report --db=s.db nothing
take 0 changes --db=s.db --as-of="$as_of" --since=2021-09-01 --out=c.csv
sed 's/"name": "revised"/"name": "revised-14"/' "$SOURCE_DIR/criteria/revised.json" >r14.json
take 0 compare --db=s.db --as-of="$as_of" --with=r14.json --out=m.csv
take 0 plan --db=s.db --as-of="$as_of" --sample=5 --out=p.csv reads
take 0 pack ssc --db=s.db --period=2021-09 --out=packs
take 0 pack verify packs/ssc-2021-09
take 0 sql --db=s.db --out=q.csv "SELECT 1 AS one"
take 0 sql --views
printf '[store]\ndb = s.db\n' >s.ini
take 0 config show --config=s.ini
take 0 config check --config=s.ini
take 0 sql --views runs
take 0 status --db=s.db
take 0 verify --db=s.db
zeros=00000000000000000000000000000000 # an answer to a 6.15.2 that succeeded
echo "DF090200000000000003E80800DB1234567890A00890B3D51F300100000002000B0302010040$zeros$zeros$zeros$zeros" >message.hex
take 0 decode message.hex
take 65 decode "$inputs/duis/larkspur-requests.xml"
take 0 simulate --devices=10 --out=population
take 0 explain --db=s.db --as-of="$as_of" $(tr -d '\r' <d.csv | sed -n '2,$s/,.*//p')
take 0 explain --db=s.db --as-of="$as_of" --bundle=bundle "$(tr -d '\r' <d.csv | sed -n '2s/,.*//p')"
take 0 explain verify bundle
python3 "$SOURCE_DIR/tests/schema.py" "$SOURCE_DIR/schemas/events.schema.json" events.jsonl >out.txt 2>err.txt ||
    fail "events are not as the schema says"

# every command and event that the schema describes was seen
for name in $(python3 -c 'import json, sys; print(*json.load(open(sys.argv[1]))["$defs"])' \
    "$SOURCE_DIR/schemas/events.schema.json"); do
    case $name in
    instant | count | verdict | silence | *_counts) continue ;;
    finding | fault) continue ;; # of a store and a pack that are not whole
    summary-*) grep -q '"event":"summary".*"command":"'"${name#summary-}"'"' events.jsonl ;;
    *) grep -q '"event":"'"$name"'"' events.jsonl ;;
    esac || fail "no $name was seen"
done
