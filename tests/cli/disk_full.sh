# A full disk (here: a limit on the size of files): 74, and all is as it was before.
. "$(dirname "$0")/lib.sh"
make_store
cp pcreport.db before.db
run 0 report --as-of=$AS_OF --out=devices.csv devices
cp devices.csv before.csv
{
    echo "device_id,srv,user_id,requested_at"
    awk 'BEGIN { for (i = 0; i < 9000; i++)
        printf "00-DB-00-00-00-00-%02d-%02d,6.17,90-B3-D5-1F-30-01-00-01,2021-09-01T10:00:00Z\n", i / 100, i % 100 }'
} >large.csv

(
    ulimit -f 120
    "$PCREPORT" ingest large.csv >out.txt 2>err.txt
    echo $? >status.txt
)
[ "$(cat status.txt)" -eq 74 ] || fail "ingest with a full disk: $(cat status.txt), wanted 74"
run 0 verify
run 0 report --as-of=$AS_OF --out=again.csv devices
same again.csv before.csv
(
    ulimit -f 0
    "$PCREPORT" report --as-of=$AS_OF --out=devices.csv devices >/dev/null 2>/dev/null
    [ $? -ne 0 ] # there is no room even to say why
) || fail "a report that could not be written is no failure"
same devices.csv before.csv
[ -z "$(find . -name '*partial*')" ] || fail "half a file was left"

# a pack: the folder and the .zip, or neither
run 0 pack ssc --period=2021-09 --out=whole
(
    ulimit -f $(($(stat -c %s whole/ssc-2021-09.zip) / 1024 - 1))
    "$PCREPORT" pack ssc --period=2021-09 --out=packs >out.txt 2>err.txt
    echo $? >status.txt
)
[ "$(cat status.txt)" -eq 74 ] || fail "pack with a full disk: $(cat status.txt), wanted 74"
[ -z "$(ls -A packs)" ] || fail "half a pack was left: $(ls -A packs)"

# several reports: all of them or none, and no folder that was not there
{
    echo "device_id,device_type,status,smets,commissioned_at,chf_id,mpxn,csp_region"
    awk 'BEGIN { for (i = 0; i < 1500; i++)
        printf "00-DB-00-00-00-01-%02X-%02X,ESME,Commissioned,SMETS2+,2021-09-01T10:00:00Z,,,North\n", i / 256, i % 256 }'
} >inventory-2021-10-02.csv
run 0 ingest inventory-2021-10-02.csv
for kept in '' old; do
    rm -rf reports
    [ -z "$kept" ] || { mkdir reports && echo $kept >reports/panel-summary.csv; }
    (
        ulimit -f 20
        "$PCREPORT" report --as-of=2021-10-03 --out=reports/ --format=csv panel-summary devices >out.txt 2>err.txt
        echo $? >status.txt
    )
    [ "$(cat status.txt)" -eq 74 ] || fail "several reports with a full disk: $(cat status.txt), wanted 74"
    complains "/devices.csv"
    if [ -z "$kept" ]; then
        absent reports
    else
        [ "$(ls -A reports)" = panel-summary.csv ] || fail "half of the reports were left: $(ls -A reports)"
        [ "$(cat reports/panel-summary.csv)" = old ] || fail "one report is new, and the others are not"
    fi
done
run 0 report --as-of=2021-10-03 --out=dry/ --dry-run devices
absent dry
