#!/usr/bin/env bash
# On a file system that knows neither files without a name nor renaming with a condition everything is as it is elsewhere.
set -euo pipefail
: "${PLAIN_PCREPORT:?names the program without sanitizers}" "${SOURCE_DIR:?names the source folder}"
DIR=$(mktemp -d)
exec 3>&2
trap '[ $? -eq 0 ] || tail -5 "$DIR/said.txt" >&3; rm -rf "$DIR"' EXIT
cd "$DIR"
export HOME=$DIR XDG_CONFIG_HOME=$DIR/no-config TZ=UTC SOURCE_DATE_EPOCH=1633068000
${CC:-gcc} -shared -fPIC -O1 -D_GNU_SOURCE -o old.so "$SOURCE_DIR/tests/faults/old_file_system.c" -ldl
printf '[run]\nafter = move\n' >move.ini

# work FOLDER WORD...: all of it there, each command by WORD...
work() {
    local night
    mkdir "$1" && cd "$1"
    shift
    for night in 1 2; do # the second replaces the folders of the first, and moves files of names that lie there already
        mkdir -p inbox
        cp "$SOURCE_DIR"/sample-data/{inventory,organisations,registration}* inbox
        [ "$night" -eq 1 ] || printf '# the second\n' | tee -a inbox/*.csv >/dev/null
        "$@" "$PLAIN_PCREPORT" run --config=../move.ini --db=store --inbox=inbox --out=out --as-of=2021-10-01 --format=csv,xlsx
        [ -z "$(find inbox -maxdepth 1 -type f)" ]
        "$@" "$PLAIN_PCREPORT" pack ssc --db=store --period=2021-09 --provisional --out=packs
        "$@" "$PLAIN_PCREPORT" simulate --devices=20 --out=sim --duis
    done
    "$@" "$PLAIN_PCREPORT" verify --db=store
    cd ..
}
work new env >said.txt 2>&1
work old env LD_PRELOAD="$DIR/old.so" >said.txt 2>&1
[ "$(find old/inbox/done -type f | wc -l)" -gt 4 ]
rm new/store old/store # which knows when each run was made
diff -r new old
