"""What was tried for steps 2 to 6, and what it is worth: `python benchmarks/choices.py` from the project's root.

Every learner of the pool, and some that are not in it, are trained once on the subtasks of each table's training patients; then
every way of choosing, combining and racing is computed from the same predictions. Told is the log loss on the test patients
against that of the default: the geometric mean over the tables, its standard error, and the same for each half of the tables
(every second one by name), so that what suits one half can be confirmed on the other. Tables as in `benchmarks/quality.py`.

`--keep FOLDER` keeps the predictions, and what stands there is not computed again.
"""

from __future__ import annotations

import argparse
import os
import pickle
import sys
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

for variable in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS"):
    os.environ.setdefault(variable, "1")
ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import numpy as np  # noqa: E402
import pandas as pd  # noqa: E402
from quality import losses, tables  # noqa: E402

from benchmarks.contestants.models import logistic  # noqa: E402
from mac_core.ensemble.leaning import LEAN_ON, lean, lean_shares, prior_share  # noqa: E402
from mac_core.ensemble.tempering import base_rates, temper, temperatures  # noqa: E402

PLAIN = "plain_logistic_regression"
Asked = dict[str, Any]


def _others() -> dict[str, Any]:
    """Learners that were tried and are not in the pool."""
    from sklearn.linear_model import LogisticRegression, LogisticRegressionCV
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import PolynomialFeatures

    from mac_core.ensemble.learners import Learner

    def tuned(strengths: list[float]) -> Any:
        options = {"l1_ratios": (0,), "use_legacy_attributes": False}
        return LogisticRegressionCV(Cs=strengths, cv=5, scoring="neg_log_loss", max_iter=500, **options)

    def pairs(size: Any) -> Any:
        if size.columns > 60:
            return LogisticRegression(C=0.1, max_iter=300)
        products = PolynomialFeatures(2, interaction_only=True, include_bias=False)
        return make_pipeline(products, LogisticRegression(C=0.02 if size.columns <= 40 else 0.005, max_iter=300))

    made: dict[str, Any] = {"pairs": pairs, "lr_10.0": lambda size: LogisticRegression(C=10.0, max_iter=1000)}
    made["lr_cv"] = lambda size: tuned([0.02, 0.1, 0.5, 2.0, 10.0, 50.0])
    found = {name: Learner(name, "", factory, kinds=("classes",)) for name, factory in made.items()}
    splines = Learner("splines_cv", "", lambda size: tuned([0.01, 0.05, 0.2, 1.0, 5.0]), "splines", kinds=("classes",))
    return {**found, "splines_cv": splines}


def ask(X: pd.DataFrame, y: pd.Series, split: int, most: int | None) -> Asked:
    """Train every learner on the subtasks, and once on all: what they say of patients they had not seen."""
    from sklearn.model_selection import train_test_split

    from mac_core.data.encoding import fit_encoder, read_codebook
    from mac_core.ensemble.averaging import ask_models
    from mac_core.ensemble.learners import BASELINES, LEARNERS
    from mac_core.ensemble.learning import learn
    from mac_core.ensemble.refitting import refit
    from mac_core.ensemble.subtasks import Cohort, draw_subtasks, evaluated_rows
    from mac_core.ensemble.training import Work, inner_threads

    train, test = train_test_split(np.arange(len(y)), test_size=0.3, stratify=y, random_state=split)
    train = train[:most]
    test = test[y.iloc[test].isin(y.iloc[train].unique()).to_numpy()]
    learned_from, asked = X.iloc[train].reset_index(drop=True), X.iloc[test].reset_index(drop=True)
    classes, target = np.unique(y.iloc[train].to_numpy(), return_inverse=True)
    book = read_codebook(learned_from)
    codes, new = book.codes(learned_from), book.codes(asked)
    learners = {name: one for name, one in {**LEARNERS, **BASELINES}.items() if "classes" in one.kinds} | _others()
    reads = {name: learner.representation for name, learner in learners.items()}
    with inner_threads():
        subtasks = draw_subtasks(Cohort(len(target), target), seed=np.random.SeedSequence(split).spawn(3)[0])
        rows = evaluated_rows(subtasks, len(target))
        places = [np.searchsorted(rows, subtask.test) for subtask in subtasks]
        work = Work(codes, book, target, len(classes), None, rows, split)
        learned = learn(work, subtasks, places, learners, "log", n_jobs=1)
        encoders = [fit_encoder(codes[subtask.train], book) for subtask in subtasks]
        again = refit(work, {name: learners[name] for name in learned.names}, len(subtasks), 0)
        assert again is not None
        refitted = {name: again[0][name] for name in learned.names}
        return {
            "names": learned.names,
            "y": target,
            "places": places,
            "unseen": learned.unseen,
            "held": learned.held_out,
            "seconds": learned.seconds,
            "test": ask_models(learned.models, reads, encoders, new, len(classes)),
            "refit": ask_models(refitted, reads, again[1], new, len(classes)),
            "ys": np.searchsorted(classes, y.iloc[test].to_numpy()),
            "ref": losses(logistic(learned_from, y.iloc[train], split), asked, y.iloc[test]),
        }


