"""The stages together: any bytes give a table or a sentence, and nothing is guessed in silence."""

from __future__ import annotations

import hashlib
import io
import time

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mac_core.data import bulk, reading
from mac_core.data.reading import read_table
from mac_core.data.table import PatientTable
from mac_core.errors import CATALOGUE, InputError


def codes(table: PatientTable) -> list[str]:
    return [found.code for found in table.notices]


CSV = "patient_id,age,weight,arm,died\n001,61,80.5,A,1\n002,48,,B,0\n003,55,70.25,A,0\n"


class TestSources:
    def test_path_bytes_and_file_objects_give_the_same(self, tmp_path):
        path = tmp_path / "trial.csv"
        path.write_text(CSV, encoding="utf-8")
        with path.open("rb") as binary, path.open(encoding="utf-8") as text:
            tables = [read_table(path), read_table(str(path)), read_table(CSV.encode()), read_table(binary), read_table(text)]
        for table in tables:
            pd.testing.assert_frame_equal(table.frame, tables[0].frame)
        assert [table.name for table in tables] == ["trial.csv", "trial.csv", "table", "trial.csv", "trial.csv"]
        assert read_table(CSV.encode(), name="Trial 7").name == "Trial 7"
        assert tables[0].sha256 == hashlib.sha256(CSV.encode()).hexdigest()

    @pytest.mark.parametrize("source", ["no/such/file.csv", "a\x00b.csv", "."])
    def test_what_cannot_be_opened_is_refused(self, source):
        with pytest.raises(InputError) as caught:
            read_table(source)
        assert caught.value.code == "file_not_readable"

    def test_a_file_beyond_the_limit_is_refused_unread(self, tmp_path, monkeypatch):
        path = tmp_path / "big.csv"
        path.write_text(CSV)
        monkeypatch.setattr(reading, "MAX_MEGABYTES", 0)
        for source in (path, CSV.encode(), io.BytesIO(CSV.encode())):
            with pytest.raises(InputError) as caught:
                read_table(source)
            assert caught.value.code == "too_large"


class TestTypes:
    def test_numbers_text_and_identifiers(self):
        table = read_table(CSV.encode())
        assert table.frame.dtypes.astype(str).to_dict() == {
            "patient_id": "str",
            "age": "float64",
            "weight": "float64",
            "arm": "str",
            "died": "float64",
        }
        assert table.frame["patient_id"].tolist() == ["001", "002", "003"]
        assert np.isnan(table.frame["weight"][1])
        assert table.lines.tolist() == [2, 3, 4]
        assert isinstance(table.frame.index, pd.RangeIndex)
        assert table.schema.names == tuple(table.frame.columns)
        assert table.notices == ()

    def test_missing_text_is_nan(self):
        table = read_table(b"age,sex\n40,m\n50,NA\n60,f\n")
        assert table.frame["sex"].isna().tolist() == [False, True, False]
        assert table.schema["sex"].missing == 1

    def test_none_stays_a_category(self):
        table = read_table(b"age,complications\n40,None\n50,Fever\n60,None\n")
        assert table.frame["complications"].tolist() == ["None", "Fever", "None"]

    def test_notices_stand_worst_first(self):
        table = read_table(b"age,x,when\n40,?,03/04/2020\n50,1,05/06/2020\n60,2,01/02/2020,,\n")
        order = {"question": 0, "warning": 1, "fixed": 2}
        ranks = [order[found.severity] for found in table.notices]
        assert ranks == sorted(ranks) and len(set(ranks)) > 1


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty_file"),
        (b"\n \n\t\n", "empty_file"),
        (b"age,arm\n", "no_rows"),
        (b"age\n40\n50\n", "one_column"),
        (b"just a sentence", "one_column"),
        (b"%PDF-1.7 ...", "not_a_table"),
        (b"<!DOCTYPE html><html><body>a,b</body></html>", "not_a_table"),
        (b'[{"age": 4, "arm": "A"}]', "not_a_table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 100, "old_workbook"),
        (b"PK\x03\x04" + b"\0" * 100, "broken_workbook"),
        (bytes(range(256)) * 20, "binary_file"),
        (b"age,arm\n40,A,1\n50,B,2\n", "extra_fields"),
        (b'age,arm\n40,"A\n50,B\n', "open_quote"),
        (b"age,arm\n40," + b"x" * 200_000 + b"\n", "cell_too_long"),
    ],
)
def test_what_is_no_table_is_refused_in_a_sentence(content, code):
    with pytest.raises(InputError) as caught:
        read_table(content)
    assert caught.value.code == code
    assert caught.value.fix and CATALOGUE[code].severity == "refused"


