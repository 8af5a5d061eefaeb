# check --suggest: what it prints, put into a configuration, reads the file; where it cannot know, it says what is missing.
. "$(dirname "$0")/lib.sh"
USER=90-B3-D5-1F-30-01-00-01

# suggested FILE: what is suggested for it is in FILE.ini and in out.txt.
suggested() {
    run 0 check --suggest "$1"
    cp out.txt "$1.ini"
}

# reads FILE ROWS: with what is suggested the file is read whole.
reads() {
    suggested "$1"
    run 0 check --config="$1.ini" "$1"
    says "checked 1 file: $2 row"
    says ", 0 rejected"
    "$PCREPORT" check --json "$1" >json.txt 2>json.err
    if grep -q 'nearest is' json.err; then # the refusal and the suggestion name the same kind
        grep -qF "$(grep -o 'nearest is [a-z-]*' json.err | head -1)" "$1.ini" || fail "$1: two kinds are nearest"
    fi
}
suggests() { grep -qxF -- "$1" "$FILE.ini" || { cat "$FILE.ini" >&2; fail "$FILE: not suggested: $1"; }; }

# registration: an end under another word
FILE=until.csv
printf 'Meter point,Firm,Since,Until\n2000000000015,%s,2021-09-01T00:00:00Z,2021-09-30T00:00:00Z\n2000000000051,%s,2021-09-02T00:00:00Z,\n' $USER $USER >$FILE
suggested $FILE
suggests "effective_to = Until"
suggests "mpxn = Meter point"
suggests "; supplier_id = ?    (needed, and no heading looks like it)"
sed -i 's/; supplier_id = ?.*/supplier_id = Firm/' $FILE.ini
run 0 check --config=$FILE.ini $FILE
says "2 rows, 0 rejected"

# inventory: told by what the values are
FILE=assets-2021-10-01.csv
printf 'Asset,What,Lifecycle\n%s,ESME,Commissioned\n%s,CHF,Suspended\n' $METER $HUB >$FILE
reads $FILE 2
suggests "status = Lifecycle"
suggests "; by its values alone, look whether it is:"
grep -q "nearest is inventory" $FILE.ini || fail "the nearest kind"

# what no values tell apart is not guessed
FILE=two.csv
printf 'Left,Right,Code,When\n%s,%s,6.17,2021-09-01T11:00:00Z\n' $METER $USER >$FILE
suggested $FILE
suggests "; device_id = ?    (needed; by its values it may be 'Left', 'Right')"
suggests "requested_at = When"

# the month first, under our own headings and others
FILE=us.csv
{ echo device_id,srv,user_id,requested_at
  printf '%s,6.17,%s,09/13/2021 09:00\n%s,6.17,%s,09/03/2021 09:00\n' $METER $USER $METER $USER; } >$FILE
reads $FILE 2
suggests "requested_at = requested_at"
suggests "[read.srv-audit]"
suggests "dates = month-first"
FILE=us2.csv
sed 's/^device_id,.*/Meter GUID,Service code,Sender GUID,Sent when/' us.csv >$FILE
reads $FILE 2

# words: a slip of the pen is mended, what else a word means is asked
FILE=words-2021-10-01.csv
{ echo 'Device ID,Device type,Device state'
  printf '%s,ESME,Comissioned\n%s,IHDorCAD,\n%s,CHF,live\n%s,GPF,Live: yes\n' $METER $OTHER $HUB 00-DB-12-34-56-78-90-A9; } >$FILE
suggested $FILE
suggests "[words.inventory]"
suggests "status.Comissioned = Commissioned"
suggests "; status.live = ?    (one of Pending, Whitelisted, InstalledNotCommissioned, Commissioned, Decommissioned, Withdrawn, Suspended, Recovery, Recovered)"
sed -i 's/^; \(status.live\*\{0,1\} = \)?.*/\1Commissioned/i' $FILE.ini
run 0 check --config=$FILE.ini $FILE
says "4 rows, 0 rejected"

# two columns under one heading
FILE=twice.csv
printf 'device_id,srv,user_id,Date,Date\n%s,6.17,%s,2021-09-01T11:00:00Z,2021-09-01T11:01:00Z\n' $METER $USER >$FILE
suggested $FILE
suggests "; requested_at = ?    (needed, and no heading looks like it)"
suggests "; two columns are headed 'Date': give each a name of its own in the file"
sed -i '1s/Date,Date/Date requested,Date answered/' $FILE
reads $FILE 1
suggests "requested_at = Date requested"
suggests "responded_at = Date answered"

