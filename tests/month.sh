#!/usr/bin/env bash
# A month as an operator has it: one command a night, --quiet, of an inbox into which files arrive; and what goes wrong in
# it: a night without a log, a file that is late, one still being written, one that is none, a full disk, a kill, a second
# run of one date. Told is what cron would mail; held is that it mails then and only then, and that nothing is lost.
# By hand, all 31 nights, with what each night costs:
#   PCREPORT_MONTH=20000 PCREPORT_MONTH_NIGHTS=31 PCREPORT=build/release/pcreport SOURCE_DIR=$PWD bash tests/month.sh
set -u
: "${PCREPORT:?names the program to test}" "${SOURCE_DIR:?names the source folder}"
program=$(realpath "$PCREPORT")
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
cd "$scratch" || exit 1
export HOME=$scratch TZ=UTC
unset PCREPORT_CONFIG XDG_CONFIG_HOME
nights=${PCREPORT_MONTH_NIGHTS:-10}

fail() {
    echo "FAILED: $*" >&2
    exit 1
}

"$program" simulate --quiet --devices="${PCREPORT_MONTH:-1500}" --seed=11 --nights="$nights" --out=population || exit 1
printf '[run]\nsettle = 60\n' >month.ini
mkdir inbox

# night DATE WANTED OPTION...: a run; its mail is in `mail`. WANTED: the exit status.
night() {
    local date=$1 want=$2 got
    shift 2
    TIMEFORMAT='%U %S'
    { time "$program" run --quiet --config=month.ini --db=store.db --inbox=inbox --out=out --as-of="${date}T06:00:00Z" \
        "$@" >mail 2>&1; echo $? >status; } 2>spent
    got=$(cat status)
    printf '%s  ends with %-2s  store %9s bytes  CPU %s s  mail: %s lines\n' "$date" "$got" "$(stat -c %s store.db)" \
        "$(tail -1 spent)" "$(wc -l <mail)"
    sed 's/^/    | /' mail | cut -c1-230
    [ "$got" -eq "$want" ] || fail "$date: exit status $got, wanted $want"
}
quiet() { # a log that fell silent, or no longer is, is news whenever it is
    [ ! -s mail ] || grep -q 'a silence of the log' mail || fail "$date: a good night sent mail"
}
mails() { grep -q -- "$1" mail || fail "$date: the mail lacks: $1"; }

# arrive FOLDER [PATTERN]: what arrived that night lies there, and was finished a while ago.
arrive() {
    for file in "$1"/${2:-*}; do
        [ -e "$file" ] || continue
        cp "$file" inbox/
        touch -d '1 hour ago' "inbox/$(basename "$file")"
    done
}

number=0
for folder in population/inbox/*; do
    date=$(basename "$folder")
    number=$((number + 1))
    case $number in
    2) # nothing arrives
        night "$date" 4 --require=srv-audit=20
        mails "limit passed: the newest evidence of kind srv-audit is of .*, older than the 20 hours required"
        late=$folder
        ;;
    3) # a file comes a night late, and is still being written
        arrive "$folder"
        for file in "$late"/*-20*; do cp "$file" "inbox/late-$(basename "$file")"; done # but for as-of.txt
        night "$date" 0
        mails "left alone, as they changed a moment ago (\[run\] settle): 'late-"
        mails "run as at"
        ;;
    4) # now it is whole; and somebody put a wrong file there
        find inbox -type f -exec touch -d '1 hour ago' {} +
        arrive "$folder"
        printf 'minutes of the meeting\nnobody wanted\n' >inbox/minutes.csv
        touch -d '1 hour ago' inbox/minutes.csv
        night "$date" 65
        mails "minutes.csv.* of no known kind"
        ;;
    5) # the wrong file is still there: told once
        arrive "$folder"
        night "$date" 0
        quiet
        grep -q minutes.csv "out/$date/index.html" || fail "the page does not name the refused file"
        ;;
    6) # the disk is full: nothing half-written, and the next run of the date makes it good
        arrive "$folder"
        (ulimit -f 64; night "$date" 74) || exit 1
        [ ! -e "out/$date" ] || fail "a folder is there though the disk was full"
        [ -z "$(find out -name '*partial*')" ] || fail "something half-written was left"
        night "$date" 0
        quiet
        ;;
    7) # killed on the way; and a second run of the date
        arrive "$folder"
        timeout -s KILL 0.1 "$program" run --quiet --config=month.ini --db=store.db --inbox=inbox --out=out \
            --as-of="${date}T06:00:00Z" >/dev/null 2>&1
        "$program" verify --quiet --db=store.db || fail "the store is not whole after a kill"
        night "$date" 0
        quiet
        cp -r "out/$date" once
        night "$date" 0
        quiet
        diff -r once "out/$date" || fail "the second run of the date changed its folder"
        ;;
    *)
        arrive "$folder"
        night "$date" 0
        [ $number -eq 1 ] || quiet
        ;;
    esac
done
[ $number -ge 8 ] || fail "too few nights for what is to go wrong"

# Nothing was lost and nothing counted twice: the same verdicts as of a store that was fed at leisure.
"$program" ingest --quiet --db=other.db population/inbox/*/* || fail "ingest"
for db in store other; do
    "$program" report --quiet --db=$db.db --as-of="${date}T06:00:00Z" --out=$db.csv devices || fail "report"
done
cmp store.csv other.csv || fail "the month ended otherwise than its files say"
"$program" verify --quiet --db=store.db || fail "the store is not whole"
echo "$number nights; good ones were silent, the others were told"
