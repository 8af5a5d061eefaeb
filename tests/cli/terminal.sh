# What somebody sees who sits before a terminal: a table that fits, pages, and never a workbook; and what is chosen of a report.
. "$(dirname "$0")/lib.sh"
make_store
at="--as-of=$AS_OF"

# term STATUS COLUMNS ARGUMENT...: runs the program on a terminal of so many columns; what it shows is in out.txt.
term() {
    python3 - "$@" <<'END' >out.txt || fail "on a terminal: pcreport ${*:3}: exit status $?"
import fcntl, os, pty, struct, sys, termios
want, columns, args = int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:]
pid, fd = pty.fork()
if pid == 0:
    fcntl.ioctl(0, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    os.execv(os.environ["PCREPORT"], ["pcreport", *args])
shown = b""
while True:
    try:
        got = os.read(fd, 65536)
    except OSError:
        break
    if not got:
        break
    shown += got
sys.stdout.write(shown.decode().replace("\r\n", "\n"))
status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
sys.exit(0 if status == want else status or 1)
END
}
widest() { python3 -c 'print(max(len(l.rstrip("\n")) for l in open("out.txt", encoding="utf-8") if "pcreport:" not in l))'; }
unset COLUMNS PAGER LESS
export TERM=xterm

# a report is a table there, as wide as it is; what is left out is named
term 0 70 report $at --quiet --no-pager devices
says "device_id  "
says "23 more columns: --vertical shows all, --columns chooses"
[ "$(widest)" -le 70 ] || fail "wider than the terminal: $(widest)"
grep -qE '^device_id +verdict +next_action +main_reason$' out.txt || fail "what matters most is left out"
term 0 70 sql $at --quiet --no-pager "SELECT device_id, next_action FROM devices"
says …
[ "$(widest)" -le 70 ] || fail "wider than the terminal: $(widest)"
COLUMNS=50 term 0 70 sql $at --quiet --no-pager "SELECT device_id, next_action FROM devices"
[ "$(widest)" -le 50 ] || fail "wider than \$COLUMNS: $(widest)"
run 0 report $at --quiet devices # elsewhere it is CSV, and whole
says "device_id,device_type,"
COLUMNS=50 run 0 sql $at --quiet "SELECT device_id, next_action FROM devices"
says_not …

# one column under another, rates as percent
run 0 report $at --quiet --vertical devices
says "--- 1 ---"
grep -qE '^verdict +PASS$' out.txt || fail "no upright row"
run 0 report $at --quiet --format=table panel-summary
says "50.00%"
run 0 report $at --quiet --format=csv panel-summary
says ",0.5,"

# whatever writes rows fits, pages or not
export PAGER="sed s/^//"
for command in "report $at devices" "sql SELECT\\ *\\ FROM\\ parties" "plan $at reads" "changes $at --since=-20d" \
    "compare $at --with=$SOURCE_DIR/criteria/revised.json --devices"; do
    eval "set -- $command"
    term 0 60 "$@" --quiet
    [ "$(widest)" -le 60 ] || fail "$command is wider than the terminal: $(widest)"
done
unset PAGER

# page by page, only there
export PAGER="sed s/^/PAGE:/"
term 0 100 report $at devices
grep -q '^PAGE:device_id' out.txt || fail "no pages"
grep -q '^pcreport: as at' out.txt || fail "the summary went through the pager, or is not there"
term 0 100 sql $at "SELECT 1"
says "PAGE:"
term 0 100 explain $at "$METER"
says "PAGE:"
term 0 100 explain $at --no-pager "$METER"
says_not "PAGE:"
run 0 report $at devices
says_not "PAGE:"
PAGER=false term 0 100 report $at devices # nobody has to look
PAGER=no-such-pager term 0 100 report $at devices
says "\$PAGER 'no-such-pager' cannot be run: set another, or give --no-pager"
term 0 100 report $at --out=file.csv devices
says_not "PAGE:"
unset PAGER

# a workbook is for a file or a pipe
term 64 100 report $at --format=xlsx devices
says "a workbook is nothing for a terminal: give --out=FILE.xlsx"
term 64 100 sql $at --format=xlsx "SELECT 1"
run 0 report $at --quiet --format=xlsx devices
[ "$(head -c 2 out.txt)" = PK ] || fail "no workbook in the pipe"

# the ending of the file says the format, unless --format does; the configuration is for run alone
printf '[report]\nformats = json\n' >json.ini
for f in a.csv:device_id,device_type b.json:{\"device_id\" c.ndjson:{\"device_id\" d.xlsx:PK e.txt:device_id\ \  f:device_id,; do
    run 0 report $at --quiet --config=json.ini --out="${f%%:*}" devices
    case $(head -c 40 "${f%%:*}" | tr -d '\0') in
    "${f#*:}"*) ;;
    *) fail "${f%%:*} is not what its ending tells" ;;
    esac