# headings that a configuration can hardly hold, titles, another encoding, a tab, a mark
FILE=odd.csv
printf 'Extract of the day\n\nDevice ;guid\tService code\tSender  GUID\tRequested \302\240at;now\n%s\t6.17\t%s\t2021-09-01T11:00:00Z\n' $METER $USER >$FILE
reads $FILE 1
FILE=latin.csv
printf 'Device GUID,Service code,Sender GUID,Requested at (\243),Note\n%s,6.17,%s,2021-09-01T11:00:00Z,caf\351\n' $METER $USER >$FILE
reads $FILE 1
suggests "encoding = windows-1252"
FILE=mark.csv
printf '\357\273\277"Device GUID";"Service code";"Sender GUID";"Requested"\r\n%s;6.17;%s;2021-09-01T11:00:00Z\r\n' $METER $USER >$FILE
reads $FILE 1
FILE=wide.csv
{ printf '\377\376'; printf 'Device GUID,Service code,Sender GUID,Requested\n%s,6.17,%s,2021-09-01T11:00:00Z\n' $METER $USER | iconv -t UTF-16LE; } >$FILE
reads $FILE 1
FILE=unseen.csv
printf 'Device\342\201\240GUID,Service code,Sender GUID,Requested\n%s,6.17,%s,2021-09-01T11:00:00Z\n' $METER $USER >$FILE
suggested $FILE
suggests "; device_id = ?    (in the file it is 'Device<U+2060>GUID', which no configuration can hold: rename it there)"

# inventory as JSON, under other names
FILE=devices-2021-10-01.json
printf '{"page":1,"devices":[{"id":"%s","type":"ESME","state":"Commissioned"},\n {"id":"%s","type":"CHF","state":"Suspended"}]}' $METER $HUB >$FILE
reads $FILE 2
suggests "device_id = id"
suggests "status = state"
run 65 check $FILE
complains "as 'pcreport check --suggest $FILE' prints them"

# standard input, and events
"$PCREPORT" check --suggest - <us.csv >out.txt 2>err.txt || fail "standard input"
says "dates = month-first"
run 0 check --json --suggest us.csv
says '"event":"suggestion"'
says '"kind":"srv-audit"'
says '[read.srv-audit]\ndates = month-first'

# nothing is near
printf 'colour,shape\nblue,round\n' >none.csv
run 0 check --suggest none.csv
says "; none.csv: no kind that has columns is near"
printf 'put files here\n' >readme.txt
run 65 check --suggest readme.txt
complains "'readme.txt' has no heading of several columns"

# a column that may be left out is not left out in silence
FILE=optional-2021-10-01.csv
printf 'Meter GUID,Type,Status,Live since,Supply point\n%s,ESME,Commissioned,2021-09-01T09:00:00Z,2000000000015\n' $METER >$FILE
reads $FILE 1
suggests "; commissioned_at = ?    (may be left out; by its values it may be 'Live since')"
suggests "; mpxn = ?    (may be left out; by its values it may be 'Supply point')"
sed -i "s/^; \(commissioned_at\) = ?.*/\1 = Live since/; s/^; \(mpxn\) = ?.*/\1 = Supply point/" $FILE.ini
run 0 check --config=$FILE.ini $FILE
says "1 row, 0 rejected"

# several files: each kind has one section, what cannot be looked at costs itself, and what is read as it is, is said to be
cp us2.csv us3.csv
printf '{"device_id":"%s","taken_at":"2021-09-02T00:00:00Z","source":"6.24.1","cells":[]}\n' $METER >certificates.ndjson
cp "$SOURCE_DIR/sample-data/duis/larkspur-requests.xml" duis.xml
run 0 check --suggest us2.csv us3.csv certificates.ndjson duis.xml optional-2021-10-01.csv
cp out.txt all.ini
says "; us3.csv: as comments, since these sections stand above"
says "; us3.csv: nearest is srv-audit"
says "; [columns.srv-audit]"
says "; certificates.ndjson: it is read as it is, as certificates"
says "; duis.xml: it is read as it is, as duis"
says "; optional-2021-10-01.csv: nearest is inventory"
run 0 check --config=all.ini us2.csv us3.csv certificates.ndjson duis.xml optional-2021-10-01.csv
says ", 0 rejected"
run 65 check --suggest readme.txt us2.csv
complains "'readme.txt' has no heading of several columns"
says "; 'readme.txt' has no heading of several columns"
says "[columns.srv-audit]"

# of an archive one member is looked at, and that is said
python3 -m zipfile -c several.zip us2.csv optional-2021-10-01.csv
run 0 check --suggest several.zip
says "; several.zip: of this archive only 'us2.csv' is looked at; what else it holds is not"
says "[columns.srv-audit]"
