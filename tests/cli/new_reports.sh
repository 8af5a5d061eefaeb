# The reports impact, not-commissioned and network-operator-updates, and what false-positives cites.
. "$(dirname "$0")/lib.sh"
make_inputs inputs
SUSPENDED=00-DB-12-34-56-78-90-A2 # answers in September
GONE=00-DB-12-34-56-78-90-A3      # decommissioned; what it answered was before
WRONG=00-DB-12-34-56-78-90-A4     # its operator cells hold the Supplier's certificates
{
    echo "$SUSPENDED,ESME,Suspended,SMETS2+,2021-09-01T10:00:00Z,,2000000000098,North"
    echo "$GONE,ESME,Decommissioned,SMETS2+,2021-09-01T10:00:00Z,,2000000000103,North"
    echo "$WRONG,ESME,Commissioned,SMETS2+,2021-09-01T10:00:00Z,,2000000000112,North"
} >>inputs/inventory-2021-10-01.csv
echo "2000000000112,90-B3-D5-1F-30-01-00-01,2020-04-01,,90-B3-D5-1F-30-02-00-01" >>inputs/registration.csv
for device in $SUSPENDED $GONE; do
    echo "$device,4.8.1,90-B3-D5-1F-30-01-00-01,2021-09-12T09:00:00Z,IS,2021-09-12T09:01:00Z,I0,Success"
done >>inputs/srv-audit-reads.csv
cells=
for usage in DigitalSignature KeyAgreement; do
    cells="$cells${cells:+,}{\"role\":\"NetworkOperator\",\"key_usage\":\"$usage\",\"subject_id\":\"90-B3-D5-1F-30-01-00-01\",\"status\":\"ok\"}"
done
echo "{\"device_id\":\"$WRONG\",\"taken_at\":\"2021-09-04T02:00:00Z\",\"source\":\"6.24.1\",\"answered\":true,\"cells\":[$cells]}" >>inputs/certificates.ndjson
run 0 ingest inputs/*
at="--as-of=$AS_OF"

run 0 report $at --format=csv not-commissioned
lines_out 2
says "$SUSPENDED,ESME,Suspended,2021-10-01T00:00:00Z,,2021-09-12T09:01:00Z,2021-09-12T09:00:00Z,"

run 0 report $at --format=csv network-operator-updates
lines_out 3
says "$WRONG,ESME,,,DigitalSignature,Acme Energy,Northern Wires,90-B3-D5-1F-30-02-00-01,,,,,,from 2020-03-31T23:00:00Z (inputs/registration.csv:4),,SMETS2+,WRONG"
run 0 report $at --format=csv network-operator-updates-summary
says "SMETS2+,ESME,3,2,1,0,1"

# What misled is not cited: the only success about the operator's certificates there could be is none, and the latest success
# of all is a read that clears nothing.
run 0 report $at --format=csv false-positives
lines_out 2
says "$METER,"
says ",6.24.1 at 2021-09-03T02:00:00Z (inputs/certificates.ndjson:1)"
says_not "SRV 4.8.1"

# Nor is a success about the cells of another role.
make_inputs cited
for row in "2021-09-04T01:00:00Z,NetworkOperator" "2021-09-05T01:00:00Z,Supplier"; do
    echo "$METER,6.15.1,90-B3-D5-1F-30-00-00-02,${row%,*},DCC,,${row#*,},${row%,*},I0,Success"
done >>cited/srv-audit.csv
run 0 ingest --db=cited.db cited/*
run 0 report --db=cited.db $at --format=csv false-positives
says "REQUEST_EVIDENCE"
says "SRV 6.15.1 at 2021-09-04T01:00:00Z (cited/srv-audit.csv:7)"

run 0 report $at --format=csv impact
says "Acme Energy,2021-09,1,0,0,,hour"
printf '[costs]\nincident = 1000\n' >costs.ini
run 0 report --config=costs.ini $at --format=csv impact
says "Acme Energy,2021-09,1,0,0,,hour" # not 0: what an hour costs is not known
printf '[costs]\nhour = 60\nincident = 1000\n' >costs.ini
run 0 report --config=costs.ini $at --format=csv impact
says "Acme Energy,2021-09,1,0,0,60,"
printf '[costs]\nhour = 60\n' >costs.ini
run 0 report --config=costs.ini $at --format=csv impact
says "Acme Energy,2021-09,1,0,0,60," # no Incident is avoided, so that none is to be known
run 64 sql $at 'SELECT :cost_day'

# Two rows of one extract name different operators: that is told beside what would be placed.
sed 's/112,90-B3-D5-1F-30-01-00-01,2020-04-01,,90-B3-D5-1F-30-02-00-01/112,90-B3-D5-1F-30-01-00-01,2020-04-01,,90-B3-D5-1F-30-02-00-02/' \
    inputs/registration.csv >>both.csv
tail -1 inputs/registration.csv >>both.csv
cp both.csv inputs/registration.csv
echo "90-B3-D5-1F-30-02-00-02,Southern Wires,NetworkOperator,yes," >>inputs/organisations.csv
run 0 ingest --db=both inputs/*
run 0 report --db=both $at --format=csv network-operator-updates
says "two rows of one extract tell the registration differently"
