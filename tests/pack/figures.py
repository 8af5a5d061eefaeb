"""Adds up the charts, tables and texts of a pack (folder) and holds them against `devices` of its instant and of the end of
the month before."""
import collections
import csv
import html
import os
import re
import sys

folder, now_file, before_file = sys.argv[1:]
TYPES = ["ESME", "GSME", "GPF", "CHF"]


def rows(path):
    with open(path, newline="", encoding="utf-8") as f:
        return list(csv.DictReader(f))


def table(name):
    return rows(f"{folder}/csv/{name}.csv")


def where(devices, **cells):
    return [d for d in devices if all(d[k] == v for k, v in cells.items())]


now, before = rows(now_file), rows(before_file)
judged = [d for d in now if d["verdict"] not in ("EXCLUDED", "PENDING")]
failing = where(judged, verdict="FAIL")
misled = where(judged, classification="FALSE_POSITIVE")
unverified = where(judged, verdict="UNVERIFIED")
missed = where(judged, classification="MISSED_BY_LEGACY")
assert failing and misled and unverified and missed, "the population shows too little"


def count_of(line, devices):
    assert int(line["judged"]) == len(devices), line
    assert int(line["legacy_failed"]) == len(where(devices, legacy_verdict="FAIL")), line
    assert int(line["revised_failed"]) == len(where(devices, verdict="FAIL")), line
    assert int(line["unverified"]) == len(where(devices, verdict="UNVERIFIED")), line


for line in table("summary"):
    kind = line["device_type"]
    count_of(line, judged if kind == "All" else [d for d in judged if d["device_type"] == kind])
count_of(table("trend")[-1], judged)
count_of(table("trend")[-2], [d for d in before if d["verdict"] not in ("EXCLUDED", "PENDING")])
cohorts = table("cohorts")
assert sum(int(c["judged"]) for c in cohorts) == len(judged)
for line in cohorts:
    count_of(line, [d for d in judged if d["commissioned_at"].startswith(line["month"])])

for name, devices in (("failure-causes", failing), ("false-positive-causes", misled)):
    lines = table(name)
    assert sum(int(c["devices"]) for c in lines) == len(devices), name
    for line in lines:
        mine = where(devices, main_reason=line["reason"])
        assert int(line["devices"]) == len(mine), line
        for kind in TYPES:
            assert int(line[kind.lower()]) == len(where(mine, device_type=kind)), line
for line in table("false-positive-causes"):
    mine = where(misled, main_reason=line["reason"])
    for column, word in (("by_request", "REQUEST_EVIDENCE"), ("by_look", "CERTIFICATE_EVIDENCE")):
        assert int(line[column]) == sum(word in d["reasons"].split(";") for d in mine), line

for name, devices in (("missed-failures", missed), ("failing-devices", failing), ("false-positives", misled),
                      ("evidence-needed", unverified)):
    assert {r["device_id"] for r in table(name)} == {d["device_id"] for d in devices}, name
avoided = [d for d in judged if d["device_type"] == "CHF" and d["legacy_verdict"] == "FAIL" and d["verdict"] == "PASS"]
assert {r["chf_id"] for r in table("incidents-avoided") if r["part"] == "avoided"} == {d["device_id"] for d in avoided}

then = {d["device_id"]: d for d in before}
changes = {r["change"]: int(r["devices"]) for r in table("month-changes")}
fresh = [d for d in failing if then.get(d["device_id"], {}).get("verdict") != "FAIL"]
assert changes.get("NEW", 0) == len(fresh) and changes.get("PERSISTING", 0) == len(failing) - len(fresh), changes

failed_before = {r["change"]: int(r["failed_before"]) for r in table("month-changes")}
assert sum(failed_before.values()) == len(where(before, verdict="FAIL")), failed_before

# ---- The page ----
page = open(f"{folder}/ssc-2025-09.html", encoding="utf-8").read()
text = html.unescape(re.sub(r"<[^>]*>", "", page[page.index("<main>"):]))


def share(n):
    hundredths = int(n * 10000 + 0.5)
    return f"{hundredths // 100}.{hundredths % 100:02d}%"


legacy = len(where(judged, legacy_verdict="FAIL"))
rates = [share(n / len(judged)) for n in (legacy, len(failing), len(failing) + len(unverified))]
lead = re.search(r"Of ([\d,]+) judged Devices, the criteria in force report (\S+) as failed\. The evidence proves it of (\S+), and "
                 r"of (\S+) at most\. (\d+) Devices? (?:is|are) reported as failed though .*? replaced; (\d+) failing .*?"
                 r"For (\d+) Devices? the", text)
