# R5: a scope is named by every command that judges, and a report is about what its parties owe.
. "$(dirname "$0")/lib.sh"
make_store
at="--as-of=$AS_OF"
run 0 report $at --own "Acme Energy" --format csv,xlsx --out reports devices
grep -q "; only what is owed by Acme Energy$" out.txt || fail "the summary does not name the scope"
python3 -c 'import sys, zipfile
z = zipfile.ZipFile("reports/devices.xlsx")
sys.stdout.write("".join(z.read(n).decode() for n in z.namelist() if n.startswith(("xl/worksheets/sheet", "xl/sharedStrings"))))' >sheets.txt
grep -q "Only what is owed by" sheets.txt || fail "the workbook does not name the scope"
grep "^$HUB," reports/devices.csv | grep -q ",EXCLUDED,EXCLUDED,EXCLUDED," || fail "what the DCC owes is judged for Acme"
run 0 report $at --json --own "Acme Energy" --out devices.csv devices
says '"scope":"Acme Energy"'
run 0 report $at --json --out devices.csv devices
says '"scope":null'
printf '[scope]\nparties = Acme Energy; Data Communications Company\n' >scope.ini
run 0 changes --config scope.ini $at --since=2021-09-20 --out changes.csv
says "; only what is owed by Acme Energy;Data Communications Company"
run 78 report $at --own Nobody devices
complains "no such party in the store"
run 0 pack ssc --own "Acme Energy" --period=2021-09 --out packs
grep -q "<dt>Only what is owed by</dt><dd>Acme Energy</dd>" packs/ssc-2021-09/ssc-2021-09.html || fail "the pack does not name the scope"

# explain says whose obligations it is about, in each form, and who owes nothing where that is why.
run 0 explain $at --own "Acme Energy" $OTHER
says "Only what is owed by: Acme Energy"
run 0 explain $at --own "Acme Energy" --format=html $OTHER
says "<p>Only what is owed by: Acme Energy</p>"
run 0 explain $at --own "Acme Energy" --json $OTHER
head -1 out.txt | grep -q '"scope":"Acme Energy"' || fail "the event does not name the scope"
run 0 explain $at --own "Acme Energy" $HUB
says "Not judged: Acme Energy, which is all that is asked about, owes nothing of it."
run 0 explain $at $OTHER
says_not "Only what is owed by"
