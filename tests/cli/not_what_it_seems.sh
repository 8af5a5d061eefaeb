# Files that are not quite what they should be: what can be read is read, and what cannot is told as what it is, once.
. "$(dirname "$0")/lib.sh"
make_inputs inputs
once() { [ "$(wc -l <err.txt)" -eq 1 ] || fail "wanted one line"; }

# documents of other programs
mkdir -p book/_rels && echo x >'book/[Content_Types].xml' && echo x >book/_rels/.rels && echo x >book/mimetype
(cd book && zip -q ../log.xlsx '[Content_Types].xml' _rels/.rels && zip -q ../log.ods mimetype)
printf '\320\317\021\340\241\261\032\341and more' >log.xls
printf '%%PDF-1.7\n' >log.pdf
printf '\n<!DOCTYPE HTML>\n<html><body>Sign in</body></html>\n' >page.csv
printf '7z\274\257\047\034x' >log.7z
printf '<?xml version="1.0"?>\n<!DOCTYPE html PUBLIC "x" "y">\n<html/>' >page.xml
printf '<table><tr><td>device_id' >table.xls
printf '<?xml version="1.0"?><Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet">' >xml.xls
printf '%s\n\nhQEMA\n' '-----BEGIN PGP MESSAGE-----' >log.asc
printf '\004\042\115\030x' >log.lz4
printf 'MIME-Version: 1.0\n' >log.eml
for file in "log.xlsx:is an Excel workbook" "log.ods:is an OpenDocument spreadsheet" "log.xls:is an Excel workbook" \
    "log.pdf:is a PDF" "page.csv:is a page of HTML" "log.7z:is a 7z archive" "page.xml:is a page of HTML" \
    "table.xls:is a page of HTML" "xml.xls:is an Excel workbook" "log.asc:is encrypted by PGP" "log.lz4:is compressed by lz4" \
    "log.eml:is an e-mail"; do
    run 65 ingest "${file%%:*}"
    complains "'${file%%:*}' ${file#*:}"
    once
done

# UTF-16, cut short or without its mark
iconv -f UTF-8 -t UTF-16 inputs/srv-audit.csv | head -c -21 >cut16.csv
run 65 ingest cut16.csv
complains "is no text in UTF-16LE, as the file is: it is damaged or cut short"
iconv -f UTF-8 -t UTF-16LE inputs/srv-audit.csv >bare16.csv
run 65 ingest bare16.csv
complains "it is UTF-16 without a byte order mark; give its encoding, as in --encoding=UTF-16LE"
run 0 ingest --db=bare16.db --encoding=UTF-16LE bare16.csv
iconv -f UTF-8 -t UTF-16BE inputs/srv-audit.csv >bare16.csv
run 65 ingest bare16.csv
complains "as in --encoding=UTF-16BE"

# no known kind: the line that was seen, with what nobody can see in it
printf '\357\273\277a\342\200\213b,c\037\n1,2\n' >odd.csv
run 65 ingest odd.csv
complains "its first line is '<U+FEFF>a<U+200B>b,c<U+001F>'"

# a value with a mark that cannot be seen
sed '2s/2021-09-01T11:00:00Z/\xEF\xBB\xBF2021-09-01T11:00:00Z/' inputs/srv-audit.csv >mark.csv
run 3 ingest --db=mark.db --max-rejects=50% mark.csv
complains 'requested_at: "<U+FEFF>2021-09-01T11:00:00Z" is'

# the command that the message names can be pasted
sed '2s/^[^,]*/x/' inputs/srv-audit.csv >'my log.csv'
zip -q log.zip 'my log.csv'
run 3 ingest --db=a.db --max-rejects=50% 'my log.csv'
complains "pcreport check -- 'my log.csv' lists them"
run 3 check --max-rejects=50% -- 'my log.csv'
run 3 ingest --db=b.db --max-rejects=50% log.zip
complains "'pcreport check log.zip' lists them"
"$PCREPORT" ingest --db=c.db --max-rejects=50% - <'my log.csv' >out.txt 2>err.txt
complains "'pcreport report data-quality' lists them"

# JSON over several lines, and objects without a line end between them
look() { printf '{"device_id":"%s","taken_at":"2021-09-0%dT02:00:00Z","cells":[%s]}' "$METER" "$1" "${2-}"; }
cell() { printf '{"role":"NetworkOperator","key_usage":"DS","subject_id":"90-B3-D5-1F-30-02-00-01"%s}' "$1"; }
{ echo '{'; echo " \"device_id\": \"$METER\","; echo ' "taken_at": "2021-09-03T02:00:00Z"'; echo '}'
  echo '{'; echo " \"device_id\": \"$METER\", \"taken_at\":"; echo ' "2021-09-04T02:00:00Z"}'; } >pretty.json
