# Archives: every member is a file of its own, whatever it is called and whatever the locale.
. "$(dirname "$0")/lib.sh"
make_inputs inputs
mkdir -p 'in/Zähler'
cp inputs/inventory-2021-10-01.csv 'in/Zähler/größe-2021-10-01.csv'
cp inputs/srv-audit.csv in/
(cd in && zip -qr ../all.zip . && tar cf - . | gzip >../all.tar.gz && tar cf - . | zstd -q >../all.tar.zst)

for archive in all.zip all.tar.gz all.tar.zst; do
    for locale in C POSIX C.UTF-8; do # the date of the extract is in the name of the member
        LC_ALL=$locale run 0 check --json "$archive"
        says 'Zähler/größe-2021-10-01.csv","kind":"inventory","fate":"read"'
    done
    "$PCREPORT" ingest --quiet --db=piped.db - <"$archive" || fail "$archive through a pipe: $?"
done
run 0 status --db=piped.db
says "files                               2"

# what is damaged is refused, and says so
head -c 300 all.tar.gz >cut.tar.gz
run 65 ingest --db=cut.db cut.tar.gz
complains "cut.tar.gz"
complains "get a whole copy of it"
absent cut.db

# a member that holds nothing but zeros costs no memory
{ cat inputs/srv-audit.csv; head -c 20000000 /dev/zero; } | gzip -1 >bomb.gz
run 3 check --max-rejects=50% bomb.gz
says "bomb.gz:7: the record is longer than 1 MiB"
says "6 rows, 1 rejected"
