"""The same study without a browser: `python -m mac_core study FILE --treatment COLUMN`."""

from __future__ import annotations

import os

if __name__ == "__main__":
    # Before NumPy is imported: workers are forked here, and inner threads would multiply with them.
    os.environ.update({"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1", "MAC_FORK_WORKERS": "1"})

import argparse
import json
import math
import sys
import traceback
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from mac_core.errors import InputError, refuse

if TYPE_CHECKING:
    import pandas as pd

    from mac_core.data.roles import Roles
    from mac_core.data.table import PatientTable
    from mac_core.runs.run import Progress, Run
    from mac_core.runs.settings import Settings

SCHEMA_VERSION = 1


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says; 0 if it worked, 2 for bad input, 1 for a fault of the program."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.command(options))
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
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
        prog="python -m mac_core", description="Study a table of patients, or predict with a study."
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")
    study = commands.add_parser("study", help="learn from a table and keep the run")
    study.set_defaults(command=_study)
    study.add_argument("file", metavar="FILE", help="CSV, TSV or xlsx, with a row per patient")
    study.add_argument(
        "--treatment", metavar="C", help="column with the treatment; alone: which one did patients like this one get?"
    )
    study.add_argument("--outcome", metavar="C", help="column with the outcome; with a treatment: what is expected under each?")
    study.add_argument("--design", choices=["routine", "randomised"], default="routine", help="how treatment was decided")
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
    study.add_argument("--event", metavar="CLASS", help="for an outcome with two classes, the one that counts")
    study.add_argument("--reference", metavar="ARM", help="the treatment that the others are compared with")
    study.add_argument("--lower-is-better", action="store_true", help="a lower outcome (or fewer events) is better")
    study.add_argument("--id", metavar="C", help="column that names the patient, for patients with several rows")
    study.add_argument("--site", metavar="C", help="column with the hospital")
    study.add_argument("--ignore", metavar="C", action="append", default=[], help="column that no model sees; may be repeated")
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
    study.add_argument("--json", metavar="OUT", help="write the results as JSON")
    study.add_argument("--store", metavar="URL", help="database for the run, such as sqlite:///runs.db")
    predict = commands.add_parser("predict", help="predict for the patients of a file with a kept run")
    predict.set_defaults(command=_predict)
    predict.add_argument("run", metavar="RUN", help="the id that `study` printed last")
    predict.add_argument("file", metavar="FILE")
    predict.add_argument("--out", metavar="CSV", help="file to write to, instead of standard output")
    predict.add_argument("--store", metavar="URL")
    return parser


def _study(options: argparse.Namespace) -> int:
    from mac_core.runs.store import RunStore
    from mac_core.runs.study import run_study

    if options.treatment is None and options.outcome is None:
        raise refuse("no_target")
    store = RunStore(options.store)
    table = _read(options.file)
    progress = _show if sys.stderr.isatty() else None
    run = run_study(table, _roles(options, table), settings=_settings(options), on_progress=progress)
    if progress is not None:
        print(file=sys.stderr)
    new = store.save(run)
    if options.json:
        Path(options.json).write_text(
            json.dumps(_as_json(run, new), ensure_ascii=False, indent=1, allow_nan=False) + "\n", "utf-8"
        )
    print(_in_words(run))
    print(f"run: {new}")
    return 0


def _predict(options: argparse.Namespace) -> int:
    from mac_core.runs.batch import predict_batch
    from mac_core.runs.safe_csv import to_safe_csv
    from mac_core.runs.store import RunStore

    run = RunStore(options.store).open(options.run)
    batch = predict_batch(run, _read(options.file, least_columns=1))
    for found in batch.notices:
        print(f"{found.message} {found.fix}".strip(), file=sys.stderr)
    text = to_safe_csv(batch.patients)
    if options.out:
        Path(options.out).write_text(text, "utf-8", newline="")
        print(f"{len(batch.patients)} predictions written to {options.out}.")
    else:
        print(text, end="")
    return 0


