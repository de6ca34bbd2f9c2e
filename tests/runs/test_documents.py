"""What the command line writes as JSON."""

import json
from dataclasses import replace

import numpy as np
import pandas as pd

from mac_core.evidence.outside_check import Measure, OutsideCheck
from mac_core.runs.batch import Batch
from mac_core.runs.documents import (
    SCHEMA_VERSION,
    check_document,
    comparison_document,
    predictions_document,
    run_document,
)
from mac_core.runs.side_by_side import compare_runs

NAN = float("nan")
CHECK = OutsideCheck(
    40, 2, "log", 0.5, 0.4, np.inf, 0.7, 0.1, NAN, 0.2, 0.25, measures=(Measure("slope", 1.0, NAN, NAN),), rows=44
)


def strictly(document):
    """As other programs read it: NaN and infinity are no JSON."""
    return json.loads(json.dumps(document, allow_nan=False))


def made_batch(run):
    patients = pd.DataFrame({"line": [2, 3], "seen": pd.to_datetime(["2020-01-31", None]), "probability of yes": [0.5, NAN]})
    verdicts = pd.DataFrame({"verdict": ["arm"], "arm": ["A"], "patients": [2]})
    nothing = pd.DataFrame()
    return Batch(patients, nothing, nothing, verdicts, nothing, (), 1, CHECK, ("shifted",), (), "new.csv", "ab" * 32)


def test_a_run(run):
    written = strictly(run_document(run, "r1"))
    assert (written["schema_version"], written["run"]) == (SCHEMA_VERSION, "r1")
    assert written["ranking"][0]["learner"] == run.ranking.index[0]
    assert written["average_effects"][0] == {"arm": "A", "against": "B", "difference": 1.0}
    assert written["advice"] is None and written["heterogeneity"] == {"p": 0.2, "supported": False, "reason": "too few"}
    assert written["notices"][0]["message"] == "Fünf {fehlen}."


def test_predictions_are_not_there_while_they_are_held_back(run):
    batch = made_batch(run)
    shown = strictly(predictions_document(run, batch, held_back=[], notices=run.notices))
    assert shown["patients"] == [
        {"line": 2, "seen": "2020-01-31", "probability of yes": 0.5},
        {"line": 3, "seen": None, "probability of yes": None},
    ]
    assert shown["verdicts"] == [{"verdict": "arm", "arm": "A", "patients": 2}]
    held = strictly(predictions_document(run, batch, held_back=["shifted"], notices=()))
    assert (held["patients"], held["verdicts"], held["held_back"]) == (None, None, ["shifted"])
    assert "0.5" not in json.dumps(held)


def test_a_check(run):
    batch = made_batch(run)
    written = strictly(check_document(run, batch, held_back=[], kept=True, notices=()))
    assert written["kept"] and written["in_training"] == 1
    assert written["check"]["high"] is None and written["check"]["rows"] == 44
    assert written["check"]["measures"] == [{"name": "slope", "value": 1.0, "low": None, "high": None}]
    assert strictly(check_document(run, batch, held_back=["versions"], kept=False, notices=()))["check"] is None


def test_a_comparison(run):
    other = replace(run, id="second", source_sha256="cd" * 32)
    written = strictly(comparison_document(compare_runs(run, other), run, other))
    assert (written["first"], written["second"], written["paired"]) == (run.id, "second", None)
    assert "different files" in written["why_not"]
    assert {row["what"] for row in written["data"] if row["differs"]} == {"content"}
    assert set(written["errors"][0]) == {
        "what",
        *(f"{side}{end}" for side in ("first", "second") for end in ("", "_low", "_high")),
    }
