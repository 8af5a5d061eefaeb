# The reports of R9 on sample-data: Network Operator credentials, joins, SMETS1 firmware, aged Incidents.
. "$(dirname "$0")/lib.sh"
sample=$SOURCE_DIR/sample-data
run 3 ingest --quiet "$sample"/*.csv "$sample"/*.ndjson
at="--as-of=$AS_OF"

# columns NAME...: these columns of the report in rows.csv, without the heading
columns() {
    python3 -c '
import csv, sys
for row in csv.DictReader(open("rows.csv", newline="")):
    print(*(row[name] for name in sys.argv[1:]), sep="|")' "$@" >got.txt
}
expect() { printf '%s\n' "$@" | diff - got.txt >difference.txt || fail "other rows: $(cat difference.txt)"; }

# R9.1
run 0 report --quiet "$at" --out=rows.csv network-operator-credentials
columns device_id device_type smets s1_cohort digital_signature digital_signature_holder key_agreement corrected_by \
    refusals refused_code
expect \
    "00-DB-5A-E1-00-00-00-63|ESME|SMETS1|IOC|WRONG|Southdown Electricity Networks|WRONG||1|S1VE64" \
    "00-DB-5A-6F-00-00-00-31|GPF|SMETS2+||WRONG|90-B3-D5-1F-30-0F-00-99|WRONG||0|" \
    "00-DB-5A-6F-00-00-00-46|GPF|SMETS2+||WRONG|Data Communications Company|WRONG|Data Communications Company|0|" \
    "00-DB-5A-E1-00-00-00-28|ESME|SMETS2+||WRONG|Larkspur Energy|WRONG|Larkspur Energy|0|" \
    "00-DB-5A-E1-00-00-00-29|ESME|SMETS2+||WRONG|Data Communications Company|WRONG|Data Communications Company|0|" \
    "00-DB-5A-E1-00-00-00-30|ESME|SMETS2+||WRONG|Southdown Electricity Networks|WRONG|Southdown Electricity Networks|0|" \
    "00-DB-5A-E1-00-00-00-36|ESME|SMETS2+||RIGHT|Northmoor Electricity Networks|WRONG|Larkspur Energy|0|" \
    "00-DB-5A-E1-00-00-00-44|ESME|SMETS2+||WRONG|Larkspur Energy|WRONG|Larkspur Energy|0|" \
    "00-DB-5A-E1-00-00-00-45|ESME|SMETS2+||RIGHT|Northmoor Electricity Networks|WRONG|Southdown Electricity Networks|0|" \
    "00-DB-5A-E1-00-00-00-85|ESME|SMETS2+||WRONG|Larkspur Energy|WRONG|Larkspur Energy|0|" \
    "00-DB-5A-E1-00-00-00-93|ESME|SMETS2+||WRONG|Larkspur Energy|WRONG|Larkspur Energy|0|"
run 0 report --quiet "$at" --network-operator='Pennine Gas Transport' --out=rows.csv network-operator-credentials
columns device_id
expect 00-DB-5A-6F-00-00-00-31 00-DB-5A-6F-00-00-00-46

# R9.2, and what a correction costs
run 0 report --quiet "$at" --out=rows.csv join-exceptions
columns device_id other_device_id supplier evidence later_count cost_gbp
expect "00-DB-5A-D1-00-00-00-60|00-DB-5A-E1-00-00-00-25|Larkspur Energy|SRV 8.7.2 TIMED_OUT (E20) and never confirmed; \
SRV 8.7.2 FAILED (I0)|1|2000"
printf '[report]\ncorrection_cost = 1750\n' >dear.ini
run 0 report --quiet "$at" --config=dear.ini --out=rows.csv join-exceptions
columns cost_gbp
expect 1750
run 0 report --quiet --as-of=2021-09-07 --out=rows.csv join-exceptions # before the retry was refused
[ "$(wc -l <rows.csv)" -eq 1 ] || fail "a join in doubt before there is a sign of it"

# R9.3, also where a filter leaves the Device in the way out
for filter in --quiet --supplier='Larkspur Energy' --device=00-DB-5A-E1-00-00-00-63; do
    run 0 report --quiet "$at" "$filter" --out=rows.csv smets1-firmware-rejections
    columns device_id chf_id sender response_code blocking_device_id blocking_device_type blocking_sender
    expect "00-DB-5A-E1-00-00-00-63|00-DB-5A-CF-00-00-00-22|Larkspur Energy|E110101|00-DB-5A-61-00-00-00-64|GSME|Tidewell Gas"
done
run 0 report --quiet "$at" --supplier='Tidewell Gas' --out=rows.csv smets1-firmware-rejections
columns device_id
[ ! -s got.txt ] || fail "a refusal of another Supplier's"

# R9.4: opened on 20 September, seen on 1 October
mkdir inbox
run 3 run --quiet --inbox=inbox --out=out --as-of=2021-09-20T06:00:00Z
run 0 run --quiet --inbox=inbox --out=out "$at"
cp out/2021-10-01/aged-incidents.csv rows.csv
columns category open_0_7 change_0_7 open_8_30 change_8_30 open_now open_before change oldest_days period_from
expect \
    "DEVICE_CERT_NOT_REPLACED|0|0|1|1|1|0|1|11|2021-09-01T06:00:00Z" \
    "DEVICE_FAILURE|0|0|1|1|1|0|1|11|2021-09-01T06:00:00Z" \
    "NOT_ATTEMPTED|0|0|1|1|1|0|1|11|2021-09-01T06:00:00Z" \
    "NOT_COMMUNICATING|0|0|1|1|1|0|1|11|2021-09-01T06:00:00Z" \
    "RECOVERY_CELL_WRONG|0|0|1|1|1|0|1|11|2021-09-01T06:00:00Z" \
    "REJECTED|0|0|1|1|1|0|1|11|2021-09-01T06:00:00Z"
run 0 report --quiet "$at" --since=2021-09-24 --out=rows.csv aged-incidents
columns category change_0_7 change_8_30 open_before change period_from
head -2 got.txt | tail -1 >second.txt
[ "$(cat second.txt)" = "DEVICE_FAILURE|-1|1|1|0|2021-09-24T00:00:00Z" ] || fail "since 24 September: $(cat got.txt)"
run 0 report --quiet --as-of=2021-10-31T06:00:00Z --out=rows.csv aged-incidents # there is no 31 September
columns period_from
sort -u got.txt >period.txt
[ "$(cat period.txt)" = "2021-09-30T06:00:00Z" ] || fail "one month before 31 October: $(cat period.txt)"

# R9.1: from the day on which the S1SP of its cohort stops checking the registration the holder can
holder="Southdown Electricity Networks"
for setting in 'IOC=2021-09-01' '2021-09-01' 'MOC=2021-09-01'; do
    printf '[smets1]\noperator_check_ends = %s\noperator_check_ends = FOC=2030-01-01\n' "$setting" >s1sp.ini
    run 0 report --quiet "$at" --config=s1sp.ini --out=rows.csv network-operator-credentials
    columns device_id corrected_by
    who=$(grep -F 00-DB-5A-E1-00-00-00-63 got.txt)
    [ "$who" = "00-DB-5A-E1-00-00-00-63|$([ "$setting" = MOC=2021-09-01 ] || echo "$holder")" ] || fail "$setting: $who"
done
for setting in 'S1=2021-09-01' '=2021-09-01' 'IOC=soon'; do
    printf '[smets1]\noperator_check_ends = %s\n' "$setting" >s1sp.ini
    run 78 report --quiet "$at" --config=s1sp.ini network-operator-credentials
    complains "$setting"
done
