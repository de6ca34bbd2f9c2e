import numpy as np
import pandas as pd
import pytest

from mac_core.data.schema import Schema, describe
from mac_core.evidence.unit_changes import find_unit_changes


def found(name: str, study: np.ndarray, new: np.ndarray, unit: str | None = None):
    study_, new_ = pd.DataFrame({name: study}), pd.DataFrame({name: new})
    return find_unit_changes(study_, new_, Schema((describe(name, study_[name], "number", unit=unit),)))


def drawn(middle: float, spread: float = 0.2, n: int = 200, seed: int = 0) -> np.ndarray:
    return middle * np.exp(np.random.default_rng(seed).normal(0, spread, n))


@pytest.mark.parametrize(
    ("name", "middle", "factor", "units"),
    [
        ("creatinine", 1.0, 88.4, ("µmol/L", "mg/dL")),
        ("creatinine", 88.4, 1 / 88.4, ("mg/dL", "µmol/L")),
        ("glucose", 5.5, 18.02, ("mg/dL", "mmol/L")),
        ("weight", 75.0, 2.2046, ("lb", "kg")),
        ("marker", 3.0, 88.4, ("", "")),
        ("marker", 40.0, 1 / 18.02, ("", "")),
        ("lactic", 2.0, 1000.0, ("", "")),
        ("stay", 6.0, 365.25, ("", "")),
    ],
)
def test_a_column_in_another_unit(name, middle, factor, units):
    (change,) = found(name, drawn(middle), drawn(middle, seed=1) * factor)
    assert change.column == name and change.whole
    assert change.factor == pytest.approx(factor, rel=0.01)
    assert (change.found, change.study) == units
    assert change.middle == pytest.approx(middle * factor, rel=0.1) and change.usual == pytest.approx(middle, rel=0.1)


def test_temperature_and_hba1c_are_no_plain_factors():
    celsius = np.random.default_rng(0).normal(37, 0.6, 200)
    (change,) = found("temp", celsius, 1.8 * celsius[:40] + 32)
    assert (change.found, change.study) == ("°F", "°C") and np.isnan(change.factor)
    percent = np.random.default_rng(0).normal(7.5, 1.0, 200)
    (change,) = found("hba1c", percent, 10.93 * (percent[:40] - 2.15), "%")
    assert (change.found, change.study) == ("mmol/mol", "%")


def test_single_rows_are_named():
    new = drawn(75.0, n=30, seed=2)
    new[[4, 17]] *= 2.2046
    (change,) = found("weight", drawn(75.0), new)
    assert not change.whole and change.rows == (4, 17) and change.found == "lb"
    # Without a name that says what is measured a single odd value is only odd.
    assert found("marker", drawn(75.0), new) == ()


def test_one_patient_in_another_unit():
    (change,) = found("creatinine", drawn(1.0), np.array([97.0]))
    assert change.rows == (0,)


@pytest.mark.parametrize("seed", range(5))
def test_other_patients_are_no_other_unit(seed):
    study = drawn(75.0)
    assert found("weight", study, drawn(75.0, seed=seed + 10)) == ()
    # Older, heavier, sicker: a shift of half the mean is no conversion.
    assert found("marker", study, drawn(110.0, seed=seed + 20)) == ()
    assert found("age", drawn(60, 0.1), drawn(8.0, 0.3, seed=seed)) == ()


def test_gaps_few_and_constant_values():
    assert found("weight", drawn(75.0), np.full(5, np.nan)) == ()
    assert found("weight", drawn(75.0)[:10], drawn(75.0) * 2.2046) == ()
    assert found("weight", np.full(50, 75.0), drawn(75.0) * 2.2046) == ()


def test_a_unit_that_the_file_gives_need_not_show_in_the_values():
    study, new = pd.DataFrame({"weight": drawn(75.0)}), pd.DataFrame({"weight": [110.0, np.nan]})
    schema = Schema((describe("weight", study["weight"], "number"),))
    assert find_unit_changes(study, new, schema) == find_unit_changes(study, new, schema, said={"weight": "kg"}) == ()
    (change,) = find_unit_changes(study, new, schema, said={"weight": "lbs"})
    assert (change.found, change.study, change.rows, change.whole) == ("lb", "kg", (0,), True)
