# Whom a filter means: Devices that are named, Network Operators, regions, and parties by each of their names.
. "$(dirname "$0")/lib.sh"
mkdir inbox
cp "$SOURCE_DIR"/sample-data/*.csv "$SOURCE_DIR"/sample-data/*.ndjson inbox/
"$PCREPORT" ingest --quiet inbox/* 2>/dev/null
at="--as-of=2021-10-01T06:00:00Z --quiet"
# ids FILTER...: the Devices it leaves, on one line
ids() { "$PCREPORT" report $at --columns=device_id "$@" devices 2>/dev/null | tail -n +2 | tr -d '\r' | sed 's/00-DB-5A-//' | paste -sd' '; }

# --device judges these alone, and as with all others: a GPF's MPxN, its hub's GSME and the registrations are theirs still
run 0 report $at --out=all.csv devices
for device in 00-DB-5A-6F-00-00-00-03 00-DB-5A-61-00-00-00-20 00-DB-5A-CF-00-00-00-41 00-DB-5A-E1-00-00-00-10; do
    run 0 report $at --device=$device devices
    grep "^$device" all.csv >want
    tail -n +2 out.txt >got
    same want got
done
grep -E '^00-DB-5A-6F' all.csv >want
run 0 report $at $(cut -d, -f1 want | sed 's/^/--device=/') devices
tail -n +2 out.txt >got
same want got
[ "$(wc -l <got)" -eq 6 ] || fail "six GPFs are wanted"
run 0 report $at --json --out=one.csv --device=00-DB-5A-6F-00-00-00-03 devices
says '"devices":1'
# but where another Device has a part in what is told, it is looked at
"$PCREPORT" report $at --out=rejections.csv smets1-firmware-rejections
device=$(sed -n 2p rejections.csv | cut -d, -f1)
[ -n "$device" ] || fail "sample-data has a firmware that was refused"
run 0 report $at --device=$device smets1-firmware-rejections
grep "^$device" rejections.csv >want
tail -n +2 out.txt >got
same want got

# a Network Operator: registered, in a cell (here one that the reference data does not know), or able to correct one (here the DCC)
run 0 report $at --columns=device_id,network_operator --network-operator="Pennine Gas Transport" devices
[ "$(grep -c ',Pennine Gas Transport' out.txt)" -eq "$(grep -c ',Pennine Gas Transport,' all.csv)" ] || fail "a registered one is left out"
[ "$(ids --network-operator=90-B3-D5-1F-30-0F-00-99)" = 6F-00-00-00-31 ] || fail "who holds a cell: $(ids --network-operator=90-B3-D5-1F-30-0F-00-99)"
case " $(ids --network-operator='Data Communications Company') " in
*" 6F-00-00-00-46 "*) ;;
*) fail "who can correct a cell" ;;
esac

# what a filter names and the store does not know is told, and so is of which Devices rates are
at_loud=${at% --quiet}
run 0 report $at_loud --device=00-11-22-33-44-55-66-77 --device=00-DB-5A-6F-00-00-00-03 --columns=device_id devices
complains "--device 00-11-22-33-44-55-66-77: the store knows nothing of it, so there is no row of it"
complains "only Devices of --device=00-11-22-33-44-55-66-77 --device=00-DB-5A-6F-00-00-00-03"
lines_out 2
sed -n '1p;2s/00-DB-5A-[0-9A-F-]*/00-DB-5A-E1-0A-0B-0C-0D/p' "$SOURCE_DIR/sample-data/srv-audit.csv" >stranger.csv
cp pcreport.db stranger.db
"$PCREPORT" ingest --quiet --db=stranger.db stranger.csv 2>/dev/null
run 0 report $at_loud --db=stranger.db --device=00-DB-5A-E1-0A-0B-0C-0D devices
complains "--device 00-DB-5A-E1-0A-0B-0C-0D: no inventory extract by as-of has it, so there is no row of it"
run 0 report $at_loud --verdict=PASS --device=00-DB-5A-61-00-00-00-33 devices # known, and left out by the other filter
! grep -q -- "--device 00" err.txt || fail "a known Device is told as unknown"
run 0 compare $at_loud --with="$SOURCE_DIR/criteria/revised.json" --device=00-11-22-33-44-55-66-77
complains "--device 00-11-22-33-44-55-66-77: the store knows nothing of it"
run 0 report $at_loud --supplier=90-B3-D5-1F-30-0F-0F-0F devices
complains "--supplier '90-B3-D5-1F-30-0F-0F-0F': no organisation in the store has this identifier"
run 0 report $at_loud --supplier="Tidewell Gas" --csp=North panel-summary
complains "the rates of 'panel-summary' are of the Devices of --supplier='Tidewell Gas' --csp=North alone, not of all"
run 0 report $at_loud --csp=North devices
! grep -q "the rates" err.txt || fail "devices has no rates"
run 0 report $at_loud panel-summary
! grep -q "the rates\|only Devices" err.txt || fail "there was no filter"
run 0 report $at_loud --json --csp=North --out=rates.xlsx panel-summary
says '"filters":"--csp=North"'
unzip -p rates.xlsx | grep -q "Rows: [0-9]*. Only csp: North<" || fail "the sheet does not tell of which Devices it is"

# parties by name, Entity Identifier and market identifier; regions several at once
[ "$(ids --supplier='tidewell gas')" = "$(ids --supplier=90-B3-D5-1F-30-01-00-03)" ] || fail "name and Entity Identifier differ"
cat >market.csv <<END
market_id,party,role
TIDE,Tidewell Gas,Supplier
END
run 0 ingest --quiet --extracted-at=2021-09-30 --kind=organisations market.csv
[ "$(ids --supplier=TIDE)" = "$(ids --supplier='Tidewell Gas')" ] || fail "name and market identifier differ"
[ "$(ids --csp=North --csp=south | wc -w)" -eq "$(grep -cE '^[^,]*,[^,]*,[^,]*,(North|South),' all.csv)" ] || fail "two regions"
run 64 report $at --csp=East devices
complains "--csp 'East': there are North, Central, South"
printf '[csp]\nAcme Comms = North;South\n' >csp.ini
[ "$(ids --config=csp.ini --csp="acme comms")" = "$(ids --csp=North --csp=south)" ] || fail "a CSP is a set of regions"
run 64 report $at --config=csp.ini --csp=East devices
complains "; and of the configuration 'Acme Comms'"
