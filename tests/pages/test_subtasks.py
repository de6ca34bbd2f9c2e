"""Subtasks: how the patients were split."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from mac_core.data.reading import read_table
from mac_core.data.roles import Roles
from mac_core.evidence.weighing import weigh
from mac_core.runs.settings import Settings
from mac_core.runs.store import RunStore
from mac_core.runs.study import run_study
from tests.figures.made_run import made_run
from tests.pages.shown import chart_texts, table
from tests.pages.words import said


def test_empty(visit):
    assert "No study is open yet." in said(visit("subtasks"))


def test_ready(visit, made_run_id):
    at = visit("subtasks", run=made_run_id)
    assert (
        at.markdown[0]
        .value.replace("\\", "")
        .strip("#* ")
        .startswith(
            "Your 60 patients were split into 10 subtasks (drawn as complements of repeated folds): each "
            "trains models on 48 patients and tests them on 12 others."
        )
    )
    counts = table(at, "Every subtask")
    assert counts["trained"].tolist() == [48] * 10
    shares = counts[["share_tested of no", "share_tested of yes"]]
    assert shares.sum(axis=1).round(6).tolist() == [100] * 10 and shares.to_numpy().max() > 1, "of 100, with a whole number"
    assert "kfold, this study's" in said(at)


def test_another_subtask_is_chosen(visit, made_run_id):
    at = visit("subtasks", run=made_run_id)
    before = table(at, "The patients of subtask")
    at.selectbox(key="subtask_chosen").select("3").run()
    assert not at.exception
    after = table(at, "The patients of subtask")
    splits = made_run().splits[2]
    assert after["used as"].tolist() == splits.tolist() != before["used as"].tolist()
    assert after["line"].tolist() == list(range(2, 62))


def test_a_number_and_forty_blocks(visit):
    run = made_run("number", subtasks=40)
    at = visit("subtasks", run=RunStore().save(replace(run, settings=replace(run.settings, draw="block"))))
    assert "40 subtasks" in said(at) and "drawn as consecutive blocks of rows" in said(at)
    assert "mean_trained" in table(at, "Every subtask")


@pytest.mark.parametrize("draw", ["kfold", "random", "block", "cluster", "site", "bootstrap"])
def test_every_way_of_drawing_is_shown(visit, draw):
    rows = "\n".join(f"{30 + i % 41},{'mf'[i % 2]},{'NES'[i % 3]},{int(i % 41 > 20)}" for i in range(60))
    table_read = read_table(f"age,sex,site,relapse\n{rows}".encode())
    light = Settings(learners=("logistic_regression",), n_subtasks=4, draw=draw, n_jobs=1)
    run = run_study(table_read, Roles(outcome="relapse", site="site"), settings=light)
    at = visit("subtasks", run=RunStore().save(run))
    assert f"({draw}, this study's)" in said(at)
    assert len(chart_texts(at)) == (3 if draw == "cluster" else 2)
    counts = table(at, "Every subtask")
    assert len(counts) == {"block": 12, "site": 3}.get(draw, run.splits.shape[1])
    assert (counts["trained"] > 0).all() and (counts["tested"] > 0).all()


def test_groups_of_similar_patients_are_mapped_and_described(visit):
    run = made_run()
    splits = pd.DataFrame({0: ["trained"] * 20 + ["tested"] * 10 + ["unused"] * 30, 1: ["unused"] * 30 + ["trained"] * 30})
    evidence = weigh(run.observed, run.out_of_sample, run.target, clusters=(run.rows, splits))
    at = visit(
        "subtasks",
        run=RunStore().save(replace(run, splits=splits, evidence=evidence, settings=replace(run.settings, draw="cluster"))),
    )
    assert "drawn as groups of similar patients" in said(at) and "What sets each group apart" in said(at)
    assert "- **Group 1**: 30 patients, with" in said(at)
    assert any(text.startswith("Map of 60 patients: 30 in group 1") for text in chart_texts(at))
