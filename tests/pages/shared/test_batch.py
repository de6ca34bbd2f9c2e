"""How many patients a file holds, where an id stands in several rows."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from pages.shared.batch import say_batch, say_count


@pytest.mark.parametrize(
    ("ids", "said"),
    [
        (["a", "b", "c"], "3 patients"),
        (["a", "b", "a"], "3 rows of 2 patients"),
        (["a", "a"], "2 rows of 1 patient"),
        (["a", None, None], "3 patients"),
        (["a"], "One patient"),
    ],
)
def test_rows_are_not_called_patients(ids, said):
    run = SimpleNamespace(roles=SimpleNamespace(patient_id="id"))
    assert say_count(run, SimpleNamespace(patients=pd.DataFrame({"id": ids}))) == said


def test_without_ids_every_row_is_a_patient():
    file = SimpleNamespace(patients=pd.DataFrame({"line": [2, 3]}))
    for name in (None, "id"):
        assert say_count(SimpleNamespace(roles=SimpleNamespace(patient_id=name)), file) == "2 patients"


def test_rows_have_flags_where_ids_repeat():
    patients = pd.DataFrame({"id": ["a", "a", "b"], "flags": ["x", "", "x"]})
    file = SimpleNamespace(patients=patients, verdicts=None)
    for name, word in (("id", "rows"), (None, "patients")):
        said = say_batch(SimpleNamespace(roles=SimpleNamespace(patient_id=name)), file)
        assert said[0].startswith(f"2 of 3 {word} have a flag")
