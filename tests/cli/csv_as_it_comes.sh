# CSV as people and programs leave it: headings that come again, NULL in words, rows that carry nothing, dates with the
# month first. Every row is accounted for.
. "$(dirname "$0")/lib.sh"
HEADING=device_id,srv,user_id,requested_at,responded_at,response_code,execution_status
USER=90-B3-D5-1F-30-01-00-01
row() { printf '%s,6.17,%s,2021-09-01T11:0%d:00Z,2021-09-01T11:09:00Z,I0,Success\n' "$METER" "$USER" "$1"; }
ask() { run 0 sql -q --db="$1" --format=csv "$2"; }

# a second heading, in another order, counts from there on; it is passed over, and the sum tells it
{
    echo $HEADING; row 1; row 2
    echo execution_status,response_code,responded_at,requested_at,user_id,srv,device_id
    echo "Success,I0,2021-09-01T11:09:00Z,2021-09-01T11:03:00Z,$USER,6.17,$METER"
    echo $HEADING; row 4
} >cat.csv
run 0 ingest --db=cat.db cat.csv
says "6 rows = 4 stored + 0 merged + 0 rejected + 2 passed over"
ask cat.db "SELECT DISTINCT response_code, execution_status, responded_at FROM requests"
lines_out 2
says "I0,Success,2021-09-01T11:09:00Z"
run 0 verify --db=cat.db
# in another case, with other separators, and as text that stands within quotes
{ echo $HEADING,note; row 1 | sed 's/$/,/'; echo 'DEVICE ID;SRV;User ID;Requested At'
  echo "$METER;6.17;$USER;2021-09-01T11:02:00Z"; } >other.csv
run 0 ingest --db=other.db other.csv
says "3 rows = 2 stored + 0 merged + 0 rejected + 1 passed over"
{ echo $HEADING,note; row 1 | sed "s/\$/,\"before\ndevice_id,srv,user_id,requested_at\nafter\"/"; row 2 | sed 's/$/,/'; } >quoted.csv
run 0 ingest --db=quoted.db quoted.csv
says "2 rows = 2 stored"
# so does one of another kind, and what looks like one under names that nobody knows; one in a comment is none
{ echo $HEADING; row 1; echo device_id,device_type,status; echo "$METER,ESME,Commissioned"; } >kinds.csv
run 65 ingest --db=lacks.db --max-rejects=100% kinds.csv
complains "'kinds.csv', line 3: a heading of inventory stands here, among rows of srv-audit"
{ echo device_id,srv,user_id,requested_at; echo "$METER,6.17,$USER,2021-09-01T11:00:00Z"
  echo sender,service,asset,moment; echo "$USER,6.17,$METER,2021-09-01T11:00:00Z"; } >names.csv
run 65 ingest --db=lacks.db --max-rejects=100% names.csv
complains "'names.csv', line 3: what looks like a second heading stands here, under names that are not known"
complains "under names that are not known ('sender', 'service', 'asset', 'moment'), and what follows"
# whatever its names hold, and with one more of them than the rows have values
registrations() { # OPERATOR HEADING...: two rows that are known, a heading, and two rows under it, with more cells behind
    echo mpxn,supplier_id,effective_from,effective_to,network_operator_id
    for mpxn in 2000000000015 2000000000024; do echo "$mpxn,$USER,2020-04-01,,$1"; done
    echo "$2"
    for mpxn in 2000000000033 2000000000042; do echo "$mpxn,$1,2020-04-01,,$USER$3"; done
}
registrations 90-B3-D5-1F-30-02-00-01 'MPAN (13 digits),DNO (EUI-64),Start (date),End (date),Energy company (EUI-64)' '' >r1.csv
registrations 90-B3-D5-1F-30-02-00-01 'MPAN,DNO,Start?,End/To,Supplier: [EUI]' '' >r2.csv
registrations 90-B3-D5-1F-30-02-00-01 'Zähler,Netz@DE,Beginn,Ende,Versorger' '' >r3.csv
registrations 90-B3-D5-1F-30-02-00-01 'Meter,Wires,Start,End,Seller,Remarks' , >r4.csv
for n in 1 2 3 4; do
    run 65 ingest --db=lacks.db --max-rejects=100% r$n.csv
    complains "'r$n.csv', line 4: what looks like a second heading stands here"