run 0 ingest --db=json.db pretty.json
says "2 rows = 2 stored"
{ look 5; look 6; echo; look 7; look 8 ; } >glued.ndjson
run 0 ingest --db=json.db glued.ndjson
says "4 rows = 4 stored"
# files that were put together, each with a byte order mark
mark() { printf '\357\273\277'; }
for id in A0 A1 A2; do
    mark; printf '{"deviceId":"00-DB-12-34-56-78-90-%s","deviceType":"ESME","deviceStatus":"Commissioned"}\n' $id
done >marks-2021-10-01.ndjson
run 0 ingest --db=marks.db marks-2021-10-01.ndjson
says "3 rows = 3 stored + 0 merged + 0 rejected"
sed 's/}$/,\n "x": 1}/' marks-2021-10-01.ndjson >over-2021-10-01.json
run 0 ingest --db=marks2.db over-2021-10-01.json
says "3 rows = 3 stored"
{ mark; look 1; echo; mark; look 2; echo; mark; echo '# a comment'; } >marks.ndjson
run 0 ingest --db=marks.db marks.ndjson
says "3 rows = 2 stored + 0 merged + 0 rejected + 1 passed over"
for n in 3 4; do mark; echo "["; look $n; echo "]"; done >marks.json
run 0 ingest --db=marks.db marks.json
says "2 rows = 2 stored + 0 merged + 0 rejected"
# footers of databases behind JSON carry nothing, as behind CSV
foot() { printf '\n(16 rows affected)  \n16 rows in set (0.01 sec)\n\nTotal records: 16\n'; }
{ sed 's/^[^{]*//' marks-2021-10-01.ndjson; foot; } >foot-2021-10-01.ndjson
{ echo '['; sed 's/^[^{]*//; $!s/$/,/' marks-2021-10-01.ndjson; echo ']'; foot; } >foot-2021-10-01.json
for file in foot-2021-10-01.ndjson foot-2021-10-01.json; do
    run 0 ingest --db=$file.db $file
    says "6 rows = 3 stored + 0 merged + 0 rejected + 3 passed over"
done
{ look 1; echo; look 2; foot; } >foot.ndjson
{ echo '['; look 1; echo ,; look 2; echo ']'; foot; } >foot.json
for file in foot.ndjson foot.json; do
    run 0 ingest --db=$file.db $file
    says "5 rows = 2 stored + 0 merged + 0 rejected + 3 passed over"
done
{ look 1; echo; look 2; foot; echo 'ORA-01555: snapshot too old'; } >trouble.ndjson
run 3 ingest --db=trouble.db --max-rejects=100% trouble.ndjson
says "6 rows = 2 stored + 0 merged + 1 rejected + 3 passed over"
printf '{"deviceId":"%s","takenAt":"2021-09-03"}\n' "$METER" >camel.ndjson
run 65 ingest --db=camel.db camel.ndjson
complains "the kinds in JSON are certificates (an object has device_id and taken_at), inventory (deviceId and deviceType) and keystore"

# a cell whose status is null or blank proves nothing; without the member it is ok
look 3 "$(cell ',"status":null')" >null.ndjson
look 4 "$(cell ',"status":""')" >blank.ndjson
look 5 "$(cell '')" >none.ndjson
run 0 ingest --db=cell.db null.ndjson blank.ndjson none.ndjson
run 0 sql -q --db=cell.db --format=csv "SELECT status FROM certificates ORDER BY taken_at"
[ "$(tail -n +2 out.txt | tr -d '\r' | tr '\n' ,)" = "not ok,not ok,ok," ] || fail "statuses of cells"

# identifiers of all ones are none
sed 's/90-B3-D5-1F-30-01-00-01/FF-FF-FF-FF-FF-FF-FF-FF/' inputs/srv-audit.csv >ones.csv
run 3 ingest --db=ones.db --max-rejects=100% ones.csv
complains "user_id: \"FF-FF-FF-FF-FF-FF-FF-FF\" identifies nothing"

# the last row without a line end is read, and told
printf '%s' "$(cat inputs/srv-audit.csv)" >open.csv
run 0 ingest --db=open.db open.csv
says "5 rows = 5 stored"
run 0 sql -q --db=open.db --format=csv "SELECT what, line FROM file_findings"
says "the last row has no line end,6"

# the commands that mend it name the file, as a shell takes it; standard input has none
printf 'a,srv,c\n1,2,3\n' >theirs.csv
cp theirs.csv 'their own.csv'
run 65 check theirs.csv
complains "as 'pcreport check --suggest theirs.csv' prints them"
run 65 check 'their own.csv'
complains "as 'pcreport check --suggest \"their own.csv\"' prints them"
"$PCREPORT" check - <theirs.csv >out.txt 2>err.txt && fail "standard input of no known kind was taken"
complains "as 'pcreport check --suggest FILE' prints them"
echo "{\"x\":[{\"device_id\":\"$METER\",\"taken_at\":\"2021-09-20T02:00:00Z\"}]}" >within.json
run 65 check --kind=certificates within.json
complains "jq -c '..|objects|select(.taken_at)' within.json takes out"
