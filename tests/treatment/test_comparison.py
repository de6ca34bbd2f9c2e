import copy
import re
import time

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal
from sklearn.base import clone

from mac_core import InputError, TreatmentComparison

NUMBERS = ["outcome", "low", "high", "range_low", "range_high"]


def test_shapes_and_names_of_the_contract(fitted):
    trial, comparison = fitted
    patients = trial.X.iloc[[5, 3, 8]].set_axis(["p", "q", "r"], axis=0)
    outcomes, differences, advice = comparison.outcomes(patients), comparison.differences(patients), comparison.advise(patients)
    assert outcomes.index.names == ["row", "arm"]
    assert outcomes.index.tolist()[:4] == [("p", "A"), ("p", "B"), ("p", "C"), ("q", "A")]
    assert list(outcomes) == [*NUMBERS, "support"]
    assert set(outcomes["support"]) <= {"supported", "thin", "unsupported"}
    assert differences.index.names == ["row", "arm", "against"]
    assert list(differences) == ["difference", "low", "high"]
    assert len(differences) == 3 * 6
    assert advice.index.tolist() == ["p", "q", "r"]
    assert list(advice) == ["verdict", "arm", "individual", "same_arm_first", "reason"]
    effects = comparison.average_effects_
    assert effects.index.names == ["arm", "against"]
    assert list(effects) == ["difference", "low", "high", "n"]
    assert len(effects) == 6
    assert np.isnan(comparison.heterogeneity_.p)
    assert not comparison.heterogeneity_.supported


def test_numbers_agree_with_each_other(fitted):
    trial, comparison = fitted
    outcomes, differences = comparison.outcomes(trial.X), comparison.differences(trial.X)
    value = outcomes["outcome"].to_numpy().reshape(-1, 3)
    for k, (a, b) in enumerate([(0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1)]):
        np.testing.assert_array_equal(differences["difference"].to_numpy().reshape(-1, 6)[:, k], value[:, a] - value[:, b])
    turned = differences.swaplevel("arm", "against").loc[differences.index]
    np.testing.assert_array_equal(differences["low"], -turned["high"])
    known = outcomes.dropna()
    for low, high in (("low", "high"), ("range_low", "range_high")):
        assert ((known[low] <= known["outcome"]) & (known["outcome"] <= known[high])).all()


def test_closed_advice_shows_the_average_difference_for_everybody(fitted):
    trial, comparison = fitted
    assert not comparison.heterogeneity_.supported
    found = comparison.answers(trial.X)
    value = found.outcomes["outcome"].to_numpy().reshape(-1, 3)
    for k, (a, b) in enumerate([(0, 1), (0, 2), (1, 0), (1, 2), (2, 0), (2, 1)]):
        shown = found.differences["difference"].to_numpy().reshape(-1, 6)[:, k]
        np.testing.assert_array_equal(shown, value[:, a] - value[:, b])
        assert np.ptp(shown[~np.isnan(shown)]) < 1e-9
    effects = comparison.average_effects_
    for pair, rows in found.differences.dropna().groupby(level=["arm", "against"]):
        # Averages over different patients need not add up exactly.
        assert rows["difference"].iloc[0] == pytest.approx(effects.loc[pair, "difference"], abs=0.05)
        assert rows["low"].iloc[0] == pytest.approx(effects.loc[pair, "low"], abs=0.05)
    assert_frame_equal(found.advice, comparison.advise(trial.X))


def test_prediction_does_not_depend_on_who_else_is_asked_about(fitted):
    trial, comparison = fitted
    together = comparison.outcomes(trial.X.iloc[:20])
    alone = comparison.outcomes(trial.X.iloc[[7]])
    assert_frame_equal(alone, together.loc[[7]], rtol=1e-10)


def test_columns_in_another_order_and_extra_ones(fitted):
    trial, comparison = fitted
    shuffled = trial.X.iloc[:5].assign(extra=1)[["sex", "extra", "severity", "age"]]
    assert_frame_equal(comparison.outcomes(shuffled), comparison.outcomes(trial.X.iloc[:5]))


def test_a_missing_column_is_named(fitted):
    trial, comparison = fitted
    with pytest.raises(InputError, match="severity"):
        comparison.outcomes(trial.X.drop(columns="severity"))


