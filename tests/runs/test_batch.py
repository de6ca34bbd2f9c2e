"""A file of new patients: TRUST's cases at prediction time, each with its answer."""

import csv
from dataclasses import replace
from io import BytesIO, StringIO

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mac_core.data.reading import read_table
from mac_core.data.roles import Roles
from mac_core.errors import InputError
from mac_core.runs.batch import IN_STUDY, predict_batch, replaceable_columns
from mac_core.runs.safe_csv import to_safe_csv
from mac_core.runs.safe_xlsx import to_safe_xlsx
from mac_core.runs.settings import Settings
from mac_core.runs.study import run_study

LIGHT = Settings(learners=("logistic_regression", "decision_tree"), n_subtasks=5, n_jobs=1)


def patients(n: int, seed: int) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    frame = pd.DataFrame(
        {
            "pid": [f"p{seed}-{i:03}" for i in range(n)],
            "age": random.normal(60, 10, n).round(1),
            "weight": random.normal(75, 12, n).round(1),
            "sex": random.choice(["f", "m"], n),
            "drug": random.choice(["A", "B"], n),
        }
    )
    frame["died"] = np.where(random.random(n) < 1 / (1 + np.exp(-(frame["age"] - 60) / 5)), "yes", "no")
    return frame


def read(frame: pd.DataFrame):
    return read_table(frame.to_csv(index=False).encode(), name="new.csv")


@pytest.fixture(scope="module")
def run():
    roles = Roles(treatment="drug", outcome="died", patient_id="pid", higher_is_better=False, design="randomised")
    return run_study(read(patients(240, 0)), roles, settings=LIGHT)


@pytest.fixture(scope="module")
def new():
    return patients(40, 1).drop(columns=["drug", "died"])


def codes(batch) -> set[str]:
    return {found.code for found in batch.notices}


def test_a_plain_file_has_nothing_to_say(run, new):
    batch = predict_batch(run, read(new))
    assert codes(batch) <= {"outside_range"}
    assert batch.patients.columns[:2].tolist() == ["line", "pid"]
    assert batch.patients["line"].tolist() == list(range(2, 42))
    assert (batch.in_training, batch.check) == (0, None)
    assert batch.verdicts["patients"].sum() == 40
    assert set(batch.patients["verdict"]) <= {"arm", "no_clear_difference", "cannot_tell"}


def test_unseen_levels_units_and_arms(run, new):
    odd = new.assign(weight=new["weight"] * 2.2, drug=["C", "A"] * 20)
    odd.loc[3, "sex"] = "x"
    batch = predict_batch(run, read(odd))
    assert {"unseen_value", "columns_shifted", "outside_range", "unseen_arm"} <= codes(batch)
    assert batch.drift.index[0] == "weight"
    assert "sex never seen" in batch.patients["flags"].iloc[3]
    assert batch.patients["flags"].str.contains("weight outside the data").sum() == batch.drift.at["weight", "outside"]
    said = next(found for found in batch.notices if found.code == "unseen_arm")
    assert "C" in said.message and "20" in said.message


def test_patients_of_the_study_and_ids(run):
    again = patients(240, 0).drop(columns=["drug", "died"])
    batch = predict_batch(run, read(again))
    assert batch.in_training == 240
    assert "rows_in_training" in codes(batch)
    twice = again.head(30).assign(pid=["p1", "p1", None, *again["pid"].iloc[3:30]])
    assert {"ids_repeated", "ids_missing"} <= codes(predict_batch(run, read(twice)))


