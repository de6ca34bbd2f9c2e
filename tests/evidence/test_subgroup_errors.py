import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.multitest import multipletests

from mac_core.data.cohort import Target
from mac_core.evidence.intervals import mean_interval, share_interval
from mac_core.evidence.subgroup_errors import _holm, errors_by_group
from mac_core.evidence.subgroups import EVERYBODY, group_patients

RISK = Target("x", "x", "binary", ("0", "1"), "1")


def made(n: int = 600, *, worse: float = 0.0, seed: int = 0):
    """Calibrated risks; in group c the risk is too low by `worse`."""
    random = np.random.default_rng(seed)
    group = np.array(["a", "b", "c"])[np.arange(n) % 3]
    risk = random.uniform(0.1, 0.6, n)
    happened = random.random(n) < risk + worse * (group == "c")
    observed = pd.Series(np.where(happened, "1", "0"))
    return observed, pd.DataFrame({"0": 1 - risk, "1": risk}), group_patients(pd.Series(group))


def test_each_number_is_what_it_says():
    observed, out, groups = made()
    table = errors_by_group(RISK, observed, out, groups, "brier")
    here = (groups == "b").to_numpy()
    y, p = (observed == "1").to_numpy(dtype=float)[here], out["1"].to_numpy()[here]
    row = table.loc["b"]
    assert row["n"] == 200 and not row["small"]
    assert tuple(row[["error", "error_low", "error_high"]]) == pytest.approx(mean_interval((y - p) ** 2))
    assert row["predicted"] == pytest.approx(p.mean())
    assert tuple(row[["observed", "observed_low", "observed_high"]]) == pytest.approx(
        (y.mean(), *share_interval(int(y.sum()), 200))
    )
    assert tuple(row[["gap", "gap_low", "gap_high"]]) == pytest.approx(mean_interval(y - p))
    assert table.at[EVERYBODY, "error"] == pytest.approx((((observed == "1") - out["1"]) ** 2).mean())


def test_a_group_that_is_worse_is_found_and_an_equal_one_is_not():
    table = errors_by_group(RISK, *made(worse=0.3)[:2], made(worse=0.3)[2], "brier")
    assert table.at["c", "gap_p"] < 0.001 and table.at["c", "gap_low"] > 0
    assert table.at["c", "error_p"] < 0.01
    assert table["gap_p"][["a", "b"]].min() > 0.05
    # Over many tables without any difference, some group is called different in at most about 5 of 100.
    alarms = [errors_by_group(RISK, *made(240, seed=seed), "brier")["gap_p"].min() < 0.05 for seed in range(40)]
    assert np.mean(alarms) < 0.15


def test_small_groups_are_marked_and_the_smallest_hidden():
    observed, out, _ = made(100)
    groups = group_patients(pd.Series(["a"] * 60 + ["b"] * 31 + ["c"] * 9))
    table = errors_by_group(RISK, observed, out, groups, "log")
    assert table["small"].tolist() == [False, False, True, True]
    assert table["hidden"].tolist() == [False, False, False, True]
    assert table.loc["c"].drop(["small", "hidden"]).isna().all()


def test_numbers_classes_and_patients_without_a_prediction():
    random = np.random.default_rng(3)
    groups = group_patients(pd.Series(["a", "b"] * 30))
    values = pd.Series(random.normal(size=60))
    out = pd.DataFrame({"prediction": values + 1.0})
    out.iloc[:4] = np.nan
    table = errors_by_group(Target("x", "x", "number"), values, out, groups, "squared")
    assert table["n"].tolist() == [56, 28, 28]
    np.testing.assert_allclose(table[["error", "gap"]], [[1, -1]] * 3)
    classes = Target("x", "x", "classes", ("p", "q", "r"))
    sure = pd.DataFrame([[0.8, 0.1, 0.1]] * 60, columns=["p", "q", "r"])
    labels = pd.Series(["p"] * 45 + ["q"] * 15)
    found = errors_by_group(classes, labels, sure, groups, "zero_one").loc[EVERYBODY]
    assert (found["predicted"], found["observed"], found["error"]) == pytest.approx((0.8, 0.75, 0.25))
    nobody = errors_by_group(classes, labels, sure * np.nan, groups, "zero_one")
    assert nobody["hidden"].all() and list(nobody.index) == [EVERYBODY, "a", "b"]


def test_rows_of_one_patient_count_together():
    observed, out, groups = made(150)
    doubled = [part.loc[np.repeat(part.index, 2)].reset_index(drop=True) for part in (observed, out, groups)]
    once = errors_by_group(RISK, observed, out, groups, "brier")
    twice = errors_by_group(RISK, *doubled, "brier", patients=np.repeat(np.arange(150), 2))
    np.testing.assert_allclose(twice[["error_low", "error_high"]], once[["error_low", "error_high"]], rtol=1e-9)
    np.testing.assert_allclose(twice["error_p"], once["error_p"], rtol=1e-9)


def test_holm_is_the_known_correction():
    found = {"a": 0.01, "b": 0.04, "c": 0.03, "d": float("nan"), "e": 0.6}
    expected = multipletests([0.01, 0.04, 0.03, 0.6], method="holm")[1]
    assert _holm(found, pd.Index(list("abce"))).tolist() == pytest.approx(expected)


def test_a_few_patients_with_many_rows_stay_hidden():
    who = np.concatenate([np.repeat(np.arange(4), 10), 4 + np.arange(40)])
    groups = group_patients(pd.Series(["few"] * 40 + ["many"] * 40))
    seen, said = pd.Series(np.arange(80.0)), pd.DataFrame({"prediction": np.arange(80.0) + 1})
    found = errors_by_group(Target("x", "x", "number"), seen, said, groups, "absolute", patients=who)
    assert found["n"].fillna(-1).tolist() == [44, -1, 40] and found["hidden"].tolist() == [False, True, False]
    assert np.isnan(found.at["few", "error"])