def test_renaming_arms_renames_the_answers_and_nothing_else(light, fitted):
    trial, comparison = fitted
    names = {"A": "z", "B": "x", "C": "y"}
    renamed = TreatmentComparison(light, random_state=0, reference="x")
    renamed.fit(trial.X, [names[a] for a in trial.arm], trial.outcome)
    assert renamed.arms_ == ["x", "y", "z"]
    effects = comparison.average_effects_.rename(index=names).loc[renamed.average_effects_.index]
    assert_frame_equal(renamed.average_effects_, effects, rtol=1e-9)
    patients = trial.X.iloc[:30]
    outcomes, differences = renamed.outcomes(patients), renamed.differences(patients)
    assert_frame_equal(outcomes, comparison.outcomes(patients).rename(index=names, level="arm").loc[outcomes.index], rtol=1e-9)
    before = comparison.differences(patients).rename(index=names, level="arm").rename(index=names, level="against")
    assert_frame_equal(differences, before.loc[differences.index], rtol=1e-9)
    one, other = renamed.advise(patients), comparison.advise(patients)
    assert one["arm"].tolist() == [names[a] for a in other["arm"]]
    assert one["same_arm_first"].tolist() == other["same_arm_first"].tolist()


@pytest.fixture(scope="module")
def individual(light, make_trial):
    """Three arms of which another one is best for the severe and for the mild: individual advice is open."""
    trial = make_trial(2, n=420, effects=(0.0, 0.0, 0.0))
    slopes = {"A": 0.0, "B": 2.0, "C": -2.0}
    outcome = trial.outcome + trial.X["severity"].to_numpy() * [slopes[arm] for arm in trial.arm]

    def fit(names, reference):
        comparison = TreatmentComparison(light, design="randomised", reference=reference, random_state=0)
        return comparison.fit(trial.X, [names[arm] for arm in trial.arm], outcome)

    return trial, fit, fit({arm: arm for arm in "ABC"}, "A")


@pytest.mark.parametrize(("reference", "order"), [("B", "yzx"), ("C", "zxy")])
def test_nothing_depends_on_which_arm_is_the_reference_or_comes_first(individual, reference, order):
    trial, fit, before = individual
    assert before.heterogeneity_.supported
    names = dict(zip("ABC", order, strict=True))
    after = fit(names, names[reference])
    assert before.reference_ == "A" and after.reference_ == names[reference]
    assert after.heterogeneity_.p == pytest.approx(before.heterogeneity_.p, abs=1e-9)
    assert after.same_arm_first_ == before.same_arm_first_
    for name in ("average_effects_", "policy_value_", "policy_gain_"):
        turned = getattr(before, name).rename(index=names)
        assert_frame_equal(getattr(after, name), turned.loc[getattr(after, name).index], rtol=1e-9, atol=1e-9)
    patients = trial.X.iloc[:60]
    one, other = before.answers(patients), after.answers(patients)
    for table, against in ((other.outcomes, one.outcomes), (other.differences, one.differences)):
        labels = [level.map(names.get) if level.name != "row" else level for level in against.index.levels]
        turned = against.set_axis(against.index.set_levels(labels), axis=0)
        assert_frame_equal(table, turned.loc[table.index], rtol=1e-9, atol=1e-9)
    assert other.advice["verdict"].tolist() == one.advice["verdict"].tolist()
    assert other.advice["arm"].tolist() == one.advice["arm"].map(names, na_action="ignore").tolist()
    assert other.advice["same_arm_first"].tolist() == one.advice["same_arm_first"].tolist()
    assert one.advice["individual"].all() and (one.advice["verdict"] == "arm").any()


def test_same_seed_same_answers_whatever_the_workers(light, make_trial):
    trial = make_trial(3, n=120)
    made = [
        TreatmentComparison(light, n_jobs=jobs, random_state=7).fit(trial.X, trial.arm, trial.outcome) for jobs in (None, 2)
    ]
    assert_frame_equal(made[0].average_effects_, made[1].average_effects_, check_exact=True)
    assert_frame_equal(made[0].outcomes(trial.X), made[1].outcomes(trial.X), check_exact=True)
    assert made[0].same_arm_first_ == made[1].same_arm_first_


def test_binary_outcomes_are_risks_without_ranges(light_binary, make_trial):
    trial = make_trial(4, effects=(0.0, -1.0), binary=True)
    comparison = TreatmentComparison(light_binary, design="randomised", higher_is_better=False, random_state=0)
    comparison.fit(trial.X, trial.arm, trial.outcome)
    outcomes = comparison.outcomes(trial.X)
    assert outcomes[["range_low", "range_high"]].isna().all(axis=None)
    shown = outcomes[["outcome", "low", "high"]].dropna()
    assert ((shown >= 0) & (shown <= 1)).all(axis=None)
    assert comparison.average_effects_.loc[("B", "A"), "difference"] < 0
    assert comparison.advise(trial.X.iloc[[0]])["arm"].tolist() == ["B"]