def test_an_outcome_in_the_file_is_not_used_but_compared_with(run):
    with_outcome = patients(120, 5)
    batch = predict_batch(run, read(with_outcome))
    without = predict_batch(run, read(with_outcome.drop(columns="died")))
    pd.testing.assert_frame_equal(batch.patients, without.patients)
    assert batch.check.n == 120
    assert batch.check.error < batch.check.baseline
    assert "outcome_in_file" in codes(batch)
    # Every patient twice says nothing new; a row without id is a patient of its own.
    twice = pd.concat([with_outcome, with_outcome], ignore_index=True)
    check = predict_batch(run, read(twice)).check
    assert (check.n, check.rows) == (120, 240)
    assert check.high - check.low == pytest.approx(batch.check.high - batch.check.low)
    assert predict_batch(run, read(twice.assign(pid=[None] * 120 + ["p"] * 120))).check.n == 121


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_nobodys_prediction_depends_on_who_else_is_in_the_file(run, data):
    rows = data.draw(
        st.lists(
            st.tuples(st.one_of(st.none(), st.floats(-50, 200)), st.floats(30, 150), st.sampled_from(["f", "m", "x", None])),
            min_size=2,
            max_size=8,
        )
    )
    frame = pd.DataFrame(rows, columns=["age", "weight", "sex"]).astype({"age": float, "sex": "str"})
    frame["sex"] = frame["sex"].replace("None", np.nan)
    from mac_core.runs.prediction import predict_patients

    together = predict_patients(run, frame, routes=False)
    for place in range(len(frame)):
        alone = predict_patients(run, frame.iloc[[place]], routes=False)
        np.testing.assert_allclose(alone.expected, together.expected.iloc[[place]], rtol=0, atol=1e-12)
        one, many = alone.outcomes.droplevel(0), together.outcomes.xs(place)
        np.testing.assert_allclose(one["outcome"], many["outcome"], rtol=0, atol=1e-12)
        assert one["support"].tolist() == many["support"].tolist()
        assert alone.advice["verdict"].tolist() == together.advice["verdict"].iloc[[place]].tolist()


IDS = ["=cmd|'/C calc'!A0", "+49 171", "-x", "@A1", "''=y", 'a"b', "x,y;z", "007", "Ä ß", "1e5", "=1+1", "'", "-5", "a'=b"]


@pytest.mark.parametrize("id_name", ["pid", "=pid", "@id, of the ward"])
def test_the_downloads_read_again_give_the_same_values(run, new, id_name):
    named = new.assign(pid=[*IDS, *new["pid"][len(IDS) :]]).rename(columns={"pid": id_name})
    asked = replace(run, roles=replace(run.roles, patient_id=id_name))
    patients_ = predict_batch(asked, read(named)).patients
    assert patients_[id_name].tolist() == named[id_name].tolist()
    text = to_safe_csv(patients_)
    # No cell and no name of a column begins like a formula.
    assert not any(cell.startswith(("=", "+", "@")) for row in csv.reader(StringIO(text)) for cell in row)
    for content, name in ((text.encode("utf-8-sig"), "x.csv"), (to_safe_xlsx(patients_), "x.xlsx")):
        again = read_table(BytesIO(content), name=name).frame
        assert again.columns.tolist() == patients_.columns.tolist()
        assert again[id_name].tolist() == patients_[id_name].tolist()
        for column in patients_.select_dtypes("number"):
            # A workbook keeps sixteen digits, one less than a number can have.
            np.testing.assert_allclose(again[column], patients_[column], rtol=0 if name == "x.csv" else 1e-15, atol=0)
        for column in ("verdict", "flags", "support under A"):
            read_ = again[column].astype(object)
            assert read_.where(read_.notna(), "").tolist() == patients_[column].tolist()


def other_versions(run):
    return replace(run, versions={**run.versions, "scikit-learn": "0.24.2"})


def gaps(run):
    """The same run, had some of its patients no weight."""
    return replace(run, rows=run.rows.assign(weight=run.rows["weight"].mask(run.rows.index < 5)))


