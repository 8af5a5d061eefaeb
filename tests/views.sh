#!/bin/bash
# The views against their manual page, pcreport-views(5): every view and every column of it, in order, there and back;
# and the queries of the page run.
set -u

source_dir=${SOURCE_DIR:?}
pcreport=${PCREPORT:?}
page=$source_dir/man/pcreport-views.5
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cd "$work" || exit 1
export HOME=$work

fault() {
    echo "$*"
    echo "$*" >>faults
}

"$pcreport" ingest --quiet "$source_dir"/sample-data/inventory* "$source_dir"/sample-data/organisations* >/dev/null ||
    fault "cannot make a store"
sql() {
    "$pcreport" sql --quiet --as-of=2021-10-01 --since=2021-09-01 --format=csv "$@"
}

# "view column" for each column of the page, "view" for a view without.
awk '/^\.Sh VIEWS/ { in_views = 1; next } /^\.Sh/ { in_views = 0 }
    in_views && /^\.Ss/ { view = $2; print view }
    in_views && /^\.It Cm/ { for (i = 3; i <= NF; i++) if ($i != ",") print view, $i }' "$page" >documented
awk 'NF == 1' documented | sort >views

# Views by the source: those that are computed, and those that the schema makes.
{
    cat "$source_dir"/src/judging/view_*.c | tr '\n' ' ' | grep -oE '(about = \{|_VIEW\() *"[a-z_0-9]+"' | cut -d'"' -f2
    sed -nE 's/.*"CREATE VIEW ([a-z_0-9]+) AS.*/\1/p' "$source_dir/src/store/schema.c"
} | sort -u >made
diff views made >differ || fault "views of the page (<) and of the program (>) differ: $(grep '^[<>]' differ | tr '\n' ' ')"

while read -r view; do
    described=${view/devices_before/devices} # it has the same columns
    awk -v view="$described" 'NF == 2 && $1 == view { print $2 }' documented >wanted
    sql "SELECT * FROM $view LIMIT 0" | tr -d '\r' | tr ',' '\n' >got || fault "cannot read the view $view"
    # what SELECT * leaves out (position, about, request_seen) can be asked for all the same
    grep -vxF -f got wanted | while read -r hidden; do
        sql "SELECT $hidden FROM $view LIMIT 0" >hidden 2>&1 || fault "the view $view has no column $hidden"
        echo "$hidden" >>got
    done
    diff wanted got >differ || fault "columns of $view, page (<) and program (>): $(grep '^[<>]' differ | tr '\n' ' ')"
done <views

# What `sql --views` says is there, is; and its columns are those of the page, each with a type and a sentence.
"$pcreport" sql --views | cut -d' ' -f1 | sort >told
diff views told >differ || fault "views of the page (<) and of --views (>) differ: $(grep '^[<>]' differ | tr '\n' ' ')"
while read -r view; do
    described=${view/devices_before/devices}
    awk -v view="$described" 'NF == 2 && $1 == view { print $2 }' documented >wanted
    "$pcreport" sql --views "$view" >columns
    awk '{ print $1 }' columns | diff <(grep -vxE 'position|about|request_seen' wanted) - >differ ||
        fault "columns of $view, page (<) and --views (>): $(grep '^[<>]' differ | tr '\n' ' ')"
    grep -vE '^[a-z_0-9]+ +(TEXT|INTEGER|REAL) +.*\.$' columns >odd && fault "--views $view: $(cat odd)"
done <views

# What is not documented is not there, however it is asked for; what the views are made of, they still read.
shut() {
    "$pcreport" sql --quiet --as-of=2021-10-01 "$1" >shown 2>&1 && fault "a query sees what is not documented: $1: $(cat shown)"
    grep -q "there is no view" shown || fault "$1: $(cat shown)"
}
for table in device file reject run organisation registration sqlite_master sqlite_schema sqlite_temp_schema; do
    shut "SELECT * FROM $table"
    shut "SELECT count(*) FROM $table"
    shut "SELECT * FROM main.$table"
    shut "WITH rejects AS (SELECT * FROM $table) SELECT * FROM rejects"
    shut "SELECT (SELECT count(*) FROM $table) FROM suspicions"
done
while read -r view; do
    sql "SELECT count(*) FROM $view" >/dev/null || fault "the rows of $view cannot be counted"
    sql "SELECT max(n) FROM (SELECT count(*) AS n FROM $view)" >/dev/null || fault "nor inside another query"
done <views

# The report on every Device shows the view's columns, in their order, and leaves out only the last ones.
sed -n 's/^-- column: \([a-z_0-9]*\) .*/\1/p' "$source_dir/reports/devices.sql" >shown
sql "SELECT * FROM devices LIMIT 0" | tr -d '\r' | tr ',' '\n' | head -n "$(wc -l <shown)" | diff shown - >differ ||
    fault "columns of the report devices (<) and of the view (>): $(grep '^[<>]' differ | tr '\n' ' ')"

# The examples.
awk '/^\.Sh/ { on = $2 == "EXAMPLES" } on && /^\.Bd/ { n++; in_query = 1; next } /^\.Ed/ { in_query = 0 }
    on && in_query { print >("example-" n ".sql") }' "$page"
for example in example-*.sql; do
    sql --file="$example" >/dev/null || fault "an example of the page does not run: $(cat "$example")"
done

[ ! -s faults ] || exit 1
echo "the views are as their page says"
