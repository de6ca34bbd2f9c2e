import numpy as np
import pandas as pd
import pytest

from mac_core.evidence.intervals import mean_interval
from mac_core.evidence.learning_curve import _parts, _points, learning_curve

LIGHT = ["logistic_regression"]


def made(n: int, *, signal: float, columns: int = 8, seed: int = 0) -> tuple[pd.DataFrame, pd.Series]:
    random = np.random.default_rng(seed)
    X = pd.DataFrame(random.normal(size=(n, columns)), columns=[f"x{i}" for i in range(columns)])
    risk = 1 / (1 + np.exp(-signal * X.sum(axis=1)))
    return X, pd.Series(np.where(random.random(n) < risk, "yes", "no"))


def test_where_there_is_something_to_learn_few_patients_are_worse():
    X, y = made(400, signal=0.7, columns=12)
    curve = learning_curve(X, y, LIGHT, number=False, loss="log")
    assert [point.patients for point in curve.points] == [80, 160, 240, 320, 400]
    assert [point.judged for point in curve.points] == [240, 320, 240, 320, 400]
    first, *_, last = curve.points
    assert first.worse_low > 0 and first.error > last.error
    assert (last.worse, last.worse_low, last.worse_high) == (0, 0, 0)
    for point in curve.points[:-1]:
        assert point.error == pytest.approx(last.error + point.worse)
        assert (point.low, point.high) == pytest.approx((last.error + point.worse_low, last.error + point.worse_high))
    assert last.error < curve.baseline


def test_where_there_is_nothing_to_learn_no_fall_is_shown():
    X, y = made(300, signal=0.0, columns=2)
    curve = learning_curve(X, y, LIGHT, number=False, loss="log")
    assert curve.points[-1].error == pytest.approx(curve.baseline, abs=0.02)
    assert all(point.worse_low < 0.005 for point in curve.points)


def test_the_same_twice():
    X, y = made(100, signal=0.5)
    first, again, other = (learning_curve(X, y, LIGHT, number=False, loss="brier", seed=seed) for seed in (3, 3, 4))
    assert first == again != other


def test_parts_keep_patients_together_classes_in_proportion_and_nobody_twice():
    random = np.random.default_rng(0)
    truth = (random.random(400) < 0.2).astype(int)
    patients = np.arange(400) // 2
    parts = list(_parts(truth, patients, number=False, seed=1))
    assert [share for share, _ in parts] == [0.2] * 3 + [0.4] * 2 + [0.6, 0.8, 1.0]
    for _, rows in parts:
        assert np.isin(patients, patients[rows]).sum() == len(rows)
        assert abs(truth[rows].mean() - truth.mean()) < 0.06
    assert len(np.unique(np.concatenate([rows for share, rows in parts if share == 0.2]))) == 240
    assert set(parts[0][1]) < set(parts[3][1]) < set(parts[5][1]) < set(parts[7][1])
    assert len(parts[-1][1]) == 400


def test_parts_with_too_few_of_a_class_are_left_out():
    y = pd.Series(["yes"] * 8 + ["no"] * 112)
    X = pd.DataFrame({"x": np.arange(120.0)})
    curve = learning_curve(X, y, LIGHT, number=False, loss="log")
    assert [point.patients for point in curve.points] == [72, 96, 120]
    assert learning_curve(X.head(12), y.head(12), LIGHT, number=False, loss="log").points == ()


def test_a_huge_table_is_sampled(monkeypatch):
    monkeypatch.setattr("mac_core.evidence.learning_curve._MOST_PATIENTS", 100)
    X, y = made(500, signal=0.5)
    assert [point.patients for point in learning_curve(X, y, LIGHT, number=False, loss="log").points] == [20, 40, 60, 80, 100]


def test_progress_counts_every_fit_and_what_it_raises_stops():
    X, y = made(100, signal=0.5)
    told = []
    learning_curve(X, y, LIGHT, number=False, loss="log", on_step=lambda *step: told.append(step))
    done, totals = [step[0] for step in told], {step[1] for step in told}
    assert done == sorted(done) and totals == {done[-1]}
    assert told[0][2] == "20 patients"

    def stop(*step):
        raise InterruptedError

    with pytest.raises(InterruptedError):
        learning_curve(X, y, LIGHT, number=False, loss="log", on_step=stop)


def test_numbers():
    random = np.random.default_rng(1)
    X = pd.DataFrame(random.normal(size=(150, 5)))
    X.columns = list("abcde")
    curve = learning_curve(X, X.sum(axis=1) + random.normal(size=150), ["linear_regression"], number=True, loss="squared")
    assert curve.points[0].error > curve.points[-1].error and curve.points[-1].error < curve.baseline


def test_a_part_is_compared_with_the_whole_on_its_own_patients():
    # Easy patients in the part: its error is small, but on these patients the study of all errs less.
    full = np.array([0.1, 0.2, 0.1, 0.2, 1.0, 1.1, 1.2, 1.3])
    part = np.array([0.3, 0.3, 0.3, 0.5])
    first, last = _points([(0.5, np.arange(4), part), (1.0, np.arange(8), full)], None)
    mean, low, high = mean_interval(part - full[:4])
    assert (first.worse, first.worse_low, first.worse_high) == pytest.approx((mean, low, high))
    assert first.error == pytest.approx(full.mean() + mean) and (first.patients, first.judged) == (4, 4)
    assert (last.patients, last.error) == (8, pytest.approx(full.mean()))