class TestExtraFields:
    """Pandas would shift every column of such files without a word."""

    def test_one_more_field_in_every_row_shifts_nothing(self):
        with pytest.raises(InputError) as caught:
            read_table(b"id,age,arm\n1,40,A,x\n2,50,B,y\n3,60,A,z\n")
        assert caught.value.code == "extra_fields"
        assert caught.value.place.row == 2
        assert "2, 3, 4" in caught.value.message

    def test_a_separator_at_the_end_of_every_row_is_cut_off(self):
        table = read_table(b"id,age,arm\n1,40,A,\n2,50,B,\n")
        assert table.frame["age"].tolist() == [40, 50]
        assert codes(table) == ["empty_trailing_fields"]

    def test_short_rows_are_named(self):
        table = read_table(b"id,age,arm\n1,40,A\n2,50\n3,60,B\n")
        assert codes(table) == ["short_lines"]
        assert table.notices[0].place.row == 3
        assert table.frame["arm"].isna().tolist() == [False, True, False]


class TestAnswers:
    HEADERLESS = b"40,70,120,A\n50,80,130,B\n60,81,120,A\n44,70,131,B\n"

    def test_a_headerless_file_asks_and_goes_on(self):
        table = read_table(self.HEADERLESS)
        assert list(table.frame) == ["column_1", "column_2", "column_3", "column_4"]
        assert len(table.frame) == 4 and table.lines[0] == 1
        assert [found.code for found in table.questions] == ["header_missing"]

    def test_the_answer_is_replayed(self):
        table = read_table(self.HEADERLESS, answers={"header_missing": "names"})
        assert list(table.frame) == ["40", "70", "120", "A"]
        assert len(table.frame) == 3 and table.answers == {"header_missing": "names"}

    def test_a_doubtful_column_holds_what_was_read_until_the_answer(self):
        content = "age,crp\n" + "".join(f"{40 + i},{i}.5\n" for i in range(9)) + "50,<5\n"
        table = read_table(content.encode())
        assert table.frame["crp"].tolist()[-1] == "<5"
        assert [(found.code, found.place) for found in table.questions] == [("numbers_mixed", (11, "crp"))]
        assert read_table(content.encode(), answers={"numbers_mixed": "limit"}).frame["crp"].tolist()[-1] == 5.0
        assert np.isnan(read_table(content.encode(), answers={"numbers_mixed:crp": "missing"}).frame["crp"].tolist()[-1])

    def test_an_answer_settles_its_question(self):
        content = b"age,sodium\n" + b"".join(b"%d,%d\n" % (40 + i, 130 + i) for i in range(9)) + b"50,999\n"
        assert codes(read_table(content)) == ["sentinel"]
        for choice in ("keep", "missing"):
            table = read_table(content, answers={"sentinel": choice})
            assert codes(table) == []
            assert np.isnan(table.frame["sodium"].iloc[-1]) == (choice == "missing")


def test_same_bytes_and_answers_give_the_same_table():
    first, second = read_table(CSV.encode()), read_table(CSV.encode())
    pd.testing.assert_frame_equal(first.frame, second.frame)
    assert first.notices == second.notices and first.schema == second.schema


