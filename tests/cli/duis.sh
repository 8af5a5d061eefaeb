#!/usr/bin/env bash
# DUIS archives: from documents to verdicts, and what of an archive cannot be used.
. "$SOURCE_DIR/tests/cli/lib.sh"
sample=$SOURCE_DIR/sample-data

printf '[coverage]\ncomplete = /\n' >whole.ini # six Devices make no log in which a silence could be told

# verdicts STORE: Device, both verdicts, classification and reasons, as the table in the README of sample-data has them.
verdicts() {
    run 0 report --config whole.ini --db "$1" --as-of "$AS_OF" --format json devices
    python3 - <<'PY' >verdicts.txt
import json
for line in open("out.txt"):
    row = json.loads(line)
    print(" | ".join(row[c] or "" for c in ("device_id", "legacy_verdict", "verdict", "classification", "reasons")))
PY
}
sed -nE '/^## The same from DUIS/,$ s/^\| 7[0-9] \| `([^`]*)` \| [A-Z]* \| .* \| ([A-Z]+) \| ([A-Z]+) \| ([A-Z_]+) \| ?([A-Z_;]*) ?\|$/\1 | \2 | \3 | \4 | \5/p' \
    "$sample/README.md" | sort >wanted.txt
[ "$(wc -l <wanted.txt)" -eq 6 ] || fail "the table of sample-data/README.md is not found"

# The documents of the sample give what its README claims, in whatever order and however split they come.
run 0 ingest --db one "$sample/organisations.csv" "$sample"/duis/*
silent
verdicts one
sort -o verdicts.txt verdicts.txt
same verdicts.txt wanted.txt

mkdir parts
python3 - "$sample/duis" <<'PY'
import os, sys, zipfile
documents = []
for name in sorted(os.listdir(sys.argv[1])):
    if name.endswith(".xml"):
        text = open(os.path.join(sys.argv[1], name)).read()
        documents += ["<?xml " + d for d in text.split("<?xml ")[1:]]
documents.reverse()
with zipfile.ZipFile("parts/archive.zip", "w") as z:
    for i, d in enumerate(documents[::2]):
        z.writestr(f"{i}.xml", d)
with open("parts/rest.xml", "w") as f:
    f.write("".join(d.split("?>\n", 1)[1] for d in documents[1::2]))
PY
for part in "$sample/organisations.csv" "$sample"/duis/*.csv parts/rest.xml parts/archive.zip; do
    run 0 ingest --db many "$part"
done
verdicts many
sort -o verdicts.txt verdicts.txt
same verdicts.txt wanted.txt

# A second look at the same documents, put together otherwise, adds nothing.
cat "$sample"/duis/*.xml >all.xml
run 0 ingest --db many all.xml
says "0 stored"

# A stream with broken documents: each is a reject with its place, and the others are read.
{
    cat "$sample/duis/tidewell-requests.xml"
    printf '<?xml version="1.0"?>\n<Request schemaVersion="5.1"><Header>\n'
    printf '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><Request schemaVersion="5.1">&b;</Request>\n'
    cat "$sample/duis/tidewell-responses.xml"
} | sed 's/encoding="UTF-8"//' >broken.xml
run 3 ingest --db broken --max-rejects 2 broken.xml
says "2 rejected"
run 0 sql --db broken "select line, reason from rejects order by line"
says "is no whole XML document"
says "holds a DOCTYPE"

# A payload of another Device is a finding and counts for nothing; so does a part of a large message.
sed "s/:00-DB-5A-E1-00-00-00-71:/:00-DB-5A-E1-00-00-00-72:/g; s/>00-DB-5A-E1-00-00-00-71:/>00-DB-5A-E1-00-00-00-72:/" \
    "$sample/duis/larkspur-responses.xml" | python3 -c '
import sys
documents = sys.stdin.read().split("<?xml ")
print("<?xml " + next(d for d in documents if "00-72:" in d and "<sr:GBCSPayload>" in d and "PreCommand" not in d), end="")' >other.xml
run 65 check --max-rejects 0 other.xml
run 3 check --max-rejects 1 other.xml
says "1 rejected"

# R1: whose certificates a request sends to cells is told where no organisation has that identifier, by the file that says so.
sends=$SOURCE_DIR/tests/cases/153-what-a-request-sent
for known in yes no; do
    grep -v "$([ $known = yes ] && echo nobody || echo Alpha)" "$SOURCE_DIR/tests/cases/organisations.csv" >organisations.csv
    run 0 ingest --db=sends-$known.db organisations.csv "$sends"/{inventory,registration,srv-audit}.csv "$sends/duis.xml"
    run 0 report --db=sends-$known.db --as-of=$AS_OF --format=csv data-quality
    [ $known = no ] || says_not "unknown party"
done
says "duis.xml,unknown party in a certificate sent to a trust anchor cell,2,90-B3-D5-1F-30-01-00-00,add the Entity Identifier"

# A certificate that was blackened costs the request nothing but that: it is there, and the finding is told.
cat >blackened.xml <<END
<Request schemaVersion="5.1"><Header><RequestID>90-B3-D5-1F-30-01-00-00:$METER:1631873100000</RequestID>
<CommandVariant>4</CommandVariant><ServiceReferenceVariant>6.15.1</ServiceReferenceVariant></Header><Body>
<RemotePartyRole>NetworkOperator</RemotePartyRole><DigitalSigningCertificate>[removed]</DigitalSigningCertificate></Body></Request>
END
run 0 ingest --db=blackened.db blackened.xml
run 0 report --db=blackened.db --as-of=$AS_OF --format=csv data-quality
says "blackened.xml,a certificate that a request sends cannot be read: nobody can tell whose it is,1"
run 0 sql -q --db=blackened.db --as-of=$AS_OF --format=csv "SELECT srv, remote_party_role FROM requests"
says "6.15.1,NetworkOperator"

# So does one of a 6.15.2 (R4.2): the requests of the sample are read whole without their certificates.
sed -E 's/(<sr:DeviceCertificate>)[^<]*/\1REDACTED/' "$sample/duis/larkspur-requests.xml" >redacted.xml
run 0 ingest --db=redacted.db redacted.xml
says "+ 0 rejected"
run 0 report --db=redacted.db --as-of=$AS_OF --format=csv data-quality
says "redacted.xml,a certificate that a request sends cannot be read: nobody can tell whose it is,10"