# Case by its number | what is done to a plain file | what is done to the run | the answer: a refusal's code, or the codes of
# the notices that must come | words of it.
CASES = [
    ("75 missing column", lambda new: new.drop(columns="weight"), None, "missing_column", "weight"),
    ("76 additional columns", lambda new: new.assign(note=range(40)), None, {"extra_columns"}, "note"),
    ("77 other order", lambda new: new[["sex", "weight", "pid", "age"]], None, set(), ""),
    ("78 decimal comma", lambda new: with_text(new, "age", lambda text: text.replace(".", ",")), None, set(), ""),
    ("78 not a number", lambda new: with_text(new, "age", lambda text: "old", rows=[3]), None, "number_unreadable", "row 5"),
    (
        "79 text in several cells",
        lambda new: with_text(with_text(new, "age", lambda text: "old", rows=[3, 9]), "weight", lambda text: "x", rows=[5]),
        None,
        "numbers_unreadable",
        "3 cells of number columns are not numbers: old (row 5, column age), x (row 7, column weight), old (row 11",
    ),
    ("80 unseen category", lambda new: new.assign(sex=["x", *new["sex"][1:]]), None, {"unseen_value"}, "never seen x in sex"),
    ("81 unseen arm", lambda new: new.assign(drug=["C", "A"] * 20), None, {"unseen_arm"}, "20 rows name a treatment in drug"),
    (
        "82 unit change",
        lambda new: new.assign(weight=(new["weight"] * 2.2046).round(1)),
        None,
        {"unit_changed", "columns_shifted", "outside_range"},
        "weight looks as if it were in lb instead of kg",
    ),
    (
        "82 unit that the file itself gives",
        lambda new: with_text(new, "weight", lambda text: "150 lb"),
        None,
        {"unit_changed", "columns_shifted"},
        "weight looks as if it were in lb instead of kg: its middle value is 150",
    ),
    (
        "82 unit change of one cell",
        lambda new: new.assign(weight=[168.4, *new["weight"][1:]]),
        None,
        {"unit_changed_cells", "outside_range"},
        "168.4 (row 2)",
    ),
    (
        "82 shifted column",
        lambda new: new.assign(age=new["age"] + 25),
        None,
        {"columns_shifted"},
        "unlike the study's table: age",
    ),
    ("83 no rows", lambda new: new.head(0), None, "no_rows", ""),
    ("83 one row", lambda new: new.head(1), None, set(), ""),
    (
        "84 training file",
        lambda new: patients(240, 0)[["pid", "age", "weight", "sex"]],
        None,
        {"rows_in_training"},
        "240 of 240",
    ),
    ("85 repeated ids", lambda new: new.assign(pid=["p1", "p1", *new["pid"][2:]]), None, {"ids_repeated"}, "2 rows share"),
    ("85 missing ids", lambda new: new.assign(pid=[None, *new["pid"][1:]]), None, {"ids_missing"}, "One row has no pid"),
    ("86 outcome in the file", lambda new: new.assign(died=["yes", "no"] * 20), None, {"outcome_in_file"}, "do not use it"),
    ("87 other versions", lambda new: new, other_versions, {"run_of_other_versions"}, "scikit-learn 0.24.2"),
]


def with_text(frame, column, change, rows=None):
    texts = frame[column].astype(str)
    chosen = range(len(frame)) if rows is None else rows
    return frame.assign(**{column: [change(text) if i in chosen else text for i, text in enumerate(texts)]})


@pytest.mark.parametrize(
    ("change", "of_the_run", "answer", "words"), [case[1:] for case in CASES], ids=[case[0] for case in CASES]
)
def test_each_case_has_its_answer(run, new, change, of_the_run, answer, words):
    asked = run if of_the_run is None else of_the_run(run)
    if isinstance(answer, str):
        with pytest.raises(InputError) as caught:
            predict_batch(asked, read(change(new)))
        assert caught.value.code == answer
        assert words in str(caught.value)
        return
    batch = predict_batch(asked, read(change(new)))
    # A few of forty new patients lie outside the study's range by chance.
    assert codes(batch) - {"outside_range"} == answer - {"outside_range"} and answer <= codes(batch)
    assert any(words in found.message for found in batch.notices) or not words
    assert len(batch.patients) == len(change(new))