done
# right under a heading, too, as where the file before had no rows; a # before it tells that it is none
labels='Meter,Buys from,Since,Until,Wired by'
{ registrations 90-B3-D5-1F-30-02-00-01 "" "" | sed "1a $labels" | sed '/^$/d'
  echo 'Prepared by,Jane Doe,Data Team,Approved by'; echo 'End of extract,no more rows,checked'; } >labels.csv
run 65 ingest --db=lacks.db --max-rejects=100% labels.csv
complains "'labels.csv', line 2: what looks like a second heading stands here"
complains "or, where it is none, put a # before it"
# what stands behind the last good row, in the whole file or before the next heading, is none
sed -i '2s/^/#/' labels.csv
run 3 ingest --db=labels.db --max-rejects=100% labels.csv
says "7 rows = 4 stored + 0 merged + 2 rejected + 1 passed over"
cat labels.csv labels.csv >twice.csv
run 3 ingest --db=twice.db --max-rejects=100% twice.csv
says "15 rows = 4 stored + 4 merged + 4 rejected + 3 passed over"
# a row of which one cell can be no name is a row, if a bad one
for odd in 'lost,-,gone,never' 'lost,N/A,gone,never' 'lost,17,gone,never' 'lost,lost,gone,never' "lost,gone,$METER,never" 'lost,,gone,never'; do
    { echo device_id,srv,user_id,requested_at; echo "$METER,6.17,$USER,2021-09-01T11:00:00Z"; echo "$odd"
      echo "$METER,6.17,$USER,2021-09-01T12:00:00Z"; } >odd.csv
    rm -f odd.db; run 3 ingest --db=odd.db --max-rejects=100% odd.csv
    says "3 rows = 2 stored + 0 merged + 1 rejected"
done
# tickets, of which any text is a value: a row whose incident and number have no digit
{ echo incident_id,number,state,category,assignee; echo "PCI-$HUB-1,INC1,New,CHF,NOC"; echo Nummer,Vorfall,Zustand
  echo "INC2,INC3,New"; } >desk-2021-10-01.csv
run 65 ingest --db=lacks.db --max-rejects=100% desk-2021-10-01.csv
complains "line 3: what looks like a second heading stands here, under names that are not known ('Nummer', 'Vorfall', 'Zustand')"
sed -i '4d' desk-2021-10-01.csv
run 0 ingest --db=desk.db desk-2021-10-01.csv
says "2 rows = 2 stored"
# the number of one that is an Incident: the two columns stand for one another
{ echo incident_id,number; echo "INC1,PCI-$HUB-1"; echo "PCI-$HUB-1,PCI-$HUB-1"; } >desk-2021-10-02.csv
run 3 ingest --db=desk.db --max-rejects=100% desk-2021-10-02.csv
says "2 rows = 1 stored + 0 merged + 1 rejected"
complains "number: \"PCI-$HUB-1\" is an Incident of pcreport, and incident_id is none: the two columns are interchanged"
# a spreadsheet's look-up that failed begins a row like any other, and no comment
{ echo $HEADING; row 1; for e in N/A REF! VALUE! NAME? NULL! NUM! DIV/0!; do row 1 | sed "s|^[^,]*|#$e|"; done
  echo '#N/A ,6.17'; echo '#N/A is no row'; echo '#REF'; echo '# 1,2,3,4,5,6,7'; } >lookup.csv