def test_counts_are_never_expected_below_nothing(light, make_trial):
    trial = make_trial(21, n=300, effects=(0.0, 0.4))
    random = np.random.default_rng(0)
    counts = random.poisson(np.exp(trial.truth[np.arange(300), (trial.arm == "B").astype(int)] - 1)).astype(float)
    comparison = TreatmentComparison(light, design="randomised", random_state=0).fit(trial.X, trial.arm, counts)
    # Lines would run below: without the limit, somebody would have fewer than no event.
    plain = comparison.models_.predict(trial.X)
    assert (plain < 0).any() and comparison.least_ == 0
    found = comparison.answers(trial.X)
    for table in (found.outcomes, comparison.outcomes(trial.X)):
        assert (table[NUMBERS].dropna() >= 0).all(axis=None)
        assert ((table["range_low"] <= table["outcome"]) & (table["outcome"] <= table["range_high"])).all()
    shown = found.differences["difference"].xs(("B", "A"), level=("arm", "against"))
    assert np.ptp(shown) < 1e-9, "the average difference for everybody, at nothing too"
    amounts = TreatmentComparison(light, design="randomised", random_state=0).fit(trial.X, trial.arm, counts - 5)
    assert amounts.least_ == -np.inf and (amounts.outcomes(trial.X)["range_low"] < -5).any()


def test_missing_outcomes_are_counted_and_said(light, make_trial):
    trial = make_trial(5)
    outcome = trial.outcome.copy()
    outcome[np.flatnonzero(trial.arm == "A")[:7]] = np.nan
    comparison = TreatmentComparison(light, design="randomised", random_state=0).fit(trial.X, trial.arm, outcome)
    assert comparison.missing_outcome_.to_dict() == {"A": 7, "B": 0}
    assert comparison.overlap_.arms["missing_outcome"].tolist() == [7, 0]
    assert (comparison.average_effects_["n"] <= len(trial.X) - 7).all()
    assert comparison.scores_.shape == (len(trial.X), 2)
    assert [found.code for found in comparison.notices_] == ["outcome_missing_in_arm"]


def test_a_trial_that_is_not_random_is_noticed(light, make_trial):
    trial = make_trial(6, confounding=1.5)
    comparison = TreatmentComparison(light, design="randomised", random_state=0).fit(trial.X, trial.arm, trial.outcome)
    assert comparison.randomisation_.predictable
    assert "treatment_predictable" in [found.code for found in comparison.notices_]


def test_repeated_patients_widen_the_interval(light, make_trial):
    trial = make_trial(7, n=120)
    twice = pd.concat([trial.X, trial.X], ignore_index=True)
    arm, outcome = np.tile(trial.arm, 2), np.tile(trial.outcome, 2)
    widths = []
    for groups in (None, np.tile(np.arange(120), 2)):
        comparison = TreatmentComparison(light, design="randomised", random_state=0).fit(twice, arm, outcome, groups)
        effect = comparison.average_effects_.loc[("B", "A")]
        widths.append(effect["high"] - effect["low"])
    assert widths[1] > 1.25 * widths[0]


def test_an_arm_never_given_above_an_age(light, make_trial):
    trial = make_trial(8, n=400, effects=(0.0, 1.0, 3.0))
    old = (trial.X["age"] > 65).to_numpy()
    arm = np.where(old & (trial.arm == "C"), "A", trial.arm)
    comparison = TreatmentComparison(light, random_state=0).fit(trial.X, arm, trial.outcome)
    patients = trial.X.iloc[:6].assign(age=[75.0, 70.0, 79.0, 30.0, 40.0, 50.0])
    outcomes = comparison.outcomes(patients)
    of_c = outcomes.xs("C", level="arm")
    assert of_c["support"].tolist()[:3] == ["unsupported"] * 3
    assert (of_c["support"].iloc[3:] != "unsupported").all()
    assert of_c[NUMBERS].iloc[:3].isna().all(axis=None)
    assert outcomes.xs("A", level="arm")["outcome"].notna().all()
    against_c = comparison.differences(patients).xs("C", level="against")
    assert against_c.loc[0:2].isna().all(axis=None)
    advice = comparison.advise(patients)
    assert advice["verdict"].tolist() == ["cannot_tell"] * 3 + ["arm"] * 3
    assert advice["arm"].tolist()[3:] == ["C"] * 3
    assert comparison.removed_[("C", "A")] > 0.1
    assert comparison.removed_[("A", "B")] < 0.05


