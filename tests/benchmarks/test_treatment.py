"""The benchmark of the comparison: its trials have the truth they say, rows survive a stop, tables say what was measured."""

from __future__ import annotations

import argparse
import importlib.util
import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from benchmarks.treatments import experiments, tables
from benchmarks.treatments.bars import bars
from benchmarks.treatments.experiments import PARTS, Job, jobs
from benchmarks.treatments.figures import mean_of, mean_share_of, ratio_of, share_of
from benchmarks.treatments.measuring import averages_only, group_means, measure
from benchmarks.treatments.results import append, read
from benchmarks.treatments.trials import SCENARIOS, SITUATIONS, make_situation, make_trial, odds_trial

PATH = Path(__file__).resolve().parents[2] / "benchmarks" / "treatment.py"


@pytest.fixture(scope="module")
def command():
    spec = importlib.util.spec_from_file_location("treatment_benchmark", PATH)
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_trials_have_the_truth_that_they_say(scenario):
    trial = make_trial(scenario, seed=1, n=1600)
    difference = trial.truth[:, 1:] - trial.truth[:, :1]
    spread = difference.std(axis=0)
    assert (spread < 1e-9).all() if scenario in ("null", "constant") else (abs(spread - 0.45) < 0.1).all()
    if scenario in ("null", "constant"):
        assert np.allclose(difference.mean(axis=0), (0, 0, 0) if scenario == "null" else (0.3, 0.5, 0.2))
    # What was observed is the truth of the arm that was given, plus noise of spread 1.
    noise = trial.outcome - trial.truth[np.arange(1600), trial.arm]
    assert abs(noise.mean()) < 0.1 and abs(noise.std() - 1) < 0.1
    # Prescribing follows the covariates in routine care only.
    levels = [trial.truth[trial.arm == a, 0].mean() for a in range(4)]
    assert (np.ptp(levels) > 0.3) == (trial.design == "routine") == (scenario in ("confounded", "poor overlap"))
    assert make_trial(scenario, seed=1).outcome.tolist() == make_trial(scenario, seed=1).outcome.tolist()


def test_risks_of_the_trial_with_one_odds_ratio():
    trial = odds_trial(seed=1, n=2000)
    odds = trial.truth / (1 - trial.truth)
    assert np.allclose(odds[:, 1] / odds[:, 0], np.exp(-0.6))
    assert 0.02 <= trial.truth[:, 0].min() < 0.03 and 0.55 < trial.truth[:, 0].max() <= 0.6
    assert abs(trial.outcome[trial.arm == 1].mean() - trial.truth[trial.arm == 1, 1].mean()) < 0.04


def test_situations_are_what_they_are_called():
    made = {name: make_situation(3, **options) for name, options in SITUATIONS.items()}
    for name, trial in made.items():
        if not name.startswith(("never", "reversed")):
            assert np.ptp(trial.truth, axis=1).max() < 1e-12, name
    never = made["never given above 70"]
    assert not ((never.arm == 2) & (never.X["age"] > 70)).any() and (never.arm == 2).sum() > 100
    turned = made["reversed in a subgroup"]
    gain = turned.truth[:, 1] - turned.truth[:, 0]
    assert np.allclose(gain[turned.X["sex"] == "f"], -0.8) and np.allclose(gain[turned.X["sex"] == "m"], 0.8)
    for dropout in ("dropout by arm", "dropout by arm and outcome"):
        missing = np.isnan(made[dropout].outcome)
        assert missing[made[dropout].arm == 1].mean() > 0.1 and not missing[made[dropout].arm == 0].any()
    after = made["predictor measured after treatment"]
    assert np.corrcoef(after.X["after"], after.outcome)[0, 1] > 0.4
    assert made["prescribing by site, site given"].site is not None and made["prescribing by site, site not given"].site is None
    for name, share in (("events 5 %", 0.05), ("events 15 %", 0.15), ("events 30 %", 0.3)):
        assert share / 2 < made[name].outcome.mean() < 2 * share
    assert [len(made[f"n = {n}"].X) for n in (125, 300, 1000, 2000)] == [125, 300, 1000, 2000]
    # A hidden confounder turns the naive difference; nothing does where nothing is wrong.
    gaps = {}
    for name in ("nothing wrong", "hidden confounder"):
        found = [make_situation(seed, n=2000, **SITUATIONS[name]) for seed in range(3)]
        gaps[name] = np.mean([t.outcome[t.arm == 1].mean() - t.outcome[t.arm == 0].mean() for t in found])
    assert abs(gaps["nothing wrong"]) < 0.15 and gaps["hidden confounder"] > 0.5


