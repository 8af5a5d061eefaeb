"""Every command and format, as nights (see nights.py): also those that change nothing."""
import os
import shutil
import ssl

from nights import Night, Nights
from samples import sample

SOURCE = os.environ["SOURCE_DIR"]
DEVICE = "00-DB-5A-E1-00-00-00-09"
MAKE_FOLDERS = ("ingest", "run", "pack", "explain --bundle")  # that others begin from
OWN = """-- name: own
-- title: Requests that timed out
-- audience: us
-- description: By SRV.
-- sort: srv
--
-- column: srv text 8 SRV
-- column: requests integer 9 Requests
-- chart: bars srv requests Requests

SELECT srv, count(*) AS requests FROM requests GROUP BY srv
"""
CONFIG = """[reports]
tolerances = tolerances.csv
[coverage]
complete = 2021-09-01/2021-09-05
"""
TOLERANCES = """measure,scope,warn,breach,source
failure_rate,all,0.5%,1%,SEC
"""
WAIVERS = f"""device_id,model,party,obligation,reason,approver,reference,from,expires
{DEVICE},,,,no access,SSC,SSC 1/2,,2021-12-31
"""
TYPED_RECORDS = """H|REG|20211001|000123
D|2000000000015|90-B3-D5-1F-30-01-00-00|20200201||90-B3-D5-1F-30-02-00-00
T|1
"""
MESSAGE = "DF090200000000000003E80800DB1234567890A00890B3D51F300100000002000B0302010040" + "0" * 128
QUERY = "SELECT d.*, o.obligation FROM devices d LEFT JOIN obligations o ON o.device_id = d.device_id"


def more_inputs(folder):
    """Of each kind that the sample of two nights has not. Returns their names."""
    os.makedirs(folder)
    for name in ("larkspur-requests.xml", "larkspur-responses.xml"):
        shutil.copy(f"{SOURCE}/sample-data/duis/{name}", folder)
    shutil.copy(f"{SOURCE}/tests/fuzz/corpus/keystore/plain.json", f"{folder}/keystore.json")
    shutil.copy(f"{SOURCE}/tests/fuzz/corpus/tickets/all.csv", f"{folder}/tickets.csv")
    with open(f"{SOURCE}/tests/fuzz/corpus/x509/operator.der", "rb") as f:
        der = f.read()
    write(f"{folder}/chain.pem", ssl.DER_cert_to_PEM_cert(der))
    write(f"{folder}/waivers.csv", WAIVERS)
    write(f"{folder}/typed.txt", TYPED_RECORDS)
    return sorted(f"{os.path.basename(folder)}/{name}" for name in os.listdir(folder))


