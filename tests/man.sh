#!/bin/bash
# The manual against the program: pages without warnings, and every command, option, report, column, exit status,
# configuration key and JSON event in them.
set -u

source_dir=${SOURCE_DIR:?}
pcreport=${PCREPORT:?}
man=$source_dir/man
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

fault() { # told again at the end: most are found in the subshell of a pipe
    echo "$*" >>"$work/faults"
}

# Each word of standard input must stand in the page as a whole word.
all_in() { # PAGE WHAT
    local page=$man/$1 what=$2 word count=0

    while read -r word; do
        count=$((count + 1))
        tr -s ' ,;()=' '\n' <"$page" | grep -qxF -e "$word" || fault "$what '$word' is not in man/$1"
    done
    [ "$count" -gt 0 ] || fault "found no $what to look for in man/$1"
}

for page in "$man"/*.[1-9]; do
    mandoc -T lint -W warning "$page" || fault "mandoc finds fault with ${page##*/}"
done

# Every page is named in pcreport(1), and no page names one that there is not.
for page in "$man"/*.[57]; do
    name=${page##*/}
    grep -q "^\.Xr ${name%.?} ${name##*.}" "$man/pcreport.1" || fault "pcreport(1) does not name $name"
done
while read -r name section; do
    [ -f "$man/$name.$section" ] || fault "a page names $name($section), which there is not"
done < <(sed -n 's/^\.Xr \(pcreport[a-z-]*\) \([0-9]\).*/\1 \2/p' "$man"/*.[1-9] | sort -u)

"$pcreport" help >"$work/help" || fault "pcreport help"
sed -n '/^Commands:/,/^$/s/^  \([a-z][a-z-]*\) .*/\1/p' "$work/help" >"$work/commands"
all_in pcreport.1 command <"$work/commands"

# Options, there and back.
grep -v '^help$' "$work/commands" | while read -r command; do
    "$pcreport" "$command" --help || echo "--help-of-$command-failed"
done >"$work/helps"
grep -oE -- '^ +(-[a-z], )?--[a-z][a-z-]*' "$work/helps" | sed 's/.*--/-/' | sort -u >"$work/options"
all_in pcreport.1 option <"$work/options"
grep -oE 'Fl -[a-z][a-z-]+' "$man/pcreport.1" | sed 's/Fl //' | sort -u | grep -vx -e -version >"$work/documented"
comm -13 "$work/options" "$work/documented" >"$work/extra"
while read -r option; do
    fault "man/pcreport.1 has an option -$option that no command has"
done <"$work/extra"

# Reports and their columns.
"$pcreport" report --list | sed 's/ .*//' >"$work/reports"
all_in pcreport.1 report <"$work/reports"
all_in pcreport-devices.5 report <"$work/reports"
sed -n 's/^-- column: \([a-z_0-9]*\) .*/\1/p' "$source_dir"/reports/*.sql | sort -u |
    all_in pcreport-devices.5 column

# Kinds of input and their columns.
sed -n 's/^READER([a-z_]*, "\([a-z-]*\)".*/\1/p' "$source_dir/src/input/readers.def" | all_in pcreport.1 kind
for kind in $(sed -n 's/^READER([a-z_0-9]*, "\([a-z0-9-]*\)".*/\1/p' "$source_dir/src/input/readers.def"); do
    [[ $kind == @(certificates|duis|keystore|x509) ]] && continue # they have no columns
    sed -n "/column ${kind//-/_}_columns\[\]/,/^};/p" "$source_dir"/src/input/reader_*.c |
        grep -oE '\] = \{"[a-z_0-9]+", (true|false)' | cut -d'"' -f2 | all_in "pcreport-$kind.5" column
done

# Headings and words that are known beside the manual's own.
while read -r name; do
    tr '\n' ' ' <"$man/pcreport-forms.5" | grep -qF -e "$name" || fault "'$name' is not in man/pcreport-forms.5"
done < <(sed -nE 's/^HEADING\(.*, "([^"]*)"\)$/\1/p' "$source_dir/src/input/headings.def"
    sed -nE 's/^WORD\([a-z_0-9]*, "([^"]*)".*/\1/p' "$source_dir/include/domain/words.def")

# What the sources name.
sed -n 's/.*EXIT_[A-Z_]* = \([0-9]*\).*/\1/p' "$source_dir/src/cli/exit_status.h" | all_in pcreport.1 "exit status"
sed -n 's/^ *{"\([a-z]*\)", "\([a-z_]*\)", SETTING_.*/\2/p' "$source_dir/src/cli/config.c" |
    all_in pcreport-config.5 "configuration key"
cat "$source_dir"/src/cli/*.c | grep -oE 'event_begin\([^"]*"[a-z-]+"' | sed 's/.*"\(.*\)"/\1/' | sort -u |
    all_in pcreport-json.5 event
cat "$source_dir"/src/cli/*.c | grep -oE '(json|put)_(key|count|instant|str|party|device)\([^,"]*, "[a-z_]+"' |
    sed 's/.*"\(.*\)"/\1/' | sort -u | all_in pcreport-json.5 "JSON key"
grep -oE '"[A-Z][A-Z0-9_]{2,}"' "$source_dir/src/rules/wording.c" | tr -d '"' | sort -u |
    grep -vxE 'SUCCEEDED|FAILED|EMPTY|UNRECOGNISED|TIMED_OUT|AWAITING|NO_ATTEMPT' |
    all_in pcreport-devices.5 word

if [ -s "$work/faults" ]; then
    cat "$work/faults"
    exit 1
fi
echo "the manual agrees with the program"
