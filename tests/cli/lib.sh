# For the scripts beside this one: a temporary folder, small inputs, and asserts that show what differed.
# $PCREPORT is the program, $SOURCE_DIR the source tree.
set -u
: "${PCREPORT:?the program to test}" "${SOURCE_DIR:?the source tree}"
DIR=$(mktemp -d)
trap 'rm -rf "$DIR"' EXIT
cd "$DIR" || exit 1
export HOME=$DIR XDG_CONFIG_HOME=$DIR/no-config TZ=UTC
unset PCREPORT_CONFIG NO_COLOR SOURCE_DATE_EPOCH

fail() {
    printf 'FAILED: %s\n' "$*" >&2
    [ -f out.txt ] && { echo '--- standard output:'; head -40 out.txt; } >&2
    [ -f err.txt ] && { echo '--- standard error:'; head -40 err.txt; } >&2
    exit 1
}

# run STATUS ARGUMENT...: runs the program into out.txt and err.txt; its exit status must be STATUS.
run() {
    local want=$1 got
    shift
    "$PCREPORT" "$@" >out.txt 2>err.txt </dev/null
    got=$?
    [ "$got" -eq "$want" ] || fail "pcreport $*: exit status $got, wanted $want"
}

says() { grep -qF -- "$1" out.txt || fail "standard output lacks: $1"; }
says_not() { ! grep -qF -- "$1" out.txt || fail "standard output has: $1"; }
complains() { grep -qF -- "$1" err.txt || fail "standard error lacks: $1"; }
silent() { [ ! -s err.txt ] || fail "standard error is not empty"; }
lines_out() { [ "$(wc -l <out.txt)" -eq "$1" ] || fail "standard output: wanted $1 lines"; }
same() { cmp -s "$1" "$2" || { diff "$1" "$2" | head -20 >&2; fail "$1 and $2 differ"; }; }
absent() { [ ! -e "$1" ] || fail "$1 is there"; }
present() { [ -e "$1" ] || fail "$1 is missing"; }

AS_OF=2021-10-01T06:00:00Z
METER=00-DB-12-34-56-78-90-A0 # its 6.15.1 timed out, and its certificates are right: a false positive
OTHER=00-DB-12-34-56-78-90-A1 # never asked for anything: a true failure
HUB=00-DB-12-34-56-78-90-C0   # a CHF that was never asked for anything: an Incident

# make_inputs FOLDER: two electricity meters and a hub, Commissioned on 1 September 2021.
make_inputs() {
    mkdir -p "$1"
    cat >"$1/inventory-2021-10-01.csv" <<END
device_id,device_type,status,smets,commissioned_at,chf_id,mpxn,csp_region
$METER,ESME,Commissioned,SMETS2+,2021-09-01T10:00:00Z,$HUB,2000000000015,North
$OTHER,ESME,Commissioned,SMETS2+,2021-09-01T10:00:00Z,$HUB,2000000000051,North
$HUB,CHF,Commissioned,SMETS2+,2021-09-01T10:00:00Z,,,North
END
    cat >"$1/registration.csv" <<END
mpxn,supplier_id,effective_from,effective_to,network_operator_id
2000000000015,90-B3-D5-1F-30-01-00-01,2020-04-01,,90-B3-D5-1F-30-02-00-01
2000000000051,90-B3-D5-1F-30-01-00-01,2020-04-01,,90-B3-D5-1F-30-02-00-01
END
    cat >"$1/organisations.csv" <<END
entity_id,party,role,in_smki_repository,key_id
90-B3-D5-1F-30-00-00-01,Data Communications Company,Recovery,yes,1EC0000000000001
90-B3-D5-1F-30-00-00-02,Data Communications Company,AccessControlBroker,yes,
90-B3-D5-1F-30-01-00-01,Acme Energy,Supplier,yes,
90-B3-D5-1F-30-02-00-01,Northern Wires,NetworkOperator,yes,
END
    cat >"$1/srv-audit.csv" <<END
device_id,srv,user_id,requested_at,user_role,credential_type,remote_party_role,responded_at,response_code,execution_status
$METER,6.17,90-B3-D5-1F-30-01-00-01,2021-09-01T11:00:00Z,IS,Digital Signature,,2021-09-01T11:01:00Z,I0,Success
$METER,6.17,90-B3-D5-1F-30-01-00-01,2021-09-01T11:05:00Z,IS,Key Agreement,,2021-09-01T11:06:00Z,I0,Success
$METER,6.15.2,90-B3-D5-1F-30-01-00-01,2021-09-01T12:00:00Z,IS,Digital Signature,,2021-09-01T12:01:00Z,I0,Success
$METER,6.15.2,90-B3-D5-1F-30-01-00-01,2021-09-01T12:05:00Z,IS,Key Agreement,,2021-09-01T12:06:00Z,I0,Success
$METER,6.15.1,90-B3-D5-1F-30-01-00-01,2021-09-01T13:00:00Z,IS,,NetworkOperator,2021-09-02T13:00:00Z,E20,
END
    # It is read once in a while, so that the log is nowhere silent and its evidence is fresh.
    echo device_id,srv,user_id,requested_at,user_role,responded_at,response_code,execution_status >"$1/srv-audit-reads.csv"
    for day in 08-31 09-05 09-10 09-15 09-20 09-25 09-30; do
        echo "$METER,4.8.1,90-B3-D5-1F-30-01-00-01,2021-${day}T09:00:00Z,IS,2021-${day}T09:01:00Z,I0,Success"
    done >>"$1/srv-audit-reads.csv"
    cat >"$1/dsp-checks.csv" <<END
device_id,checked_at,check,result
$METER,2021-09-02T10:00:00Z,communicating,pass
$METER,2021-09-02T10:00:00Z,recovery-cell,pass
END
    cat >"$1/certificates.ndjson" <<END
{"device_id":"$METER","taken_at":"2021-09-03T02:00:00Z","source":"6.24.1","answered":true,"cells":[{"role":"NetworkOperator","key_usage":"DigitalSignature","subject_id":"90-B3-D5-1F-30-02-00-01","status":"ok"},{"role":"NetworkOperator","key_usage":"KeyAgreement","subject_id":"90-B3-D5-1F-30-02-00-01","status":"ok"}]}
END
}
INPUT_ROWS=24 # data rows of all of them
INPUT_FILES=7

# A store as make_inputs gives it.
make_store() {
    make_inputs inputs
    run 0 ingest inputs/*
}
