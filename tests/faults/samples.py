"""Small inputs of two nights, made of the sample data."""
import gzip
import io
import os
import zipfile

from nights import split_log


def for_several(log, requested_at):
    """The log and, at its end, one request that all of its Devices hold."""
    devices = sorted({line.split(b",")[0] for line in log.splitlines()[1:]})
    names = b"90-B3-D5-1F-30-01-00-03,%s,90-B3-D5-1F-30-01-00-03:90-B3-D5-1F-30-00-00-02:7" % requested_at
    return log + b"".join(b"%s,11.1,%s,,,,8,,,,,\n" % (device, names) for device in devices)


def sample():
    folder = os.path.join(os.environ["SOURCE_DIR"], "sample-data")

    def rows(name, first, last):
        with open(os.path.join(folder, name), "rb") as f:
            lines = f.readlines()
        return b"".join(lines[:1] + lines[first:last])

    log1, log2 = split_log(rows("srv-audit.csv", 1, 60))
    log1, log2 = for_several(log1, b"2021-09-02T10:00:00Z"), for_several(log2, b"2021-09-02T09:00:00Z")
    first = [(name, rows(name, 1, 1000)) for name in ("inventory-2021-10-01.csv", "organisations.csv", "registration.csv")]
    first += [("srv-audit-1.csv", log1), ("dsp-checks.csv", rows("dsp-checks.csv", 1, 20))]
    archive = io.BytesIO()
    with zipfile.ZipFile(archive, "w") as z:
        z.writestr(zipfile.ZipInfo("srv-audit-2.csv"), log2)
    second = [("srv-audit-2.zip", archive.getvalue()), ("srv-audit-dirty.csv", rows("srv-audit-dirty.csv", 1, 16)),
              ("certificates.ndjson.gz", gzip.compress(rows("certificates.ndjson", 1, 12), mtime=0))]
    with open(os.path.join(folder, "as-of.txt"), encoding="ascii") as f:
        return first, second, f.read().strip()
