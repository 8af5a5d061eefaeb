"""Holds what stands around the rows of workbooks against what people were promised.

    frame.py TOTALS.xlsx PACK.xlsx PARTY.xlsx DEVICES.xlsx
"""
import sys

import openpyxl

HEADING = 5


def labels_of(book):
    return {row[0].value: row[1].value for row in book["About"].iter_rows(max_col=2)}


def totals(path):
    formulas, values = (openpyxl.load_workbook(path, data_only=stored).worksheets[0] for stored in (False, True))
    head = [c.value for c in formulas[HEADING]]
    assert formulas["A1"].value == "Some sums" and formulas["A3"].value == "What is summed."
    assert formulas["A2"].value == "As at 2021-10-01 06:00:00 UTC. Rows: 3", formulas["A2"].value
    assert not any(c.value for c in formulas[HEADING - 1]), "a table must stand apart, or pivots take the lines for it"
    assert head == ["Name", "Count", "Not summed", "Seen (UTC)", "Share", "Reasons", "Cost", "State"], head
    assert formulas.freeze_panes == "B6" and formulas.auto_filter.ref == "A5:H8"
    assert formulas.page_setup.orientation == "landscape" and formulas.print_title_rows in ("5:5", "$5:$5")
    last = [c.value for c in formulas[HEADING + 4]]
    assert last == ["Total", "=SUBTOTAL(109,B6:B8)", None, None, "=SUBTOTAL(109,E6:E8)", None, None, None], last  # a sum of nothing known is not 0
    assert [formulas.cell(row, 6).value for row in (6, 7, 8)] == [
        "TIMEOUT (no answer in time); IMPLIED (shown by the certificates)", "NOT_ATTEMPTED (never asked for)", "no such word"]
    assert [formulas.cell(row, 8).value for row in (6, 7, 8)] == ["NOT_ATTEMPTED", "MET", "network_operator_credentials"]
    stored = [c.value for c in values[HEADING + 4]]
    assert stored[1] == 1234 + 6 - 40 and abs(stored[4] - 1) < 1e-12, stored
    told = labels_of(openpyxl.load_workbook(path))
    assert "no answer" in told["TIMEOUT"] and "certificates" in told["IMPLIED"] and "REJECTED" not in told, told
    assert "network_operator_credentials" in told and "communicating" not in told
    digests = [v for v in told.values() if v and ", SHA-256 " in v]
    assert digests and all("/" not in v and len(v.split(", SHA-256 ")[1]) == 16 for v in digests), digests


def pages(path):
    """A sheet that is several pages wide has its title at the top of each, since in the sheet it would be cut off."""
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert sheet.page_setup.fitToWidth > 1 and str(sheet.print_area).replace("$", "").find("A5:AA96") >= 0, sheet.print_area
    assert sheet.oddHeader.center.text.startswith("Every Device with both verdicts\n"), sheet.oddHeader.center.text
    assert "As at 2021-10-01 06:00:00 UTC. Rows: 91" in sheet.oddHeader.center.text, sheet.oddHeader.center.text


def paper(path):
    """The pages of a pack: each that is one of several beside one another has its title, none is a heading over nothing,
    no chart is empty, and a long text has as many lines as it needs."""
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets[1:]:
        empty, wide = sheet.max_row <= HEADING, (sheet.page_setup.fitToWidth or 1) > 1
        if sheet.title.endswith(" charts"):
            assert sheet._charts, sheet.title
            continue
        if empty:
            assert sheet["A2"].value == "As at 2021-09-30 23:59:59.999 UTC. None in this period", sheet["A2"].value
            assert not wide and str(sheet.print_area).rstrip("']").endswith("3"), (sheet.title, sheet.print_area)
        assert not wide or sheet.oddHeader.center.text.split("\n")[1].startswith(f"{sheet['A1'].value}. As at 2021"), \
            sheet.oddHeader.center.text
    assert len(book["Trend charts"]._charts) == 2, book["Trend charts"]._charts
    assert "Ageing charts" not in book.sheetnames, "a chart of nothing"
    assert book["Unverified"]["G6"].alignment.wrap_text, "the obligation would be cut"


def links(path):
    book = openpyxl.load_workbook(path)
    count = 0
    for sheet in book.worksheets:
        if sheet.title == "About":  # its figures lead to sheets, not to identifiers
            continue
        for row in sheet.iter_rows(min_row=HEADING + 1):
            for cell in row:
                if cell.hyperlink:
                    name, place = cell.hyperlink.location.rsplit("!", 1)
                    there = book[name.strip("'")]
                    assert there is not sheet and there[place].value == cell.value, (sheet.title, cell.coordinate)
                    assert cell.font.u == "single"
                    count += 1
    assert count >= 2, "no identifier leads anywhere"
    return count


def party(path):
    book = openpyxl.load_workbook(path)
    told = labels_of(book)
    assert book.worksheets[0].freeze_panes == "C6", "the party and its Device stay in sight, and on every page"
    assert "As at" in told and "Made by" in told and "Input files" not in told, told
    assert not any("SHA-256" in (v or "") and ".csv" in v for v in told.values()), told


totals(sys.argv[1])
pages(sys.argv[4])
paper(sys.argv[2])
print(f"{links(sys.argv[2])} links lead to the same identifier")
party(sys.argv[3])
