import pandas as pd

from mac_core.data.roles import Roles
from mac_core.figures.average_effects import say_difference
from mac_core.figures.harms import harm_target, tabulate_harms

HARMS = pd.DataFrame(
    {
        "event": "1",
        "n": [307, 295],
        "missing": [0, 2],
        "observed": [0.013, 0.024],
        "value": [0.013, 0.025],
        "low": [0.005, 0.011],
        "high": [0.033, 0.05],
    },
    index=pd.Index(["A", "B"], name="arm"),
)
ROLES = Roles(harm="significant_bleeding")


def test_a_share_is_shown_per_100():
    target = harm_target(HARMS, ROLES)
    table = tabulate_harms(HARMS, target)
    assert table.columns.tolist() == ["treatment", "value", "low", "high", "observed", "n", "missing"]
    assert table["value"].round(9).tolist() == [1.3, 2.5] and table["missing"].tolist() == [0, 2]
    effects = pd.DataFrame(
        {"difference": [0.012, -0.012], "low": [-0.01, -0.03], "high": [0.03, 0.01], "n": 602},
        index=pd.MultiIndex.from_tuples([("B", "A"), ("A", "B")], names=["arm", "against"]),
    )
    (sentence,) = say_difference(effects, target, reference="A", design="randomised")
    assert sentence.startswith("On average significant bleeding was 1.2 higher (per 100 patients) with B than with A")


def test_a_number_keeps_its_unit_and_old_runs_lack_what_was_observed():
    numbers = HARMS.assign(event="").drop(columns="observed")
    target = harm_target(numbers, ROLES)
    assert target.kind == "number"
    table = tabulate_harms(numbers, target)
    assert "observed" not in table and table["value"].tolist() == [0.013, 0.025]


def test_without_a_harm_there_is_a_name_all_the_same():
    assert harm_target(None, Roles()).label == "harm"
