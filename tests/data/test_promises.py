"""Promises about any table, whatever stands in it: no row is lost in silence, answers replay, nothing of a cell leaks.

They are numbered: 1 is in `test_reading.py`; 3 to 7, 9, 10, 12 and 13 are in `tests/runs/test_promises.py`.
"""

from __future__ import annotations

import logging
import random
import traceback

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mac_core.data.answers import choices_of, key_of
from mac_core.data.cohort import make_cohort
from mac_core.data.decoding import decode
from mac_core.data.quality import examine_table
from mac_core.data.reading import read_table
from mac_core.data.roles import Roles, propose_roles
from mac_core.errors import InputError
from mac_core.runs.safe_csv import to_safe_csv
from mac_core.runs.safe_xlsx import to_safe_xlsx

MANY = settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much])
SOME = settings(MANY, max_examples=100)  # those that read a table several times for each example
FEW = settings(MANY, max_examples=10)

ODD = [
    "",
    "NA",
    "<5",
    "999",
    "-9",
    "12*",
    "80 kg",
    "175 lb",
    "1,200",
    "120/80",
    "1/2",
    "Male",
    "male ",
    "yes",
    "TRUE",
    "01/02/2020",
]
ODD += ["2020-01-31", "03/04/20", "None", "=1+1", "1e400", "007", "430", "see note", "\u22125", "45292"]
NAMES = ["age", "sbp", "weight", "visit_date", "race", "sex", "Age", "age", "", "note", "dob", "time", "glucose"]


@st.composite
def messy_tables(draw: st.DrawFn) -> bytes:
    """A table with an arm, an outcome and columns of mostly ordinary cells with odd ones among them."""
    rng = random.Random(draw(st.integers(0, 10**6)))
    names = draw(st.lists(st.sampled_from(NAMES), min_size=1, max_size=4))
    rows = draw(st.integers(20, 40))
    lines = [",".join([*names, "arm", "died"])]
    styles = [rng.choice(["number", "decimal", "word", "date"]) for _ in names]
    for i in range(rows):
        cells = []
        for style in styles:
            usual = {
                "number": str(rng.randint(20, 90)),
                "decimal": f"{rng.random() * 9:.2f}",
                "word": rng.choice(["a", "B", "male", "Male"]),
                "date": f"2020-{rng.randint(1, 12):02}-{rng.randint(1, 28):02}",
            }[style]
            cell = rng.choice(ODD) if rng.random() < 0.08 else usual
            cells.append(f'"{cell}"' if "," in cell else cell)
        lines.append(",".join([*cells, "AB"[i % 2], str(int(rng.random() < 0.4)) if rng.random() > 0.05 else ""]))
        if rng.random() < 0.02:
            lines.append(rng.choice(["# seen by Dr. X", "// ward 7, again", "#" + "," * (len(names) + 1)]))
        if rng.random() < 0.03:
            lines.append("" if rng.random() < 0.5 else "," * (len(names) + 1))
    if rng.random() < 0.3:
        lines.insert(0, "Trial 7, exported" + "," * len(names))
    if rng.random() < 0.3:
        lines.append("Total" + "," * (len(names) + 1))
    return "\n".join(lines).encode()


def left_out(table) -> int:
    """How many lines the notices say were left out."""
    total = 0
    for notice in table.notices:
        if notice.code in ("blank_lines", "title_lines", "comment_lines"):
            count = notice.message.split()[0]
            total += 1 if count == "One" else int(count)
        elif notice.code in ("total_row", "footnote"):
            total += 1
    return total


@MANY
@given(messy_tables())
def test_p02_rows_in_are_rows_out_and_listed_exclusions(raw):
    table = read_table(raw)
    lines = raw.decode().splitlines()
    codes = [notice.code for notice in table.notices]
    header = 0 if "header_missing" in codes else 2 if "two_row_header" in codes else 1
    assert len(lines) == header + left_out(table) + len(table.frame)
    assert len(set(table.lines.tolist())) == len(table.lines)
    roles = Roles(treatment="arm", outcome="died") if {"arm", "died"} <= set(table.schema.names) else propose_roles(table)
    try:
        cohort = make_cohort(table, roles)
    except InputError:
        return
    steps = dict(cohort.flow)
    assert steps["rows in the file"] - sum(n for step, n in cohort.flow if step.startswith("excluded")) == steps["rows used"]
    assert steps["rows used"] == len(cohort.X)


