#!/usr/bin/env bash
# Reads and writes that a signal interrupts, or that do less than was asked for, as on some network file systems: nothing differs.
set -euo pipefail
: "${PLAIN_PCREPORT:?names the program without sanitizers}" "${SOURCE_DIR:?names the source folder}"
DIR=$(mktemp -d)
exec 3>&2
trap '[ $? -eq 0 ] || tail -5 "$DIR/said.txt" >&3; rm -rf "$DIR"' EXIT
cd "$DIR"
export HOME=$DIR XDG_CONFIG_HOME=$DIR/no-config TZ=UTC SOURCE_DATE_EPOCH=1633068000
${CC:-gcc} -shared -fPIC -O1 -D_GNU_SOURCE -o interrupt.so "$SOURCE_DIR/tests/faults/interrupt.c" -ldl
mkdir inbox
cp "$SOURCE_DIR"/sample-data/*.csv "$SOURCE_DIR"/sample-data/*.ndjson inbox
gzip inbox/srv-audit*.csv
head -c 40 /dev/urandom >key

# work FOLDER WORD...: all of it there, each command by WORD...
work() {
    local status=0
    mkdir "$1" && cd "$1"
    shift
    "$@" "$PLAIN_PCREPORT" run --db=store --inbox=../inbox --out=out --as-of=2021-10-01 --format=csv,json,xlsx || status=$?
    [ "$status" -eq 3 ] # there are rejects in the sample
    for format in csv json xlsx table; do
        "$@" "$PLAIN_PCREPORT" report --db=store --as-of=2021-10-01 --out="devices.$format" --format=$format devices
        "$@" "$PLAIN_PCREPORT" report --db=store --as-of=2021-10-01 --format=$format devices >"shown.$format"
    done
    "$@" "$PLAIN_PCREPORT" pack ssc --db=store --period=2021-09 --out=packs --pseudonymise=../key
    "$@" "$PLAIN_PCREPORT" pack verify packs/ssc-2021-09.zip
    "$@" "$PLAIN_PCREPORT" simulate --devices=20 --out=sim --duis
    "$@" "$PLAIN_PCREPORT" verify --db=store
    cd ..
}
work undisturbed env >said.txt 2>&1
work interrupted env LD_PRELOAD="$DIR/interrupt.so" >said.txt 2>&1
rm undisturbed/store interrupted/store # which knows when each run was made
diff -r undisturbed interrupted