run 3 ingest --db=lookup.db --max-rejects=100% lookup.csv
says "12 rows = 1 stored + 0 merged + 8 rejected + 3 passed over"
# a heading that is a whole row, and no row glued to another
{ registrations 90-B3-D5-1F-30-02-00-01 mpxn,supplier_id,effective_from,effective_to,network_operator_id,0123456789 ,; } >whole.csv
run 65 ingest --db=lacks.db --max-rejects=100% whole.csv
complains "'whole.csv', line 4: a heading stands here that cannot be taken as one"
{ echo device_id,srv,user_id,requested_at; echo "unknown,unknown,unknown,unknown"; echo "n/a,6.17,nobody,never"
  echo "# user_id,srv,device_id,requested_at"; echo "$METER,6.17,$USER,2021-09-01T11:00:00Z"; } >nobody.csv
run 3 ingest --db=nobody.db --max-rejects=100% nobody.csv
says "4 rows = 1 stored + 0 merged + 2 rejected + 1 passed over"
ask nobody.db "SELECT device_id FROM requests"
says $METER
# blanks of no width do not matter in a heading, nor do two byte order marks; what is seen of others is told
{ printf '\357\273\277\357\273\277'; echo $HEADING | sed 's/srv/s\xE2\x80\x8Br\xE2\x81\xA0v\xC2\xAD/'; row 1; echo '(1 row(s) affected)'; } >unseen.csv
run 0 ingest --db=unseen.db unseen.csv
says "2 rows = 1 stored + 0 merged + 0 rejected + 1 passed over"
{ echo $HEADING | sed 's/srv/s\xE2\x80\x8Erv/'; row 1; } >seen.csv
run 65 check seen.csv
complains "lacks 'srv'; its headings are 'device_id', 's<U+200E>rv', 'user_id'"
# nor do they around a value, and line ends within a name
nb=$(printf '\302\240')
{ printf '"device\nid",srv,user_id,"requested\r\nat",responded_at,response_code,execution_status\n'
  echo "$nb$METER$nb,6.17$nb,$USER,$nb 2021-09-01T11:01:00Z,2021-09-01T11:02:00Z,I0$nb,\"Success $nb\""
  echo "$METER,6.17,$USER,2021-09-01T11:02:00Z,$nb,$nb$nb,$nb $nb"; } >blanks.csv
run 0 ingest --db=blanks.db blanks.csv
ask blanks.db "SELECT requested_at, responded_at, response_code, execution_status FROM requests ORDER BY 1"
says 2021-09-01T11:01:00Z,2021-09-01T11:02:00Z,I0,Success
says 2021-09-01T11:02:00Z,,,
# unknown columns of every heading are named, each once
{ echo $HEADING,colour; row 1 | sed 's/$/,blue/'; echo $HEADING,shape,colour; row 2 | sed 's/$/,round,red/'; } >more.csv
run 0 ingest --db=more.db more.csv
complains "columns ignored: colour, shape"
! grep -q "colour.*colour" err.txt || fail "an unknown column was named twice"
{ echo chf_deviceid,esme_deviceid,chf_devicestatus,esme_devicestatus,colour
  echo "$HUB,$METER,Commissioned,Commissioned,blue"
  echo chf_deviceid,esme_deviceid,chf_devicestatus,esme_devicestatus,shape
  echo "$HUB,$OTHER,Commissioned,Commissioned,round"; } >premises-2021-10-01.csv
run 0 ingest --db=more.db premises-2021-10-01.csv
complains "columns ignored: colour, shape"
# a registration that ends before it begins covers nothing, and that is told; one of a single day covers it
{ echo mpxn,supplier_id,effective_from,effective_to
  echo 2000000000015,$USER,2021-09-02,2021-09-01; echo 2000000000051,$USER,2021-09-02,2021-09-02; } >reg.csv
