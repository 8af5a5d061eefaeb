# A workbook is read again before it is put in place: whatever part of it the disk refuses, it is there whole or not at all.
. "$(dirname "$0")/lib.sh"
"$PCREPORT" simulate --devices=700 --seed=3 --out=made --quiet
rm made/truth.csv
run 0 ingest --db=made.db made/*.csv made/*.ndjson
as_of=$(cat made/as-of.txt)
run 0 report --db=made.db --as-of="$as_of" --format=xlsx --out=whole.xlsx devices

held=0
for limit in 1 40 120 300 600 800 1300; do # KiB; the rows are about 850, put together 90
    status=$(
        trap '' XFSZ
        ulimit -f "$limit"
        "$PCREPORT" report --db=made.db --as-of="$as_of" --format=xlsx --log-format=json --out=limited.xlsx devices >out.txt 2>err.txt
        echo $?
    )
    if [ "$status" -eq 0 ]; then
        same limited.xlsx whole.xlsx
    else
        absent limited.xlsx
        ! grep -v '^{' err.txt || fail "words of a library on standard error"
        grep -F "in '.'" err.txt >/dev/null || grep -F "not come out whole" err.txt >/dev/null ||
            fail "it is not told where there is no room"
        held=$((held + 1))
    fi
    rm -f limited.xlsx
done
[ "$held" -gt 0 ] || fail "no limit was felt"
[ -z "$(find . -name '*partial*')" ] || fail "half a file was left"

# U+FFFE and U+FFFF are no characters of XML: they are replaced, and the sheet stays well-formed
printf 'entity_id,party,role\n90-B3-D5-1F-30-01-00-01,Al\357\277\276pha\357\277\277,Supplier\n' >party.csv
run 0 ingest --db=made.db party.csv
run 0 sql --db=made.db --as-of="$as_of" --format=xlsx --out=party.xlsx "SELECT party FROM parties WHERE party LIKE 'Al%pha%'"
/usr/bin/python3 - <<'END' || fail "the party is not in its sheet as it should be"
import openpyxl
assert [c.value for c in openpyxl.load_workbook('party.xlsx').worksheets[0]['A']][5] == 'Al\ufffdpha\ufffd'
END
