"""A file of new patients: TRUST's cases at prediction time, each with its answer."""

from io import BytesIO

import numpy as np
import pandas as pd
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mac_core.data.reading import read_table
from mac_core.data.roles import Roles
from mac_core.errors import InputError
from mac_core.runs.batch import predict_batch
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


def test_missing_extra_and_reordered_columns(run, new):
    with pytest.raises(InputError, match="weight"):
        predict_batch(run, read(new.drop(columns="weight")))
    plain = predict_batch(run, read(new))
    turned = predict_batch(run, read(new.assign(note=range(40))[["note", "sex", "weight", "pid", "age"]]))
    pd.testing.assert_frame_equal(turned.patients[plain.patients.columns], plain.patients)
    assert "extra_columns" in codes(turned)


def test_text_among_numbers(run, new):
    comma = new.astype({"age": str}).assign(age=lambda frame: frame["age"].str.replace(".", ","))
    plain = predict_batch(run, read(new))
    semicolon = read_table(comma.to_csv(index=False, sep=";").encode(), name="new.csv")
    np.testing.assert_allclose(
        predict_batch(run, semicolon).patients["probability of yes"], plain.patients["probability of yes"], atol=1e-12
    )
    words = new.astype({"age": object}).assign(age=["old", *new["age"].iloc[1:]])
    with pytest.raises(InputError, match="old"):
        predict_batch(run, read(words))


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


def test_no_row_and_one_row(run, new):
    with pytest.raises(InputError):
        predict_batch(run, read(new.head(0)))
    assert len(predict_batch(run, read(new.head(1))).patients) == 1


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


def test_the_downloads_read_again_give_the_same_values(run, new):
    named = new.assign(pid=[f"=cmd{i}" for i in range(40)])
    patients_ = predict_batch(run, read(named)).patients
    for content, name in ((to_safe_csv(patients_).encode("utf-8-sig"), "x.csv"), (to_safe_xlsx(patients_), "x.xlsx")):
        again = read_table(BytesIO(content), name=name).frame
        for column in patients_.select_dtypes("number"):
            np.testing.assert_allclose(again[column], patients_[column], rtol=0, atol=1e-12)
        assert [str(value).removeprefix("'") for value in again["pid"]] == patients_["pid"].tolist()
        assert again["line"].tolist() == patients_["line"].tolist()
