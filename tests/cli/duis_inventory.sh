# Answers to Read Inventory (8.2): commissioning dates as xs:date with and without a zone, and the versions that Devices have.
. "$(dirname "$0")/lib.sh"
# inventory TYPE VERSION GBCS DATE: the smets and commissioned_at that a Device of this answer has
inventory() {
    cat >inv.xml <<END
<Response schemaVersion="3.1"><Header><RequestID>90-B3-D5-1F-30-01-00-00:90-B3-D5-1F-30-00-00-02:1631873100000</RequestID>
<ResponseCode>I0</ResponseCode><ResponseDateTime>2021-10-01T05:00:00Z</ResponseDateTime></Header><Body><ResponseMessage>
<ServiceReferenceVariant>8.2</ServiceReferenceVariant><DSPInventory><Device><DeviceID>$METER</DeviceID><DeviceType>$1</DeviceType>
<DeviceStatus>Commissioned</DeviceStatus><SMETSCHTSVersion>$2</SMETSCHTSVersion><DateCommissioned>$4</DateCommissioned>
<DeviceGBCSVersion>$3</DeviceGBCSVersion></Device></DSPInventory></ResponseMessage></Body></Response>
END
    rm -f inv.db
    run 0 ingest -q --db=inv.db inv.xml
    run 0 sql -q --db=inv.db --as-of=2021-10-02 --format=csv "SELECT smets, commissioned_at FROM devices"
}
for date in 2021-06-01 2021-06-01Z; do
    inventory ESME V4.2 3.2 $date
    says "SMETS2+,2021-06-01T00:00:00Z"
done
inventory ESME V4.2 3.2 2021-06-01+01:00
says "SMETS2+,2021-0"
inventory ESME V4.2 3.2 2021-06-01T10:00:00Z
says "SMETS2+,2021-06-01T10:00:00Z"

inventory ESME V1.2 '' 2021-06-01 && says SMETS1
inventory ESME V1.2 3.2 2021-06-01 && says SMETS2+ # a GBCS version outweighs
inventory GSME 'SMETS V1.58' '' 2021-06-01 && says SMETS2+
inventory ESME 'SMETS V5.0' '' 2021-06-01 && says SMETS2+
inventory CHF V1.0 '' 2021-06-01 && says SMETS2+ # of CHTS
inventory PPMID V1.0 '' 2021-06-01 && says SMETS2+
inventory IHDorCAD '' '' 2021-06-01 && says SMETS2+

# the column of an extract takes the same
{ echo device_id,device_type,status,smets,gbcs_version
  n=0
  for version in 'SMETS V5.0,' 4.2, V1.58, 'CHTS V1.0,' 'V1.2,1.0' 'V1.2,' SMETS1, ,; do
      n=$((n + 1))
      echo "00-DB-12-34-56-78-90-0$n,ESME,Commissioned,$version"
  done; } >smi-2021-10-01.csv
run 0 ingest --db=csv.db smi-2021-10-01.csv
run 0 sql -q --db=csv.db --as-of=2021-10-02 --format=csv "SELECT group_concat(smets, ' ') AS smets FROM (SELECT smets FROM devices ORDER BY device_id)"
says "SMETS2+ SMETS2+ SMETS2+ SMETS2+ SMETS2+ SMETS1 SMETS1 SMETS2+"
