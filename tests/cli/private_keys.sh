#!/usr/bin/env bash
# Private keys that lie beside certificates get nowhere: not into the store or its journal, not into a file that is
# spilled to, not into what is said or reported, whatever the file is taken for.
. "$(dirname "$0")/lib.sh"
certificates=$SOURCE_DIR/tests/fuzz/corpus/x509

# A key that is easy to find again, in all the forms in which it may be left behind.
secret=4D4153544552204F4620414C4C204B455953204F4E20455645525920484F5345 # 32 bytes
body=$(printf "$(sed 's/../\\x&/g' <<<"30770201010420${secret}A00A06082A8648CE3D030107")" | base64 -w 0)
pem_of() { printf -- '-----BEGIN CERTIFICATE-----\n%s\n-----END CERTIFICATE-----\n' "$(base64 "$certificates/$1.der")"; }
key_pem() { printf -- '-----BEGIN %s-----\n%s\n-----END %s-----\n' "$1" "$body" "$1"; }
in_json() { sed ':a;N;$!ba;s/\n/\\n/g'; }

{ pem_of supplier; key_pem 'EC PRIVATE KEY'; pem_of operator; key_pem 'PRIVATE KEY'; key_pem 'CERTIFICATE'; } >chain.pem
{ printf -- '-----BEGIN CERTIFICATE-----\nMIIB\n'; key_pem 'EC PRIVATE KEY' | head -2; } >torn.pem
base64 -d <<<"$body" >key.der
entry() { printf '{"certificate":"%s\\n","name":"x","role":2,"private_key":"%s\\n"}' "$(pem_of "$1" | in_json)" "$(key_pem 'EC PRIVATE KEY' | in_json)"; }
{
    printf '{"90b3d51f30010000":{"digitalSignature":{"1":%s,\n' "$(entry supplier)"
    printf '"2":{"private_key":"%s"},\n' "$(key_pem 'EC PRIVATE KEY' | in_json)"
    printf '"3":{"certificate":"%s"},\n' "$(key_pem 'CERTIFICATE' | in_json)"
    printf '"4":{"private_key: "%s"},\n' "$(key_pem 'EC PRIVATE KEY' | in_json)"
    printf '"5":%s}}}\n' "$(entry operator)"
} >keystore.json
gzip -k keystore.json

run 3 ingest --db keys.db --max-rejects 100% chain.pem torn.pem keystore.json
says 'ingested 3 files'
complains 'a private key is here; its bytes are not kept'
cp err.txt said-1.txt
run 3 ingest --db keys.db --max-rejects 100% --kind x509 key.der
cp err.txt said-2.txt
run 65 ingest --db wrong.db --max-rejects 100% --kind certificates keystore.json.gz chain.pem
cp err.txt said-3.txt
for db in keys.db wrong.db; do
    run 0 sql --db $db --format csv 'SELECT * FROM rejects'
    cp out.txt said-$db.txt
done
run 3 check --json --max-rejects 100% chain.pem keystore.json
cp out.txt said-4.txt
cp err.txt said-5.txt
run 0 verify --db keys.db

# In rows and documents of other kinds: as a field, in hexadecimal, spelt over lines, in a document that is no XML.
heading=device_id,srv,user_id,requested_at,note
row=00-DB-12-34-56-78-90-A0,6.17,90-B3-D5-1F-30-01-00-00,soon
{
    echo "$heading"
    echo "$row,$body"
    echo "$row,${secret,,}"
    echo "$body,6.17,90-B3-D5-1F-30-01-00-00,2021-09-01T00:00:00Z,"
    echo "$secret,6.17,90-B3-D5-1F-30-01-00-00,2021-09-01T00:00:00Z,"
    echo "$row,\"$(key_pem 'EC PRIVATE KEY')\""
    echo "$row,$(sed 's/../&:/g' <<<"${secret,,}")"
} >rows.csv
printf '{"device_id":"x","taken_at":"y","key":"%s","privateKey":"%s"}\n' "$body" "$secret" >rows.ndjson
printf '<sr:Request xmlns:sr="http://www.dccinterface.co.uk/ServiceUserGateway"><sr:Header>%s</sr:Request>\n' "$body" >rows.xml
run 3 ingest --db rows.db --max-rejects 100% rows.csv rows.ndjson rows.xml
complains 'rejected'
cp err.txt said-6.txt
run 0 sql --db rows.db --format csv 'SELECT * FROM rejects'
cp out.txt said-7.txt
run 3 check --json --max-rejects 100% rows.csv rows.ndjson rows.xml
cp out.txt said-8.txt
cp err.txt said-9.txt

