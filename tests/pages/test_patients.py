"""Patients: a file of new patients in, predictions out, in a file that no spreadsheet takes for formulas."""

from __future__ import annotations

import hashlib
from dataclasses import replace

from mac_core.runs.additions import Additions
from mac_core.runs.external_validation import ExternalValidation
from mac_core.runs.prediction import predict_patients
from mac_core.runs.store import RunStore
from tests.pages.shown import chart_texts, table
from tests.pages.words import said


def upload(at, run_id, name, content):
    at.file_uploader(key=f"new_patients_{run_id}").set_value((name, content, "text/csv")).run()
    assert not at.exception
    return at


def test_empty(visit):
    assert "No study is open yet." in said(visit("patients"))


def test_ready(visit, trial):
    at = visit("patients", run=RunStore().save(trial))
    words = said(at)
    # More than twenty are named on demand: the upload must not stand far below.
    assert "It needs 28 columns, in any order" in words
    names = next(fold for fold in at.expander if fold.label == "Their names")
    assert names.markdown[0].value.startswith("age, risk, gender")


def test_a_file_of_patients(visit, trial):
    run_id = RunStore().save(trial)
    content = trial.rows.head(30).to_csv(index=False).encode()
    at = upload(visit("patients", run=run_id), run_id, "new.csv", content)
    assert "30 patients" in said(at)
    shown = table(at, "What is expected for each patient")
    assert len(shown) == 30
    assert shown["line"].tolist() == list(range(2, 32))
    expected = predict_patients(trial, trial.rows.head(30)).outcomes["outcome"].unstack("arm")
    assert shown["0_placebo (of 100)"].tolist() == [f"{100 * value:.0f}" for value in expected["0_placebo"]]
    assert "verdict" in shown and "flags" in shown
    # These are patients of the study, and the page says so.
    words = said(at)
    assert "30 of 30 patients have exactly the values" in words
    assert "Verdicts: " in words


def test_downloads_are_named_after_their_content(visit, trial, monkeypatch):
    import streamlit as st

    named = {}

    def note(label, data, file_name=None, **rest):
        named[file_name] = data
        return False

    monkeypatch.setattr(st, "download_button", note)
    run_id = RunStore().save(trial)
    upload(visit("patients", run=run_id), run_id, "new.csv", trial.rows.head(5).to_csv(index=False).encode())
    assert sum(name.startswith(f"predictions-{run_id}-") for name in named) == 2
    for name, data in named.items():
        assert name.rpartition(".")[0].endswith(f"-{hashlib.sha256(data).hexdigest()[:12]}")
        assert name.endswith(".xlsx") == data.startswith(b"PK")


def test_a_changed_unit_holds_the_predictions_back(visit, trial):
    run_id = RunStore().save(trial)
    content = trial.rows.assign(age=trial.rows["age"] * 12).to_csv(index=False).encode()
    at = upload(visit("patients", run=run_id), run_id, "months.csv", content)
    words = said(at)
    assert "look unlike the study's table: age" in words
    assert "held back" in words
    assert not [e for e in at.main.dataframe if e.proto.alt.startswith("What is expected")]
    at.main.get("checkbox")[0].check().run()
    assert len(table(at, "What is expected for each patient")) == 602


def test_outcomes_in_the_file_are_compared_with(visit, trial):
    run_id = RunStore().save(trial)
    frame = trial.rows.assign(**{trial.target.name: trial.observed})
    words = said(upload(visit("patients", run=run_id), run_id, "known.csv", frame.to_csv(index=False).encode()))
    assert "Compared with the 602 outcomes in the file" in words
    assert "This is too good: 602" in words