def commands(program, work, wanted=()):
    """Each once it is asked for: all of them, or those of the names wanted and those that make a folder for others."""
    first, second, as_of = sample()
    made = Nights(program, work, first, second, as_of)
    night = lambda name, before, *arguments, **more: (
        Night(name, program, before, arguments, work, **more) if not wanted or name in wanted or name in MAKE_FOLDERS else None)
    inbox = lambda inputs: ["inbox/" + name for name, _ in inputs]
    start = made.folder("start", inputs=[*first, *second])
    more = more_inputs(f"{start}/more")
    write(f"{start}/config.ini", CONFIG)
    write(f"{start}/tolerances.csv", TOLERANCES)
    write(f"{start}/key", "a key that is long enough\n")
    write(f"{start}/message.hex", MESSAGE + "\n")
    with open(f"{start}/more/larkspur-responses.xml", encoding="utf-8") as f:
        write(f"{start}/document.xml", "<?xml" + f.read().split("<?xml")[2])
    with open(f"{SOURCE}/criteria/revised.json", encoding="utf-8") as f:
        write(f"{start}/other.json", f.read().replace('"name": "revised"', '"name": "revised-14"')
              .replace('"obligation_days": 7', '"obligation_days": 14'))
    os.makedirs(f"{start}/own")
    write(f"{start}/own/own.sql", OWN)

    def after(step, name):
        step.begin()
        step.run()
        return made.folder(name, step.folder)

    store, at = ["--db", "store.db"], ["--as-of", as_of]
    ingest = night("ingest", start, "ingest", *store, "--max-rejects=100%", *inbox(first), *inbox(second), *more)
    yield ingest
    yield night("ingest, told as JSON", start, "ingest", *store, "--json", "--log-format=json", "--threads=1", *inbox(second))
    run = ["run", *store, "--inbox=inbox", "--out=out", *at, "--config=config.ini", "--report-dir=own"]
    night_run = night("run", after(ingest, "ingested"), *run, "--tickets=desk", "--fail-on=rejects=99")
    yield night_run
    whole = after(night_run, "whole")
    write(f"{whole}/devices.csv", "of yesterday\n")
    ask = lambda name, *arguments, **more: night(name, whole, *arguments, **more)

    every = sorted(name[:-4] for name in os.listdir(f"{SOURCE}/reports") if name != "changes.sql")
    yield night("run without a store", start, "run", *store, "--inbox=inbox", "--out=out", *at, "--max-rejects=100%")
    yield ask("report xlsx", "report", *store, *at, "--format=xlsx", "--out=all/", *every, one_by_one=True)
    yield ask("report csv", "report", *store, *at, "--format=csv", "--out=all/", *every, one_by_one=True)
    yield ask("report json", "report", *store, *at, "--format=json", "--out=all/", *every, one_by_one=True)
    yield ask("report table", "report", *store, *at, "--format=table", "devices")
    yield ask("report in one workbook", "report", *store, *at, "--out=one.xlsx", "--report-dir=own", "panel-summary", "own", "obligations")
    yield ask("report over another", "report", *store, *at, "--out=devices.csv", "--supplier=Larkspur Energy", "--columns=device_id,verdict", "devices")
    yield ask("report under pseudonyms", "report", *store, *at, "--pseudonymise=key", "--format=csv,xlsx", "--out=hidden/", "devices", one_by_one=True)
    yield ask("report --list", "report", "--list", "--report-dir=own")
    yield ask("report --describe", "report", "--describe=devices")
    for form in ("csv", "json", "xlsx"):
        yield ask(f"changes {form}", "changes", *store, *at, "--since=2021-09-10", f"--out=changes.{form}")
    for shown in (["--devices"], ["--reasons"], ["--out=compared.xlsx"], ["--json", "--out=compared.csv"]):
        yield ask(f"compare {shown[0]}", "compare", *store, *at, "--with=other.json", *shown)
    yield ask("plan", "plan", *store, *at, "reads")
    yield ask("plan a sample", "plan", *store, *at, "--sample=5", "--found=1", "--out=plan.xlsx", "reads")
    pack = ask("pack", "pack", "ssc", *store, "--period=2021-09", "--out=packs")
    yield pack
    yield ask("pack under pseudonyms", "pack", "ssc", *store, "--period=2021-09", "--out=packs", "--pseudonymise=key")
    packed = after(pack, "packed")
    yield night("pack verify", packed, "pack", "verify", "packs/ssc-2021-09")
    yield night("pack verify zip", packed, "pack", "verify", "packs/ssc-2021-09.zip")
    yield ask("explain", "explain", *store, *at, "--all", DEVICE)
    yield ask("explain json", "explain", *store, *at, "--json", DEVICE)
    yield ask("explain html", "explain", *store, *at, "--out=device.html", DEVICE)
    bundle = ask("explain --bundle", "explain", *store, *at, "--bundle=dispute", DEVICE)
    yield bundle
    yield night("explain verify", after(bundle, "bundled"), "explain", "verify", "dispute")
    yield ask("decode", "decode", "message.hex")
    yield ask("decode DUIS", "decode", "--json", "document.xml")
    for form in ("csv", "json", "xlsx", "table"):
        yield ask(f"sql {form}", "sql", *store, *at, f"--format={form}", *(["--out=rows.xlsx"] if form == "xlsx" else []), QUERY)
    yield ask("sql since", "sql", *store, *at, "--since=2021-09-10", "--format=csv", "SELECT * FROM changes")
    yield ask("sql --views", "sql", "--views", "devices")
    yield ask("status", "status", *store)
    yield ask("status json", "status", *store, "--json")
    yield ask("verify", "verify", *store)
    yield ask("check", "check", "--max-rejects=100%", *inbox(first), *inbox(second), *more)
    yield ask("check json", "check", "--max-rejects=100%", "--json", "--limit=0", *inbox(second))
    yield ask("check --suggest", "check", "--suggest", *inbox(second))
    yield ask("config show", "config", "show", "--config=config.ini")
    yield ask("config check", "config", "check", "--config=config.ini")
    yield ask("help", "help", "report")
    nothing = made.folder("nothing")
    yield night("simulate", nothing, "simulate", "--devices=30", "--seed=1", "--out=population", "--gzip")
    yield night("simulate --duis", nothing, "simulate", "--devices=10", "--seed=1", "--duis", "--out=population")
    yield night("simulate --nights", nothing, "simulate", "--devices=30", "--seed=1", "--nights=3", "--missing-nights=1", "--out=population")


def write(path, text):
    with open(path, "w", encoding="utf-8") as f:
        f.write(text)
