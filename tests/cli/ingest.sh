# ingest: what it says, what it skips, and the sum of the rows.
. "$(dirname "$0")/lib.sh"
make_inputs inputs

run 0 ingest --dry-run inputs/*
says "dry run, nothing stored: read $INPUT_FILES files: $INPUT_ROWS rows, 0 rejected"
absent pcreport.db

run 0 ingest inputs/*
silent
lines_out 1
says "ingested $INPUT_FILES files: $INPUT_ROWS rows = $INPUT_ROWS stored + 0 merged + 0 rejected"

# again: skipped, and said so
run 0 ingest inputs/*
says "nothing new: ingested 0 files"
says "$INPUT_FILES files already stored"
complains "already stored, nothing to do"

# the same rows in another file are merged
{ cat inputs/srv-audit.csv; echo; } >more.csv
run 0 ingest more.csv
says "1 file: 5 rows = 0 stored + 5 merged + 0 rejected"

# ignored columns are named once
sed 's/$/,x/; 1s/x$/Comment/' inputs/dsp-checks.csv | sed 's/pass/fail/' >extra.csv
run 0 ingest extra.csv
complains "extra.csv: columns ignored: Comment"

# standard input, and what goes with a population
"$PCREPORT" ingest --db=stdin.db - <inputs/srv-audit.csv >out.txt 2>err.txt || fail "standard input"
says "ingested 1 file: 5 rows"
echo "$AS_OF" >as-of.txt
run 0 ingest as-of.txt
complains "as-of.txt: passed over"

# --quiet says nothing of it, --verbose more
run 0 ingest --quiet --db=quiet.db inputs/*
silent
lines_out 0
run 0 ingest --verbose --db=verbose.db inputs/srv-audit.csv
complains "srv-audit.csv: srv-audit, 5 rows = 5 stored + 0 merged + 0 rejected"

# options after operands, prefixes, and -- before a name that looks like an option
cp inputs/srv-audit.csv ./--odd.csv
run 0 ingest --db dash.db -- --odd.csv
says "ingested 1 file"
run 0 ingest inputs/dsp-checks.csv --db=dash.db --verb
complains "dsp-checks"
