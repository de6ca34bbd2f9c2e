import csv
import io
import json
import os
import subprocess
import sys

import numpy as np
import pandas as pd
import pytest

from mac_core.__main__ import main
from mac_core.runs.additions import Additions
from mac_core.runs.external_validation import ExternalValidation
from mac_core.runs.store import RunStore

LIGHT = ["--learners", "logistic_regression,decision_tree"]


@pytest.fixture
def trial(tmp_path, monkeypatch):
    monkeypatch.setenv("MAC_HOME", str(tmp_path / "home"))
    monkeypatch.delenv("MAC_DATABASE_URL", raising=False)
    rng = np.random.default_rng(4)
    n = 90
    age = rng.normal(60, 10, n).round(1)
    drug = rng.choice(["A", "B"], n)
    ids = [f"=p{i}" for i in range(n)]
    frame = pd.DataFrame({"patient": ids, "age": age, "sex": rng.choice(["f", "m"], n), "drug": drug})
    frame["pain"] = (age / 10 - 2 * (drug == "B") + rng.normal(size=n)).round(2)
    path = tmp_path / "trial.csv"
    path.write_text(frame.to_csv(index=False))
    return path


def asked(trial):
    """Which treatment did patients like this one get?"""
    return ["study", str(trial), "--treatment", "drug", "--ignore", "pain", "--id", "patient", *LIGHT]


def test_a_study_prints_ranking_errors_and_its_run(trial, tmp_path, capsys):
    status = main([*asked(trial), "--json", str(tmp_path / "o.json")])
    said, complaint = capsys.readouterr()
    assert (status, complaint) == (0, "")
    for text in ("Error as in the article:", "Honest error:", "Baseline error:", "Logistic regression", "comes first"):
        assert text in said
    last = said.rstrip("\n").split("\n")[-1]
    assert last.startswith("run: ")
    run = RunStore().open(last.removeprefix("run: "))
    assert run.question == "treatment"
    written = json.loads((tmp_path / "o.json").read_text(), parse_constant=lambda name: pytest.fail(f"{name} in the JSON"))
    assert list(written) == [
        "schema_version", "run", "ranking", "article_error", "honest_error", "baseline_error", "average_effects",
        "heterogeneity", "advice", "notices",
    ]  # fmt: skip
    assert written["run"] == run.id
    assert written["ranking"][0]["learner"] == run.ranking.index[0]
    assert written["honest_error"] == {
        "value": run.honest_error.value,
        "low": run.honest_error.low,
        "high": run.honest_error.high,
    }
    assert (written["average_effects"], written["advice"]) == (None, None)


def test_treatment_and_outcome_are_compared(trial, tmp_path, capsys):
    store = f"sqlite:///{tmp_path}/other.db"
    status = main(
        [
            "study",
            str(trial),
            "--treatment",
            "drug",
            "--outcome",
            "pain",
            "--design",
            "randomised",
            "--lower-is-better",
            "--seed",
            "3",
        ]
        + ["--json", str(tmp_path / "o.json"), "--store", store, "--id", "patient", *LIGHT]
    )
    said = capsys.readouterr().out
    assert status == 0
    assert "B against A: -" in said
    assert "Verdict: On average the outcome under B was better than under A" in said
    written = json.loads((tmp_path / "o.json").read_text())
    effect = next(row for row in written["average_effects"] if (row["arm"], row["against"]) == ("B", "A"))
    assert effect["low"] < -2 < effect["high"]
    assert (written["advice"]["verdict"], written["advice"]["arm"]) == ("arm", "B")
    assert written["heterogeneity"]["p"] is None
    assert RunStore(store).open(written["run"]).settings.seed == 3
    assert RunStore().list().empty


