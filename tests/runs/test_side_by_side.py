from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mac_core.runs.run import Target
from mac_core.runs.settings import Settings
from mac_core.runs.side_by_side import compare_runs
from tests.figures.made_run import made_run


def better(run, share=0.5):
    """The same run, its predictions moved so far towards what happened."""
    truth = pd.get_dummies(run.observed).reindex(columns=run.out_of_sample.columns).to_numpy(dtype=float)
    return replace(run, out_of_sample=run.out_of_sample * (1 - share) + share * truth)


@pytest.fixture(scope="module")
def run():
    return made_run(n=120, both=False)


def test_what_differs_is_named(run):
    other = replace(run, settings=Settings(seed=7, draw="random", learners=("decision_tree",)), source_name="other.csv")
    found = compare_runs(run, other)
    assert found.settings.loc[found.settings["differs"], "what"].tolist() == ["subtasks drawn", "learners", "seed"]
    assert found.data.loc[found.data["differs"], "what"].tolist() == ["file"]
    seed = found.settings.set_index("what").loc["seed"]
    assert (seed["first"], seed["second"]) == ("0", "7")
    assert not compare_runs(run, run).settings["differs"].any()


def test_errors_stand_side_by_side_with_their_intervals(run):
    other = replace(run, honest_error=type(run.honest_error)(0.3, 0.2, 0.4))
    row = compare_runs(run, other).errors.loc["honest error"]
    assert row.tolist() == [0.44, 0.39, 0.50, 0.3, 0.2, 0.4]
    assert compare_runs(run, other).same_loss
    assert not compare_runs(run, replace(run, loss="brier")).same_loss


def test_the_better_run_is_seen_on_the_same_patients_only(run):
    other = better(run)
    pair = compare_runs(run, other).paired
    risk = run.out_of_sample.to_numpy()[np.arange(120), (run.observed == "yes").astype(int)]
    assert pair.first == pytest.approx(-np.log(risk).mean()) and pair.loss == "log" and pair.n == 120
    assert pair.difference == pytest.approx(pair.second - pair.first)
    assert pair.high < 0 and pair.low < pair.difference < pair.high
    turned = compare_runs(other, run).paired
    assert (turned.difference, turned.low, turned.high) == pytest.approx((-pair.difference, -pair.high, -pair.low))
    same = compare_runs(run, run).paired
    assert (same.difference, same.low, same.high) == (0, 0, 0)


def test_only_rows_that_both_have_are_judged(run):
    # The second run left out the first thirty lines, and holds the others in another order.
    order = np.random.default_rng(0).permutation(np.arange(30, 120))
    parts = {
        name: getattr(run, name).iloc[order].reset_index(drop=True) for name in ("rows", "observed", "out_of_sample", "lines")
    }
    pair = compare_runs(run, replace(run, **parts)).paired
    assert (pair.n, pair.difference) == (90, 0)


def test_the_interval_is_the_paired_one(run):
    random = np.random.default_rng(2)
    noise = replace(run, out_of_sample=run.out_of_sample.mul(np.exp(random.normal(0, 0.05, run.out_of_sample.shape))))
    noise = replace(noise, out_of_sample=noise.out_of_sample.div(noise.out_of_sample.sum(axis=1), axis=0))
    pair = compare_runs(run, noise).paired
    losses = [
        -np.log(one.out_of_sample.to_numpy()[np.arange(120), (run.observed == "yes").astype(int)]) for one in (run, noise)
    ]
    expected = 1.96 * (losses[1] - losses[0]).std(ddof=1) / np.sqrt(120)
    assert (pair.high - pair.low) / 2 == pytest.approx(expected, rel=0.15)
    clustered = replace(run, patients=pd.Series(np.arange(120) // 6))
    assert compare_runs(clustered, noise).paired.high != pair.high


def test_two_measures_are_judged_by_one_that_suits_both(run):
    assert compare_runs(run, replace(run, loss="zero_one")).paired.loss == "zero_one"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda run: replace(run, target=Target("death", "Death", "binary", ("no", "yes"), "yes")), "different things"),
        (lambda run: replace(run, source_sha256="1" * 64), "different files"),
        (lambda run: replace(run, lines=run.lines + 1000), "fewer than ten patients"),
        (
            lambda run: replace(run, observed=run.observed.sample(frac=1, random_state=0).reset_index(drop=True)),
            "different outcomes",
        ),
        (lambda run: replace(run, out_of_sample=run.out_of_sample * np.nan), "fewer than ten patients"),
    ],
)
def test_why_there_is_no_pair(run, change, words):
    found = compare_runs(run, change(run))
    assert found.paired is None and words in found.why_not


def test_numbers():
    run = made_run("number", both=False)
    other = replace(run, out_of_sample=(run.out_of_sample.mul(0.5)).add(0.5 * run.observed, axis=0))
    pair = compare_runs(run, other).paired
    assert pair.second == pytest.approx(pair.first / 4) and pair.high < 0


def test_patients_are_counted_not_rows(run):
    twice = replace(run, patients=pd.Series(np.arange(len(run.rows)) // 2))
    used = compare_runs(run, twice).data.set_index("what").loc["patients used"]
    assert (used["first"], used["second"]) == (str(len(run.rows)), str(len(run.rows) // 2))