def test_the_same_values_give_the_same_predictions_however_they_are_written(run, new):
    plain = predict_batch(run, read(new)).patients
    for name, change in (
        case[:2] for case in CASES if case[0][:2] in ("76", "77", "78", "81", "86") and not isinstance(case[3], str)
    ):
        found = predict_batch(run, read(change(new))).patients[plain.columns]
        pd.testing.assert_frame_equal(found, plain, rtol=0, atol=1e-12, obj=name)


def test_predictions_are_held_back_for_numbers_unlike_the_study_and_other_versions_only(run, new):
    asked = {name: predict_batch(run if of is None else of(run), read(change(new))).doubts for name, change, of, *rest in CASES
             if not isinstance(rest[0], str)}  # fmt: skip
    unlike = {"82 unit change", "82 unit that the file itself gives", "82 shifted column"}
    assert {name for name, doubts in asked.items() if "shifted" in doubts} == unlike
    assert {name for name, doubts in asked.items() if "versions" in doubts} == {"87 other versions"}


def test_a_column_that_the_study_lacked_too_can_be_unknown_for_everybody(run, new):
    less = read(new.drop(columns="weight"))
    assert replaceable_columns(run, less) == () and replaceable_columns(gaps(run), less) == ("weight",)
    assert replaceable_columns(gaps(run), read(new.drop(columns=["weight", "age"]))) == ()
    batch = predict_batch(gaps(run), less, unknown=("weight",))
    assert "columns_unknown" in codes(batch)
    assert (batch.patients["flags"].str.contains("weight unknown")).all()
    empty = predict_batch(gaps(run), read(new.assign(weight="")))
    pd.testing.assert_frame_equal(batch.patients, empty.patients)
    with pytest.raises(InputError, match="weight"):
        predict_batch(run, less, unknown=("weight",))


def test_patients_of_the_study_are_flagged_one_by_one(run, new):
    mixed = pd.concat([patients(240, 0).iloc[[7, 100]], new], ignore_index=True)[["pid", "age", "weight", "sex"]]
    flags = predict_batch(run, read(mixed)).patients["flags"]
    assert flags.str.contains(IN_STUDY).tolist() == [True, True] + [False] * 40


def test_a_place_is_a_line_of_the_file(run, new):
    found = [
        one for one in predict_batch(run, read(new.assign(age=[200, *new["age"][1:]]))).notices if one.code == "outside_range"
    ]
    assert found[0].place == (2, "age")


def test_parts_of_a_large_file_are_put_together_in_order(run, new, monkeypatch):
    odd = new.assign(weight=[300.0, *new["weight"][1:39], 280.0])
    whole = predict_batch(run, read(odd))
    monkeypatch.setattr("mac_core.runs.batch._AT_ONCE", 7)
    parts = predict_batch(run, read(odd))
    pd.testing.assert_frame_equal(parts.patients, whole.patients, rtol=0, atol=1e-12)
    pd.testing.assert_frame_equal(parts.verdicts, whole.verdicts)
    assert parts.notices == whole.notices


def test_patients_who_are_alike_by_chance_are_not_taken_for_the_studys():
    # With an age in decades and a sex there are few different patients: many new ones are like an old one.
    old, other = (patients(240, seed).assign(age=lambda frame: (frame["age"] // 10) * 10) for seed in (3, 4))
    few = ["age", "sex", "died"]
    coarse = run_study(read(old[few]), Roles(outcome="died", event="yes"), settings=LIGHT)
    batch = predict_batch(coarse, read(other[few].head(60)))
    assert batch.in_training == 0 and "rows_as_in_training" in codes(batch) and "rows_in_training" not in codes(batch)
    assert batch.patients["flags"].str.contains(IN_STUDY).sum() > 40
