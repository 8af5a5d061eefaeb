# An answer to Update Firmware (11.1) names no Device but exceptions: the Devices are those of its request, in whatever order
# the two come; one that finds no request is kept, and told.
. "$(dirname "$0")/lib.sh"
ID=90-B3-D5-1F-30-01-00-00:90-B3-D5-1F-30-00-00-02:1631873100000
cat >request.xml <<END
<Request schemaVersion="5.1"><Header><RequestID>$ID</RequestID><CommandVariant>8</CommandVariant>
<ServiceReference>11.1</ServiceReference><ServiceReferenceVariant>11.1</ServiceReferenceVariant></Header><Body><UpdateFirmware>
<FirmwareVersion>2</FirmwareVersion><DeviceIDList><DeviceID>$METER</DeviceID><DeviceID>$OTHER</DeviceID></DeviceIDList>
</UpdateFirmware></Body></Request>
END
# answer FILE CODE BODY
answer() {
    cat >"$1" <<END
<Response schemaVersion="5.1"><Header><RequestID>$ID</RequestID><ResponseCode>$2</ResponseCode>
<ResponseDateTime>2021-09-17T10:06:00.00Z</ResponseDateTime></Header><Body><ResponseMessage>
<ServiceReference>11.1</ServiceReference><ServiceReferenceVariant>11.1</ServiceReferenceVariant>$3</ResponseMessage></Body></Response>
END
}
answer plain.xml E110101 ''
answer list.xml I0 "<DSPUpdateFirmwareWarning><NotCommissionedDeviceIDList><DeviceID>$OTHER</DeviceID>
</NotCommissionedDeviceIDList></DSPUpdateFirmwareWarning>"
outcomes() {
    run 0 sql -q --db="$1" --format=csv "SELECT device_id, response_code, execution_status, responded_at FROM requests ORDER BY 1"
}

run 0 ingest --db=plain.db request.xml plain.xml
says "2 files: 3 rows = 3 stored"
outcomes plain.db
says "$METER,E110101,,2021-09-17T10:06:00Z"
says "$OTHER,E110101,,2021-09-17T10:06:00Z"
run 0 verify --db=plain.db

# Devices that no inventory names are counted, whichever list they stand in
run 0 report --db=plain.db --as-of=$AS_OF --format=csv data-quality
says "request.xml,Device not in the inventory,2,"

# the one in the list has an outcome of its own
run 0 ingest --db=list.db request.xml list.xml
says "2 files: 4 rows = 3 stored + 1 merged"
outcomes list.db
says "$METER,I0,,2021-09-17T10:06:00Z"
says "$OTHER,I0,NotCommissioned,2021-09-17T10:06:00Z"
lines_out 3

# the answer first: it is a finding until the request comes, and then each Device has its outcome
run 0 ingest --db=late.db list.xml
run 0 sql -q --db=late.db --format=csv "SELECT file, what, found, example FROM file_findings"
says "list.xml,answer to a request that is not there,1,RequestID $ID"
run 0 ingest --db=late.db request.xml
outcomes late.db
cp out.txt late.txt
outcomes list.db
same out.txt late.txt
run 0 sql -q --db=late.db --format=csv "SELECT * FROM file_findings"
lines_out 1
run 0 verify --db=late.db

# the same answer again says nothing new
sed 's/>$/> /' list.xml >again.xml
run 0 ingest --db=late.db again.xml
says "2 rows = 0 stored + 2 merged"

# one Device that is none costs itself, and not the document
sed "s/$METER/no Device/" request.xml >bad.xml
run 3 ingest --db=bad.db --max-rejects=60% bad.xml
says "2 rows = 1 stored + 0 merged + 1 rejected"
complains "DeviceID: \"no Device\" is no EUI-64"
