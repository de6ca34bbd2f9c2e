import pytest

from mac_core.ensemble.honesty import Estimate
from mac_core.runs.verdict import judge


@pytest.mark.parametrize(
    ("high", "code"),
    [(0.59, "better"), (0.6, "no_better"), (0.7, "no_better")],
)
def test_only_an_interval_that_lies_below_the_baseline_counts(high, code):
    verdict = judge(Estimate(0.5, 0.4, high), 0.6, loss="log", label="relapse")
    assert verdict.code == code
    assert ("not shown to predict" in verdict.sentence) == (code == "no_better")
    assert "relapse" in verdict.sentence
    assert "0.6" in verdict.sentence


def test_an_error_that_could_not_be_measured_is_no_success():
    nan = float("nan")
    verdict = judge(Estimate(nan, nan, nan), 0.6, loss="squared", label="CD4")
    assert (verdict.code, "nan" in verdict.sentence) == ("no_better", False)


@pytest.mark.parametrize("loss", ["log", "brier", "zero_one", "squared", "absolute"])
def test_every_loss_has_a_name(loss):
    assert "error" in judge(Estimate(0.5, 0.4, 0.55), 0.6, loss=loss, label="x").sentence