# An answer of a Device whose request is in no file is a finding, until the request comes, in DUIS or in a log; then the answer is
# that of the request.
id=90-B3-D5-1F-30-01-00-00:$METER:1631873100000
cat >answer.xml <<END
<Response schemaVersion="5.1"><Header><RequestID>$id</RequestID><ResponseCode>E20</ResponseCode>
<ResponseDateTime>2021-09-17T10:06:00.00Z</ResponseDateTime></Header><Body><ResponseMessage>
<ServiceReference>6.15</ServiceReference><ServiceReferenceVariant>6.15.1</ServiceReferenceVariant></ResponseMessage></Body></Response>
END
cat >request.xml <<END
<Request schemaVersion="5.1"><Header><RequestID>$id</RequestID><CommandVariant>1</CommandVariant>
<ServiceReference>6.15</ServiceReference><ServiceReferenceVariant>6.15.1</ServiceReferenceVariant></Header><Body></Body></Request>
END
printf '%s\n' device_id,srv,user_id,requested_at,request_id \
    "$METER,6.15.1,90-B3-D5-1F-30-01-00-00,2021-09-17T10:05:00Z,$id" >log.csv
finding="answer.xml,answer to a request that is not there,1,line 1: RequestID $id,send the file that has the request"
run 0 ingest --db=orphan.db answer.xml
run 0 report --db=orphan.db --as-of=$AS_OF --format=csv data-quality
says "$finding"
run 0 sql -q --db=orphan.db --as-of=$AS_OF --format=csv "SELECT srv, response_code, request_seen FROM requests"
says "6.15.1,E20,no"
for found in request.xml log.csv; do
    cp orphan.db found.db
    run 0 ingest --db=found.db "$found"
    run 0 report --db=found.db --as-of=$AS_OF --format=csv data-quality
    says_not "not there"
    run 0 sql -q --db=found.db --as-of=$AS_OF --format=csv "SELECT srv, response_code, request_seen FROM requests"
    says "6.15.1,E20,yes"
    lines_out 2
done

# What the industry publishes is read right, where it is at hand.
if [ -z "${PCREPORT_REAL_DATA:-}" ]; then
    echo "PCREPORT_REAL_DATA is not set: the documents of the industry are left out"
    exit 0
fi
run 0 ingest --db real "$PCREPORT_REAL_DATA"/duis/*
run 0 sql --db real --format csv "select device_id, srv, requested_at, response_code from requests order by device_id, srv"
says "88-73-84-57-00-2F-96-1E,11.2,2022-08-17T15:45:41.087Z,I0"
says "88-73-84-57-00-2F-96-6C,11.2,2022-07-22T09:37:55.800Z,E65"