def _pool(asked: Asked) -> list[str]:
    from mac_core.ensemble.learners import LEARNERS

    return [name for name in asked["names"] if name in LEARNERS]


def _chosen(asked: Asked, names: list[str]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Places of the learners, the one (of these) that each subtask chooses, and how often each is chosen."""
    from mac_core.ensemble.losses import row_losses

    which = np.array([asked["names"].index(name) for name in names])
    wrong = row_losses(asked["unseen"][which], asked["y"], "log")
    order = np.argsort(np.mean([held[which].mean(axis=1) for held in asked["held"]], axis=0), kind="stable")
    chosen = np.array([order[wrong[order][:, place].mean(axis=1).argmin()] for place in asked["places"]])
    return which, chosen, np.bincount(chosen, minlength=len(which)) / len(chosen)


def _as_if_for(asked: Asked, patients: float) -> float:
    """The linear model's share if it stood for so many patients more."""
    return patients / (patients + len(asked["y"]))


def _found(asked: Asked, values: np.ndarray, on: np.ndarray, chosen: np.ndarray) -> float:
    """The default's share: found on the patients."""
    n = len(asked["y"])
    tested = np.array([np.isin(np.arange(n), place) for place in asked["places"]])
    return float(lean_shares(values, on, asked["y"], chosen[None], tested, np.ones((1, n)), prior_share(n))[0])


def _tempered(asked: Asked, unseen: np.ndarray, said: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """What averages say together, tempered as suits what they say of patients whom they had not seen."""
    base = base_rates(asked["y"], unseen.shape[-1])
    found = temperatures(unseen, asked["y"], shares[None], np.ones((1, len(asked["y"]))), base)[0]
    return np.tensordot(shares, temper(said, found, base), 1)


def per_subtask(
    asked: Asked,
    *,
    names: list[str] | None = None,
    on: str = LEAN_ON,
    patients: float | None = None,
    tempered: bool = True,
    of: str = "test",
) -> np.ndarray:
    """The default: each subtask chooses; choices lean on the linear model, as suits the patients; one temperature.

    With `patients` they lean as if the linear model stood for so many.
    """
    which, chosen, shares = _chosen(asked, names or _pool(asked))
    leaning_on = asked["names"].index(on)
    unseen, linear = asked["unseen"][which], asked["unseen"][leaning_on]
    share = _found(asked, unseen, linear, chosen) if patients is None else _as_if_for(asked, patients)
    leaning, said = lean(unseen, linear, share), lean(asked[of][which], asked[of][leaning_on], share)
    return _tempered(asked, leaning, said, shares) if tempered else np.tensordot(shares, said, 1)


def within_one_error(asked: Asked) -> np.ndarray:
    """Lean as far on the linear model as costs no more than one standard error (the rule of Breiman and others, 1984)."""
    which, _, shares = _chosen(asked, _pool(asked))
    least = _as_if_for(asked, 60.0)
    leaning_on = asked["names"].index(LEAN_ON)
    truth = np.arange(len(asked["y"])), asked["y"]
    chosen, linear = np.tensordot(shares, asked["unseen"][which], 1)[truth], asked["unseen"][leaning_on][truth]
    tried = [least, *(share for share in (0.2, 0.4, 0.6, 0.8, 1.0) if share > least)]
    lost = np.array([-np.log(np.clip((1 - share) * chosen + share * linear, 1e-6, 1)) for share in tried])
    paired = lost - lost[lost.mean(axis=1).argmin()]
    near = paired.mean(axis=1) <= paired.std(axis=1) / np.sqrt(paired.shape[1])
    share = tried[int(np.flatnonzero(near).max())]
    unseen, said = (lean(asked[part][which], asked[part][leaning_on], share) for part in ("unseen", "test"))
    return _tempered(asked, unseen, said, shares)


def in_log_odds(asked: Asked) -> np.ndarray:
    """The same, but the subtasks' probabilities are averaged as log-odds."""
    which, _, shares = _chosen(asked, _pool(asked))
    share = _as_if_for(asked, 60.0)
    weights = np.append((1 - share) * shares, share)
    which = np.append(which, asked["names"].index(LEAN_ON))

    def together(values: np.ndarray) -> np.ndarray:
        scores = np.tensordot(weights, np.log(np.clip(values[which], 1e-9, 1)), 1)
        odds = np.exp(scores - scores.max(axis=-1, keepdims=True))
        return odds / odds.sum(axis=-1, keepdims=True)

    return _tempered(asked, together(asked["unseen"])[None], together(asked["test"])[None], np.ones(1))


def mixture(asked: Asked, *, towards_linear: float, towards_all: float) -> np.ndarray:
    """Weights of a mixture by maximum likelihood with a prior (expectation-maximisation), and one temperature."""
    names = _pool(asked)
    which = [asked["names"].index(name) for name in names]
    prior = np.full(len(names), towards_all)
    prior[names.index(LEAN_ON)] += towards_linear
    unseen = asked["unseen"][which]
    right, weights = np.clip(unseen[:, np.arange(len(asked["y"])), asked["y"]], 1e-9, 1), prior / prior.sum()
    for _ in range(100):
        credit = weights[:, None] * right
        weights = prior + (credit / credit.sum(axis=0)).sum(axis=1)
        weights /= weights.sum()
    mixed = np.tensordot(weights, unseen, 1)[None]
    return _tempered(asked, mixed, np.tensordot(weights, asked["test"][which], 1)[None], np.ones(1))


def weighted(asked: Asked, *, also: tuple[str, ...] = (), of: str = "test") -> np.ndarray:
    """`choice="weights"`."""
    from mac_core.ensemble.weighting import combine, find_weights, lean_share, start_weights

    names = [*_pool(asked), *also]
    which, _, shares = _chosen(asked, names)
    which = np.append(which, asked["names"].index("constant"))
    start = start_weights(np.append(shares, 0.0), names.index(LEAN_ON), lean_share(len(asked["y"])))
    found = find_weights(asked["unseen"][which], asked["y"], start, np.ones(len(asked["y"])), classes=True)
    return combine(asked[of][which], found)


def raced(asked: Asked, *, best: int | None = None, within: float = np.inf) -> list[str]:
    """Learners that go on after the first five subtasks; the linear model always does."""
    names = _pool(asked)
    which = [asked["names"].index(name) for name in names]
    first = np.mean([held[which].mean(axis=1) for held in asked["held"][:5]], axis=0)
    going = set(np.argsort(first)[:best]) & set(np.flatnonzero(first <= within * first.min()))
    return [name for place, name in enumerate(names) if place in going or name == LEAN_ON]


def saved(asked: Asked, names: list[str]) -> float:
    """Share of the pool's training time that stopping the others after five of ten subtasks saves."""
    seconds = dict(zip(asked["names"], asked["seconds"], strict=True))
    pool = _pool(asked)
    return float(sum(seconds[name] for name in pool if name not in names) / 2 / sum(seconds[name] for name in pool))


def _with(*names: str) -> Callable[[Asked], np.ndarray]:
    return lambda asked: per_subtask(asked, names=[*_pool(asked), *names])


def _instead(of: str, name: str, **options: Any) -> Callable[[Asked], np.ndarray]:
    return lambda asked: per_subtask(asked, names=[name if one == of else one for one in _pool(asked)], **options)


RACES: dict[str, dict[str, Any]] = {
    "racing: the 4 best go on": {"best": 4},
    "racing: the 6 best go on": {"best": 6},
    "racing: the 8 best go on": {"best": 8},
    "racing: within 20 % of the best": {"within": 1.2},
    "racing: within 50 % of the best": {"within": 1.5},
}
TRIED: dict[str, Callable[[Asked], np.ndarray]] = {
    "default": per_subtask,
    "nothing moderated (the steps to the letter)": lambda asked: per_subtask(asked, patients=0.0, tempered=False),
    "leaning as if for 60 patients, whatever they say": lambda asked: per_subtask(asked, patients=60.0),
    "leaning as if for 120 patients": lambda asked: per_subtask(asked, patients=120.0),
    "leaning as far as one standard error": within_one_error,
    "weights per learner (choice=weights)": weighted,
    "weights of a mixture, small prior": lambda asked: mixture(asked, towards_linear=5.0, towards_all=0.5),
    "weights of a mixture, larger prior": lambda asked: mixture(asked, towards_linear=20.0, towards_all=1.0),
    "subtasks averaged in log-odds": in_log_odds,
    "refit on all patients (refit=True)": lambda asked: per_subtask(asked, of="refit"),
    "weights and refit": lambda asked: weighted(asked, of="refit"),
    "linear model with C = 1 everywhere": _instead(LEAN_ON, PLAIN, on=PLAIN),
    "one more linear model (C = 10)": _with("lr_10.0"),
    "one more linear model, tuned": _with("lr_cv"),
    "linear model tuned": _instead(LEAN_ON, "lr_cv", on="lr_cv"),
    "one more spline model, tuned": _with("splines_cv"),
    "products of two factors": _with("pairs"),
    "weights, with all four of these": lambda asked: weighted(asked, also=("lr_10.0", "lr_cv", "splines_cv", "pairs")),
    **{name: (lambda asked, race=race: per_subtask(asked, names=raced(asked, **race))) for name, race in RACES.items()},
}


def report(kept: dict[str, list[Asked]]) -> str:
    """What is printed."""
    half = np.arange(len(kept)) % 2

    def ratios(rule: Callable[[Asked], np.ndarray]) -> np.ndarray:
        found = []
        for splits in kept.values():
            mine = [-np.log(np.clip(rule(asked)[np.arange(len(asked["ys"])), asked["ys"]], 1e-6, 1)).mean() for asked in splits]
            found.append(np.log(np.mean(mine) / np.mean([asked["ref"].mean() for asked in splits])))
        return np.array(found)

    default = ratios(per_subtask)
    lines = [f"{'':<46}/ logistic  worst table  / default    s.e.  half 1  half 2  better on  CPU saved"]
    for name, rule in TRIED.items():
        found = ratios(rule)
        gain = found - default
        halves = "  ".join(f"{np.exp(gain[half == side].mean()):>6.4f}" for side in (0, 1))
        share = (
            np.mean([saved(one, raced(one, **RACES[name])) for splits in kept.values() for one in splits])
            if name in RACES
            else 0
        )
        lines.append(
            f"{name:<46}{np.exp(found.mean()):>10.4f}  {np.exp(found.max()):>11.3f}  {np.exp(gain.mean()):>9.4f}  "
            f"{gain.std() / np.sqrt(len(gain)):>6.4f}  {halves}  {(gain < 0).sum():>4} of {len(gain)}"
            + (f"  {100 * share:>7.0f} %" if name in RACES else "")
        )
    lines += ["", f"{'':<46}/ logistic  with weights"]
    found = np.exp(np.column_stack([default, ratios(weighted)]))
    lines += [f"{slug:<46}{mine:>10.3f}  {weights:>12.3f}" for slug, (mine, weights) in zip(kept, found, strict=True)]
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tables", type=Path, help="as in benchmarks/quality.py; default: the bundled examples")
    parser.add_argument("--only", nargs="+", help="names of tables")
    parser.add_argument("--splits", type=int, default=1)
    parser.add_argument("--most-rows", type=int, default=700, help="learn from at most so many patients")
    parser.add_argument("--keep", type=Path, metavar="FOLDER")
    arguments = parser.parse_args()
    if arguments.keep is not None:
        arguments.keep.mkdir(parents=True, exist_ok=True)
    warnings.simplefilter("ignore")
    kept: dict[str, list[Asked]] = {}
    for slug, X, y in sorted(tables(arguments.tables, arguments.only), key=lambda entry: entry[0]):
        for split in range(arguments.splits):
            path = arguments.keep / f"{slug}_{split}.pkl" if arguments.keep else None
            if path is not None and path.exists():
                asked = pickle.loads(path.read_bytes())  # our own file, of a former call
            else:
                asked = ask(X, y, split, arguments.most_rows)
                if path is not None:
                    path.write_bytes(pickle.dumps(asked))
            kept.setdefault(slug, []).append(asked)
        print(f"{slug}: {len(y)} patients", file=sys.stderr, flush=True)
    print(report(kept))


if __name__ == "__main__":
    main()
