import numpy as np
import pandas as pd
import pytest

from mac_core.treatment.advice import advise_individually, advise_patients, cohort_verdict, verdict_among
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
    # Where only one of the two could be given, nothing can be said to be better than the other.
    assert table["verdict"].tolist() == ["arm", "cannot_tell", "cannot_tell"]
    assert table.loc[7, "arm"] == "A" and table.loc[[8, 9], "arm"].isna().all()
    assert "No comparable patients" in table.loc[8, "reason"] and "No comparable patients" in table.loc[9, "reason"]
    assert not table["individual"].any()
    assert table.index.name == "row"


def test_arms_are_not_equal_for_a_patient_who_could_get_only_one():
    verdict = cohort_verdict(effects(AB=(0, 0.1)), ["A", "B"], smallest_difference=1)
    table = advise_patients(
        verdict, judged(("supported", "supported"), ("supported", "unsupported")), pd.RangeIndex(2), ["A", "B"], 0.5
    )
    assert table["verdict"].tolist() == ["no_clear_difference", "cannot_tell"]
    assert table["arm"].isna().all()


ARMS = ["A", "B", "C"]


def test_an_arm_that_could_not_be_given_is_not_spoken_of():
    table = effects(AB=(2, 1), AC=(-0.5, 1), BC=(-2.5, 1))
    verdict = cohort_verdict(table, ARMS)
    assert verdict.verdict == "cannot_tell" and "A and C" in verdict.reason
    asked = []

    def among(arms):
        asked.append(arms)
        return verdict_among(table, ARMS, arms), 0.7

    support = judged(("supported",) * 3, ("supported", "thin", "unsupported"), ("thin", "supported", "unsupported"))
    found = advise_patients(verdict, support, pd.RangeIndex(3), ARMS, 0.5, among)
    assert found["verdict"].tolist() == ["cannot_tell", "arm", "arm"]
    assert found["arm"].tolist()[1:] == ["A", "A"]
    assert found["same_arm_first"].tolist() == [0.5, 0.7, 0.7]
    reason = found.loc[1, "reason"]
    assert "better than under B:" in reason and reason.endswith("No comparable patients got it.")
    assert asked == [(0, 1)], "once for all patients who lack the same arm"


def test_the_best_arm_is_not_passed_over():
    table = effects(AB=(2, 1), AC=(-3, 1), BC=(-5, 1))
    verdict = cohort_verdict(table, ARMS)
    assert verdict.arm == 2
    support = judged(("supported", "supported", "unsupported"))
    parts = (verdict, support, pd.RangeIndex(1), ARMS, 0.9)
    found = advise_patients(*parts, among=lambda arms: (verdict_among(table, ARMS, arms), 0.9))
    assert found.loc[0, "verdict"] == "cannot_tell" and "C came out best on average" in found.loc[0, "reason"]


def test_positions_stay_those_of_all_arms():
    table = effects(AB=(9, 1), AC=(8, 1), BC=(-1.5, 1))
    found = verdict_among(table, ARMS, (1, 2))
    assert (found.verdict, found.arm, found.remaining) == ("arm", 2, (2,))
    open_ = verdict_among(effects(AB=(9, 1), AC=(8, 1), BC=(0, 1)), ARMS, (1, 2))
    assert (open_.verdict, open_.remaining) == ("cannot_tell", (1, 2)) and "B and C" in open_.reason


def _individually(shown, limits, first=0.99, **options):
    shown = np.array([shown], dtype=float)
    why = np.full((1, 3), "No comparable patients got it.", dtype=object)
    support = np.where(np.isnan(shown), "unsupported", "supported").astype(object)
    pairs = {pair: (np.array([low]), np.array([high])) for pair, (low, high) in limits.items()}
    pairs |= {(b, a): (-high, -low) for (a, b), (low, high) in pairs.items()}
    best = np.where(np.isnan(shown), 0.0, first)
    return advise_individually(shown, pairs, Judgement(support, why), pd.Index(["p"]), ARMS, best, **options).iloc[0]


CLEAR = {(0, 1): (-3.0, -1.0), (0, 2): (-0.5, 0.5), (1, 2): (1.0, 3.0)}


def test_a_patients_arm_must_be_ahead_of_all_others_and_steady():
    found = _individually([0.0, 2.0, 0.0], CLEAR)
    assert (found["verdict"], found["arm"], found["individual"]) == ("arm", "B", True)
    assert "by at least 1" in found["reason"]
    unsteady = _individually([0.0, 2.0, 0.0], CLEAR, first=0.8)
    assert unsteady["verdict"] == "cannot_tell"
    assert "only 80 of 100 resamples" in unsteady["reason"]
    assert _individually([0.0, 2.0, 0.0], CLEAR, smallest_difference=1.5)["verdict"] == "cannot_tell"
    low = _individually([0.0, -2.0, 0.0], {pair: (-high, -low) for pair, (low, high) in CLEAR.items()}, higher_is_better=False)
    assert low["arm"] == "B"


def test_a_patients_arms_may_be_equal_or_open():
    near = {(0, 1): (-0.5, 0.5), (0, 2): (-0.5, 0.5), (1, 2): (-0.5, 0.5)}
    assert _individually([0.0, 0.1, 0.0], near, smallest_difference=1.0)["verdict"] == "no_clear_difference"
    found = _individually([0.0, 0.1, 0.0], near)
    assert found["verdict"] == "cannot_tell"
    assert "between B and A a difference of 0.1 is expected" in found["reason"]


def test_an_unsupported_arm_has_no_say_and_one_arm_alone_is_no_choice():
    nan = float("nan")
    pairs = {(0, 1): (-3.0, -1.0), (0, 2): (nan, nan), (1, 2): (nan, nan)}
    assert _individually([0.0, 2.0, nan], pairs)["arm"] == "B"
    alone = _individually([0.0, nan, nan], pairs)
    assert alone["verdict"] == "cannot_tell"
    assert "Fewer than two treatments" in alone["reason"]
