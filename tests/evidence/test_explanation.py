from itertools import combinations
from math import factorial

import numpy as np
import pandas as pd
import pytest

from mac_core.evidence.explanation import explain_outputs, explain_prediction, in_groups, minus


def table(n: int = 200, seed: int = 0) -> pd.DataFrame:
    random = np.random.default_rng(seed)
    frame = pd.DataFrame({"age": random.normal(60, 10, n), "pressure": random.normal(130, 15, n)})
    frame["sex"] = pd.Series(random.choice(["f", "m"], n), dtype="str")
    frame.loc[random.random(n) < 0.2, "pressure"] = np.nan
    frame.loc[random.random(n) < 0.1, "sex"] = None
    return frame


def curved(frame: pd.DataFrame) -> np.ndarray:
    pressure = frame["pressure"].fillna(130).to_numpy()
    male = (frame["sex"] == "m").to_numpy()
    return 1 / (1 + np.exp(-((frame["age"].to_numpy() - 60) / 10 + (pressure - 130) / 20 * (1 + male))))


PATIENT = pd.DataFrame({"age": [75.0], "pressure": [150.0], "sex": pd.Series(["m"], dtype="str")})


@pytest.mark.parametrize("missing", [(), ("pressure",), ("age", "sex", "pressure")])
def test_contributions_add_up_to_the_prediction_minus_the_average(missing):
    patient = PATIENT.copy()
    for name in missing:
        patient[name] = pd.Series([None], dtype=patient[name].dtype)
    found = explain_prediction(curved, patient, table().fillna({"age": 60}))
    if "age" not in missing:
        assert found.prediction == pytest.approx(curved(patient)[0], abs=1e-12)
        assert found.contributions.sum() == pytest.approx(found.prediction - found.average, abs=1e-9)


def test_the_exact_shapley_values_are_met_with_enough_orders():
    background, names = table().head(40), list(PATIENT)

    def worth(taken: tuple[str, ...]) -> float:
        mixed = background.copy()
        for name in taken:
            mixed[name] = PATIENT[name].iloc[0]
        return float(curved(mixed).mean())

    exact = {}
    for name in names:
        others = [other for other in names if other != name]
        exact[name] = sum(
            factorial(size) * factorial(2 - size) / factorial(3) * (worth((*some, name)) - worth(some))
            for size in range(3)
            for some in combinations(others, size)
        )
    found = explain_prediction(curved, PATIENT, background, orders=4000, seed=3)
    assert found.average == pytest.approx(worth(()), abs=1e-9)
    for name in names:
        assert found.contributions[name] == pytest.approx(exact[name], abs=0.01)


def test_a_value_that_the_model_ignores_contributes_nothing():
    background = table().assign(noise=np.arange(200.0))
    found = explain_prediction(curved, PATIENT.assign(noise=7.0), background)
    assert found.contributions["noise"] == 0
    assert found.contributions.index[-1] == "noise"
    assert found.contributions.abs().is_monotonic_decreasing


def test_groups_add_up_what_their_columns_contribute():
    single = explain_prediction(curved, PATIENT, table())
    found = in_groups(single, {"age": "clinical", "pressure": "clinical"})
    assert set(found.contributions.index) == {"clinical", "sex"}
    assert found.members["clinical"] == ("age", "pressure")
    assert found.contributions["clinical"] == pytest.approx(single.contributions[["age", "pressure"]].sum(), abs=1e-12)
    assert found.contributions["sex"] == single.contributions["sex"]
    assert found.contributions.sum() == pytest.approx(found.prediction - found.average, abs=1e-9)
    assert found.contributions.abs().is_monotonic_decreasing
    assert found.values["sex"] == "m" and np.isnan(found.values["clinical"])
    # A group that is called like a column keeps apart from it.
    clash = in_groups(single, {"age": "sex"})
    assert set(clash.contributions.index) == {"sex (group)", "pressure", "sex"}


def test_several_predictions_at_once_are_the_same_as_one_after_the_other():
    def both(frame):
        return np.column_stack([curved(frame), frame["age"].to_numpy()])

    one, other = explain_outputs(both, PATIENT, table(), seed=2)
    alone = explain_prediction(curved, PATIENT, table(), seed=2)
    pd.testing.assert_series_equal(one.contributions, alone.contributions)
    gap = minus(one, other)
    assert gap.prediction == one.prediction - other.prediction
    assert gap.contributions.sum() == pytest.approx(gap.prediction - gap.average, abs=1e-9)
    assert gap.contributions.abs().is_monotonic_decreasing
    assert gap.values["pressure"] == 150.0


def test_the_same_seed_gives_the_same_answer_and_the_model_is_asked_once():
    calls = []

    def counted(frame):
        calls.append(len(frame))
        return curved(frame)

    first = explain_prediction(counted, PATIENT, table(), orders=10, seed=5)
    # At once, and those who are the same only once: this patient, and what a like value leaves as it was.
    assert len(calls) == 1 and calls[0] < 2 * 10 * 4 - 18
    again = explain_prediction(curved, PATIENT, table(), orders=10, seed=5)
    pd.testing.assert_series_equal(first.contributions, again.contributions)
    other = explain_prediction(curved, PATIENT, table(), orders=10, seed=6)
    assert not np.array_equal(other.contributions.sort_index(), first.contributions.sort_index())


def test_many_columns_ask_for_no_more_than_so_many_patients():
    calls = []

    def counted(frame):
        calls.append(len(frame))
        return curved(frame)

    explain_prediction(counted, PATIENT, table(), most_rows=160)
    assert calls[0] <= 160
    found = explain_prediction(counted, PATIENT, table(), most_rows=1)
    assert found.contributions.sum() == pytest.approx(found.prediction - found.average, abs=1e-9)


def test_a_spread_sample_has_the_tables_average():
    background = table(2000, seed=7)
    truth = curved(background)
    off = [
        abs(explain_prediction(curved, PATIENT, background, orders=20, seed=seed, spread=spread).average - truth.mean())
        for spread in (None, truth)
        for seed in range(8)
    ]
    assert max(off[8:]) < 0.01 < np.mean(off[:8])
    # Where nothing is known of most of them, those of whom something is known stand for all.
    some = np.where(np.arange(2000) < 50, truth, np.nan)
    found = explain_prediction(curved, PATIENT, background, orders=20, spread=some)
    assert found.contributions.sum() == pytest.approx(found.prediction - found.average, abs=1e-9)
    nothing = explain_prediction(curved, PATIENT, background, orders=20, spread=np.full(2000, np.nan))
    assert nothing.average == explain_prediction(curved, PATIENT, background, orders=20).average