def test_the_truth_of_a_group_is_the_mean_of_its_patients():
    from benchmarks.treatments.measuring import _Remembering

    expected = np.random.default_rng(0).normal(size=200)
    group = _Remembering(expected, expected, np.arange(200))
    truth = np.arange(200.0)
    low, high = np.sort(expected)[[80, 119]]
    found = group_means(group, truth, np.array([(low + high) / 2]))[0]
    start, end = group.windows(np.array([(low + high) / 2]))[0]
    assert found == pytest.approx(truth[np.argsort(expected)[start:end]].mean())


def test_one_row_judges_everything_by_the_truth():
    trial = make_trial("confounded", n=300, n_new=80, arms=3, seed=2)
    row = measure(trial, 0, light=True)
    assert row["open"] == 0 and np.isnan(row["p"])  # below 400 patients nothing is tested
    assert 0 < row["PEHE"] < 1.5 and row["regret, average for all"] == row["regret, gated"]
    # Group intervals are about groups: they hold a single patient's truth less often.
    held = {name: hits / asked for name, (hits, asked) in ((n, v) for n, v in row.items() if n.startswith("held:"))}
    assert held["held:range"] > 0.85 and held["held:group of an arm"] > 0.6
    assert row["held:averages"][1] == 3 and row["held:gain of choosing"][1] == 3 and row["held:value of choosing"][1] == 1
    parts = [row[f"held:range, fifth {number}"][1] for number in range(1, 6)]
    assert sum(parts) == row["held:range"][1] == sum(row[f"held:range, arm {a}"][1] for a in range(3))
    json.dumps(row)


def test_one_gain_and_one_odds_ratio_are_those_of_the_comparison(monkeypatch):
    from benchmarks.treatments import measuring
    from benchmarks.treatments.gains import gains_only
    from benchmarks.treatments.measuring import odds_only
    from benchmarks.treatments.trials import odds_trial

    monkeypatch.setattr(measuring, "LIGHT", ("logistic_regression",))
    row = gains_only(make_trial("heterogeneous", n=200, n_new=1, arms=2, seed=1), 0)
    assert (
        row["held:gain of choosing"][1] == 2
        and row["held:value of choosing"][1] == row["held:gain over what was given"][1] == 1
    )
    sides = [row[f"held:gain of choosing{side}"][0] for side in ("", ", too high", ", too low")]
    assert sum(sides) == 2
    trial = odds_trial(n=150, n_new=50, seed=1)
    whole, alone = measuring.measure(trial, 0, light=True, higher_is_better=False), odds_only(trial, 0)
    for name in ("risk difference", "risk difference, fifth 2", "bias per 100, fifth 5"):
        assert alone[f"held:{name}"] == whole[f"held:{name}"]


def test_averages_alone_are_those_of_the_whole_comparison(monkeypatch):
    from benchmarks.treatments import measuring

    monkeypatch.setattr(measuring, "LIGHT", ("logistic_regression",))
    trial = make_trial("constant", n=150, n_new=10, arms=2, seed=4)
    comparison = measuring.fit(trial, 0, light=True)
    row = averages_only(trial, 0)
    truth = (trial.truth[:, 1] - trial.truth[:, 0]).mean()
    whole = comparison.average_effects_.loc[(1, 0)]
    # Only the seeds of the subtasks differ.
    assert row["error"] + truth == pytest.approx(whole["difference"], abs=0.05)
    assert row["half width"] == pytest.approx((whole["high"] - whole["low"]) / 2, rel=0.1)


