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

# why is told in one line, though libarchive ends some of what it says in a line end
python3 - <<'PY' || fail "cannot make a .zip"
import struct, zipfile
with zipfile.ZipFile("size.zip", "w", zipfile.ZIP_DEFLATED) as z:
    z.writestr("log.csv", "device_id,srv\n" * 50)
zip = bytearray(open("size.zip", "rb").read())
for at in (22, zip.rindex(b"PK\1\2") + 24):
    zip[at:at + 4] = struct.pack("<I", 705)
open("size.zip", "wb").write(zip)
PY
run 65 ingest --db=cut.db size.zip
complains "'size.zip: log.csv' cannot be read to its end (ZIP uncompressed data is wrong size (read 700, expected 705)); get a whole copy of it"

# a member that holds nothing but zeros costs no memory
{ cat inputs/srv-audit.csv; head -c 20000000 /dev/zero; } | gzip -1 >bomb.gz
run 3 check --max-rejects=50% bomb.gz
says "bomb.gz:7: the record is longer than 1 MiB"
says "6 rows, 1 rejected"

# archives and streams put together with cat are read whole
mkdir a b
for n in 1 2 3; do sed "s/90-A0/90-A$n/" inputs/srv-audit.csv >a/log$n.csv; sed "s/90-A0/90-B$n/" inputs/srv-audit.csv >b/log$n.csv; done
for d in a b; do
    tar cf $d.tar -C $d . && gzip -k $d.tar && (cd $d && zip -q ../$d.zip ./*)
done
for kind in tar tar.gz zip; do
    cat a.$kind b.$kind >both.$kind
    run 0 ingest --db=both-$kind.db both.$kind
    says "ingested 6 files: 30 rows = 30 stored"
done

# what is encrypted is told as such, once; what the packer added is passed over
zip -q -P secret locked.zip inputs/srv-audit.csv inputs/dsp-checks.csv
run 65 ingest --db=locked.db locked.zip
complains "'locked.zip' is encrypted; unpack it with its password"
[ "$(wc -l <err.txt)" -eq 1 ] || fail "more than one line about locked.zip"
mkdir -p __MACOSX/inputs && echo x >__MACOSX/inputs/._srv-audit.csv && echo x >inputs/Thumbs.db
zip -q mac.zip inputs/srv-audit.csv __MACOSX/inputs/._srv-audit.csv inputs/Thumbs.db
run 0 ingest --db=mac.db mac.zip
says "ingested 1 file"
says "; 2 entries of archives passed over"
run 0 check --json mac.zip
says '"entries_passed_over":2'
rm inputs/Thumbs.db
