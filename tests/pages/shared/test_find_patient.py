"""A patient is found by words and filters and taken into the form; the address names the row only."""

from __future__ import annotations

from mac_core.runs.finding import find_patients
from mac_core.runs.store import RunStore
from tests.pages.words import said


def test_found_and_taken(visit, trial):
    run_id = RunStore().save(trial)
    at = visit("patient", run=run_id)
    assert "602 patients" in said(at)
    at.multiselect(key=f"find_by_{run_id}").set_value(["gender", "age"]).run()
    place = trial.schema.names.index("age")
    at.multiselect(key=f"find_{trial.schema.names.index('gender')}_{run_id}").set_value(["2_male"])
    at.slider(key=f"find_{place}_{run_id}").set_value((50.0, 51.0)).run()
    found = find_patients(trial, filters={"gender": ["2_male"], "age": (50.0, 51.0)})
    assert f"{found.count} patients" in said(at)
    line = int(found.patients.index[1])
    options = at.selectbox(key=f"found_{run_id}").options
    assert options[1] == f"Row {line}: {found.patients[line]}"
    at.selectbox(key=f"found_{run_id}").set_value(line).run()
    assert not at.exception
    assert at.number_input(key=f"line_{run_id}").value == line
    row = int((trial.lines == line).to_numpy().nonzero()[0][0])
    assert at.number_input(key=f"patient_{run_id}_{row}_{place}").value == trial.rows["age"].iloc[row]
    assert dict(at.query_params) == {"run": run_id, "row": str(row)}


def test_nobody_is_like_that(visit, trial):
    run_id = RunStore().save(trial)
    at = visit("patient", run=run_id)
    at.text_input(key=f"find_words_{run_id}").set_value("1001 nobody").run()
    assert "No patient of the table is like that." in said(at)
    assert not [box for box in at.selectbox if box.key == f"found_{run_id}"]
