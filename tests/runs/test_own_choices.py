"""The own choice before the reveal: kept as it was written, without a value of the patient, gone with its run."""

import sqlite3

import pandas as pd
import pytest
import sqlalchemy as sa

from mac_core.errors import CATALOGUE, InputError
from mac_core.runs.database import Database, open_database, own_choices
from mac_core.runs.own_choices import ModelAnswer, OwnChoices, asks_first, patient_key
from mac_core.runs.store import RunStore

ANSWER = ModelAnswer("arm", "B", {"A": 0.17, "B": 0.09, "C": None})
PATIENT = pd.DataFrame({"age": [61.375], "sex": ["unmistakable"]})


@pytest.fixture
def kept(run):
    return RunStore().save(run)


def test_kept_beside_the_models_answer_in_the_order_of_writing(kept):
    store, key = OwnChoices(), patient_key(kept, PATIENT)
    first = store.record(kept, key, choice="A", reason="renal function", answer=ANSWER)
    second = store.record(kept, key, choice="B", reason="thought again", answer=ANSWER)
    assert [made.id for made in OwnChoices().of_patient(kept, key)] == [first.id, second.id]
    assert OwnChoices().of_run(kept)[0].answer == ANSWER
    assert store.of_patient(kept, patient_key(kept, PATIENT.assign(age=62.0))) == []
    assert store.of_run(kept, owner="somebody else") == []
    table = store.table(kept)
    assert table["own choice"].tolist() == ["A", "B"]
    assert table.loc[0, ["verdict", "verdict for", "expected A", "expected B"]].tolist() == ["arm", "B", 0.17, 0.09]
    assert OwnChoices().table("none").empty


def test_no_value_of_the_patient_is_kept_and_the_key_cannot_be_guessed_elsewhere(kept, home, monkeypatch, tmp_path):
    key = patient_key(kept, PATIENT)
    OwnChoices().record(kept, key, choice="A", reason="known", answer=ANSWER)
    connection = sqlite3.connect(home / "mac.db")
    everything = "\n".join(map(str, connection.execute("SELECT * FROM own_choices").fetchall()))
    connection.close()
    assert "61.375" not in everything and "unmistakable" not in everything
    assert key in everything
    assert patient_key(kept, PATIENT, row=3) != key != patient_key("other", PATIENT)
    monkeypatch.setenv("MAC_HOME", str(tmp_path / "elsewhere"))
    assert patient_key(kept, PATIENT) != key


def test_nothing_changes_a_record_and_it_goes_with_its_run(kept):
    store, key = OwnChoices(), patient_key(kept, PATIENT)
    store.record(kept, key, choice="A", reason="known", answer=ANSWER)
    with pytest.raises(sa.exc.IntegrityError, match="never changed"), open_database().writing() as connection:
        connection.execute(own_choices.update().values(choice="B"))
    assert store.of_run(kept)[0].choice == "A"
    RunStore().delete(kept)
    assert store.of_run(kept) == []


@pytest.mark.parametrize(("choice", "reason"), [("", "why"), ("A", "  ")])
def test_an_incomplete_choice_is_refused(kept, choice, reason):
    with pytest.raises(InputError) as caught:
        OwnChoices().record(kept, "x", choice=choice, reason=reason, answer=ANSWER)
    assert caught.value.message == CATALOGUE["own_choice_incomplete"].message


def test_a_run_that_is_not_kept_and_a_reason_without_end(kept):
    store = OwnChoices()
    with pytest.raises(InputError) as caught:
        store.record("nowhere", "x", choice="A", reason="known", answer=ANSWER)
    assert caught.value.code == "run_unknown"
    assert len(store.record(kept, "x", choice="A", reason="y" * 9999, answer=ANSWER).reason) == 500


def test_asked_only_when_the_setting_says_so(monkeypatch):
    monkeypatch.delenv("MAC_ASK_FIRST", raising=False)
    assert not asks_first()
    for value, expected in [("1", True), ("yes", True), ("0", False), ("", False)]:
        monkeypatch.setenv("MAC_ASK_FIRST", value)
        assert asks_first() is expected


def test_a_database_of_before_gets_the_table(tmp_path):
    url = f"sqlite:///{tmp_path}/old.db"
    with Database(url).writing() as connection:
        connection.exec_driver_sql("DROP TABLE own_choices")
    again = Database(url)
    with again.reading() as connection:
        assert connection.execute(sa.select(own_choices)).all() == []