run 0 ingest --db=reg.db reg.csv
ask reg.db "SELECT file, what, found, line, example FROM file_findings"
lines_out 2
says "reg.csv,a registration that ends before it begins: it covers nothing,1,2,2021-09-01"
# one that lacks a required column refuses the file
{ echo $HEADING; row 1; echo device_id,srv,user_id,responded_at; row 2; } >lacks.csv
run 65 ingest --db=lacks.db lacks.csv
complains "'lacks.csv', line 3: a second heading stands here, which lacks 'requested_at' of srv-audit"
absent lacks.db

# the month first: nothing is stored under other days
{ echo $HEADING
  for day in 1 2 13; do printf '%s,6.17,%s,09/%02d/2021 09:00,,,\n' "$METER" "$USER" $day; done; } >us.csv
run 65 ingest --db=us.db us.csv
complains "'us.csv', line 4: column 'requested_at' holds \"09/13/2021 09:00\": the month comes first"
complains "[read.srv-audit]"
[ "$(wc -l <err.txt)" -eq 1 ] || fail "the month first: wanted one line"
printf '[read.srv-audit]\ndates = month-first\n' >us.ini
run 0 ingest --db=us.db --config=us.ini us.csv
ask us.db "SELECT min(requested_at), max(requested_at) FROM requests"
says "2021-09-01T09:00:00Z,2021-09-13T09:00:00Z"

# the row that proves it may be bad otherwise, and the date be in a column behind the bad one
{ echo $HEADING
  printf '%s,6.17,%s,09/01/2021 09:00,,,\n' "$METER" "$USER"
  printf 'no Device,6.17,%s,09/02/2021 09:00,09/13/2021 09:00,I0,Success\n' "$USER"; } >bad.csv
run 65 ingest --db=bad.db --max-rejects=100% bad.csv
complains "'bad.csv', line 3: column 'responded_at' holds \"09/13/2021 09:00\": the month comes first"
{ echo $HEADING; printf '%s,6.17,%s,09/13/2021 09:00,,,,,,,behind\n' "$METER" "$USER"; } >long.csv
run 65 ingest --db=bad.db --max-rejects=100% long.csv
complains "'long.csv', line 2: column 'requested_at' holds \"09/13/2021 09:00\": the month comes first"
{ echo $HEADING; printf '%s,6.17,%s,09.13.2021 09:00,,,\n' "$METER" "$USER"; } >dots.csv
run 65 ingest --db=bad.db --max-rejects=100% dots.csv
complains "'dots.csv', line 2: column 'requested_at' holds \"09.13.2021 09:00\": the month comes first"
echo "{\"device_id\":\"$METER\",\"taken_at\":\"09/13/2021 09:00\"}" >us.ndjson
run 65 ingest --db=bad.db --max-rejects=100% us.ndjson
complains "'us.ndjson', line 1: column 'taken_at' holds \"09/13/2021 09:00\": the month comes first"
absent bad.db

# NULL and the like as a whole field are blank; in free text they stand for themselves
{ echo $HEADING,remote_party_role
  n=0
  for null in NULL null '(null)' '\N' N/A n/a - none None; do
      n=$((n + 1))
      echo "$METER,6.17,$USER,2021-09-01T11:0$n:00Z,$null,$null,$null,$null"
  done; } >null.csv
run 0 ingest --db=null.db null.csv
says "9 rows = 9 stored + 0 merged + 0 rejected"
ask null.db "SELECT count(*) FROM requests WHERE response_code IS NULL AND execution_status IS NULL AND responded_at IS NULL"
says 9
printf 'entity_id,party,role,in_smki_repository\n%s,None,Supplier,NULL\n' $USER >party.csv
run 0 ingest --db=null.db party.csv
ask null.db "SELECT party FROM parties"
says None

for null in NULL - N/A; do
    printf '%s\n' device_id,device_type,status,manufacturer,model,firmware "$METER,ESME,Commissioned,$null,$null,$null" >null-2021-10-01.csv
    rm -f null3.db && run 0 ingest --db=null3.db null-2021-10-01.csv
    ask null3.db "SELECT manufacturer IS NULL AND model IS NULL AND firmware IS NULL FROM devices"
    says 1
    printf '%s\n' incident_id,number,state,category,assignee "PCI-$METER-1,INC1,$null,$null,$null" >desk-2021-10-01.csv
    run 0 ingest --db=null3.db desk-2021-10-01.csv
    ask null3.db "SELECT state IS NULL AND category IS NULL AND assignee IS NULL FROM tickets"
    says 1
