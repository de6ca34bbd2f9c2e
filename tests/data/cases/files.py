"""Cases 1 to 27: the file as a whole."""

from __future__ import annotations

import io
import zipfile

import openpyxl

from tests.data.cases import BOTH, Case, age, arm, column, csv

GOOD = csv()
TEXT = GOOD.decode()


def workbook(*sheets: tuple[str, list[list[object]]], hidden: str = "") -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
        sheet.sheet_state = "hidden" if title == hidden else "visible"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


CELLS: list[list[object]] = [["age", "arm"], *([age(i), arm(i)] for i in range(30))]


def merged() -> bytes:
    cells = [["ward", *CELLS[0]], *([f"W{i // 3}", *row] for i, row in enumerate(CELLS[1:]))]
    book = openpyxl.load_workbook(io.BytesIO(workbook(("A", cells))))
    for first in range(2, 30, 3):
        book["A"].merge_cells(f"A{first}:A{first + 2}")
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def long_cell() -> bytes:
    """Excel itself would not write it."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook(("A", [*CELLS, [7, "MARK"]])))) as plain, zipfile.ZipFile(out, "w") as made:
        for name in plain.namelist():
            made.writestr(name, plain.read(name).replace(b"MARK", b"x" * 200_000))
    return out.getvalue()


def archive(**members: bytes) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name.replace("__", "/").replace("_dot_", "."), content)
    return out.getvalue()


def bomb() -> bytes:
    return archive(xl__workbook_dot_xml=b"<workbook/>", xl__worksheets__sheet1_dot_xml=b" " * (64 * 2**20))


FILES = (
    Case(1, "empty", b"", "R", "empty_file"),
    Case(2, "header only", b"age,arm\n", "R", "no_rows"),
    Case(3, "fewer patients than a study needs", csv(rows=12), "R", "too_few_rows", BOTH),
    Case(4, "a workbook called csv", lambda: workbook(("A", CELLS)), "F", "workbook_by_content", name="x.csv"),
    Case(5, "web page", b"<html><table><tr><td>1,2</td></tr></table></html>", "R", "not_a_table"),
    Case(5, "PDF", b"%PDF-1.7\n1,2\n", "R", "not_a_table"),
    Case(5, "JSON", b'{"age": [40, 50], "arm": ["A", "B"]}', "R", "not_a_table"),
    Case(6, "xls or password", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "R", "old_workbook"),
    Case(6, "xlsm", lambda: archive(xl__workbook_dot_xml=b"<x/>", xl__vbaProject_dot_bin=b"0"), "R", "old_workbook"),
    Case(6, "xlsb", lambda: archive(xl__workbook_dot_bin=b"0"), "R", "old_workbook"),
    Case(7, "zip bomb", bomb, "R", "workbook_too_large"),
    Case(8, "several sheets", lambda: workbook(("A", CELLS), ("B", CELLS)), "Q", "sheet_chosen"),
    Case(8, "hidden sheet", lambda: workbook(("H", [["x", "y"], [1, 2]]), ("A", CELLS), hidden="H"), "S", None,
         instead="the one visible sheet is meant"),
    Case(8, "formulas never calculated", lambda: workbook(("A", [*CELLS, ["=A2+1", "A"]])), "W", "formulas_without_value"),
    Case(8, "merged cells", lambda: merged(), "F", "merged_cells", instead="a value that spans rows can mean nothing else"),
    Case(9, "10,000 columns", b",".join(b"c%d" % i for i in range(10_000)) + b"\n1" + b",1" * 9_999, "R", "too_many_columns"),
    Case(10, "unterminated quote", b'age,arm\n40,"A\n50,B\n', "R", "open_quote"),
    Case(11, "UTF-16 with BOM", TEXT.encode("utf-16"), "F", "decoded"),
    Case(11, "UTF-16 without BOM", TEXT.encode("utf-16-le"), "F", "decoded"),
    Case(12, "Windows-1252", csv(name_=lambda i: ["André", "Zoë"][i % 2]).decode().encode("cp1252"), "F", "decoded"),
    Case(12, "a few Cyrillic letters", csv(sex=lambda i: "мж"[i % 2]).decode().encode("cp1251"), "F", "decoded"),
    Case(12, "encoded twice", csv(town=lambda i: ["Köln", "Zürich"][i % 2].encode().decode("cp1252")), "F", "encoded_twice"),
    Case(13, "BOM", b"\xef\xbb\xbf" + GOOD, "S", None),
    Case(13, "BOM and quoted header", b'\xef\xbb\xbf"age","arm","died"\n' + GOOD.split(b"\n", 1)[1], "S", None),
    Case(14, "zero bytes in a cell", GOOD.replace(b"A", b"A\0", 3), "F", "control_characters"),
    Case(15, "line ends by carriage return", GOOD.replace(b"\n", b"\r"), "S", None),
    Case(15, "mixed line ends", GOOD.replace(b"A,1\n", b"A,1\r\n"), "S", None),
    Case(16, "semicolons", csv(separator=";"), "F", "separator"),
    Case(16, "tabs", csv(separator="\t"), "F", "separator"),
    Case(16, "vertical bars", csv(separator="|"), "F", "separator"),
    Case(17, "decimal comma", csv(separator=";", crp=lambda i: f"{i},5"), "F", "decimal_comma"),
    Case(18, "thousands or decimals", csv(cd4=lambda i: f'"1,{200 + i}"'), "Q", "comma_meaning"),
    Case(18, "thousands with blanks", csv(cd4=lambda i: f"1 {200 + i}"), "F", "thousands", instead="it can mean nothing else"),
    Case(
        19, "titles and blank lines above", b"Trial 7,,\n\n" + GOOD, "Q", "title_lines",
    ),
    Case(
        20, "total row", GOOD + b"Total,,17\n", "Q", "total_row",
    ),
    Case(20, "footnote", GOOD + b"* preliminary data,,\n", "Q", "footnote"),
    Case(21, "no header", b"\n".join(b"%d,%d,A" % (40 + i, 60 + i) for i in range(30)), "Q", "header_missing"),
    Case(22, "one more field in every row", b"id,age,arm\n" + b"1,40,A,x\n" * 30, "R", "extra_fields"),
    Case(22, "trailing comma", GOOD.replace(b"\n", b",\n").replace(b"died,", b"died", 1), "F", "empty_trailing_fields"),
    Case(23, "extra field in one row", GOOD + b"40,A,1,or so\n", "R", "extra_fields"),
    Case(24, "short rows", GOOD + b"40\n", "W", "short_lines"),
    Case(25, "comment above", b"# exported 2020-01-01\n" + GOOD, "Q", "title_lines"),
    Case(25, "comments among the rows", GOOD + b"# from here on by Dr. X, ward 7\n40,A,1\n", "Q", "comment_lines"),
    Case(25, "a comment with as many fields", GOOD + b"// ward 7,,\n40,A,1\n50,B,0\n", "Q", "comment_lines"),
    Case(26, "formulas and scripts in cells", csv(x=column("=1+1", "@x", "<script>alert(1)</script>", "+7")), "S", None),
    Case(26, "formula in a header", csv(**{"=cmd()": age}), "S", None),
    Case(27, "cell of a megabyte", csv(x=column("x" * 2**20)), "R", "cell_too_long", instead="no cell is cut in silence"),
    Case(27, "long cell of a workbook", lambda: long_cell(), "R", "cell_too_long", instead="no cell is cut in silence"),
    Case(27, "invisible characters", "a\u200bge,arm\u202e\n40,A\n50,B\n44,A\n".encode(), "F", "control_characters"),
)  # fmt: skip
