"""A private home for every test of this folder, and a small run made by hand."""

import numpy as np
import pandas as pd
import pytest

from mac_core.data.roles import Roles
from mac_core.data.schema import Column, Schema
from mac_core.data.table import PatientTable
from mac_core.ensemble.honesty import Estimate
from mac_core.errors import Notice, Place
from mac_core.runs.run import Run, Target, Verdict
from mac_core.runs.settings import Settings


@pytest.fixture(autouse=True)
def home(tmp_path, monkeypatch):
    monkeypatch.setenv("MAC_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("MAC_DATABASE_URL", raising=False)
    return tmp_path / "home"


@pytest.fixture
def table():
    rng = np.random.default_rng(5)
    n = 60
    sex = pd.Series(np.where(rng.random(n) < 0.5, "f", "m"), dtype="str")
    sex[3] = np.nan
    age = rng.normal(60, 10, n).round(1)
    frame = pd.DataFrame(
        {
            "age": age,
            "sex": sex,
            "seen": pd.date_range("2020-01-01", periods=n),
            "drug": pd.Series(np.where(rng.random(n) < 0.5, "A", "B"), dtype="str"),
            "relapse": pd.Series(np.where(rng.random(n) < 1 / (1 + np.exp(-(age - 60) / 5)), "yes", "no"), dtype="str"),
        }
    )
    schema = Schema(
        (
            Column("age", "number", "years", low=30.0, high=90.0, typical=60.0),
            Column("sex", "category", levels=("f", "m"), missing=1),
            Column("seen", "date"),
            Column("drug", "category", levels=("A", "B")),
            Column("relapse", "category", levels=("no", "yes")),
        )
    )
    notices = (Notice("unusual", "warning", Place(4, "sex"), None, "Fünf {fehlen}.", "Look."),)
    return PatientTable(frame, np.arange(n) + 2, notices, schema, "trial.csv", "ab" * 32, {"header": "yes"})


@pytest.fixture
def run(table):
    n = len(table.frame)
    learners = ["logistic_regression", "constant"]
    return Run(
        name="trial.csv",
        created="2026-11-22T12:00:00+00:00",
        question="outcome",
        roles=Roles(outcome="relapse", ignore=("seen",), factor_groups={"age": "clinical"}),
        settings=Settings(learners=("logistic_regression",), seed=3),
        schema=table.schema,
        target=Target("relapse", "relapse", "binary", ("no", "yes"), "yes"),
        notices=table.notices,
        flow=(("uploaded", n), ("used", n)),
        source_name=table.name,
        source_sha256=table.sha256,
        rows=table.frame[["age", "sex"]],
        lines=pd.Series(table.lines, name="line"),
        observed=table.frame["relapse"],
        given=None,
        splits=pd.DataFrame({0: ["trained"] * n, 1: ["tested"] * n}),
        errors=pd.DataFrame([[0.5, 0.7], [np.nan, 0.6]], columns=learners),
        ranking=pd.DataFrame({"mean_error": [0.5, 0.65]}, index=pd.Index(learners, name="learner")),
        averages=pd.DataFrame([[0.5], [0.4]], columns=learners[:1]),
        selected=pd.Series(learners[:1] * 2, index=pd.Index([0, 1], name="subtask"), name="selected"),
        article_error=0.3,
        honest_error=Estimate(0.5, 0.4, 0.6),
        honest_gain=Estimate(0.1, 0.02, 0.2),
        baseline_error=0.69,
        loss="log",
        out_of_sample=pd.DataFrame({"no": [0.5] * n, "yes": [0.5] * (n - 1) + [np.nan]}),
        dropped={"naive_bayes": "it broke"},
        single_class_subtasks=0,
        verdict=Verdict("better", "It learned something."),
        seconds=1.5,
        versions={"python": "3.11"},
        average_effects=pd.DataFrame(
            {"difference": [1.0, -1.0]}, index=pd.MultiIndex.from_tuples([("A", "B"), ("B", "A")], names=["arm", "against"])
        ),
        heterogeneity={"p": 0.2, "supported": False, "reason": "too few"},
    )