done

# what programs write for it otherwise
{ echo $HEADING
  n=0
  for null in '[NULL]' '<null>' '{null}' '#N/A' NaN NA nil --; do
      n=$((n + 1))
      echo "$METER,6.17,$USER,2021-09-01T11:0$n:00Z,$null,$null,$null"
  done; } >null2.csv
run 0 ingest --db=null2.db null2.csv
ask null2.db "SELECT count(*) FROM requests WHERE response_code IS NULL AND execution_status IS NULL AND responded_at IS NULL"
says 8

# what spreadsheets and word processors make of identifiers: told in words where the digits are lost, else read
{ echo $HEADING; row 1; echo "'$METER,6.17,\"=\"\"$USER\"\"\",2021-09-01T11:05:00Z,,,"
  echo "1.23E+15,6.17,$USER,2021-09-01T11:02:00Z,,,"
  printf '00\342\200\223DB,6.17,%s,2021-09-01T11:03:00Z,,,\n' $USER; } >sheet.csv
run 3 ingest --max-rejects=60% --db=sheet.db sheet.csv
says "4 rows = 2 stored + 0 merged + 2 rejected"
complains 'device_id: "1.23E+15" is what a spreadsheet has made of an identifier: its digits are lost'
complains "has dashes that are no '-'"

# what carries nothing is passed over and counted: separators, comments, footers, the rule under a heading
{ echo '# extracted 2021-10-01'; echo $HEADING; echo '---------,---,-----,-----,-----,----,----'; row 1
  echo ',,,,,,'; echo ' , ,"",,,, '; echo '# a comment, with a comma'; echo; row 2; echo '(2 rows affected)'
  echo '2 rows selected.'; echo '(2 rows),,,,,,'; printf ',,\302\240,,,,\n'; printf '\032'; } >nothing.csv
run 0 ingest --db=nothing.db nothing.csv
says "11 rows = 2 stored + 0 merged + 0 rejected + 9 passed over"
run 0 check nothing.csv
says "11 rows"

# Excel: sep=, title lines, cells left out at the end of a row; a row too short to be one stays a reject
{ echo 'sep=;'; echo $HEADING | tr , ';'; row 1 | tr , ';'; } >sep.csv
run 0 ingest --db=sep.db sep.csv
says "1 row = 1 stored"
{ echo 'Service Audit Trail'; echo 'Extract of 1 October 2021, all regions'; echo; echo $HEADING,note,note2; row 1
  echo "$METER,6.17,$USER,2021-09-01T11:02:00Z"; echo "$METER,6.17,$USER"; } >title.csv
run 3 ingest --max-rejects=50% --db=title.db title.csv
says "3 rows = 2 stored + 0 merged + 1 rejected"
complains "title.csv:7: has 3 fields, the heading has 9"
complains "title.csv: 2 lines before the heading passed over"
ask title.db "SELECT titles FROM files"
says 2
run 3 check --max-rejects=50% title.csv
says "title lines       2, passed over"
# a comment and the rule above a heading are none, and not told
{ echo '# a comment'; echo '+---+---+'; echo "| $HEADING |" | tr , '|'; row 1 | sed 's/^/| /; s/,/|/g; s/$/ |/'; } >rule.csv
run 0 ingest --db=rule.db rule.csv
says "1 row = 1 stored"
silent
# rows are no title lines: none is lost without a word
{ echo device_id,srv,user_id; echo "$METER,6.17,$USER"; echo $HEADING; row 1; } >below.csv
run 65 ingest --db=below.db below.csv
complains "lacks 'requested_at'"
{ row 1; row 2; echo $HEADING; row 3; } >below.csv
run 65 ingest --db=below.db below.csv
complains "'below.csv', line 1: a row stands here, before the heading of srv-audit"
{ echo 'A note'; echo; echo "$METER,6.17"; echo $HEADING; row 3; } >below.csv
run 65 ingest --db=below.db --kind=srv-audit below.csv
complains "line 3: a row stands here"
absent below.db