def _read(path: str, least_columns: int = 2) -> PatientTable:
    from mac_core.data.reading import read_table

    return read_table(path, least_columns=least_columns)


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


def _in_words(run: Run) -> str:
    from mac_core.figures.wording import learner_title, learner_titles, loss_words

    titles = learner_titles()
    lines = [
        run.verdict.sentence,
        "",
        f"Learners, best first (error: {loss_words(run.loss, run.target.unit).axis}; on patients that a learner did not see):",
        f"  {'learner':<34}{'error':>10}{'low':>10}{'high':>10}{'comes first':>13}",
    ]
    for name, row in run.ranking.iterrows():
        title = learner_title(str(name), titles)
        star = "*" if row["is_baseline"] else " "
        first = "-" if math.isnan(row["p_first"]) else f"{100 * row['p_first']:.0f} %"
        lines.append(f"{star} {title:<34}{row['mean_error']:>10.4g}{row['low']:>10.4g}{row['high']:>10.4g}{first:>13}")
    honest = run.honest_error
    lines += [
        "  * baseline, to be beaten. low, high: 95 % interval. comes first: in how many resamples it ranked first.",
        "",
        f"Error as in the article: {run.article_error:.4g}   (judged partly on patients that the models saw: too good)",
        f"Honest error:            {honest.value:.4g}   (on patients not seen; 95 %: {honest.low:.4g} to {honest.high:.4g})",
        f"Baseline error:          {run.baseline_error:.4g}   (everybody gets the same prediction)",
    ]
    if run.single_class_subtasks:
        lines.append(
            f"In {run.single_class_subtasks} of {len(run.errors)} subtasks all training patients were of one class; "
            "models there say that class for everybody."
        )
    lines += [f"Left out: {name}: {reason}" for name, reason in run.dropped.items()]
    if run.average_effects is not None:
        lines += ["", *_comparison_in_words(run, run.average_effects)]
    doubtful = [found for found in run.notices if found.severity != "fixed"]
    if doubtful:
        lines += ["", "Notes:", *(f"- {found.message} {found.fix}".rstrip() for found in doubtful)]
    return "\n".join([*lines, ""])


def _comparison_in_words(run: Run, effects: pd.DataFrame) -> list[str]:
    from mac_core.figures.average_effects import choose_pairs

    unit = "difference in risk, 0 to 1" if run.target.kind == "binary" else f"in {run.target.unit or 'the unit of the outcome'}"
    groups = "differences between the groups, whatever their reason"
    meaning = "effects of treatment" if run.roles.design == "randomised" else groups
    lines = [f"Average differences in {run.target.label} ({unit}; {meaning}; 95 % interval):"]
    for row in effects.loc[choose_pairs(effects, run.roles.reference)].reset_index().itertuples():
        lines.append(f"  {row.arm} against {row.against}: {row.difference:.4g} [{row.low:.4g}, {row.high:.4g}], n = {row.n}")
    return [*lines, f"Verdict: {run.advice['reason']}", f"Single patients: {run.heterogeneity['reason']}"]


def _as_json(run: Run, new: str) -> dict[str, Any]:
    from mac_core.runs.records import to_plain

    plain = {
        "schema_version": SCHEMA_VERSION,
        "run": new,
        "ranking": run.ranking.reset_index().to_dict("records"),
        "article_error": run.article_error,
        "honest_error": dict(zip(("value", "low", "high"), run.honest_error, strict=True)),
        "baseline_error": run.baseline_error,
        "average_effects": None if run.average_effects is None else run.average_effects.reset_index().to_dict("records"),
        "heterogeneity": dict(run.heterogeneity) or None,
        "advice": dict(run.advice) or None,
        "notices": run.notices,
    }
    return _without_nan(to_plain(plain))


def _without_nan(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _without_nan(item) for key, item in value.items()}
    if isinstance(value, list):
        return [_without_nan(item) for item in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


if __name__ == "__main__":
    sys.exit(main())