def test_one_of_them_opens_on_the_patient_page(visit, trial):
    run_id = RunStore().save(trial)
    at = upload(visit("patients", run=run_id), run_id, "new.csv", trial.rows.head(30).to_csv(index=False).encode())
    at.number_input(key="open_line_").set_value(7).run()
    at.button(key="open_patient").click().run()
    assert not at.exception
    assert "line 7 of the file" in said(at)
    fields = [field for field in at.number_input if field.label == "age"]
    assert fields[0].value == trial.rows["age"].iloc[5]
    # The address names the run, and nothing of the patient.
    assert set(at.query_params) == {"run"}
    at.switch_page("patient.py").run()
    predict = next(button for button in at.button if button.key and button.key.endswith("_predict"))
    predict.click().run()
    assert not at.exception
    share = predict_patients(trial, trial.rows.iloc[[5]]).outcomes.droplevel(0).at["0_placebo", "outcome"]
    assert f"about {100 * share:.0f} are expected" in said(at)
    at.button(key="another_patient").click().run()
    assert at.number_input(key=f"line_{run_id}").value is None


def test_a_missing_column_is_named(visit, trial):
    run_id = RunStore().save(trial)
    content = trial.rows.head(30).drop(columns="age").to_csv(index=False).encode()
    at = upload(visit("patients", run=run_id), run_id, "less.csv", content)
    assert len(at.error) == 1
    assert "age" in at.error[0].value
    assert not [e for e in at.main.dataframe if e.proto.alt.startswith("What is expected")]


def test_the_treatment_question_is_not_dressed_up(visit, article):
    assert "They do not say which works best." in said(visit("patients", run=RunStore().save(article)))


def test_filters_leave_the_downloads_alone(visit, trial):
    run_id = RunStore().save(trial)
    frame = trial.rows.head(40).copy()
    frame.loc[:4, "age"] = float("nan")
    at = upload(visit("patients", run=run_id), run_id, "new.csv", frame.to_csv(index=False).encode())
    at.selectbox(key="by_flag").set_value("unknown").run()
    assert table(at, "What is expected for each patient")["line"].tolist() == [2, 3, 4, 5, 6]
    assert "5 of 40 patients; the downloads hold all of them" in said(at)
    at.selectbox(key="by_support").set_value("unsupported").run()
    assert not at.exception
    assert [box.label for box in at.main.selectbox][:3] == ["Verdict", "Comparable patients", "Flags"]


def test_groups_of_the_readers_choice(visit, trial):
    run_id = RunStore().save(trial)
    at = upload(visit("patients", run=run_id), run_id, "new.csv", trial.rows.head(60).to_csv(index=False).encode())
    at.selectbox(key="group_by").set_value("gender").run()
    assert not at.exception
    shown = table(at, "The same as a table").set_index("group")
    counts = trial.rows["gender"].head(60).value_counts()
    for name, count in counts.items():
        assert shown.at[name, "patients"] == (f"{count}" if count >= 10 else "fewer than 10")
    assert shown.at["everybody", "patients"] == "60"
    assert any(text.startswith("By gender: everybody, 60 patients, a treatment is named for") for text in chart_texts(at))


def test_a_check_is_kept_with_the_run_once_and_without_patients(visit, trial):
    run_id = RunStore().save(trial)
    frame = trial.rows.assign(**{trial.target.name: trial.observed})
    content = frame.to_csv(index=False).encode()
    at = upload(visit("patients", run=run_id), run_id, "elsewhere.csv", content)
    assert "Told apart (area under the ROC curve)" in table(at, "How well the file's patients")["measure"].tolist()
    at.button(key="keep_check").click().run()
    assert not at.exception
    assert "This check is kept with the run" in at.main.success[0].value
    assert not [button for button in at.button if button.key == "keep_check"]
    (kept,) = Additions().list(run_id, ExternalValidation)
    assert (kept.file, kept.sha256, kept.check.n) == ("elsewhere.csv", hashlib.sha256(content).hexdigest(), 602)
    at.switch_page("accuracy.py").run()
    assert "elsewhere.csv" in said(at)
    assert table(at, "Every check on other patients")["patients with an outcome"].tolist() == [602]


