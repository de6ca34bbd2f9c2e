"""What the command line prints."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from mac_core.errors import Place, notice
from mac_core.evidence.drift import drift_table
from mac_core.evidence.outside_check import check_outside
from mac_core.runs.batch import Batch
from mac_core.runs.plain_text import say_check, say_comparison, say_notices, say_run, say_shifts
from mac_core.runs.side_by_side import compare_runs
from tests.figures.made_run import made_run


@pytest.fixture
def run():
    seen = notice("short_lines", Place(4, None), count=1, lines="4")
    made = made_run(both=False)
    return replace(made, id="first", notices=(seen,), roles=replace(made.roles, ignore=("seen",)))


@pytest.fixture
def batch(run):
    """The run's own patients, ten years older, and what is predicted of them."""
    new = run.rows.assign(age=run.rows["age"] + 30)
    check = check_outside(run.target, run.observed, run.out_of_sample.fillna(0.5), run.observed, run.loss)
    return Batch(
        patients=pd.DataFrame({"line": run.lines}),
        ready=new,
        described=new,
        verdicts=None,
        drift=drift_table(run.rows, new, run.schema),
        units=(),
        in_training=0,
        check=check,
        doubts=("shifted",),
        notices=(),
        file="new.csv",
        sha256="ab" * 32,
    )


def test_a_run_begins_with_its_verdict_and_says_what_no_model_saw(run):
    dropped = notice("date_dropped", Place(None, "born"), column="born")
    lines = say_run(replace(run, notices=(*run.notices, dropped))).splitlines()
    assert lines[0] == run.verdict.sentence
    assert "Columns that no model sees: seen, born" in lines
    assert [line for line in lines if line.startswith("* ")]  # the baseline
    assert "- One line has too few fields; the rest was taken as missing: 4. Check these lines." in lines
    assert "Left out: neural_network: It did not converge in 3 of 10 subtasks." in lines
    assert "Columns that no model sees" not in say_run(replace(run, roles=replace(run.roles, ignore=())))


def test_treatments_are_compared_with_the_reference_alone():
    run = made_run()
    run = replace(
        run,
        roles=replace(run.roles, reference="A"),
        advice={"verdict": "arm", "arm": "A", "reason": "A was better on average."},
        heterogeneity={"p": 0.4, "supported": False, "reason": "Nothing shows."},
    )
    text = say_run(run)
    assert "effects of treatment; 95 % interval" in text
    assert "  B against A: 0.08 [0.02, 0.14], n = 40" in text and "C against B" not in text
    assert "Verdict: A was better on average." in text and "Single patients: Nothing shows." in text
    routine = replace(run, roles=replace(run.roles, design="routine"))
    assert "differences between the groups, whatever their reason" in say_run(routine)


def test_a_check_is_a_sentence_and_a_table(run, batch):
    text = say_check(run, batch, replace(batch.check, left_out=3))
    lines = text.splitlines()
    assert lines[0].startswith("Compared with the ")
    assert lines[1] == "Patients without an outcome that the study knows, not counted here: 3."
    assert lines[3].split() == ["measure", "value", "from", "to", "meaning"]
    place = lines[3].index("meaning")
    assert all(line[place - 2 : place] == "  " and line[place] != " " for line in lines[3:9])  # one under the other
    assert "not counted" not in say_check(run, batch, batch.check)


def test_what_moved_is_said_in_numbers_alone(run, batch):
    (said,) = say_shifts(run, batch)
    assert said.startswith("  age: ") and said.endswith(" in this file")
    words = run.rows.assign(sex=np.where(np.arange(len(run.rows)) < 58, "f", "m"))
    table = drift_table(run.rows, words, run.schema).assign(shifted=True)
    assert [line.split(":")[0] for line in say_shifts(run, replace(batch, drift=table))] == ["  age"]


def test_many_odd_cells_of_a_column_do_not_hide_the_rest():
    odd = [notice("unseen_value", Place(row, "sex"), "x", column="sex") for row in range(2, 30)]
    whole = notice("columns_shifted", columns="age")
    lines = say_notices([*odd, whole])
    assert len(lines) == 5 and lines[0].startswith("Row 2: The model has never seen x in sex.")
    assert lines[3] == "  ... and 25 more cells of sex, in rows 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, ...."
    assert lines[4].startswith("These columns look unlike the study's table: age.")
    named = notice("short_lines", Place(4, None), count=1, lines="4")
    assert say_notices([named]) == [f"{named.message} {named.fix}"]


def test_two_runs_name_what_differs(run):
    other = replace(run, id="second", settings=replace(run.settings, seed=9))
    text = say_comparison(compare_runs(run, other), run, other)
    assert text.startswith("First: Made by hand (first). Second: Made by hand (second).")
    assert "  seed" in text.split("Settings that differ:")[1]
    assert "Data: nothing differs." in text
    assert "measure errors differently" not in text
    apart = replace(other, target=replace(run.target, name="weight"))
    assert "measure errors differently" in say_comparison(compare_runs(run, apart), run, apart)
