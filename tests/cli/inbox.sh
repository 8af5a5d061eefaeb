# The inbox of run: what is not read is named, and what cannot be looked at is never taken for nothing.
. "$(dirname "$0")/lib.sh"
make_inputs inbox
echo "$AS_OF" >inbox/as-of.txt

# uploads in progress and droppings are left alone, sub-folders named
mkdir inbox/2021-10
cp inbox/srv-audit.csv inbox/2021-10/
cp inbox/srv-audit.csv inbox/late.csv.filepart
cp inbox/srv-audit.csv inbox/later.csv.PART
echo x >inbox/Thumbs.db
echo x >'inbox/~$log.xlsx'
echo x >inbox/.hidden
run 0 run --inbox=inbox --out=out
says "$INPUT_FILES files: $INPUT_ROWS rows = $INPUT_ROWS stored"
complains "inbox: folders are not read, put their files into the inbox itself, or set [run] recursive = yes: '2021-10'"
complains "left alone, as their names are those of uploads in progress: "
complains "'late.csv.filepart'"
complains "'later.csv.PART'"
[ "$(wc -l <err.txt)" -eq 2 ] || fail "wanted two lines"
run 0 run --verbose --inbox=inbox --out=out
complains "passed over, as programs leave such files for themselves"
rm -r inbox/2021-10 inbox/*.filepart inbox/*.PART inbox/Thumbs.db inbox/~* inbox/.hidden

# a link that leads nowhere, or round in a circle
ln -s nowhere/file.csv inbox/dangling.csv
ln -s loop.csv inbox/loop.csv
run 66 run --inbox=inbox --out=out
complains "cannot read 'inbox/dangling.csv': No such file or directory (it is a link that leads nowhere)"
complains "cannot read 'inbox/loop.csv': Too many levels of symbolic links"
says "$INPUT_FILES files already stored; 2 files refused" # and the others are read
run 66 run --json --inbox=inbox --out=out
says '"file":"inbox/dangling.csv","kind":"","fate":"refused"'
python3 "$SOURCE_DIR/tests/schema.py" "$SOURCE_DIR/schemas/events.schema.json" out.txt || fail "an event is not as the schema says"
says '"files_refused":2'
rm inbox/dangling.csv inbox/loop.csv

# a file that has just changed is left to the next run, where the configuration says so
printf '[run]\nsettle = 60\n' >settle.ini
find inbox -type f -exec touch -d '2 minutes ago' {} +
touch inbox/dsp-checks.csv
run 0 run --config=settle.ini --db=settle.db --inbox=inbox --out=out2
complains "left alone, as they changed a moment ago ([run] settle): 'dsp-checks.csv'"
says "6 files: "

# as-of.txt as text editors write it
printf '\357\273\2772021-10-01T06:00:00Z\r\n' >inbox/as-of.txt
run 0 run --inbox=inbox --out=out3
says "run as at $AS_OF"

# one instant and nothing else: what stands behind it would be passed over in silence
for said in '2021-10-01T06:00:00Z\n2021-10-02T06:00:00Z\n' '2021-10-01\0' '2021-10-01T06:00:00Z or so' '2021-10-01%070dx'; do
    printf "$said" >inbox/as-of.txt
    run 65 run --inbox=inbox --out=out4
    complains "inbox/as-of.txt:1: '2021-10-01"
    absent out4
done
printf '\n  2021-10-01T06:00:00Z \r\n\n' >inbox/as-of.txt
run 0 run --inbox=inbox --out=out4
says "run as at $AS_OF"

# a folder that may be listed but not searched (the superuser may search every folder)
chmod 755 . && chmod 744 inbox && mkdir -m 777 w && cp "$PCREPORT" w/pcreport && cd w || exit 1
if [ "$(id -u)" -eq 0 ]; then
    command -v setpriv >/dev/null || exit 0
    nobody="setpriv --reuid=65534 --regid=65534 --clear-groups"
else
    nobody=
fi
HOME=$PWD $nobody ./pcreport run --db=s.db --inbox=../inbox --out=out >../out.txt 2>../err.txt
status=$?
cd ..
[ "$status" -eq 66 ] || fail "an inbox that cannot be searched: $status, wanted 66"
complains "cannot read the files of the inbox '../inbox': Permission denied"
absent w/out