class TestAnyBytes:
    @staticmethod
    def reads_or_refuses(raw: bytes) -> None:
        began = time.perf_counter()
        try:
            table = read_table(raw)
        except InputError as error:
            assert error.code in CATALOGUE and error.message.endswith(".")
        else:
            assert table.frame.shape == (len(table.lines), len(table.schema.columns))
            assert table.frame.columns.is_unique
            for column in table.schema.columns:
                assert table.frame[column.name].dtype.kind in "fMO"
        assert time.perf_counter() - began < 5

    @settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(st.binary(max_size=400))
    def test_p01_bytes(self, raw):
        self.reads_or_refuses(raw)

    @settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow])
    @given(
        st.lists(
            st.lists(
                st.text(max_size=6) | st.sampled_from(["1", "2,5", "<5", "NA", "1e400", "007", "3/4/2020", "9 kg"]), max_size=5
            )
        ),
        st.sampled_from(",;\t|"),
        st.sampled_from(["utf-8", "utf-16", "utf-8-sig", "cp1252", "gb18030"]),
    )
    def test_p01_tables_of_anything(self, rows, delimiter, encoding):
        self.reads_or_refuses("\n".join(delimiter.join(row) for row in rows).encode(encoding, errors="replace"))


def test_a_big_table_is_read_fast():
    rng = np.random.default_rng(0)
    frame = pd.DataFrame(rng.normal(size=(20_000, 20)).round(3)).add_prefix("x")
    raw = frame.to_csv(index=False).encode()
    began = time.process_time()
    table = read_table(raw)
    # About 0.3 s of one core's time; five times that would be a loop over cells.
    assert time.process_time() - began < 2
    pd.testing.assert_frame_equal(table.frame, frame)


def rows(header: str, row, count: int = 40) -> str:
    """A file in text form, a line per patient."""
    return "\n".join([header, *(row(i) for i in range(count))]) + "\n"


def some(cell, other, at: int = 3):
    """Row by row: one odd cell among ordinary ones."""
    return rows("age,x,died", lambda i: f"{40 + i % 7},{cell if i == at else other(i)},{i % 3 % 2}")


