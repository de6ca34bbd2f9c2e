"""Excel workbooks."""

from __future__ import annotations

import datetime
import io
import zipfile

import openpyxl
import openpyxl.chart
import pytest

from mac_core.data import workbook
from mac_core.data.reading import read_table
from mac_core.data.workbook import read_workbook
from mac_core.errors import InputError
from tests.data.cases.files import merged
from tests.data.cases.files import workbook as made

PATIENTS = [["patient_id", "age", "arm", "when", "smoker"]]
PATIENTS += [["007", 61, "A", datetime.date(2020, 1, 31), True], ["008", 48.5, None, datetime.datetime(2020, 2, 1), False]]


def test_cells_become_text_as_in_a_csv_file():
    rows, notices = read_workbook(made(("Trial", PATIENTS)))
    assert rows[1:] == [(2, ["007", "61", "A", "2020-01-31", "TRUE"]), (3, ["008", "48.5", "", "2020-02-01", "FALSE"])]
    assert notices == ()


def test_a_duration_is_written_as_a_time_of_the_day_is():
    hours = [["when"], [datetime.time(1, 5)], [datetime.timedelta(hours=1, minutes=5)], [datetime.timedelta(days=1, hours=2)]]
    assert [cells for _, cells in read_workbook(made(("Trial", hours)))[0]] == [
        ["when"],
        ["01:05:00"],
        ["01:05:00"],
        ["26:00:00"],
    ]


def test_a_workbook_is_read_like_any_table():
    table = read_table(made(("Trial", [["Study 7"], [], *PATIENTS])))
    assert table.frame["age"].tolist() == [61, 48.5] and table.frame["patient_id"].tolist() == ["007", "008"]
    assert table.lines.tolist() == [4, 5]
    assert "title_lines" in [found.code for found in table.notices]


def test_sheets_can_be_chosen():
    book = made(("Secret", PATIENTS), ("Cover", []), ("Trial", PATIENTS), ("Other", PATIENTS[:2]), hidden="Secret")
    rows, (found,) = read_workbook(book)
    assert len(rows) == 3 and found.code == "sheet_chosen" and found.value == "Trial"
    assert len(read_table(book, sheet="Other").frame) == 1
    with pytest.raises(InputError) as caught:
        read_table(book, sheet="Nowhere")
    assert caught.value.code == "unknown_sheet" and "Trial" in caught.value.fix


def archive(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name, content in members.items():
            file.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"), content)
    return out.getvalue()


@pytest.mark.parametrize(
    ("raw", "code"),
    [
        (archive(word__document_xml=b"<w/>"), "not_a_table"),
        (archive(xl__workbook_xml=b"<w/>", xl__vbaProject_bin=b"."), "old_workbook"),
        (archive(xl__workbook_xml=b"<w/>"), "broken_workbook"),
        (made(("Trial", PATIENTS))[:800], "broken_workbook"),
        (made(("Empty", [])), "empty_file"),
    ],
)
def test_other_archives_are_refused(raw, code):
    with pytest.raises(InputError) as caught:
        read_table(raw)
    assert caught.value.code == code


def damaged(part: str, damage: str) -> bytes:
    """A workbook of which one part is cut, emptied, gone, or garbled inside an archive that is whole, or whose bytes are."""
    raw = made(("Trial", PATIENTS))
    if damage == "bytes":
        place = raw.index(part.encode()) + 60
        return raw[:place] + bytes(255 - byte for byte in raw[place : place + 40]) + raw[place + 40 :]
    with zipfile.ZipFile(io.BytesIO(raw)) as old:
        parts = {name: old.read(name) for name in old.namelist()}
    content = parts.pop(part)
    if damage != "gone":
        garbled = content.replace(b'="', b'="\xc2\xa0x')
        parts[part] = {"cut": content[: len(content) // 2], "empty": b"", "garbled": garbled}[damage]
    return archive(**parts)


@pytest.mark.parametrize("damage", ["cut", "empty", "gone", "garbled", "bytes"])
@pytest.mark.parametrize("part", ["[Content_Types].xml", "xl/workbook.xml", "xl/worksheets/sheet1.xml", "xl/styles.xml"])
def test_a_damaged_workbook_is_refused_or_read_and_nothing_else(part, damage):
    try:
        rows, _ = read_workbook(damaged(part, damage))
    except InputError as error:
        assert error.code in ("broken_workbook", "not_a_table", "empty_file")
    else:
        # What is left of it can be read: no style is needed for numbers and words.
        assert len(rows) <= len(PATIENTS)


def test_a_fault_of_ours_is_not_called_a_damaged_file(monkeypatch):
    def fault(cell):
        raise KeyError("ours")

    monkeypatch.setattr(workbook, "_text", fault)
    with pytest.raises(KeyError, match="ours"):
        read_workbook(made(("Trial", PATIENTS)))


def test_a_sheet_that_is_a_chart_holds_no_table():
    book = openpyxl.load_workbook(io.BytesIO(made(("Trial", PATIENTS))))
    book.create_chartsheet("Chart").add_chart(openpyxl.chart.BarChart())
    out = io.BytesIO()
    book.save(out)
    assert len(read_workbook(out.getvalue())[0]) == 3
    with pytest.raises(InputError) as caught:
        read_workbook(out.getvalue(), "Chart")
    assert caught.value.code == "unknown_sheet"


def test_a_bomb_is_refused_before_it_is_unpacked(monkeypatch):
    monkeypatch.setattr(workbook, "MAX_UNPACKED_MB", 1)
    raw = archive(xl__workbook_xml=b"<w/>", xl__worksheets__sheet1_xml=b"0" * 2**21)
    assert len(raw) < 2**14
    with pytest.raises(InputError) as caught:
        read_table(raw)
    assert caught.value.code == "workbook_too_large"


def test_a_value_that_spans_rows_stands_in_each_of_them():
    table = read_table(merged())
    assert table.frame["ward"].tolist() == [f"W{i // 3}" for i in range(30)]
    said = next(found for found in table.notices if found.code == "merged_cells")
    assert said.place.row == 2 and said.message.startswith("10 merged cells")


def test_invisible_signs_and_lookalikes_in_cells_become_plain():
    cells = [["a\u200bge", "sex"], *([f"4{i % 9}\u00a0", "m\u202e" if i % 2 else "f\u00a0x\u2066"] for i in range(30))]
    table = read_table(made(("A", cells)))
    assert table.schema.names == ("age", "sex") and table.frame["age"].max() == 48
    assert set(table.frame["sex"]) == {"m", "f x"}
    assert {"control_characters", "lookalikes"} <= {found.code for found in table.notices}