def test_predict_writes_what_a_spreadsheet_cannot_execute(trial, tmp_path, capsys):
    main(["study", str(trial), "--outcome", "pain", "--ignore", "drug", "--id", "patient", *LIGHT])
    run = capsys.readouterr().out.rstrip("\n").split("run: ")[-1]
    new = tmp_path / "new.csv"
    new.write_text("age,sex,patient\n50,f,=A1\n61,m,b\n")
    assert main(["predict", run, str(new)]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [(row["line"], row["patient"]) for row in rows] == [("2", "'=A1"), ("3", "b")]
    assert float(rows[0]["low (95 in 100)"]) < float(rows[0]["expected pain"]) < float(rows[0]["high (95 in 100)"])
    assert main(["predict", run, str(new), "--out", str(tmp_path / "p.csv")]) == 0
    with (tmp_path / "p.csv").open(newline="") as file:
        assert list(csv.DictReader(file)) == rows
    # What is odd about a file is said as on the page, by the lines of the file.
    new.write_text("age,sex,patient\n50,f,a\nold,m,b\n")
    assert main(["predict", run, str(new)]) == 2
    assert "old on row 3" in capsys.readouterr().err
    new.write_text("age,sex,patient\n50,f,a\n61,m,a\n")
    assert main(["predict", run, str(new)]) == 0
    assert "2 rows share their patient" in capsys.readouterr().err


def study(trial, capsys, *more):
    """What follows patients by their age and sex; the run's id."""
    assert main(["study", str(trial), "--outcome", "pain", "--ignore", "drug", "--id", "patient", *LIGHT, *more]) == 0
    return capsys.readouterr().out.rstrip("\n").split("run: ")[-1]


def elsewhere(tmp_path, times=1, rows=40):
    """Patients of another place, their age in years or in another unit."""
    rng = np.random.default_rng(8)
    age = rng.normal(60, 10, rows).round(1)
    frame = pd.DataFrame({"patient": [f"e{i}" for i in range(rows)], "age": age * times, "sex": rng.choice(["f", "m"], rows)})
    frame["pain"] = (age / 10 + rng.normal(size=rows)).round(2)
    (tmp_path / "new.csv").write_text(frame.to_csv(index=False))
    return str(tmp_path / "new.csv")


def test_predictions_are_held_back_as_on_the_page_until_it_is_confirmed(trial, tmp_path, capsys, monkeypatch):
    run, out = study(trial, capsys), tmp_path / "p.json"
    months = elsewhere(tmp_path, times=12)
    assert main(["predict", run, months, "--json", str(out)]) == 2
    said, complaint = capsys.readouterr()
    assert said == ""
    assert "age: " in complaint and "on average in the study" in complaint
    assert complaint.rstrip().endswith("repeat the command with --confirm shifted.")
    written = json.loads(out.read_text())
    assert (written["held_back"], written["patients"], written["verdicts"]) == (["shifted"], None, None)
    assert {"unit_changed", "columns_shifted"} & {found["code"] for found in written["notices"]}
    assert main(["check", run, months, "--keep"]) == 2
    assert "--confirm shifted" in capsys.readouterr().err
    assert main(["predict", run, months, "--json", str(out), "--confirm", "shifted"]) == 0
    written = json.loads(out.read_text())
    assert written["held_back"] == [] and len(written["patients"]) == 40 and written["patients"][0]["patient"] == "e0"
    # Patients of the same kind need no word.
    assert main(["predict", run, elsewhere(tmp_path)]) == 0
    capsys.readouterr()
    # Where everybody says first what they would choose, no option goes round that.
    monkeypatch.setenv("MAC_ASK_FIRST", "1")
    assert main(["predict", run, elsewhere(tmp_path), "--confirm", "shifted"]) == 2
    said, complaint = capsys.readouterr()
    assert said == "" and "before the model answers" in complaint


def test_a_run_of_another_version_is_confirmed(trial, tmp_path, capsys, monkeypatch):
    from mac_core.runs import batch

    run = study(trial, capsys)
    monkeypatch.setattr(batch, "version", lambda name: "99.0.0")
    assert main(["predict", run, elsewhere(tmp_path)]) == 2
    assert "--confirm versions" in capsys.readouterr().err
    assert main(["predict", run, elsewhere(tmp_path), "--confirm", "versions"]) == 0


def test_columns_that_are_not_there_are_unknown_only_if_that_is_said(trial, tmp_path, capsys):
    frame = pd.read_csv(trial)
    frame.loc[:9, "sex"] = None
    trial.write_text(frame.to_csv(index=False))
    run = study(trial, capsys)
    new = tmp_path / "new.csv"
    new.write_text("age,height\n50,180\n61,170\n")
    assert main(["predict", run, str(new)]) == 2
    said, complaint = capsys.readouterr()
    assert said == "" and "not in the file: sex" in complaint and "--unknown" in complaint
    assert main(["predict", run, str(new), "--unknown"]) == 0
    assert "sex unknown" in capsys.readouterr().out


def test_a_run_is_checked_on_patients_from_elsewhere(trial, tmp_path, capsys):
    run, out = study(trial, capsys), tmp_path / "c.json"
    file = elsewhere(tmp_path)
    assert main(["check", run, file, "--json", str(out)]) == 0
    said = capsys.readouterr().out
    assert said.startswith("Compared with the 40 outcomes in the file, the predictions are")
    assert "Explained share (R squared)" in said and "Mean absolute error" in said
    written = json.loads(out.read_text())
    assert (written["run"], written["file"], written["kept"]) == (run, "new.csv", False)
    assert (written["check"]["n"], written["check"]["loss"]) == (40, "squared")
    assert [one["name"] for one in written["check"]["measures"]] == ["r_squared", "mean_difference", "slope", "mae"]
    assert Additions().list(run, ExternalValidation) == ()
    assert main(["check", run, file, "--keep"]) == 0
    (kept,) = Additions().list(run, ExternalValidation)
    assert kept.check.error == written["check"]["error"] and kept.sha256 == written["sha256"]
    capsys.readouterr()
    (tmp_path / "none.csv").write_text("age,sex\n50,f\n61,m\n")
    assert main(["check", run, str(tmp_path / "none.csv")]) == 2
    assert "in the column pain" in capsys.readouterr().err


def test_two_runs_are_compared_on_the_same_patients(trial, tmp_path, capsys):
    first, second, out = study(trial, capsys), study(trial, capsys, "--seed", "5"), tmp_path / "c.json"
    assert main(["compare", first, second, "--json", str(out)]) == 0
    said = capsys.readouterr().out
    assert "On the same 90 patients" in said
    assert "seed" in said.split("Settings that differ:")[1].split("Data")[0]
    written = json.loads(out.read_text())
    assert (written["first"], written["second"], written["same_loss"]) == (first, second, True)
    assert written["paired"]["low"] <= written["paired"]["difference"] <= written["paired"]["high"]
    assert written["errors"][0]["what"] == "honest error"
    assert [row["what"] for row in written["settings"] if row["differs"]] == ["seed"]
    assert main(["compare", first, first]) == 2
    assert "Both are the run" in capsys.readouterr().err


def test_questions_about_a_file_are_answered_and_a_sheet_is_chosen(trial, tmp_path, capsys):
    frame = pd.read_csv(trial).astype({"age": object})
    frame.loc[5, "age"] = "old"
    book = tmp_path / "trial.xlsx"
    with pd.ExcelWriter(book) as writer:
        pd.DataFrame({"about": ["a trial", "of pain"], "by": ["me", "us"]}).to_excel(writer, sheet_name="About", index=False)
        frame.to_excel(writer, sheet_name="Patients", index=False)
    run = study(book, capsys, "--sheet", "Patients", "--answer", "numbers_mixed:age=missing")
    assert RunStore().open(run).schema["age"].missing == 1
    asked = ["study", str(book), "--outcome", "pain", "--sheet", "Patients", *LIGHT]
    for answer in ("numbers_mixed:age=gone", "missing"):
        assert main([*asked, "--answer", answer]) == 2
        assert answer in capsys.readouterr().err


@pytest.mark.parametrize("command", ["study", "predict", "check", "compare"])
def test_a_place_that_cannot_be_written_is_said_before_anything_is_computed(trial, tmp_path, capsys, command):
    first = [str(trial), "--outcome", "pain"] if command == "study" else ["run", str(trial)]
    for place in (tmp_path, tmp_path / "nowhere" / "o.json"):
        assert main([command, *first, "--json", str(place)]) == 2
        said, complaint = capsys.readouterr()
        assert said == "" and f"{place} cannot be written" in complaint
    assert RunStore().list().empty


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["compare", "a", "b"], "There is no run a"),
        (["check", "unknown", "{trial}"], "There is no run unknown"),
        (["study", "{trial}"], "Neither a treatment nor an outcome"),
        (["study", "{trial}", "--treatment", "pill"], "pill"),
        (["study", "nowhere.csv", "--treatment", "drug"], "cannot be opened"),
        (["study", "{trial}", "--outcome", "pain", "--draw", "cards"], "cards"),
        (["study", "{trial}", "--treatment", "drug", "--store", "no address"], "address of the database"),
        (["predict", "unknown", "{trial}"], "There is no run unknown"),
    ],
)
def test_bad_input_ends_with_a_sentence_and_status_2(trial, capsys, arguments, sentence):
    assert main([argument.format(trial=trial) for argument in arguments]) == 2
    said, complaint = capsys.readouterr()
    assert said == ""
    assert sentence in complaint
    assert "Traceback" not in complaint