class TestNasty:
    """Files that are exported so, or spoiled so: each is read rightly, or the doubt is asked about."""

    @pytest.mark.parametrize(
        ("text", "third", "said"),
        [
            (rows("age,x,died", lambda i: f'{40 + i % 7},="{i:03}",{i % 2}'), "003", []),
            (rows("age,x,died", lambda i: f'{40 + i % 7},="{i}.5",{i % 2}'), 3.5, []),
            (rows("age,x,died", lambda i: f"{40 + i % 7},{36 + i / 20:.2f} °C,{i % 2}"), 36.15, ["unit_in_cells"]),
            (rows("age;x;died", lambda i: f"{40 + i % 7};1,{i % 9}E+01;{i % 2}"), 13.0, ["separator", "decimal_comma"]),
            (rows("age,x,died", lambda i: f"{40 + i % 7},1\u2009{100 + i},{i % 2}"), 1103.0, ["lookalikes", "thousands"]),
            (rows("age,x,died", lambda i: f"{40 + i % 7},\u200f1\xad{i:02},{i % 2}"), 103.0, ["control_characters"]),
            (rows("age,x,died", lambda i: f"{40 + i % 7},A\u200b,{i % 2}"), "A", ["control_characters"]),
            ("sep=;\n" + rows("age;x;died", lambda i: f"{40 + i % 7};{i};{i % 2}"), 3.0, ["separator"]),
            ("sep=,\r\n" + rows("age,x,died", lambda i: f"{40 + i % 7},{i}; a b,{i % 2}"), "3; a b", []),
            (rows("age,x,died", lambda i: f"{40 + i % 7},{i % 24:02}:{i % 60:02},{i % 2}"), "03:03", []),
            (rows("💊,x,مجموعة", lambda i: f"{40 + i % 7},{'🅰️🅱️'[i % 2]},{i % 2}"), "\ufe0f", []),
            (rows("age,x,died", lambda i: f'{40 + i % 7},"line {i % 2}\r\n2, more",{i % 2}'), "line 1\r\n2, more", []),
        ],
    )
    def test_read_as_it_was_meant(self, text, third, said):
        table = read_table(text.encode())
        assert table.frame["x"][3] == third
        assert sorted(codes(table)) == sorted(said)
        assert len(table.frame) == 40

    @pytest.mark.parametrize(
        ("text", "code", "row", "value"),
        [
            # Silently these were 3, 12, 0.3 beside 31, a code that no model sees, or a category with a level for each patient.
            (some("1\x002", lambda i: i), "numbers_mixed", 5, "1\ufffd2"),
            (some("9" * 5000, lambda i: i), "infinite", 5, "9" * 60),
            (some("1e308", lambda i: i), "infinite", 5, "1e308"),
            (some("-1e31", lambda i: i / 7), "infinite", 5, "-1e31"),
            (some("2020-02-30", lambda i: f"2020-03-{1 + i % 28:02}"), "dates_odd", 5, "2020-02-30"),
            (some("unknown", lambda i: f"{1 + i % 28}.03.2020"), "dates_odd", 5, "unknown"),
            (some("<LOD", lambda i: "<LOD" if i % 3 == 0 else i), "numbers_mixed", 2, "<LOD"),
            (some("17%", lambda i: f"{10 + i}%" if i % 4 else i / 100), "units_mixed", 3, "11%"),
            (
                rows("age;x;died", lambda i: f"{40 + i % 7};{[f'1.{100 + i},56', f'1,{100 + i}.56'][i % 2]};{i % 2}"),
                "numbers_mixed", 3, "1,101.56",
            ),
            (some(20200229, lambda i: 20200301 + i % 28).replace("x", "visit_date"), "compact_dates", 2, "20200301"),
        ],
    )  # fmt: skip
    def test_asked_about_with_its_place(self, text, code, row, value):
        (asked,) = read_table(text.encode()).questions
        assert (asked.code, asked.place.row, asked.value) == (code, row, value)

    def test_fractions_as_one_sign_are_not_cut_off(self):
        table = read_table(rows("age,x,died", lambda i: f"{40 + i % 7},{i}½,{i % 2}").encode())
        assert table.frame["x"][3] == "3½"

    @pytest.mark.parametrize(("answer", "fourth"), [("missing", None), ("text", "2020-02-30")])
    def test_an_odd_date_is_settled_by_an_answer(self, answer, fourth):
        text = some("2020-02-30", lambda i: f"2020-03-{1 + i % 28:02}")
        table = read_table(text.encode(), answers={"dates_odd": answer})
        assert table.questions == () and table.schema["x"].kind == ("date" if fourth is None else "text")
        assert pd.isna(table.frame["x"][3]) if fourth is None else table.frame["x"][3] == fourth
        assert len(table.frame) == 40

    def test_numbers_that_are_dates_and_shares_become_so_by_an_answer(self):
        text = some(20200229, lambda i: 20200301 + i % 28).replace("x", "visit_date")
        read = read_table(text.encode(), answers={"compact_dates": "date"}).frame["visit_date"]
        assert read[3] == pd.Timestamp("2020-02-29")
        text = some("17%", lambda i: f"{10 + i}%" if i % 4 else i / 100)
        assert read_table(text.encode(), answers={"units_mixed": "convert"}).frame["x"][3:5].tolist() == [17, 4]

    def test_letters_pasted_from_another_alphabet_spoil_no_others(self):
        raw = rows("age,größe,died", lambda i: f"{40 + i % 7},{'äö'[i % 2]},{i % 2}").encode().replace("ä".encode(), b"\xe4", 1)
        table = read_table(raw)
        assert table.frame["größe"][:2].tolist() == ["ä", "ö"]
        assert codes(table) == ["stray_bytes"]

    @pytest.mark.parametrize("large", [False, True])
    def test_names_that_stand_in_the_file_again_are_no_patient(self, large, monkeypatch):
        if large:
            monkeypatch.setattr(bulk, "LEAST_CHARACTERS", 0)
        part = rows("age,arm,died", lambda i: f"{40 + i % 7},{'AB'[i % 2]},{i % 2}", 400)
        table = read_table((part + part).encode())
        assert codes(table) == ["header_again"]
        assert (len(table.frame), table.notices[0].place.row) == (800, 402)
        assert table.schema["age"].kind == "number"
