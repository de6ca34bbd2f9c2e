"""The measured coverage that stands beside the intervals is the benchmark's."""

import numpy as np
import pandas as pd
import pytest

from mac_core.treatment import measured_coverage as module
from mac_core.treatment.measured_coverage import measured_coverage, say_measured_coverage

KINDS = ("averages", "group_difference", "group_outcome", "group_risk", "range", "risk_difference", "policy_value")
KINDS += ("policy_gain",)


@pytest.fixture
def written(monkeypatch, tmp_path):
    """A table as the benchmark writes it."""
    path = tmp_path / "measured_coverage.csv"
    lines = ["averages,0.95,0.947,0.93,0.96,1234", "group_difference,0.95,0.94,0.93,0.95,200"]
    lines += ["single_difference,0.95,0.81,0.8,0.82,200", "group_outcome,0.95,0.96,0.95,0.97,200"]
    path.write_text("\n".join(["interval,promised,coverage,low,high,data_sets", *lines]) + "\n")
    monkeypatch.setattr(module, "_TABLE", path)
    module._known.cache_clear()
    yield path
    module._known.cache_clear()


def test_what_was_measured_is_looked_up(written):
    assert measured_coverage("averages") == (0.95, 0.947, 0.93, 0.96, 1234)
    assert measured_coverage("range") is None
    assert measured_coverage("averages", level=0.9) is None


def test_the_sentence_names_trials_promise_and_what_held(written):
    said = say_measured_coverage("averages")
    assert "1,234 simulated trials" in said and "95 of 100 (promised: 95)" in said
    said = say_measured_coverage("group_difference")
    assert "true difference in 94 of 100" in said and "a single patient's own in 81 of 100" in said


def test_nothing_is_said_where_nothing_was_measured(written):
    assert say_measured_coverage("range") == ""
    assert say_measured_coverage("averages", level=0.8) == ""
    # The group's own coverage is never shown without the single patient's beside it.
    assert measured_coverage("group_outcome") is not None
    assert say_measured_coverage("group_outcome") == ""
    written.unlink()
    module._known.cache_clear()
    assert say_measured_coverage("averages") == ""


def test_the_table_that_comes_along_holds_every_kind_with_sensible_figures():
    table = pd.read_csv(module._TABLE).set_index("interval")
    assert set(KINDS) <= set(table.index)
    assert (table["data_sets"] >= 20).all() and (table["promised"] == 0.95).all()
    assert ((table["low"] <= table["coverage"]) & (table["coverage"] <= table["high"])).all()
    assert np.isfinite(table.to_numpy()).all()
    for kind in KINDS:
        assert f"{table.loc[kind, 'data_sets']:,} simulated trials" in say_measured_coverage(kind)
