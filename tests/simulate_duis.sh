#!/usr/bin/env bash
# One simulated population by two roads: its log as the CSV of a Service Audit Trail, and as DUIS documents with GBCS
# payloads. Both give the same report of Devices, but for two things. A Device that answers a replacement of the
# Supplier's credentials tells whose it now holds, so that R4.4 can be MET where the log has no evidence that it applies;
# and it tells whose credentials another Network Operator, or a request without a role, put there and when, which the log
# leaves in doubt (R4.3, R4.0). R9.3 is the same by both.
# Both roads into one store give what DUIS gives: a request is one request, whoever kept it (R7).
set -euo pipefail
pcreport=${PLAIN_PCREPORT:?}
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
export HOME=$scratch
unset PCREPORT_CONFIG XDG_CONFIG_HOME
cd "$scratch"

"$pcreport" simulate --quiet --devices=4000 --seed=11 --out=plain
"$pcreport" simulate --quiet --devices=4000 --seed=11 --duis --out=both
"$pcreport" simulate --quiet --devices=4000 --seed=11 --duis --out=again
diff -rq both again || { echo "the same seed gave other documents" >&2; exit 1; }
rm -r again
diff -rq --exclude=duis plain both || { echo "--duis changed the other files" >&2; exit 1; }

mkdir beside
cp both/{inventory-*,earlier-inventory-*,registration,organisations,dsp-checks}.csv both/certificates.ndjson beside
"$pcreport" ingest --quiet --db=csv.db beside/* both/srv-audit.csv
"$pcreport" ingest --quiet --db=one.db beside/* both/srv-audit.csv
"$pcreport" ingest --quiet --db=one.db both/duis/*.xml
"$pcreport" ingest --db=duis.db beside/* both/duis/*.xml 2>&1 | tee ingest.txt
grep -qE ' 0 rejected([ ;]|$)' ingest.txt || { echo "documents were rejected" >&2; exit 1; }
as_of=$(cat both/as-of.txt)
for road in csv duis one; do
    "$pcreport" report --quiet --db=$road.db --as-of="$as_of" --out=$road.csv devices
    "$pcreport" report --quiet --db=$road.db --as-of="$as_of" --format=csv smets1-firmware-rejections |
        cut -d, -f1 >firmware-$road.csv
    cmp firmware-csv.csv firmware-$road.csv || { echo "R9.3 is told otherwise by $road" >&2; exit 1; }
done
[ "$(wc -l <firmware-csv.csv)" -gt 1 ] || { echo "no firmware is refused" >&2; exit 1; }

python3 - <<'END'
import csv
import sys

def devices(path):
    with open(path, newline="", encoding="utf-8") as f:
        return {row["device_id"]: row for row in csv.DictReader(f)}

# Stories in which the payload of an answer tells what the log leaves in doubt.
TOLD = {"renewed-by-another-operator", "renewed-by-another-operator-and-seen", "answered-after-the-look",
        "answered-after-the-look-and-seen-again", "replaced-by-another-operator", "wrong-at-first"}

trail, documents = devices("csv.csv"), devices("duis.csv")
truth = devices("both/truth.csv")
told = {device for device, row in truth.items() if row["story"] in TOLD}
gained = 0
faults = []
if len(trail) != 4000 or trail.keys() != documents.keys():
    faults.append("the two reports are not of the same 4000 Devices")
for device in told:
    if documents[device]["verdict"] != truth[device]["true_verdict"]:
        faults.append(f"{device} is {documents[device]['verdict']} by DUIS, truly {truth[device]['true_verdict']}")
for device, row in trail.items():
    for column, value in row.items():
        other = documents.get(device, row)[column]
        if (column, value, other) == ("supplier_credentials", "NOT_APPLICABLE", "MET"):
            gained += 1
        elif value != other and device not in told:
            faults.append(f"{device} {column}: {value!r} by CSV, {other!r} by DUIS")
both = devices("one.csv")
for device, row in documents.items():
    faults += [f"{device} {column}: {value!r} by DUIS, {both[device][column]!r} by both"
               for column, value in row.items() if both[device][column] != value]
print(f"{len(trail)} Devices, of {len(told)} of which the documents tell more; R4.4 seen to be met in {gained} more by DUIS")
print(*faults[:20], sep="\n", file=sys.stderr)
sys.exit(f"{len(faults)} differences" if faults else 0)
END