def test_a_missing_column_at_prediction_is_named(trial, tmp_path, capsys):
    main(["study", str(trial), "--outcome", "pain", "--ignore", "drug", "--id", "patient", *LIGHT])
    run = capsys.readouterr().out.rstrip("\n").split("run: ")[-1]
    new = tmp_path / "new.csv"
    new.write_text("age,height\n50,180\n61,170\n")
    assert main(["predict", run, str(new)]) == 2
    assert "sex" in capsys.readouterr().err


def test_a_fault_says_where_but_no_values(trial, capsys, monkeypatch):
    import mac_core.data.reading

    def fail(path, **options):
        raise KeyError("ZZCANARY")

    monkeypatch.setattr(mac_core.data.reading, "read_table", fail)
    assert main(["study", str(trial), "--treatment", "drug"]) == 1
    complaint = capsys.readouterr().err
    assert "KeyError in test_main.py" in complaint
    assert "ZZCANARY" not in complaint


def test_the_module_runs_with_forked_workers_and_the_same_result(trial, tmp_path):
    env = {**os.environ, "PYTHONPATH": os.pathsep.join(path or os.getcwd() for path in sys.path)}
    written = []
    for jobs in ("1", "2"):
        out = tmp_path / f"{jobs}.json"
        command = [sys.executable, "-m", "mac_core", "study", str(trial), "--outcome", "pain", "--jobs", jobs, *LIGHT]
        command += ["--json", str(out)]
        done = subprocess.run(command, env=env, capture_output=True, text=True)
        assert (done.returncode, done.stderr) == (0, "")
        result = json.loads(out.read_text())
        result.pop("run")
        for row in result["ranking"]:
            row.pop("seconds")
        written.append(result)
    assert written[0] == written[1]


