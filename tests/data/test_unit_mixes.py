"""Two units in one column of numbers: found, asked about, and written in one."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mac_core.data.reading import read_table
from mac_core.data.unit_mixes import find_unit_mix, settle_unit_mix, two_groups

RNG = np.random.default_rng(1)


@pytest.mark.parametrize(
    ("name", "one", "ratio"), [("weight", (75, 8), 2.2046), ("glucose", (6, 0.6), 18.02), ("creatinine", (1, 0.15), 88.4)]
)
def test_two_units_in_a_column(name, one, ratio):
    first = RNG.normal(*one, 150)
    assert find_unit_mix(name, pd.Series(first)) is None
    truth = np.concatenate([first, RNG.normal(*one, 50)])
    mixed = pd.Series(np.concatenate([truth[:150], truth[150:] * ratio]))
    _, _, asked = settle_unit_mix(name, mixed, {})
    keep, low, high = asked.choices
    assert (asked.code, keep) == ("unit_mix", "keep") and low in asked.message and high in asked.message
    # Each answer writes all of it in one unit, "keep" leaves it; gaps stay gaps.
    for unit, expected in [(low, truth), (high, truth * ratio)]:
        settled, said, left = settle_unit_mix(name, mixed, {f"unit_mix:{name}": unit})
        assert np.allclose(settled, expected, rtol=1e-3) and (said, left) == (unit, None)
    kept, said, left = settle_unit_mix(name, mixed, {"unit_mix": "keep"})
    assert kept.equals(mixed) and (said, left) == (None, None)


@pytest.mark.parametrize(
    "values", [RNG.normal(70, 10, 300), RNG.uniform(30, 120, 300), RNG.lognormal(3, 0.5, 300), np.full(30, 5.0)]
)
def test_one_group(values):
    assert two_groups(np.abs(values)) is None


def test_temperatures_are_converted_by_their_own_rule_and_the_file_keeps_the_unit():
    celsius = [36 + i % 30 / 10 for i in range(40)]
    cells = [f"{value:.1f}" if i % 3 else f"{32 + 1.8 * value:.2f}" for i, value in enumerate(celsius)]
    raw = "\n".join(["arm,temp", *(f"{'AB'[i % 2]},{cell}" for i, cell in enumerate(cells)), "A,"]).encode()
    asked = {found.code: found for found in read_table(raw).notices}["unit_mix"]
    assert asked.choices == ("keep", "°C", "°F") and asked.severity == "warning"
    table = read_table(raw, answers={"unit_mix:temp": "°C"})
    assert np.allclose(table.frame["temp"][:40], celsius, atol=0.01) and np.isnan(table.frame["temp"][40])
    assert table.schema["temp"].unit == "°C" and "unit_mix" not in [found.code for found in table.notices]


def test_hba1c_is_found_in_both_units_and_written_in_one():
    percent = RNG.normal(7.2, 0.7, 90)
    mixed = pd.Series(np.concatenate([percent[:60], 10.93 * percent[60:] - 23.5]))
    _, _, asked = settle_unit_mix("HbA1c", mixed, {})
    assert asked.choices == ("keep", "%", "mmol/mol")
    settled, unit, left = settle_unit_mix("HbA1c", mixed, {"unit_mix": "%"})
    assert np.allclose(settled, percent) and (unit, left) == ("%", None)
    # Two groups in one unit, near each other: ill and well, no second unit.
    assert find_unit_mix("HbA1c", pd.Series(np.concatenate([RNG.normal(6.0, 0.05, 40), RNG.normal(7.0, 0.05, 40)]))) is None
