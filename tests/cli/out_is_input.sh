# --out that names what the command reads: refused, and nothing is lost.
. "$(dirname "$0")/lib.sh"
make_store
mkdir shipped
cp "$SOURCE_DIR"/criteria/*.json shipped
echo 'SELECT 1 AS x' >query.csv
head -c 20 /dev/urandom | base64 >key.csv
printf '[run]\nsettle = 1\n' >settings.csv
cp shipped/codes.json codes2.csv
cp shipped/revised.json revised.csv
echo 'report,limit' >tolerances.csv
printf '[criteria]\nrevised = revised.csv\ncodes = codes2.csv\n[reports]\ntolerances = tolerances.csv\n' >names.ini
mkdir own
printf -- '-- name: ours\n-- audience: operations\n-- column: x integer the x\nSELECT 1 AS x\n' >own/ours.sql
cp own/ours.sql ours.csv
cp shipped/legacy.json legacy.csv
cp shipped/codes.json codes.csv
ln -s pcreport.db link.csv
ln pcreport.db hard.csv
mkdir before
cp pcreport.db ./*.csv before

refused() { # FILE WHAT ARGUMENT...
    local file=$1 what=$2
    shift 2
    run 64 "$@" --out="$file"
    complains "--out '$file' is $what, which would be lost; name another file"
}
for file in pcreport.db ./pcreport.db link.csv hard.csv "$PWD/pcreport.db"; do
    refused "$file" 'the store' sql 'SELECT 1'
    refused "$file" 'the store' report --as-of=$AS_OF --format=csv devices
    refused "$file" 'the store' report --as-of=$AS_OF --format=xlsx devices
    refused "$file" 'the store' changes --as-of=$AS_OF --since=2021-09-01 --format=json
    refused "$file" 'the store' explain --as-of=$AS_OF --format=html "$METER"
    refused "$file" 'the store' plan reads --as-of=$AS_OF --format=csv
done
refused settings.csv 'the configuration' report --config=settings.csv --as-of=$AS_OF devices
refused legacy.csv 'a criteria file' report --criteria=legacy.csv --as-of=$AS_OF devices
refused codes.csv 'the file of codes' report --codes=codes.csv --as-of=$AS_OF devices
refused query.csv 'the file of the query' sql --file=query.csv --format=csv
refused key.csv 'the key of the pseudonyms' report --pseudonymise=key.csv --as-of=$AS_OF devices
refused revised.csv 'a criteria file' report --config=names.ini --as-of=$AS_OF devices
refused codes2.csv 'the file of codes' report --config=names.ini --as-of=$AS_OF devices
refused tolerances.csv 'the file of tolerances' report --config=names.ini --as-of=$AS_OF devices
refused own/ours.sql 'a report file' report --report-dir=own --as-of=$AS_OF --format=csv ours
same own/ours.sql ours.csv
for file in before/*; do same "$file" "$(basename "$file")"; done

run 0 report --as-of=$AS_OF --out=new.csv devices
run 0 report --as-of=$AS_OF --out=new.csv devices # what it wrote itself gives way
