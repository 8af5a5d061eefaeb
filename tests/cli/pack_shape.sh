# pack verify tells what it saw: not of a .zip from which another program unpacks something else, nor of a pack in the place of another.
. "$SOURCE_DIR/tests/cli/lib.sh"

make_store
for month in 2021-08 2021-09; do run 0 pack ssc --db=pcreport.db --period=$month --provisional --out=. --quiet; done
good=ssc-2021-09

remake() { # PYTHON: on `files`, pairs of a name and its bytes, in the order of the .zip
    rm -rf bad && mkdir bad
    python3 - "$good.zip" "bad/$good.zip" "$1" 2>err.txt <<'PY' || fail "cannot remake: $1"
import sys, zipfile
with zipfile.ZipFile(sys.argv[1]) as z:
    files = [(name, z.read(name)) for name in z.namelist()]
exec(sys.argv[3])
with zipfile.ZipFile(sys.argv[2], "w", zipfile.ZIP_DEFLATED) as z:
    for name, content in files:
        z.writestr(name, content)
PY
}
bad() { run 65 pack verify "bad/$good.zip"; complains "$1"; }
told="holds more than its files, or they lie otherwise than it lists them"

# Packed anew by another program it is whole, in whatever order.
remake 'files.reverse()'
run 0 pack verify bad/$good.zip

# Behind, before and between its files there is nothing, nor is the list of files cut off.
edit() { cat "$@" >bad.zip && mv bad.zip "bad/$good.zip"; }
printf x >x
edit $good.zip x; bad "$told"
edit x $good.zip; bad "$told"
edit $good.zip ssc-2021-08.zip; bad "$told"
edit ssc-2021-08.zip $good.zip; bad "$told"
head -c -30 $good.zip >cut; edit cut; bad "$told"
python3 - $good.zip bad/$good.zip <<'PY'
import sys
data = bytearray(open(sys.argv[1], "rb").read())
data[-2:] = b"\x01\0x"  # a comment
open(sys.argv[2], "wb").write(data)
PY
bad "$told"
python3 - $good.zip bad/$good.zip <<'PY'
import sys
data = open(sys.argv[1], "rb").read()
at = data.rindex(b"ssc-2021-09/csv/trend.csv")  # the name in the list, not that before the file
open(sys.argv[2], "wb").write(data[:at] + b"ssc-2021-09/csv/Trend.csv" + data[at + 25:])
PY
bad "$told"

# A file that is there twice, or in another folder than the rest.
for at in 0 'len(files)'; do
    remake "files.insert($at, ('$good/$good.html', b'<p>another'))"; bad "'$good.html' is there twice"
    remake "files.insert($at, ('$good/manifest.json', b'{}'))"; bad "'manifest.json' is there twice"
done
remake "files[3] = ('other/' + files[3][0].split('/', 1)[1], files[3][1])"; bad "lies in another folder than the files before it"

# What every pack holds, though its manifest was edited with it.
rm -rf bad && mkdir bad && cp -r $good bad/$good
rm bad/$good/$good.html
sed -i '/"name":"ssc-2021-09.html"/d' bad/$good/manifest.json
run 65 pack verify bad/$good
complains "'$good.html' is not named in manifest.json, which every pack has"

# One in the place of another month's.
rm -rf bad && mkdir bad && cp -r ssc-2021-08 bad/$good && cp ssc-2021-08.zip bad/$good.zip
for path in bad/$good bad/$good/ bad/$good.zip; do
    run 65 pack verify $path
    complains "is the name of another pack: this is ssc-2021-08"
done
mv bad/$good.zip bad/theirs.zip
run 0 pack verify bad/theirs.zip
says "'bad/theirs.zip' is whole: every file is as its manifest says, the workbook holds the cells that were written, and the totals agree"