assert lead, "the page does not begin as it should"
assert [lead[2], lead[3], lead[4]] == rates, (lead.groups(), rates)
assert [int(lead[1].replace(",", "")), int(lead[5]), int(lead[6]), int(lead[7])] == \
    [len(judged), len(misled), len(missed), len(unverified)], lead.groups()
since = re.search(r"(\d+) Devices? newly fails?, (\d+) no longer, and (\d+) still", text)
assert since and int(since[1]) == len(fresh) and int(since[3]) == len(failing) - len(fresh), since

# Bars: each names its value where it is pointed at; what a chart shows adds up to what the text tells.
bars = collections.defaultdict(lambda: collections.Counter())
for section in re.findall(r"<section>\n<h3>(.*?)</h3>(.*?)</section>", page, re.S):
    drawn = re.findall(r"<svg viewBox=\"0 0 360.*?</svg>", section[1], re.S)
    for svg in drawn:
        assert 'role="img" aria-label="' in svg, section[0]
        for bar in re.findall(r"<title>(.*?)</title>", svg):
            name, value = bar.rsplit(": ", 1)
            if not value.endswith("%"):
                bars[html.unescape(section[0])][name.rsplit(", ", 1)[1]] += int(value.replace(",", ""))
for title, devices in (("Failures by cause", failing), ("False positives by reason", misled)):
    for kind in TYPES:
        assert bars[title][kind] == len(where(devices, device_type=kind)), (title, kind, bars[title])
    # The figure behind each bar is that of its line.
    lines = re.search(rf"<h3>{title}</h3>.*?</svg>\n<details>", page, re.S)[0]
    ends = [int(n.replace(",", "")) for n in re.findall(r'<text class="start"[^>]*>([\d,]+)</text>', lines)]
    assert sum(ends) == len(devices), (title, ends)
due = bars["CHF Incidents avoided and due by month"]
trend = table("trend")
assert due["CHF Incidents due"] == sum(int(m["incidents_raised"]) for m in trend)
assert due["CHF Incidents avoided"] == sum(int(m["incidents_avoided"]) for m in trend)

# ---- Each table and each bar, against the CSV files ----
def heading(path):
    """Of a report file: its title, the titles of its columns by name, its charts."""
    about = {"title": "", "columns": {}, "charts": {}}
    for line in open(path, encoding="utf-8"):
        if found := re.match(r"-- title: (.*)", line):
            about["title"] = found[1]
        elif found := re.match(r"-- column: (\w+) \w+ \d+ (.*)", line):
            about["columns"][found[1]] = found[2]
        elif found := re.match(r"-- chart: (\w+) \w+ ([\w,]+) (.*)", line):
            about["charts"][found[3]] = (found[1], found[2].split(","))
    return about


def said(cell, value):
    return cell == (share(float(value)) if cell.endswith("%") else f"{int(value or 0):,}") or (cell == "" == value)


source = os.environ["SOURCE_DIR"]
headings = {}
for file in sorted(os.listdir(f"{folder}/csv")):
    name = file[:-4]
    for path in (f"{source}/packs/ssc/{name}.sql", f"{source}/packs/night/{name}.sql", f"{source}/reports/{name}.sql"):
        if os.path.exists(path):
            headings.setdefault(name, heading(path))
cells_seen = bars_seen = 0
for label, body in re.findall(r'aria-label="([^"]*)"><table.*?<tbody>(.*?)</tbody>', page, re.S):
    name = next((n for n, h in headings.items() if h["title"] == html.unescape(label)), None)
    if name is None:
        assert label in ("Method", "Glossary"), label
        continue
    lines = re.findall(r"<tr[^>]*>(.*?)</tr>", body, re.S)
    for line, row in zip(lines, table(name)):
        for cell, (column, value) in zip(re.findall(r"<td([^>]*)>(.*?)</td>", line, re.S), row.items()):
            if ' class="t' not in cell[0]:
                assert said(cell[1], value), (label, column, cell, value)
                cells_seen += 1
    assert len(lines) == min(len(table(name)), len(lines)) and lines, label
