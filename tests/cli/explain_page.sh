# explain --format=html: a page that can be sent, with the timeline drawn to scale.
. "$(dirname "$0")/lib.sh"
make_inputs inputs
sed -i 's/Acme Energy/Acme <b>\&amp; Sons/' inputs/organisations.csv
run 0 ingest inputs/*
at="--as-of=$AS_OF"

run 0 explain $at --out=page.html $METER
lines_out 0
silent
run 0 explain $at --format=html $METER
same page.html out.txt
! grep -qiE '<script|https?://|url\([^#]|@import|<link|<img' page.html || fail "the page asks for more"
grep -qF 'Acme &lt;b&gt;&amp;amp; Sons' page.html || fail "a party's name is missing"
! grep -qF 'Acme <b>' page.html || fail "a party's name is markup"
python3 - page.html <<'PY' || fail "the page is not as it should be"
import datetime, html.parser, re, sys
page = open(sys.argv[1], encoding="utf-8").read()

class Balance(html.parser.HTMLParser):
    void = {"meta", "br", "link", "img"}
    def __init__(self):
        super().__init__()
        self.open = []
    def handle_starttag(self, tag, attrs):
        if tag not in self.void:
            self.open.append(tag)
    def handle_startendtag(self, tag, attrs):
        pass
    def handle_endtag(self, tag):
        assert self.open and self.open[-1] == tag, (tag, self.open[-3:], self.getpos())
        self.open.pop()
b = Balance()
b.feed(page)
assert not b.open, b.open

def at(text):
    return datetime.datetime.fromisoformat(text.replace("Z", "+00:00")).timestamp()
commissioned, deadline = at("2021-09-01T10:00:00Z"), at("2021-09-08T10:00:00Z")
pictures = re.findall(r'<svg class="timeline".*?</svg>', page, re.S)
assert len(pictures) == 2, len(pictures)  # all of it, and the time allowed once more
for svg in pictures:
    x0 = float(re.search(r'<path class="commissioned" d="M(\d+)', svg)[1])
    x1 = float(re.search(r'<path class="deadline" d="M(\d+)', svg)[1])
    marks = re.findall(r'translate\(([\d.]+) \d+\)">(.*?)<title>\[\d+\] (\S+): ', svg)
    assert len(marks) > 8, marks
    for x, shape, when in marks:
        share = (at(when) - commissioned) / (deadline - commissioned)
        assert abs((float(x) - x0) - share * (x1 - x0)) <= 1 + 2 * abs(share), (x, when, x0, x1)
    # Each line of the grid stands at the midnight of the day that is written below it.
    ticks = re.findall(r'<text class="n mid" x="(\d+)" y="\d+">(\d{4}-\d\d-\d\d)</text>', svg)
    lines = re.findall(r'<path class="grid" d="M(\d+) \d+V', svg)
    assert len(ticks) > 2 and [x for x, _ in ticks] == lines, (ticks, lines)
    for x, day in ticks:
        share = (at(day + "T00:00:00Z") - commissioned) / (deadline - commissioned)
        assert abs((float(x) - x0) - share * (x1 - x0)) <= 1 + 2 * abs(share), (x, day, x0, x1)
# What timed out, what succeeded and what was seen have different forms, not colours alone.
forms = {css: re.search(r"<(\w+) (?:r|d|x)=", shape)[1] + shape for css, shape in
         re.findall(r'<g class="(m-\w+)" transform="[^"]*">(<\w+ [^>]*/>)', pictures[0])}
assert {"m-good", "m-doubt", "m-look"} <= set(forms) and len(set(forms.values())) == len(forms), forms
# Each event of the table has its number, and what an obligation rests on leads to it.
ids = set(re.findall(r'<tr id="(e\d+)"', page))
links = set(re.findall(r'href="#(e\d+)"', page))
assert links and links <= ids, links - ids
levels = [int(n) for n in re.findall(r"<h([1-6])[ >]", page)]
assert levels[0] == 1 and all(q - p <= 1 for p, q in zip(levels, levels[1:])), levels
text = re.sub(r"<[^>]*>", "", page[page.index("<main>"):])
assert re.search(r"The criteria in force ask for 1 successful SRV 6\.15\.1 from Acme <b>&amp; Sons; that is not met\. They look at \d+\. "
                 r"It is done all the same, as is shown by \d+", html.unescape(text)), text[:1500]
for words in ("Reported as failed, but it is not", "false positive", "no answer in time", "inputs/srv-audit.csv:6", "secure"):
    assert words in text, words
PY
# A silence of the log is drawn as long as it is: no request from 5 to 25 September.
sed -i -E '/2021-09-(10|15|20)T09:00:00Z/d' inputs/srv-audit-reads.csv
run 0 ingest --db=silent inputs/*
run 0 explain --db=silent $at --format=html $OTHER
python3 - out.txt <<'PY' || fail "the silence is not drawn to scale"
import re, sys
svg = re.search(r'<svg class="timeline".*?</svg>', open(sys.argv[1], encoding="utf-8").read(), re.S)[0]
x, wide = re.search(r'<rect class="silence" y="\d+" height="14" x="([\d.]+)" width="([\d.]+)"><title>the log is silent, from 2021-09', svg).groups()
x0, x1 = (float(re.search(rf'<path class="{k}" d="M(\d+)', svg)[1]) for k in ("commissioned", "deadline"))
assert abs(float(wide) / (x1 - x0) - 20 / 7) < 0.2, (wide, x0, x1)
PY

# Usage.
run 64 explain $at --format=pdf $METER
complains "there are text and html"
run 64 explain $at --format=html $METER $OTHER
complains "a page is about one Device"
run 64 explain $at --out=page.txt $METER
complains "--out is for a page"
run 64 explain $at --format=html --json $METER
complains "--json puts events on standard output"
run 73 explain $at --out=/proc/page.html $METER

# A long history makes no long picture: of marks of one form in one place the first is drawn.
{
    head -1 inputs/srv-audit.csv
    for i in $(seq 0 449); do
        printf '%s,4.6.1,90-B3-D5-1F-30-01-00-01,2021-09-10T10:%02d:%02dZ,IS,,,2021-09-10T11:00:00Z,I0,Success\n' \
            "$METER" $((i / 60)) $((i % 60))
    done
} >many.csv
run 0 ingest --quiet many.csv
run 0 explain $at --format=html $METER
marks=$(grep -c '^<g class="m-' out.txt)
[ "$marks" -lt 60 ] || fail "$marks marks for a few places"
says "more that decide nothing; --all shows them"
python3 - out.txt <<'PY' || fail "a link leads nowhere"
import re, sys
page = open(sys.argv[1], encoding="utf-8").read()
assert set(re.findall(r'href="#(e\d+)"', page)) <= set(re.findall(r'<tr id="(e\d+)"', page))
PY
