# pcreport decode: one message, however it is written.
. "$SOURCE_DIR/tests/cli/lib.sh"

# An answer to a 6.15.2 that succeeded.
zeros=00000000000000000000000000000000
hex=DF090200000000000003E80800DB1234567890A00890B3D51F300100000002000B0302010040$zeros$zeros$zeros$zeros
echo "$hex" | sed 's/.\{32\}/&\n/g' >message.hex
printf '%s' "$hex" | python3 -c 'import sys; sys.stdout.buffer.write(bytes.fromhex(sys.stdin.read()))' >message.bin
base64 message.bin >message.b64

run 0 decode message.hex
silent
says '    12     8  Business Originator ID: 00-DB-12-34-56-78-90-A0'
says '    31     2  Message Code: 000B CS02d Update Device Certificates on Device'
says '    34     3    meaning: success'
says 'a Response of Message Code 000B: SUCCEEDED'
cp out.txt want.txt
for file in message.bin message.b64; do
    run 0 decode "$file"
    same out.txt want.txt
done
"$PCREPORT" decode - <message.hex >out.txt
same out.txt want.txt

run 0 decode --json message.hex
says '"event":"field"'
says '"name":"Originator Counter","offset":3,"length":8,"depth":0,"value":"1000"'
says '"result":"SUCCEEDED"'

# What is wrong is told with its place.
head -c 40 message.bin >short.bin
run 65 decode short.bin
complains 'no GBCS message: at byte 40: the message is cut short'
echo 'not a message' >text
run 65 decode text
complains 'no GBCS message: at byte 0: wanted is the grouping header DF'
head -c 1100000 /dev/zero >zeros
run 65 decode zeros
complains 'is longer than 1 MiB'
run 66 decode nowhere
run 64 decode
complains 'name one file'

# A document, with the message in it: both have their own offsets.
base64 -w 0 message.bin >message.b64
cat >response.xml <<XML
<?xml version="1.0"?>
<d:Response xmlns:d="urn:d" schemaVersion="5.1"><d:Header><d:RequestID>90-B3-D5-1F-30-01-00-00:00-DB-12-34-56-78-90-A0:1000</d:RequestID></d:Header>
<d:Body><d:ResponseMessage><d:GBCSPayload>$(cat message.b64)</d:GBCSPayload><d:Local/></d:ResponseMessage></d:Body></d:Response>
XML
run 0 decode response.xml
says '    22   395  Response'
says '    22    48    @schemaVersion: 5.1'
says '    80    79      RequestID: 90-B3-D5-1F-30-01-00-00:00-DB-12-34-56-78-90-A0:1000'
says 'GBCSPayload: 3wkCAAAAAAAAA+gI'
says '... (136 bytes)'
says 'Its GBCS message, 102 bytes:'
says '    31     2  Message Code: 000B CS02d Update Device Certificates on Device'
says 'a DUIS Response with a Response of Message Code 000B: SUCCEEDED'
run 0 decode --json response.xml
says '"part":"DUIS","name":"RequestID"'
says '"part":"GBCS","name":"Message Code"'
says "\"value\":\"$(cat message.b64)\""

# Without a message; and what no document of DUIS is.
echo '<Request schemaVersion="5.1"><Header><ServiceReference>6.17</ServiceReference></Header></Request>' >request.xml
run 0 decode request.xml
says 'a DUIS Request without a GBCS message'
echo '<html/>' >page.xml
run 65 decode page.xml
complains "is no DUIS document: its root is 'html', neither Request nor Response (line 1 of the document)"
printf '<!DOCTYPE Request [<!ENTITY a "b">]><Request>&a;</Request>' >bomb.xml
run 65 decode bomb.xml
complains 'holds a DOCTYPE'
cat request.xml request.xml >two.xml
run 65 decode two.xml
complains 'junk after document element'
