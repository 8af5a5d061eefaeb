#!/usr/bin/env bash
# Holds the includes against the layers: an include goes down or stays inside its folder, and a package's header appears
# only in the layer that owns the package.
set -euo pipefail
cd "$SOURCE_DIR"
fail=0

# allowed LAYER: the layers whose public headers it may include
allowed() {
    case $1 in
    base) echo base ;;
    domain) echo base domain ;;
    rules) echo base domain rules ;;
    codec) echo base domain codec ;;
    input) echo base domain codec input ;;
    output) echo base domain output ;;
    store) echo base domain store ;; # keeps evidence and knows no rule
    judging) echo base domain rules store judging ;;
    simulate) echo base domain codec simulate ;; # not rules: the truth must not come from the judge
    explain) echo base domain rules store judging output explain ;;
    pack) echo base domain rules store judging output pack ;;
    night) echo base domain rules store judging output night ;;
    cli) echo base domain rules codec input store judging output pack night explain simulate cli ;;
    esac
}

# layer_of_package HEADER: the layers that may include it ("" for the C library)
layer_of_package() {
    case $1 in
    sqlite3.h) echo store judging ;;
    xlsxwriter.h | xlsxwriter/* | minizip/*) echo output ;;
    cjson/*) echo input pack ;;
    csv.h) echo input output pack ;;
    archive.h | archive_entry.h) echo input output pack ;;
    openssl/*) echo base codec ;;
    ini.h) echo cli ;;
    expat.h) echo input output ;;
    zlib.h) echo input output simulate ;;
    bzlib.h | lzma.h) echo input ;;
    *) echo any ;;
    esac
}

for layer in base domain rules codec input store judging output pack night explain simulate cli; do
    while IFS=: read -r file line text; do
        name=$(sed -nE 's/.*#include [<"]([^>"]+)[>"].*/\1/p' <<<"$text")
        case $text in
        *'"'*)
            case $name in
            */*) [[ " $(allowed $layer) " == *" ${name%%/*} "* ]] ||
                { echo "$file:$line: $layer may not include \"$name\""; fail=1; } ;;
            *) [ -e "src/$layer/$name" ] ||
                { echo "$file:$line: \"$name\" is no header of src/$layer"; fail=1; } ;;
            esac
            ;;
        *)
            owners=$(layer_of_package "$name")
            [[ $owners == any || " $owners " == *" $layer "* ]] ||
                { echo "$file:$line: <$name> belongs to $owners"; fail=1; }
            ;;
        esac
    done < <(grep -nHE '^ *# *include' $(find src/$layer include/$layer -name '*.[ch]' -o -name '*.def' 2>/dev/null) /dev/null)
done

# The rules are pure: no files, no clock, no allocation, no printing.
if grep -nE '\b(malloc|calloc|realloc|free|fopen|open|read|write|printf|fprintf|time|clock_gettime|getenv|instant_now)\(' \
    src/rules/*.[ch]; then
    echo "src/rules is to be pure: see the calls above"
    fail=1
fi

# Each public header stands alone.
for header in $(find include -name '*.h'); do
    printf '#include "%s"\n' "${header#include/}" |
        gcc -std=c11 -D_GNU_SOURCE -Wall -Wextra -Werror -Iinclude -fsyntax-only -x c - ||
        { echo "$header does not compile alone"; fail=1; }
done
exit $fail