def test_the_article_s_file_and_settings_say_how_many_blocks_had_one_class(tmp_path, monkeypatch, capsys):
    from mac_core.data.examples import __file__ as examples_module

    monkeypatch.setenv("MAC_HOME", str(tmp_path / "home"))
    path = os.path.join(os.path.dirname(examples_module), "examples", "patient_treatment.txt")
    assert main(["study", path, "--treatment", "column_4", "--preset", "article"]) == 0
    assert "In 5 of 40 subtasks all training patients were of one class" in capsys.readouterr().out


def test_the_seven_steps_to_the_letter(trial, capsys):
    assert main([*asked(trial), "--preset", "seven-steps"]) == 0
    run = RunStore().open(capsys.readouterr().out.rstrip("\n").split("\n")[-1].removeprefix("run: "))
    assert (run.settings.draw, run.settings.top_k, run.settings.moderate) == ("random", 3, False)


def test_weights_and_the_refit_are_asked_for(trial, capsys):
    arguments = ["study", str(trial), "--treatment", "drug", "--ignore", "pain", "--id", "patient", "--choice", "weights"]
    assert main([*arguments, "--refit", *LIGHT]) == 0
    run = RunStore().open(capsys.readouterr().out.rstrip("\n").split("\n")[-1].removeprefix("run: "))
    assert (run.settings.choice, run.settings.refit) == ("weights", True)
    assert "weights" in run.evidence