# what clients of databases write behind the rows
{ echo $HEADING; row 1; echo 'Elapsed: 00:00:00.05'; echo 'Time: 12.345 ms'; echo '1 row in set (0.00 sec)'; echo '\.'
  echo 'Completion time: 2021-09-17T10:05:00.0000000+01:00'; } >talk.csv
run 0 ingest --db=talk.db talk.csv
says "6 rows = 1 stored + 0 merged + 0 rejected + 5 passed over"

# a heading of premises that comes again in another order
{ echo esme_deviceid,gpf_deviceid,esme_status,gpf_status
  echo 00-DB-12-34-56-78-90-A0,00-DB-12-34-56-78-90-A1,Commissioned,Commissioned
  echo gpf_deviceid,esme_deviceid,gpf_status,esme_status
  echo 00-DB-12-34-56-78-90-A3,00-DB-12-34-56-78-90-A4,Commissioned,Commissioned; } >wide-2021-10-01.csv
run 0 ingest --db=wide.db wide-2021-10-01.csv
ask wide.db "SELECT device_id FROM devices WHERE device_type = 'ESME' ORDER BY 1"
says 00-DB-12-34-56-78-90-A4

# no-break blanks in a heading
{ echo $HEADING | sed 's/device_id/Device\xC2\xA0ID/'; row 1; } >nbsp.csv
run 0 ingest --db=nbsp.db nbsp.csv

# an answer of 1970 or earlier is none, and told
{ echo $HEADING
  echo "$METER,6.17,$USER,2021-09-01T11:01:00Z,1970-01-01T00:00:00Z,,"
  echo "$METER,6.17,$USER,2021-09-01T11:03:00Z,0001-01-01 00:00:00,,"
  echo "$METER,6.17,$USER,2021-09-01T11:02:00Z,1900-01-01,,"; } >epoch.csv
run 0 ingest --db=epoch.db epoch.csv
ask epoch.db "SELECT count(*) FROM requests WHERE responded_at IS NULL"
says 3
ask epoch.db "SELECT file, what, found, line, example FROM file_findings"
says "epoch.csv,an answer dated 1970 or earlier: the request counts as one without an answer,3,2,1970-01-01T00:00:00Z"
run 0 report --db=epoch.db --as-of=$AS_OF --format=csv data-quality
says "an answer dated 1970 or earlier"
# it is mended as the finding says
printf '[words.srv-audit]\nresponded_at.1970* = NULL\nresponded_at.0001-01-01* = NULL\nresponded_at.1900-01-01 = NULL\n' >epoch.ini
run 0 ingest --db=mapped.db --config=epoch.ini epoch.csv
ask mapped.db "SELECT count(*) FROM requests WHERE responded_at IS NULL"
says 3
ask mapped.db "SELECT count(*) FROM file_findings"
says 0

# a cell under a column without a name is not read, and told; an empty one is as if it were not there
{ echo "$HEADING,,"
  echo "$METER,6.17,$USER,2021-09-01T11:01:00Z,,,,,"
  echo "$METER,6.17,$USER,2021-09-01T11:02:00Z,,,,,what is this"
  echo "$METER,6.17,$USER,2021-09-01T11:03:00Z,,,,NULL,"; } >unnamed.csv
run 0 ingest --db=unnamed.db unnamed.csv
ask unnamed.db "SELECT file, what, found, line, example FROM file_findings"
says "unnamed.csv,\"a cell under a column without a name: nobody can tell what it says, and it was not read\",1,3,what is this"