def test_written_and_read_it_answers_the_same(light, make_trial):
    from mac_core.runs.model_files import read_model, sign, write_model

    trial = make_trial(8, n=200, effects=(0.0, 1.0, 3.0))
    arm = np.where((trial.X["age"] > 60).to_numpy() & (trial.arm == "C"), "A", trial.arm)
    comparison = TreatmentComparison(light, random_state=0).fit(trial.X, arm, trial.outcome)
    assert comparison.support_.gaps_
    content = write_model(comparison)
    again = read_model(content, sign(content, label="a"), label="a")
    for method in ("outcomes", "differences", "advise"):
        assert_frame_equal(getattr(again, method)(trial.X), getattr(comparison, method)(trial.X), check_exact=True)
    assert_frame_equal(again.average_effects_, comparison.average_effects_)


def test_a_comparison_that_was_kept_before_answers_as_it_did(fitted):
    trial, comparison = fitted
    before = copy.copy(comparison)
    for name in ("least_", "resampled_", "harm_by_arm_"):
        delattr(before, name)
    one, other = before.answers(trial.X), comparison.answers(trial.X)
    assert_frame_equal(one.outcomes, other.outcomes)
    assert one.advice["verdict"].tolist() == other.advice["verdict"].tolist()


@pytest.mark.parametrize("case", ["clear", "open", "equal", "unsupported"])
def test_no_sentence_speaks_of_causes(light, make_trial, case):
    effects = {"clear": (0.0, 3.0), "unsupported": (0.0, 3.0)}.get(case, (0.0, 0.0))
    trial = make_trial(14, n=120, effects=effects)
    comparison = TreatmentComparison(light, smallest_difference=5.0 if case == "equal" else 0.0, random_state=0)
    comparison.fit(trial.X, trial.arm, trial.outcome)
    patients = trial.X.iloc[:5].assign(age=500.0) if case == "unsupported" else trial.X.iloc[:5]
    advice = comparison.advise(patients)
    expected = {"clear": "arm", "open": "cannot_tell", "equal": "no_clear_difference", "unsupported": "cannot_tell"}[case]
    assert (advice["verdict"] == expected).all()
    texts = [*advice["reason"], comparison.heterogeneity_.reason, *comparison.support_.judge(patients).why.ravel()]
    texts += [found.message + found.fix for found in comparison.notices_]
    assert not [text for text in texts if re.search(r"\beffect|\bcaus|will benefit|because of", text, re.IGNORECASE)]


def test_progress_is_counted_once_through_and_can_stop(light, make_trial):
    trial, seen = make_trial(10, n=100), []
    comparison = TreatmentComparison(light, random_state=0)
    comparison._fit(trial.X, trial.arm, trial.outcome, on_step=lambda done, total, *rest: seen.append((done, total)))
    assert [done for done, _ in seen] == list(range(1, len(seen) + 1))
    assert {total for _, total in seen} == {len(seen)}

    def stop(done, total, subtask, learner):
        if done == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        comparison._fit(trial.X, trial.arm, trial.outcome, on_step=stop)


def test_no_overlap_at_all_is_refused(light, make_trial):
    trial = make_trial(11, n=200)
    arm = np.where(trial.X["severity"] > 0, "A", "B")
    with pytest.raises(InputError) as caught:
        TreatmentComparison(light, random_state=0).fit(trial.X, arm, trial.outcome)
    assert caught.value.code == "no_overlap"


def test_unknown_reference_and_parameters(light, make_trial):
    trial = make_trial(12, n=60)
    with pytest.raises(InputError, match="Z"):
        TreatmentComparison(light, reference="Z").fit(trial.X, trial.arm, trial.outcome)
    for options in ({"design": "random"}, {"level": 95}):
        with pytest.raises(ValueError, match="must"):
            TreatmentComparison(light, **options).fit(trial.X, trial.arm, trial.outcome)


def test_clone_and_arrays(light, make_trial):
    trial = make_trial(13, n=100)
    comparison = clone(TreatmentComparison(light, design="randomised", random_state=0))
    array = trial.X[["severity"]].to_numpy()
    comparison.fit(array, trial.arm, trial.outcome)
    assert comparison.outcomes(array[:2]).index.tolist() == [(0, "A"), (0, "B"), (1, "A"), (1, "B")]


def test_one_patient_takes_no_noticeable_time(fitted):
    trial, comparison = fitted
    one = trial.X.iloc[[0]]
    comparison.answers(one)
    times = []
    for _ in range(5):
        # Of the processor, not of the clock: other programs may be running.
        start = time.process_time()
        comparison.answers(one)
        times.append(time.process_time() - start)
    assert min(times) < 0.1  # the light models; the full pool is measured in benchmarks
