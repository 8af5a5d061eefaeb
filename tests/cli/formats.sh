# docs/formats.md as a new user would go through it: every file of the page is made, every command run.
. "$(dirname "$0")/lib.sh"

pcreport() { "$PCREPORT" "$@"; }

# Files stand behind <!-- file NAME -->, commands in blocks of sh.
awk '
    /^<!-- file .* -->$/ { file = $3; next }
    /^```/ && inside { inside = 0; close(out); out = ""; next }
    /^```sh$/ { inside = 1; out = sprintf("step-%02d.sh", ++steps); next }
    /^```/ { inside = 1; out = file != "" ? file : "/dev/null"; file = ""; next }
    inside { print > out }
' "$SOURCE_DIR/docs/formats.md"

count=0
for step in step-*.sh; do
    while read -r command; do
        rm -f pcreport.db
        eval "$command" >out.txt 2>err.txt || fail "docs/formats.md: $command"
        case $command in
        *" ingest "*)
            says " + 0 rejected"
            says_not "= 0 stored"
            count=$((count + 1))
            ;;
        esac
    done <"$step"
done
[ "$count" -ge 14 ] || fail "only $count files of docs/formats.md were read"

# What the page says becomes of them.
rm -f pcreport.db
run 0 ingest --config=sender.ini sender_2021-10-01.csv
run 0 sql "SELECT device_id, device_type, smi_status FROM devices ORDER BY device_id" --as-of=2021-10-02 --format=csv
says "00-DB-12-34-56-78-90-A4,CAD"
run 0 ingest --db=d.db --layout=bar-groups D0353_20211001.usr
run 0 sql --db=d.db "SELECT mpxn, supplier_id, effective_to, network_operator_id FROM registrations ORDER BY effective_from" --format=csv
says "1200023305967,LARK,2021-09-30T23:00:00Z,NEEB"
says "1200023305967,TIDE,,NEEB"
sed 's/|4||1|/|5||1|/' D0353_20211001.usr >wrong.usr
run 65 ingest --db=w.db --layout=bar-groups wrong.usr
complains "has 4 records, and its trailer counts 5"
run 65 check D0353_20211001.usr
complains "--layout"