@SOME
@given(messy_tables(), st.integers(0, 10**6))
def test_p14_answers_replayed_on_the_raw_file_give_the_used_table(raw, seed):
    rng = random.Random(seed)
    table = read_table(raw)
    # As the page does: one answer after the other, each to what was open then.
    for _ in range(4):
        asked = [*table.notices, *examine_table(table)]
        waiting = [notice for notice in asked if choices_of(notice) and key_of(notice) not in table.answers]
        if not waiting:
            break
        notice = rng.choice(waiting)
        try:
            table = read_table(raw, answers={**table.answers, key_of(notice): rng.choice(choices_of(notice))})
        except InputError:
            break
    replayed = read_table(raw, answers=dict(sorted(table.answers.items())))
    pd.testing.assert_frame_equal(replayed.frame, table.frame)
    assert replayed.schema == table.schema and replayed.notices == table.notices
    assert np.array_equal(replayed.lines, table.lines) and replayed.sha256 == table.sha256


@MANY
@given(messy_tables())
def test_undoing_every_repair_gives_the_cells_as_written(raw):
    table = read_table(raw)
    undone = {key_of(n): choices_of(n)[-1] for n in table.notices if n.code in ("missing_words", "spellings_merged")}
    again = read_table(raw, answers=undone)
    assert len(again.frame) == len(table.frame)
    for key in undone:
        code, _, name = key.partition(":")
        kept = again.frame[name]
        if code == "missing_words" and kept.dtype.kind != "f":
            assert kept.notna().sum() >= table.frame[name].notna().sum()
        if code == "spellings_merged":
            assert kept.nunique() >= table.frame[name].nunique()


WORDS = st.text(st.characters(codec="utf-8", exclude_categories=("C", "Z")), min_size=2, max_size=8)


@SOME
@given(
    st.lists(WORDS.filter(lambda word: word.casefold() == word), min_size=20, max_size=25, unique=True),
    st.lists(st.floats(-1e6, 1e6).map(lambda value: round(value, 4)), min_size=25, max_size=25),
    st.sampled_from(["=", "+", "-", "@", ""]),
)
def test_p08_what_is_exported_reads_back(words, numbers, sign):
    ids = [f"{i:04}" for i in range(len(words))]
    frame = pd.DataFrame({"mrn": ids, f"{sign}value": numbers[: len(words)], "note": [f"{sign}x{word}" for word in words]})
    # Reading makes lookalikes plain and says so; what it has made is what a download holds.
    frame["note"] = [decode(note.encode(), twice="keep")[0].strip() for note in frame["note"]]
    answers = {"header_missing": "names", "encoded_twice": "keep"}
    for download in (to_safe_csv(frame).encode(), to_safe_csv(frame).encode("utf-8-sig")):
        back = read_table(download, answers=answers).frame
        assert back["mrn"].tolist() == ids
        assert back[f"{sign}value"].tolist() == frame[f"{sign}value"].tolist()
        assert back["note"].tolist() == frame["note"].tolist()


@FEW
@given(st.lists(WORDS, min_size=20, max_size=25, unique_by=str.casefold), st.sampled_from(["=", "+", "-", "@", ""]))
def test_p08_what_is_exported_to_excel_reads_back(words, sign):
    frame = pd.DataFrame({"mrn": [f"{i:04}" for i in range(len(words))], "note": [f"{sign}x{word}" for word in words]})
    frame["change"] = np.arange(len(words)) - 7.25
    back = read_table(to_safe_xlsx(frame), answers={"header_missing": "names"}).frame
    for name in frame:
        assert back[name].tolist() == frame[name].tolist()


CANARY = "ZZCANARY"


@MANY
@given(
    st.binary(max_size=60), st.binary(max_size=60), st.sampled_from([b",", b";", b"\t", b'"', b"\n", b"\xff", b"\x00", b"PK"])
)
def test_p11_no_cell_text_in_errors_and_logs(before, after, mark):
    records: list[logging.LogRecord] = []
    handler = logging.Handler()
    handler.emit = records.append  # type: ignore[method-assign]
    logging.getLogger().addHandler(handler)
    try:
        read_table(before + mark + f"{CANARY},{CANARY}\n{CANARY}".encode() + mark + after)
    except InputError as error:
        # With every error that it came from, as a log would print it; source lines of this test stand aside.
        chain = [error, error.__cause__, error.__context__]
        said = "".join("".join(traceback.format_exception_only(link)) for link in chain if link is not None)
        assert CANARY not in said
    finally:
        logging.getLogger().removeHandler(handler)
    assert not [record for record in records if CANARY in record.getMessage()]


def test_the_promises_can_be_broken():
    table = read_table(b"Trial 7,\nage,arm\n40,A\n50,B\nTotal,\n")
    assert left_out(table) == 2 and len(table.frame) == 2
    with pytest.raises(AssertionError):
        pd.testing.assert_frame_equal(read_table(b"age,x\n40,999\n").frame, read_table(b"age,x\n41,999\n").frame)