done
run 0 report $at --quiet --format=csv --out=g.json devices
same a.csv g.json
run 0 sql $at --quiet --out=h.csv "SELECT 1 AS one"
[ "$(tr -d '\r' <h.csv)" = $'one\n1' ] || fail "h.csv is no CSV"
run 0 report $at --quiet --config=json.ini devices
same a.csv out.txt

# a name that says what cannot be had is refused, and nothing is left of it
for out in m.pdf m.xls m.html; do
    run 64 report $at --out=$out devices
    complains "--out '$out': no report is written as .${out#m.}; give it one of the endings .csv, .json, .xlsx, .txt, or say --format too"
done
run 64 sql $at --out=m.ods "SELECT 1"
run 64 compare $at --with="$SOURCE_DIR/criteria/revised.json" --out=m.pdf
run 0 report $at --quiet --format=csv --out=m-2021.pdf devices # said in so many words
run 0 report $at --quiet --out=m-2021.10 devices
run 64 report $at --out=m.csv devices obligations
complains "--out 'm.csv' is the name of one file, and 2 are to be written: give a folder, such as --out=reports/, or --out=FILE.xlsx"
run 64 report $at --out=m.xlsx --format=csv,xlsx devices
complains "'m.xlsx' is the name of one file, and 2 are to be written: give a folder, such as --out=reports/"
run 64 report $at --vertical --format=csv devices
complains "--vertical is of tables, and nothing for csv: leave it out, or --format=table"
run 64 report $at --vertical --out=m.csv devices
run 64 sql $at --vertical --format=json "SELECT 1"
for left in m.*; do [ ! -e "$left" ] || fail "$left was made"; done

# a workbook may hold several reports, a sheet each, and one that is named twice once
run 0 report $at --out=n.xlsx --limit=2 missed-failures devices obligations devices
says "3 reports with the first 4 of 17 rows in n.xlsx"
unzip -p n.xlsx xl/workbook.xml | grep -oE '<sheet name="[^"]*"' >names
printf '<sheet name="%s"\n' missed-failures devices obligations About >want
same want names
unzip -p n.xlsx xl/worksheets/sheet2.xml | grep -q "<hyperlink ref=\"A6\" location=\"'obligations'!A6\"" || fail "no link between sheets"
mkdir o.xlsx
run 0 report $at --quiet --out=o.xlsx devices obligations # a folder that is there
[ -s o.xlsx/obligations.xlsx ] || fail "no workbook in the folder"

# some columns, in the order asked for, and some rows
run 0 report $at --columns=verdict,device_id --limit=2 devices
printf 'verdict,device_id\r\nPASS,%s\r\nFAIL,%s\r\n' "$METER" "$OTHER" >want
same want out.txt
complains "with the first 2 of 3 rows"
run 0 report $at --limit=3 devices
lines_out 4
! grep -q "the first" err.txt || fail "there were no more than three"
run 0 report $at --json --limit=1 --out=i.csv devices
says '"rows_there":3,"cut":true'
run 0 report $at --limit=2 --out=l.xlsx devices # the workbook says it above its rows, and where it tells what was asked
says "with the first 2 of 3 rows in l.xlsx"
unzip -p l.xlsx | grep -q "Rows: the first 2 of 3<" || fail "the sheet does not tell that rows are left out"
unzip -p l.xlsx | grep -q ">2, the first of 3 (--limit)<" || fail "the last sheet does not tell that rows are left out"
run 0 compare $at --with="$SOURCE_DIR/criteria/revised.json" --limit=1 --quiet
lines_out 2
run 0 compare $at --with="$SOURCE_DIR/criteria/revised.json" --limit=1
complains "; the first 1 of 2 rows"
run 64 report $at --columns=devic_id devices
complains "report 'devices' has no column 'devic_id': did you mean 'device_id'?"
run 64 report $at --columns=zzzzzz devices
complains "'pcreport report --describe devices' names them"
run 64 report $at --columns=verdict,verdict devices
run 64 report $at --columns=, devices
run 64 report $at --limit=0 devices
run 0 changes $at --since=-26d --quiet --columns=device_id,change --limit=1
lines_out 2
run 0 report $at --quiet --columns=group,legacy_failed --out=k.xlsx panel-summary # its chart needs other columns

# which columns a terminal keeps is told where the report is described
run 0 report --describe missed-failures
says "Where a terminal has no room for all, these come first:"
says "  device_id, unmet, next_action, device_type, responsible_party, reasons,"
