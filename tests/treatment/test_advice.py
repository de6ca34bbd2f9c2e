import numpy as np
import pandas as pd
import pytest

from mac_core.treatment.advice import advise_patients, cohort_verdict
from mac_core.treatment.overlap import Judgement


def effects(**intervals):
    """AB=(difference, half width): that and the turned pair."""
    rows = {}
    for (a, b), (difference, half) in intervals.items():
        rows[a, b] = (difference, difference - half, difference + half, 100)
        rows[b, a] = (-difference, -difference - half, -difference + half, 100)
    index = pd.MultiIndex.from_tuples(list(rows), names=["arm", "against"])
    return pd.DataFrame(list(rows.values()), index=index, columns=["difference", "low", "high", "n"])


@pytest.mark.parametrize(
    ("pairs", "delta", "higher", "verdict", "arm"),
    [
        ({"AB": (2, 1)}, 0, True, "arm", 0),
        ({"AB": (2, 1)}, 0, False, "arm", 1),
        ({"AB": (2, 1)}, 0.5, True, "arm", 0),
        ({"AB": (2, 1)}, 1, True, "cannot_tell", None),  # better, but perhaps by less than matters
        ({"AB": (2, 1)}, 4, True, "no_clear_difference", None),
        ({"AB": (0.5, 1)}, 0, True, "cannot_tell", None),
        ({"AB": (0.5, 1)}, 1, True, "cannot_tell", None),
        ({"AB": (0.0, 0.0)}, 0, True, "cannot_tell", None),
        ({"AB": (3, 1), "AC": (2, 1), "BC": (-1, 1)}, 0, True, "arm", 0),
        ({"AB": (3, 1), "AC": (0.1, 0.2), "BC": (-3, 1)}, 0.5, True, "no_clear_difference", None),
        ({"AB": (3, 1), "AC": (0.1, 2), "BC": (-3, 1)}, 0.5, True, "cannot_tell", None),
        ({"AB": (np.nan, np.nan)}, 1, True, "cannot_tell", None),
    ],
)
def test_verdicts(pairs, delta, higher, verdict, arm):
    arms = sorted({label for pair in pairs for label in pair})
    found = cohort_verdict(effects(**pairs), arms, higher_is_better=higher, smallest_difference=delta)
    assert (found.verdict, found.arm) == (verdict, arm)
    assert found.reason.endswith(".")


def test_sentence_speaks_of_the_leaders_and_per_100():
    table = effects(AB=(0.30, 0.1), AC=(0.02, 0.05), BC=(-0.28, 0.1))
    found = cohort_verdict(table, ["A", "B", "C"], binary=True)
    assert found.reason == (
        "The data cannot tell A and C apart: the average difference between A and C is 2.0 per 100, "
        "with an interval from -3.0 per 100 to 7.0 per 100."
    )


def judged(*rows):
    support = np.array(rows, dtype=object)
    return Judgement(support, np.where(support == "unsupported", "No comparable patients got it.", "").astype(object))


def test_an_unsupported_winner_is_not_advised():
    verdict = cohort_verdict(effects(AB=(2, 1)), ["A", "B"])
    table = advise_patients(
        verdict,
        judged(("supported", "thin"), ("unsupported", "supported"), ("thin", "unsupported")),
        pd.Index([7, 8, 9]),
        ["A", "B"],
        0.9,
    )
    assert table["verdict"].tolist() == ["arm", "cannot_tell", "arm"]
    assert table["arm"].tolist()[::2] == ["A", "A"]
    assert np.isnan(table.loc[8, "arm"])
    assert "No comparable patients" in table.loc[8, "reason"]
    assert not table["individual"].any()
    assert table.index.name == "row"


def test_arms_are_not_equal_for_a_patient_who_could_get_only_one():
    verdict = cohort_verdict(effects(AB=(0, 0.1)), ["A", "B"], smallest_difference=1)
    table = advise_patients(
        verdict, judged(("supported", "supported"), ("supported", "unsupported")), pd.RangeIndex(2), ["A", "B"], 0.5
    )
    assert table["verdict"].tolist() == ["no_clear_difference", "cannot_tell"]
    assert table["arm"].isna().all()
