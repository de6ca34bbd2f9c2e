"""What was measured of the comparison's intervals stands beside them, on Patient and on Accuracy."""

from __future__ import annotations

from mac_core.runs.store import RunStore
from mac_core.treatment.measured_coverage import say_measured_coverage
from tests.pages.words import said


def test_beside_a_patients_intervals(visit, trial):
    run_id = RunStore().save(trial)
    at = visit("patient", run=run_id, row="10")
    at.button(key=f"patient_{run_id}_10_predict").click().run()
    assert not at.exception
    words = said(at)
    for interval in ("group_risk", "risk_difference", "averages"):
        assert say_measured_coverage(interval) and say_measured_coverage(interval) in words
    # A risk has no range of its own, and advice is closed: nobody is told about intervals that are not there.
    for interval in ("range", "group_outcome", "group_difference"):
        assert say_measured_coverage(interval) and say_measured_coverage(interval) not in words


def test_beside_the_value_of_rules(visit, trial):
    words = said(visit("accuracy", run=RunStore().save(trial)))
    for interval in ("policy_value", "policy_gain"):
        assert say_measured_coverage(interval) and say_measured_coverage(interval) in words


def test_beside_a_range_of_a_number(visit, amount):
    run_id = RunStore().save(amount)
    at = visit("patient", run=run_id, row="10")
    at.button(key=f"patient_{run_id}_10_predict").click().run()
    assert say_measured_coverage("range") in said(at) and say_measured_coverage("group_outcome") in said(at)
    assert say_measured_coverage("risk_difference") not in said(at)
