# A Device of which the log holds very many requests: it is read and told in pieces, which together are the whole.
. "$(dirname "$0")/lib.sh"
make_inputs inputs
python3 - "$OTHER" >>inputs/srv-audit.csv <<'PY'
import datetime, sys
heading = open("inputs/srv-audit.csv").readline().strip().split(",")
begin = datetime.datetime(2021, 9, 2)
for i in range(40000):
    at = f"{begin + datetime.timedelta(seconds=30 * i):%Y-%m-%dT%H:%M:%SZ}"
    row = {"device_id": sys.argv[1], "srv": "4.1.1", "user_id": "90-B3-D5-1F-30-01-00-01", "requested_at": at,
           "responded_at": at, "response_code": "I0", "execution_status": "Success"}
    print(",".join(row.get(name, "") for name in heading))
PY
run 0 ingest --quiet inputs/*
at="--as-of=$AS_OF"

# Reading goes on behind it.
for format in csv json; do
    run 0 report --quiet $at --format=$format devices
    grep -o '00-DB-12-34-56-78-90-A[01]\|^[{"device_id:]*00-DB-12-34-56-78-90-C0' out.txt | grep -o '..$' | uniq >found.txt
    printf 'A0\nA1\nC0\n' | diff - <(uniq found.txt) || fail "the report as $format lacks a Device, or has one twice"
done

run 0 report --quiet $at --device=$OTHER --device=$HUB devices
lines_out 3

# A bundle is told whole, and nothing else.
run 0 explain $at --bundle=bundle "$OTHER"
run 0 explain $at --all "$OTHER"
says '[40002]'
head -c "$(stat -c %s out.txt)" bundle/explanation.txt | cmp - out.txt || fail "the pieces of the text are not the whole"
grep -c '' out.txt >lines.txt
run 0 explain $at --all --out=page.html "$OTHER"
python3 - <<'PY' || fail "the pieces of the page are not the whole"
end = "</main>\n</body>\n</html>\n"
page, whole = open("page.html").read(), open("bundle/explanation.html").read()
assert page.endswith(end) and whole.endswith(end) and whole.startswith(page[:-len(end)])
PY
run 0 explain $at --json "$OTHER"
python3 - <<'PY' || fail "the pieces of the event are not the whole"
import json
event, whole = json.loads(open("out.txt").readline()), json.load(open("bundle/explanation.json"))
assert {k: v for k, v in event.items() if k not in ("event", "run_id")} == whole and len(whole["timeline"]) > 40000
PY

echo 0123456789abcdef >key
run 0 explain $at --all --pseudonymise=key "$OTHER"
says_not "${OTHER#00-DB-}"
grep -c '' out.txt | diff lines.txt - || fail "pseudonyms change what is told"
