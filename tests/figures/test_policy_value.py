import pandas as pd
import pytest

from mac_core.figures.policy_value import draw_policy_value, say_gains
from mac_core.runs.run import Target
from tests.figures.figure_checks import check_figure

BINARY = Target("relapse", "Relapse", "binary", ("no", "yes"), "yes")
INDEX = pd.MultiIndex.from_tuples(
    [("everybody", "A"), ("everybody", "B"), ("as_given", ""), ("individual", "")], names=["policy", "arm"]
)
VALUES = pd.DataFrame(
    {"value": [0.3, 0.2, 0.25, 0.21], "low": [0.2, 0.1, 0.2, 0.1], "high": [0.4, 0.3, 0.3, 0.32], "n": 90}, index=INDEX
)
GAINS = pd.DataFrame({"gain": [0.09, -0.01], "low": [0.02, -0.05], "high": [0.16, 0.03], "n": 90}, index=INDEX[:2])


def test_every_rule_is_drawn_with_its_interval():
    figure = draw_policy_value(VALUES, BINARY)
    alt, _ = check_figure(figure)
    assert len(figure.data) == 4
    assert "everybody gets B 20 (10 to 30)" in alt
    assert "chosen by patient 21" in alt and "90 patients" in alt


def test_gains_say_where_there_may_be_none():
    first, second = say_gains(GAINS, BINARY)
    assert first == 'Against "everybody gets A": 9 per 100 patients better, interval 2 to 16.'
    assert second.startswith('Against "everybody gets B": 1 per 100 patients worse') and second.endswith("no gain at all.")
    assert say_gains(GAINS * float("nan"), BINARY) == []
    (same,) = say_gains(GAINS.iloc[:1] * 0, BINARY)
    assert same == 'Against "everybody gets A": the same, since nobody would be given anything else.'


@pytest.mark.parametrize("values", [None, VALUES.iloc[:0], VALUES * float("nan")])
def test_nothing_to_judge(values):
    check_figure(draw_policy_value(values, BINARY), axes=False)
