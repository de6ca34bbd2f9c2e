import pytest

from mac_core.ensemble.honesty import Estimate
from mac_core.runs.verdict import judge

HONEST = Estimate(0.5, 0.4, 0.7)


@pytest.mark.parametrize(("low", "code"), [(0.01, "better"), (0.0, "no_better"), (-0.02, "no_better")])
def test_only_a_gain_whose_interval_lies_above_zero_counts(low, code):
    verdict = judge(HONEST, Estimate(0.1, low, 0.2), 0.6, loss="log", label="relapse")
    assert verdict.code == code
    assert ("not shown to predict" in verdict.sentence) == (code == "no_better")
    assert "relapse" in verdict.sentence
    assert "0.500 against 0.600" in verdict.sentence


def test_a_loss_is_called_larger():
    sentence = judge(HONEST, Estimate(0.0, -0.06, 0.12), 0.6, loss="brier", label="x").sentence
    assert "between 10 % larger and 20 % smaller" in sentence


def test_an_error_that_could_not_be_measured_is_no_success():
    nan = float("nan")
    verdict = judge(Estimate(nan, nan, nan), Estimate(nan, nan, nan), 0.6, loss="squared", label="CD4")
    assert (verdict.code, "nan" in verdict.sentence) == ("no_better", False)


def test_a_baseline_that_never_errs_leaves_nothing_to_gain():
    assert judge(Estimate(0.0, 0.0, 0.0), Estimate(0.0, 0.0, 0.0), 0.0, loss="log", label="x").code == "no_better"


@pytest.mark.parametrize("loss", ["log", "brier", "zero_one", "squared", "absolute"])
def test_every_loss_has_a_name(loss):
    assert "error" in judge(HONEST, Estimate(0.1, 0.05, 0.2), 0.6, loss=loss, label="x").sentence