def test_parts_come_forward_together_and_known_tables_need_a_folder(tmp_path):
    found = jobs(["scenarios", "econml", "known truth"], None)
    assert {job.part for job in found} == {"scenarios", "econml"}
    assert len({job.key for job in found}) == len(found) == sum(PARTS["scenarios"][1].values()) + 120
    half = found[: len(found) // 2]
    assert 15 <= sum(job.name == "heterogeneous" and job.part == "scenarios" for job in half) <= 30
    (tmp_path / "ihdp_1.truth.csv").write_text("")
    assert [job.name for job in jobs(["known truth"], tmp_path)] == ["ihdp_1"]


def test_a_stopped_run_goes_on_and_measures_nothing_twice(command, monkeypatch, tmp_path):
    ran = []
    planned = [
        Job("power", "light", seed, seed / 4, lambda seed=seed: ran.append(seed) or {"p": seed / 10}) for seed in range(4)
    ]
    monkeypatch.setattr(command, "jobs", lambda parts, shared: planned)
    options = argparse.Namespace(minutes=1, only=["power"], shared=None, rows=tmp_path, again=False, keep=False)
    append(tmp_path, "power", "power/light/0", {"p": 0.5})
    append(tmp_path / "other", "known truth", "known truth/ihdp_1/0", {"p": 1 / 3})
    assert [path.name for path in (tmp_path / "other").iterdir()] == ["known_truth.jsonl"]
    assert read(tmp_path / "other")["known truth/ihdp_1/0"]["p"] == 0.333333
    with (tmp_path / "power.jsonl").open("a") as file:
        file.write('{"key": "power/light/1", "p"')  # cut off while it was written
        file.write("\n")
    command.measure_missing(options)
    assert ran == [1, 2, 3]
    assert {key: row["p"] for key, row in read(tmp_path).items()} == {
        f"power/light/{s}": p for s, p in enumerate((0.5, 0.1, 0.2, 0.3))
    }
    command.measure_missing(options)
    assert ran == [1, 2, 3]
    options.minutes = -1
    options.again = True
    command.measure_missing(options)
    assert ran == [1, 2, 3]
    # A row by other code is measured again, unless it is to be kept.
    monkeypatch.setattr(command, "code", lambda: "other")
    options.again, options.keep, options.minutes = False, True, 1
    command.measure_missing(options)
    assert ran == [1, 2, 3]
    options.keep = False
    command.measure_missing(options)
    assert ran == [1, 2, 3, 0, 1, 2, 3]


def test_figures_have_an_error_that_counts_data_sets():
    assert mean_of([1.0, 3.0, np.nan]) == (2.0, pytest.approx(1.96 * np.sqrt(2) / np.sqrt(2)), 2)
    # Two data sets of 100 intervals that all hold or all miss are two draws, not two hundred.
    both = ratio_of([{"held:x": [100, 100]}, {"held:x": [0, 100]}], "held:x")
    assert both.value == 0.5 and both.error > 0.6 and both.count == 2
    assert ratio_of([{"held:x": [1, 1]}] * 100, "held:x").error == pytest.approx(0.0185, abs=1e-3)
    # No firm verdict in six trials is not "never".
    assert mean_share_of([0.0] * 6) == (0.0, pytest.approx(0.195, abs=1e-3), 6)
    assert share_of([{"p": 0.01}, {"p": 0.5}, {"p": np.nan}, {}], "p", 0.05)[::2] == (0.5, 2)
    assert mean_of([]).written == "not measured"


def test_bars_say_what_holds_on_how_many_replications(monkeypatch, tmp_path):
    def row(p, held, regret=0.0):
        return {"code": "x", "commit": "y", "p": p, "open": 0.0, "PEHE": 0.1, "regret": regret, "regret, gated": 0.0,
                "PEHE, everybody": 0.1, "regret, everybody": regret,
                "firm, individual": 0.0, "held:range": held, "held:range, fifth 1": held, "held:averages": [1, 1],
                "PEHE, average for all": 0.1, "regret, average for all": 0.0, "unsupported": 0.0, "seconds": 1.0}  # fmt: skip

    rows = {f"scenarios/null/{seed}": row(0.5 if seed else 0.01, [95 + seed % 2, 100]) for seed in range(100)}
    rows |= {f"scenarios/heterogeneous/{seed}": row(0.001, [50, 100], regret=0.1) for seed in range(40)}
    rows |= {f"econml/heterogeneous/{seed}": {**row(0, [0, 0]), "PEHE": 0.2, "regret": 0.05} for seed in range(40)}
    found = {what: (measured, count, verdict) for what, _, measured, count, verdict in reversed(bars(rows))}
    assert found["the same, four arms and all learners only"] == ("0.01 ± 0.0264", "100", "met")
    assert found["heterogeneous: PEHE minus econml's, paired"][2] == "met"
    assert found["heterogeneous: regret minus econml's, paired"][2] == "not met"
    assert found["coverage, range of one patient's own outcome"][2] == "not met, on 140 of 200 replications"
    assert found["IHDP, mean PEHE"][2] == "not measured"
    # 26 of 40 is no power of .9; 35 of 40 may be one.
    for low, verdict in ((26, "not met"), (35, "cannot tell: within the Monte Carlo error")):
        some = {f"power/light/{seed}": {**row(0.001 if seed < low else 0.5, [0, 0])} for seed in range(40)}
        powers = [line for line in bars(some) if "two arms (all" in line[0]]
        assert [line[-1] for line in powers] == [verdict]
    text = tables.write_table(rows, tmp_path / "t.md")
    assert (tmp_path / "t.md").read_text() == text and "## Simulated trials" in text and "180 replications" in text
    tables.write_coverage(rows, tmp_path / "c.csv")
    table = pd.read_csv(tmp_path / "c.csv").set_index("interval")
    assert table.loc["range", "data_sets"] == 140 and table.loc["averages", "coverage"] == 1
    # Too few data sets are no measured coverage.
    tables.write_coverage(dict(list(rows.items())[:10]), tmp_path / "none.csv")
    assert not (tmp_path / "none.csv").exists()


def test_rows_kept_elsewhere_leave_the_published_table_and_coverage_alone(command, tmp_path, monkeypatch):
    written = []
    monkeypatch.setattr(command, "write_coverage", lambda rows: written.append(rows))
    monkeypatch.setattr(command, "write_table", lambda rows, path: written.append(path) or "")
    monkeypatch.setattr("sys.argv", ["treatment.py", "--table", "--rows", str(tmp_path / "trial")])
    command.main()
    assert written == [tmp_path / "trial.md"]
    monkeypatch.setattr("sys.argv", ["treatment.py", "--table"])
    command.main()
    assert len(written) == 3 and written[2] == command.RESULTS / "treatment.md"


def test_every_part_makes_rows_of_its_own(monkeypatch):
    made = []
    monkeypatch.setattr(experiments, "measure", lambda trial, seed, **options: made.append((len(trial.X), options)) or {})
    for name in SITUATIONS:
        experiments._situation(name, 0)
    experiments._power("all learners", 0)
    experiments._null_light("2 arms, n = 600", 0)
    experiments._odds("", 0)
    assert [n for n, _ in made[-3:]] == [1000, 600, 1000]
    assert [options["light"] for _, options in made[-3:]] == [False, True, True]
    assert made[-1][1]["higher_is_better"] is False