for title, body in re.findall(r"<section>\n<h3>(.*?)</h3>(.*?)</section>", page, re.S):
    name, (kind, series) = next((n, h["charts"][html.unescape(title)]) for n, h in headings.items()
                                if html.unescape(title) in h["charts"])
    drawn = re.search(r'<svg viewBox="0 0 360.*?</svg>', body, re.S)
    if drawn is None:
        assert "There are none" in body and not any(int(r[c]) for r in table(name) for c in series), title
        continue
    columns = headings[name]["columns"]
    shapes = re.findall(r'<rect class="\w+" x="([\d.]+)" y="[\d.]+" width="([\d.]+)" height="([\d.]+)"><title>(.*?), '
                        r"([^,]*): ([\d.,%]+)</title>", drawn[0])
    wanted = [(columns[c], r[c]) for r in table(name) for c in series if kind == "columns" or float(r[c]) > 0]
    wanted = wanted[-len(shapes):]
    assert shapes and len(wanted) == len(shapes), (title, len(wanted), len(shapes))
    scale = max(float(v) for _, v in wanted) or 1
    longest = max(float(s[2 if kind == "columns" else 1]) for s in shapes)
    for shape, (series_title, value) in zip(shapes, wanted):
        assert html.unescape(shape[4]) == series_title and said(shape[5], value), (title, shape, series_title, value)
        length = float(shape[2 if kind == "columns" else 1])
        assert abs(length - longest * float(value) / scale) < 1.6, (title, shape, value)  # the gap is 1.4
        bars_seen += 1
    told = html.unescape(re.search(r'aria-label="(.*?)"', drawn[0])[1]).split("; ")
    for words, row in zip(told, table(name)[-len(told):]):
        figures = [share(float(row[c])) if "rate" in c else f"{int(row[c]):,}" for c in series]
        assert words.endswith("".join(f", {columns[c]} {figure}" for c, figure in zip(series, figures))), (title, words, row)
    if kind == "bars":
        totals = re.findall(r'<text class="start"[^>]*>([\d,]+)</text>', drawn[0])
        assert totals == [f"{sum(int(r[c]) for c in series):,}" for r in table(name)], (title, totals)
assert cells_seen > 150 and bars_seen > 50, (cells_seen, bars_seen)

# ---- The figures in large type, and what changed ----
cards = dict(re.findall(r"<dt>([^<]*)</dt><dd><a href=[^>]*>([^<]*)</a>", page))
last, earlier = trend[-1], trend[-2]


def span(line):
    ends = [share(float(line[c])) for c in ("revised_rate", "revised_rate_at_most")]
    return " to ".join(ends if ends[0] != ends[1] else ends[:1])


assert cards == {"Legacy failure rate": rates[0], "Revised failure rate": span(last), "False positives": f"{len(misled):,}",
                 "Missed by legacy": f"{len(missed):,}", "Unverified": f"{len(unverified):,}",
                 "CHF Incidents due": f"{int(last['incidents_raised']):,}", "CHF Incidents avoided": f"{len(avoided):,}"}, cards
assert (f"the rate of the criteria in force went from {share(float(earlier['legacy_rate']))} to {rates[0]}; by the "
        f"evidence it was {span(earlier)}, and is {span(last)} now.") in text
assert not re.search("once 1 day have|at least 1 distinct", text), "words that nobody would say"
cleared = [d for d in now if then.get(d["device_id"], {}).get("verdict") == "FAIL" and d["verdict"] in ("PASS", "EXCLUDED")]
assert int(since[2]) == changes.get("CLEARED", 0) == len(cleared), (since, changes, len(cleared))

# No code where a reader sees it: none of the words that a reader of the CSV files meets, but in the glossary's last column.
visible = text[:text.rindex("In the CSV files")]
codes = {d["main_reason"] for d in now} | {d["classification"] for d in now} | {"UNVERIFIED", "PENDING"} - {""}
for word in codes - {""}:
    shown = re.search(rf"(?<![A-Za-z_]){word}(?![A-Za-z_])", visible)
    assert not shown, f"the page shows the code {word}: {visible[shown.start() - 60:shown.end() + 30]}"
# Headings go down one level at a time, and every figure leads somewhere.
levels = [int(n) for n in re.findall(r"<h([1-6])[ >]", page)]
assert levels[0] == 1 and all(b - a <= 1 for a, b in zip(levels, levels[1:])), levels
for target in re.findall(r'href="([^"]*)"', page):
    if target.startswith("#"):
        assert f'id="{target[1:]}"' in page, target
    else:
        open(f"{folder}/{target}", encoding="utf-8").close()
print("figures tie: %d judged, %d failing, %d misled, %d not known" % (len(judged), len(failing), len(misled), len(unverified)))
# All that failed a month before stand in one of three parts.
who = re.search(r"(\d+) Devices? newly fails?, (\d+) no longer, and (\d+) still(?:; of (\d+) more it is no longer proved)?", text)
assert who, "the page does not tell who fails since the month before"
new, cleared, still, unproved = (int(n or 0) for n in who.groups())
assert cleared + still + unproved == len(where(before, verdict="FAIL")) and new + still == len(failing), who.groups()
