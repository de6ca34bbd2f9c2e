"""The same without a browser: `python -m mac_core study FILE --treatment COLUMN`, then `predict`, `check`, `compare`.

Each command asks, makes one call of the engine, and prints; words and JSON are made in `runs.plain_text` and `runs.documents`.
"""

from __future__ import annotations

import os

if __name__ == "__main__":
    # Before NumPy is imported: workers are forked here, and inner threads would multiply with them.
    os.environ.update({"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "MAC_FORK_WORKERS": "1"})

import argparse
import json
import sys
import traceback
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mac_core.errors import InputError, refuse

if TYPE_CHECKING:
    from mac_core.data.roles import Roles
    from mac_core.data.table import PatientTable
    from mac_core.errors import Notice
    from mac_core.runs.batch import Batch
    from mac_core.runs.run import Progress, Run
    from mac_core.runs.settings import Settings

# Why predictions are held back until somebody has looked into it, as on the page Patients.
_DOUBTS = {
    "shifted": "numbers of the file are unlike the study's, or in another unit",
    "versions": "another version of the program made the run",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says; 0 if it worked, 2 for bad input, 1 for a fault of the program."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.command(options))
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    except BrokenPipeError:
        # Whoever read the output has enough, as with `| head`; Python would complain once more at its end.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except KeyboardInterrupt:
        print("Stopped.", file=sys.stderr)
        return 1
    except Exception as error:
        # Not the error's words: they may hold values of patients.
        where = traceback.extract_tb(error.__traceback__)[-1]
        place = f"{type(error).__name__} in {Path(where.filename).name}, line {where.lineno}"
        print(f"A fault of this program, not of your table: {place}. Please report it.", file=sys.stderr)
        return 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m mac_core",
        description="Study a table of patients, predict with a study, check it on other patients, compare two studies.",
        epilog="Exit status: 0 if it worked, 2 for bad input or predictions that are held back, 1 for a fault of the program.",
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    study = commands.add_parser("study", help="learn from a table and keep the run")
    study.set_defaults(command=_study)
    study.add_argument("file", metavar="FILE", help="CSV, TSV or xlsx, with a row per patient")
    _add_roles(study)
    _add_settings(study)
    predict = commands.add_parser("predict", help="predict for the patients of a file with a kept run")
    predict.set_defaults(command=_predict)
    _add_patients(predict)
    predict.add_argument("--out", metavar="CSV", help="file to write to, instead of standard output")
    check = commands.add_parser("check", help="how good a kept run is for patients of another file whose outcome is known")
    check.set_defaults(command=_check)
    _add_patients(check)
    check.add_argument("--keep", action="store_true", help="keep the check with the run: its numbers, never the patients")
    compare = commands.add_parser("compare", help="which of two kept runs errs less on the same patients, and what differs")
    compare.set_defaults(command=_compare)
    compare.add_argument("first", metavar="RUN")
    compare.add_argument("second", metavar="RUN")
    for command in (study, predict, check):
        command.add_argument("--sheet", metavar="NAME", help="of an Excel workbook; by default the first with a table")
        command.add_argument(
            "--answer",
            metavar="CODE[:COLUMN]=CHOICE",
            action="append",
            default=[],
            help="answer to a question about the file, such as numbers_mixed:crp=missing; may be repeated",
        )
    for command in (study, predict, check, compare):
        command.add_argument("--json", metavar="OUT", help="write the results as JSON")
        command.add_argument("--store", metavar="URL", help="database of the runs, such as sqlite:///runs.db")
    return parser


def _add_roles(study: argparse.ArgumentParser) -> None:
    study.add_argument(
        "--treatment", metavar="C", help="column with the treatment; alone: which one did patients like this one get?"
    )
    study.add_argument("--outcome", metavar="C", help="column with the outcome; with a treatment: what is expected under each?")
    study.add_argument("--design", choices=["routine", "randomised"], default="routine", help="how treatment was decided")
    study.add_argument("--event", metavar="CLASS", help="for an outcome with two classes, the one that counts")
    study.add_argument("--reference", metavar="ARM", help="the treatment that the others are compared with")
    study.add_argument("--lower-is-better", action="store_true", help="a lower outcome (or fewer events) is better")
    study.add_argument("--id", metavar="C", help="column that names the patient, for patients with several rows")
    study.add_argument("--site", metavar="C", help="column with the hospital")
    study.add_argument("--ignore", metavar="C", action="append", default=[], help="column that no model sees; may be repeated")


def _add_settings(study: argparse.ArgumentParser) -> None:
    study.add_argument("--seed", type=int, default=0, metavar="N", help="same seed, same results (default 0)")
    study.add_argument(
        "--draw", metavar="D", help="how subtasks are drawn: kfold (default), random, block, cluster, site, bootstrap"
    )
    study.add_argument(
        "--preset",
        choices=["default", "article", "seven-steps"],
        default="default",
        help="article: its example, blocks of five rows; seven-steps: its method to the letter, without our improvements",
    )
    study.add_argument("--learners", metavar="NAMES", help="learners by name, separated by commas; without it, all of them")
    study.add_argument(
        "--choice",
        choices=["per_subtask", "weights"],
        help="per_subtask (default): each subtask chooses one average; weights: all averages count, by weights",
    )
    study.add_argument(
        "--refit", action="store_true", help="predict with models trained once more on all patients; smaller, faster"
    )
    study.add_argument("--jobs", type=int, metavar="N", help="workers; the result does not depend on them")


def _add_patients(command: argparse.ArgumentParser) -> None:
    """What `predict` and `check` share: a run, a file of patients, and what to do where something about the file is odd."""
    command.add_argument("run", metavar="RUN", help="the id that `study` printed last")
    command.add_argument("file", metavar="FILE", help="CSV, TSV or xlsx with the columns of the run")
    command.add_argument(
        "--confirm",
        choices=list(_DOUBTS),
        action="append",
        default=[],
        help="predictions are held back where numbers are unlike the study's or in another unit (shifted), or where another "
        "version of the program made the run (versions); this says that it was looked into. May be repeated",
    )
    command.add_argument(
        "--unknown",
        action="store_true",
        help="columns that the file lacks are unknown for everybody, if the study's own patients had gaps there too",
    )


def _study(options: argparse.Namespace) -> int:
    from mac_core.runs.documents import run_document
    from mac_core.runs.plain_text import say_run
    from mac_core.runs.store import RunStore
    from mac_core.runs.study import run_study

    if options.treatment is None and options.outcome is None:
        raise refuse("no_target")
    _check_places(options.json)
    store = RunStore(options.store)
    table = _read(options)
    progress = _show if sys.stderr.isatty() else None
    run = run_study(table, _roles(options, table), settings=_settings(options), on_progress=progress)
    if progress is not None:
        print(file=sys.stderr)
    new = store.save(run)
    _write_json(options.json, run_document(run, new))
    print(say_run(run))
    print(f"run: {new}")
    return 0


def _predict(options: argparse.Namespace) -> int:
    from mac_core.runs.documents import predictions_document
    from mac_core.runs.safe_csv import to_safe_csv

    _check_places(options.json, options.out)
    run, batch, notices = _batch(options)
    held_back = [doubt for doubt in batch.doubts if doubt not in options.confirm]
    if not held_back and _own_choices_missing(options, run, batch):
        held_back = ["own_choice"]
    _write_json(options.json, predictions_document(run, batch, held_back=held_back, notices=notices))
    _refuse_held_back(run, batch, held_back)
    text = to_safe_csv(batch.patients)
    if options.out:
        _write(options.out, text)
        print(f"{len(batch.patients)} predictions written to {options.out}.")
    elif not options.json:
        print(text, end="")
    return 0


def _check(options: argparse.Namespace) -> int:
    from mac_core.runs.additions import Additions
    from mac_core.runs.documents import check_document
    from mac_core.runs.external_validation import ExternalValidation
    from mac_core.runs.plain_text import say_check

    _check_places(options.json)
    run, batch, notices = _batch(options)
    if batch.check is None:
        raise refuse("nothing_to_check", column=run.target.name)
    held_back = [doubt for doubt in batch.doubts if doubt not in options.confirm]
    keep = options.keep and not held_back
    if keep:
        validation = ExternalValidation(batch.file, batch.sha256, batch.in_training, len(batch.patients), batch.check)
        Additions(options.store).add(options.run, validation, key=batch.sha256)
    _write_json(options.json, check_document(run, batch, held_back=held_back, kept=keep, notices=notices))
    _refuse_held_back(run, batch, held_back)
    print(say_check(run, batch, batch.check))
    if keep:
        print("The check is kept with the run; it stands on the page Accuracy.")
    return 0


def _compare(options: argparse.Namespace) -> int:
    from mac_core.runs.documents import comparison_document
    from mac_core.runs.plain_text import say_comparison
    from mac_core.runs.side_by_side import compare_runs
    from mac_core.runs.store import RunStore

    _check_places(options.json)
    if options.first == options.second:
        raise refuse("same_run_twice", id=options.first)
    store = RunStore(options.store)
    first, second = (store.open(name, with_model=False) for name in (options.first, options.second))
    found = compare_runs(first, second)
    _write_json(options.json, comparison_document(found, first, second))
    print(say_comparison(found, first, second))
    return 0


def _batch(options: argparse.Namespace) -> tuple[Run, Batch, list[Notice]]:
    """Predict for the file; what was found in it goes to standard error, as the page shows it above the predictions."""
    from mac_core.runs.batch import predict_batch, replaceable_columns
    from mac_core.runs.plain_text import say_notices
    from mac_core.runs.store import RunStore

    run = RunStore(options.store).open(options.run)
    table = _read(options, least_columns=1)
    unknown = replaceable_columns(run, table)
    if unknown and not options.unknown:
        raise refuse("columns_replaceable", columns=", ".join(unknown))
    batch = predict_batch(run, table, unknown=unknown)
    notices = [*(found for found in table.notices if found.severity != "fixed"), *batch.notices]
    for line in say_notices(notices):
        print(line, file=sys.stderr)
    return run, batch, [*table.notices, *batch.notices]


def _own_choices_missing(options: argparse.Namespace, run: Run, batch: Batch) -> bool:
    """Whether this machine asks for the own choice first, and somebody's is not recorded."""
    from mac_core.runs.own_choices import OwnChoices, asks_first, patient_keys

    if not asks_first():
        return False
    recorded = {made.patient for made in OwnChoices(options.store).of_run(options.run)}
    return not patient_keys(options.run, batch.ready).isin(recorded).all()


def _refuse_held_back(run: Run, batch: Batch, held_back: list[str]) -> None:
    from mac_core.runs.plain_text import say_shifts

    if "own_choice" in held_back:
        raise refuse("own_choice_first")
    if held_back:
        for line in say_shifts(run, batch) if "shifted" in held_back else ():
            print(line, file=sys.stderr)
        reasons = " and ".join(_DOUBTS[doubt] for doubt in held_back)
        raise refuse("held_back", reasons=reasons, options=" ".join(f"--confirm {doubt}" for doubt in held_back))


def _read(options: argparse.Namespace, least_columns: int = 2) -> PatientTable:
    from mac_core.data.answers import CHOICES
    from mac_core.data.reading import read_table

    answers = {}
    for said in options.answer:
        key, equals, choice = said.rpartition("=")
        if not equals or not key or choice not in CHOICES.get(key.partition(":")[0], (choice,)):
            allowed = ", ".join(CHOICES.get(key.partition(":")[0], ("code:column=choice",)))
            raise refuse("bad_setting", setting="--answer", value=said, allowed=allowed)
        answers[key] = choice
    return read_table(options.file, sheet=options.sheet, answers=answers, least_columns=least_columns)


def _check_places(*paths: str | None) -> None:
    """Refuse a file that cannot be written before anything is computed for it."""
    for path in filter(None, paths):
        place = Path(path)
        if place.is_dir() or not place.absolute().parent.is_dir() or not os.access(place.absolute().parent, os.W_OK):
            raise refuse("cannot_write", path=path)


def _write(path: str, text: str) -> None:
    try:
        Path(path).write_text(text, "utf-8", newline="")
    except OSError as error:
        raise refuse("cannot_write", path=path) from error


def _write_json(path: str | None, document: dict[str, Any]) -> None:
    if path:
        _write(path, json.dumps(document, ensure_ascii=False, indent=1, allow_nan=False) + "\n")


def _roles(options: argparse.Namespace, table: PatientTable) -> Roles:
    """The proposal for what was not said; what was said, as it was said."""
    from mac_core.data.roles import propose_roles

    proposed = propose_roles(table)
    target = options.outcome or options.treatment
    same_target = target == (proposed.outcome or proposed.treatment)
    patient_id = options.id or proposed.patient_id
    site = options.site or proposed.site
    used = {options.treatment, options.outcome}
    named = used | {options.id, options.site}
    return replace(
        proposed,
        treatment=options.treatment,
        outcome=options.outcome,
        patient_id=None if patient_id in used else patient_id,
        site=None if site in used else site,
        ignore=tuple(dict.fromkeys([name for name in proposed.ignore if name not in named] + options.ignore)),
        reference=options.reference or (proposed.reference if options.treatment == proposed.treatment else None),
        event=options.event or (proposed.event if same_target else None),
        kind=proposed.kind if same_target else None,
        higher_is_better=False if options.lower_is_better else proposed.higher_is_better if same_target else None,
        harm=None if proposed.harm in used else proposed.harm,
        design=options.design,
    )


def _settings(options: argparse.Namespace) -> Settings:
    from mac_core.runs.settings import ARTICLE, DEFAULT, SEVEN_STEPS

    settings = {"default": DEFAULT, "article": ARTICLE, "seven-steps": SEVEN_STEPS}[options.preset]
    learners = tuple(options.learners.split(",")) if options.learners else settings.learners
    return replace(
        settings,
        learners=learners,
        seed=options.seed,
        draw=options.draw or settings.draw,
        choice=options.choice or settings.choice,
        refit=options.refit or settings.refit,
        n_jobs=options.jobs,
    )


def _show(progress: Progress) -> None:
    left = "" if progress.seconds_left is None else f", about {progress.seconds_left:.0f} s left"
    print(f"\r{progress.done} of {progress.total}: {progress.learner}, {progress.subtask}{left}\x1b[K", end="", file=sys.stderr)


if __name__ == "__main__":
    sys.exit(main())