# As other programs write it: octets with something between them, digits in groups, Base64 that JSON or a mail spells.
octets() { sed 's/../&'"$1"'/g' <<<"${secret,,}"; }
{
    echo "$heading"
    for mark in ' ' '-' '.'; do echo "$row,$(octets "$mark")"; done
    echo "$row,0x${secret,,}"
    echo "$row,\"$(fold -w 32 <<<"${secret,,}")\""
    echo "$row,\"$(fold -w 32 <<<"$body" | sed 's/^/> /')\""
    echo "$row,${body:0:24}\\/${body:24}"
} >forms.csv
# A status that nobody knows is kept; a key is not. Nor is one told as a heading, or as what the last row holds.
{
    echo "device_id,srv,user_id,requested_at,execution_status,$body"
    echo "00-DB-12-34-56-78-90-A0,6.17,90-B3-D5-1F-30-01-00-01,2021-09-01T00:00:00Z,$body"
    printf %s "00-DB-12-34-56-78-90-A0,6.17,90-B3-D5-1F-30-01-00-01,2021-09-02T00:00:00Z,${secret,,}"
} >status.csv
printf 'device_id,%s\n1,2\n' "$secret" >headings.csv
run 65 ingest --db forms.db --max-rejects 100% forms.csv status.csv headings.csv
complains '"[key material is not shown]" is kept nowhere'
cp err.txt said-11.txt
for what in rejects requests file_findings; do
    run 0 sql --db forms.db --as-of=2021-10-01 --format csv "SELECT * FROM $what"
    cp out.txt said-$what.txt
done
for file in forms.csv status.csv headings.csv; do
    "$PCREPORT" check --json --max-rejects 100% $file >said-json-$file.txt 2>&1
    "$PCREPORT" check --suggest $file >said-suggest-$file.txt 2>&1
done

# A file of no known kind is told with its first line.
{ echo "$body"; echo 'second line'; } >lone.txt
echo "$secret" >digits.txt
run 65 ingest --db lone.db lone.txt digits.txt
complains 'its first line is'
cp err.txt said-10.txt

# Pages that were written and freed again, too: many keys, then what they were with is replaced.
for i in $(seq 400); do pem_of supplier; key_pem 'EC PRIVATE KEY'; done >many.pem
run 3 ingest --db keys.db --max-rejects 100% many.pem
cp keys.db keys-many.db

mkdir inputs && mv ./*.pem key.der keystore.json keystore.json.gz rows.csv rows.ndjson rows.xml forms.csv status.csv headings.csv lone.txt digits.txt inputs
hex() { od -An -v -tx1 "$1" | tr -d ' \n' | tr a-f A-F; }
for file in ./*; do
    [ -f "$file" ] || continue
    ! grep -qaF "${body:0:60}" "$file" || fail "$file holds the Base64 of a private key"
    ! grep -qaF "${body:20:40}" "$file" || fail "$file holds a part of the Base64 of a private key"
    ! grep -qaiF "$secret" "$file" || fail "$file holds the digits of a private key"
    digits=$(tr -d ' .:>\n-' <"$file" | tr -d '\0')
    [[ ${digits^^} != *"${secret:0:40}"* ]] || fail "$file holds the digits of a private key, with something between them"
    [[ $digits != *"${body:20:40}"* ]] || fail "$file holds the Base64 of a private key, with something between it"
    ! grep -qaiF "${secret:0:2}:${secret:2:2}:${secret:4:2}" "$file" || fail "$file holds the octets of a private key"
    [[ $(hex "$file") != *"$secret"* ]] || fail "$file holds the bytes of a private key"
done

# What would be found if it were there.
[[ $(hex inputs/key.der) == *"$secret"* ]] || fail 'the search is blind'
grep -qaF "${body:0:60}" inputs/chain.pem || fail 'the search is blind'

# And what stands beside them is read.
run 0 sql --db keys.db --format csv 'SELECT count(DISTINCT entity_id), count(*) FROM parties'
says '2,2'
