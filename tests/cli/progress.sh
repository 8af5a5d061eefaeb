# How far long work is: a line when SIGUSR1 asks, off a terminal too, with --quiet too; the signal ends nothing.
. "$(dirname "$0")/lib.sh"
mkfifo log

rows() { # FROM TO
    seq "$1" "$2" | sed 's/.*/00-DB-12-34-56-78-90-A0,6.17,90-B3-D5-1F-30-01-00-01,2021-09-01T10:00:00.&Z,I0,Success/' |
        sed -E 's/\.([0-9]{1,2})Z/.0\1Z/'
}
"$PCREPORT" ingest --quiet --kind=srv-audit --log-format=json - <log >out.txt 2>err.txt &
pid=$!
exec 3>log
{
    echo device_id,srv,user_id,requested_at,response_code,execution_status
    for _ in $(seq 200); do rows 100 999; done
} >&3
kill -USR1 $pid || fail "it has ended"
for _ in $(seq 200); do rows 100 999; done >&3
exec 3>&-
wait $pid
[ $? -eq 0 ] || fail "it did not go on after the signal"
[ "$(grep -c '"id":"progress","message":"reading ' err.txt)" -eq 1 ] || fail "no line of progress, or more than one"
python3 - <<END || fail "a line of progress is no message"
import json
for line in open("err.txt"):
    assert {"at", "level", "run_id", "id", "message"} <= json.loads(line).keys(), line
END

# asked before anything was read: there is no rate yet
"$PCREPORT" ingest --quiet --kind=srv-audit --db=asked.db - <log >out.txt 2>err.txt &
pid=$!
exec 3>log
until [ $((0x$(sed -n 's/^SigCgt:[[:space:]]*//p' /proc/$pid/status) & 0x200)) -ne 0 ]; do sleep 0.05; done
kill -USR1 $pid
{
    echo device_id,srv,user_id,requested_at,response_code,execution_status
    for _ in $(seq 20); do rows 100 999; done
} >&3
exec 3>&-
wait $pid
complains "reading "
! grep -E 'inf|nan' err.txt || fail "a rate of no time"