def test_columns_that_the_study_lacked_too_can_be_unknown(visit, amount):
    run_id = RunStore().save(amount)
    content = amount.rows.head(20).drop(columns="sex").to_csv(index=False).encode()
    at = upload(visit("patients", run=run_id), run_id, "less.csv", content)
    assert "The column sex is missing" in at.error[0].value.replace("\\", "")
    (box,) = at.main.get("checkbox")
    box.check().run()
    assert not at.exception and not at.error
    assert (table(at, "What is expected for each patient")["flags"].str.contains("sex unknown")).all()
    assert "treated as unknown for everybody: sex" in said(at)


def test_a_run_of_other_versions_asks_first(visit, trial):
    run_id = RunStore().save(replace(trial, versions={**trial.versions, "scikit-learn": "0.24.2"}))
    at = upload(visit("patients", run=run_id), run_id, "new.csv", trial.rows.head(5).to_csv(index=False).encode())
    assert "This run was made with scikit-learn 0.24.2" in said(at) and "held back" in said(at)
    at.main.get("checkbox")[0].check().run()
    assert len(table(at, "What is expected for each patient")) == 5


def test_a_workbook_is_made_once_a_file(visit, trial, monkeypatch):
    from mac_core.runs import safe_xlsx

    made = []
    write = safe_xlsx.to_safe_xlsx
    monkeypatch.setattr(safe_xlsx, "to_safe_xlsx", lambda frame: made.append(len(frame)) or write(frame))
    run_id = RunStore().save(trial)
    at = upload(visit("patients", run=run_id), run_id, "new.csv", trial.rows.head(30).to_csv(index=False).encode())
    at.selectbox(key="by_flag").set_value("study").run()
    at.run()
    assert made == [30]
    upload(at, run_id, "other.csv", trial.rows.head(12).to_csv(index=False).encode())
    assert made == [30, 12]


def test_where_the_own_choice_comes_first_a_file_answers_nothing_before_it(visit, trial, monkeypatch):
    monkeypatch.setenv("MAC_ASK_FIRST", "1")
    run_id = RunStore().save(trial)
    content = trial.rows.head(3).to_csv(index=False).encode()
    at = upload(visit("patients", run=run_id), run_id, "new.csv", content)
    words = said(at)
    assert "Your own choice comes first, for 3 of 3 patients" in words
    assert "Verdicts: " not in words and "To whom is a treatment named?" not in words and not chart_texts(at)
    assert not [name for frame in at.dataframe for name in frame.value if "of 100" in str(name) or name == "verdict"]
    assert table(at, "The patients for whom")["line"].tolist() == [2, 3, 4]
    # One of them is opened on Patient and chosen for: the file then answers for this one alone.
    at.number_input(key="open_line_").set_value(3).run()
    at.button(key="open_patient").click().run()
    at.switch_page("patient.py").run()
    next(button for button in at.button if button.key and button.key.endswith("_predict")).click().run()
    key = next(button.key for button in at.button if (button.key or "").startswith("own_record_")).removeprefix("own_record_")
    at.radio(key=f"own_choice_{key}").set_value("0_placebo")
    at.text_area(key=f"own_reason_{key}").set_value("low risk")
    at.button(key=f"own_record_{key}").click().run()
    assert not at.exception
    at = upload(visit("patients", run=run_id), run_id, "new.csv", content)
    assert "for 2 of 3 patients" in said(at)
    assert table(at, "What is expected for the patients")["line"].tolist() == [3]
    assert table(at, "The patients for whom")["line"].tolist() == [2, 4]


def test_a_question_that_cannot_be_answered_here_says_what_to_do_instead(visit, trial):
    run_id = RunStore().save(trial)
    frame = trial.rows.head(30).copy()
    assert "cannot be answered here" not in said(
        upload(visit("patients", run=run_id), run_id, "new.csv", frame.to_csv(index=False).encode())
    )
    frame.loc[frame.index[0], "age"] = 190
    words = said(upload(visit("patients", run=run_id), run_id, "old.csv", frame.to_csv(index=False).encode()))
    assert "Question for you" in words and "Questions about new patients cannot be answered here" in words
