from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mac_core.data.reading import read_table
from mac_core.data.roles import Roles
from mac_core.errors import InputError
from mac_core.runs.prediction import predict_patients, tabulate_file
from mac_core.runs.settings import Settings
from mac_core.runs.store import RunStore
from mac_core.runs.study import run_study

LIGHT = Settings(learners=("logistic_regression", "decision_tree"), n_subtasks=5)


@pytest.fixture(scope="module")
def table():
    rng = np.random.default_rng(2)
    n = 160
    age = rng.normal(60, 10, n).round(1)
    drug = rng.choice(["A", "B"], n)
    frame = pd.DataFrame({"pid": [f"p{i:03}" for i in range(n)], "age": age, "sex": rng.choice(["f", "m"], n), "drug": drug})
    frame["score"] = (age / 10 + 2 * (drug == "B") + rng.normal(size=n)).round(3)
    return read_table(frame.to_csv(index=False).encode())


@pytest.fixture(scope="module")
def both(table):
    roles = Roles(
        outcome="score", treatment="drug", patient_id="pid", kind="number", higher_is_better=True, design="randomised"
    )
    return run_study(table, roles, settings=LIGHT)


@pytest.fixture(scope="module")
def treatment(table):
    return run_study(table, Roles(treatment="drug", patient_id="pid", ignore=("score",)), settings=LIGHT)


def test_numbers_come_with_a_range_arms_and_a_route(both):
    patient = pd.DataFrame({"sex": ["f"], "age": [61.0], "note": ["x"]})
    found = predict_patients(both, patient)
    assert found.expected.loc[0, "prediction"] == pytest.approx(
        both.model.predict(both.rows.iloc[:0].reindex([0]).assign(**{"age": 61.0, "sex": "f"}))[0]
    )
    assert found.range.loc[0, "low"] < found.expected.loc[0, "prediction"] < found.range.loc[0, "high"]
    assert found.outcomes.index.tolist() == [(0, "A"), (0, "B")]
    difference = found.outcomes.loc[(0, "B"), "outcome"] - found.outcomes.loc[(0, "A"), "outcome"]
    assert found.differences.loc[(0, "B", "A"), "difference"] == pytest.approx(difference, abs=1e-9)
    assert len(found.advice) == 1
    assert found.routes[0].aggregate == pytest.approx(found.expected.loc[0, "prediction"], abs=1e-9)
    assert [notice.code for notice in found.notices] == ["extra_columns"]


def test_the_range_holds_about_95_of_100(both):
    found = predict_patients(both, both.rows, routes=False)
    residual = (both.observed - both.out_of_sample["prediction"]).abs().dropna()
    half = (found.range["high"] - found.range["low"]) / 2
    np.testing.assert_allclose(half, np.sort(residual)[int(np.ceil((len(residual) + 1) * 0.95)) - 1])
    assert found.routes == []


def test_classes_add_up(treatment):
    found = predict_patients(treatment, treatment.rows.head(3))
    assert found.expected.columns.tolist() == ["A", "B"]
    np.testing.assert_allclose(found.expected.sum(axis=1), 1)
    assert (found.range, found.outcomes, found.differences, found.advice) == (None, None, None, None)


@pytest.mark.parametrize("which", ["both", "treatment"])
def test_a_prediction_does_not_depend_on_who_else_is_asked(which, request):
    run = request.getfixturevalue(which)
    rows = run.rows.head(7)
    together = predict_patients(run, rows, routes=False)
    for place in range(7):
        alone = predict_patients(run, rows.iloc[[place]])
        np.testing.assert_allclose(alone.expected, together.expected.iloc[[place]], rtol=0, atol=1e-12)
        if together.outcomes is not None:
            pd.testing.assert_frame_equal(
                alone.outcomes.droplevel(0), together.outcomes.xs(rows.index[place]), rtol=0, atol=1e-9
            )
    turned = predict_patients(run, rows.iloc[::-1], routes=False)
    np.testing.assert_allclose(turned.expected.iloc[::-1], together.expected, rtol=0, atol=1e-12)


def test_order_of_columns_is_free_and_a_missing_one_is_named(both):
    rows = both.rows.head(4)
    same = predict_patients(both, rows[["sex", "age"]])
    np.testing.assert_array_equal(same.expected, predict_patients(both, rows).expected)
    with pytest.raises(InputError, match="sex") as caught:
        predict_patients(both, rows[["age"]])
    assert (caught.value.code, caught.value.place.column) == ("missing_column", "sex")


def test_a_run_that_was_kept_predicts_the_same(both):
    store = RunStore()
    again = store.open(store.save(both))
    before, after = predict_patients(both, both.rows, routes=False), predict_patients(again, both.rows, routes=False)
    np.testing.assert_allclose(after.expected, before.expected, rtol=0, atol=1e-12)
    pd.testing.assert_frame_equal(after.outcomes, before.outcomes, rtol=0, atol=1e-12)
    pd.testing.assert_frame_equal(after.differences, before.differences, rtol=0, atol=1e-12)
    assert after.advice["verdict"].tolist() == before.advice["verdict"].tolist()


def test_a_run_without_a_model_says_so(both):
    with pytest.raises(InputError, match="no model"):
        predict_patients(replace(both, model=None), both.rows)


def test_a_file_gets_its_lines_and_ids_first(both, table):
    expected = predict_patients(both, table.frame, routes=False)
    frame = tabulate_file(both, table, expected)
    assert frame.columns[:2].tolist() == ["line", "pid"]
    assert frame["line"].tolist() == table.lines.tolist()
    assert frame["pid"].tolist() == table.frame["pid"].tolist()
    assert "outcome under A" in frame
    np.testing.assert_array_equal(frame["expected score"], expected.expected["prediction"])
    np.testing.assert_array_equal(frame["outcome under B"], expected.outcomes.xs("B", level="arm")["outcome"])


@pytest.mark.parametrize("name", ["line", "flags", "verdict"])
def test_ids_in_a_column_called_as_one_of_ours_stand_beside_it(both, table, name):
    frame = table.frame.rename(columns={"pid": name})
    renamed = replace(both, roles=replace(both.roles, patient_id=name))
    expected = predict_patients(both, table.frame, routes=False)
    written = tabulate_file(renamed, replace(table, frame=frame), expected)
    assert written["line"].tolist() == table.lines.tolist()
    assert written[f"{name} (in the file)"].tolist() == table.frame["pid"].tolist()
    assert written["flags"].tolist() == tabulate_file(both, table, expected)["flags"].tolist()
    assert written["verdict"].isin(["arm", "no_clear_difference", "cannot_tell"]).all()
