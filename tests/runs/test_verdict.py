import pandas as pd
import pytest

from mac_core.ensemble.honesty import Estimate
from mac_core.runs.verdict import judge, say_sites

HONEST = Estimate(0.5, 0.4, 0.7)
NAN = float("nan")


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


COLUMNS = ["patients", "error", "low", "high", "usual_error", "gain", "gain_low", "gain_high"]
GOOD = [90, 0.5, 0.4, 0.6, 0.69, 0.19, 0.1, 0.3]
OPEN = [60, 0.6, 0.5, 0.7, 0.61, 0.01, -0.1, 0.1]
BAD = [123, 0.63, 0.5, 0.8, 0.25, -0.38, -0.5, -0.2]
FEW = [5, 0.6, NAN, NAN, 0.61, -0.9, NAN, NAN]


def sites(**rows):
    return pd.DataFrame(list(rows.values()), index=pd.Index(list(rows), name="site"), columns=COLUMNS)


@pytest.mark.parametrize(
    ("rows", "begins", "holds"),
    [
        (
            {"ohio": GOOD, "bern": BAD, "oslo": OPEN, "rome": FEW},
            "The averaged model does not carry over to bern: where it has learned from the other 3 sites alone, its errors are "
            "152 % larger than those of one usual guess for everybody there (likely between 80 % larger and 200 % larger; log "
            "loss 0.630 against 0.250).",
            ["Nor is it shown to carry over to oslo.", "Too few patients to tell: rome."],
        ),
        (
            {"ohio": GOOD, "oslo": OPEN},
            "The averaged model is not shown to carry over to oslo: where",
            ["the other site alone"],
        ),
        ({"ohio": GOOD, "lima": GOOD}, "The averaged model carries over from site to site: even in ohio", ["28 % smaller"]),
        ({"bern": BAD, "genf": BAD}, "The averaged model does not carry over to bern", ["Nor does it carry over to genf."]),
    ],
)
def test_the_worst_site_comes_first(rows, begins, holds):
    verdict = judge(HONEST, Estimate(0.1, 0.01, 0.2), 0.6, loss="log", label="relapse", sites=sites(**rows))
    assert verdict.sentence.startswith(begins)
    assert all(words in verdict.sentence for words in holds)
    assert "Over all sites together: The averaged model predicts relapse better" in verdict.sentence
    assert verdict.code == "better"


def test_sites_too_small_to_judge_say_nothing():
    assert say_sites(sites(rome=FEW), loss="log") == ""
    assert judge(HONEST, Estimate(0.1, 0.01, 0.2), 0.6, loss="log", label="x", sites=sites(rome=FEW)).sentence.startswith(
        "The averaged model predicts x better"
    )
