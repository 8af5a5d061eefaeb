# Help: of the program and of every command, generated from the tables, within 100 columns.
. "$(dirname "$0")/lib.sh"

run 0 --version
says "pcreport "
run 0 --help
cp out.txt program.txt
run 0 help
same out.txt program.txt
for command in ingest check report run explain status verify simulate; do
    grep -q "^  $command " program.txt || fail "the help of the program does not list $command"
    run 0 "$command" --help
    silent
    cp out.txt command.txt
    says "Usage: pcreport $command "
    says "Example:"
    says "  pcreport $command "
    says "--db=FILE"
    [ "$(awk 'length > 100' out.txt | wc -l)" -eq 0 ] || fail "a line of the help of $command is over 100 columns"
    run 0 help "$command"
    same out.txt command.txt
done
run 0 report --help
says "--network-operator=PARTY"
absent pcreport.db

# What words an option takes is told from the lists that decide it.
run 0 report --help
tr -s ' \n' ' ' <out.txt >flat.txt
grep -qF "$(sed -nE 's/^WRITER\((.*)\)/\1/p' "$SOURCE_DIR/src/output/writers.def" | paste -sd, | sed 's/,/, /g') (default: " flat.txt ||
    fail "the formats of --help are not those of the list"
run 0 ingest --help
tr -s ' \n' ' ' <out.txt >flat.txt
grep -qF ": $(sed -nE 's/^READER\([a-z0-9_]*, "([^"]*)".*/\1/p' "$SOURCE_DIR/src/input/readers.def" | paste -sd, | sed 's/,/, /g') " flat.txt ||
    fail "the kinds of --help are not those of the list"
! grep -q '{words}' flat.txt || fail "a place for words is left open"
