"""A first look, before any study, at whether similar patients got different treatments: quick, and replaced by the study's own.

One penalised multinomial logistic regression stands in for the study's model of the treatment. Where it foretells the arm no
better than the arms' shares do, on patients that it did not see, nothing in the table tells who got what: its curves are drawn
all the same, and every arm that is not rare counts as a realistic choice for everybody.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from mac_core.data.encoding import fit_encoder, read_codebook
from mac_core.treatment.contrast_learners import fold_of
from mac_core.treatment.overlap import histogram_by_arm

__all__ = ["PreliminaryOverlap", "foresee_arms", "preliminary_overlap"]

_MOST_ROWS = 2_000
_MOST_COLUMNS = 60  # encoded; more are joined to so many directions of greatest spread
_FOLDS, _STEPS, _PENALTY = 5, 150, 1.0
_REALISTIC = 0.05


@dataclass(frozen=True)
class PreliminaryOverlap:
    """How likely each arm was for the patients of every arm, by the quick model.

    Attributes
    ----------
    arms : DataFrame
        Index arm: n (patients that were looked at), realistic (of all of them, those whose probability of this arm is at least
        .05; the arms' shares where the model does not foretell them better).
    histogram : DataFrame
        As `Overlap.histogram`.
    judged, of : int
        Patients looked at (a fixed random sample of large tables), and how many there are.
    everywhere : int
        Of those looked at, for how many every arm is realistic.
    foretold : bool
        Whether the table's columns foretell the arm better than the arms' shares.
    """

    arms: pd.DataFrame
    histogram: pd.DataFrame
    judged: int
    of: int
    everywhere: int
    foretold: bool


def preliminary_overlap(
    X: pd.DataFrame,
    treatment: pd.Series,
    *,
    groups: pd.Series | None = None,
    site: pd.Series | None = None,
    seed: int = 0,
) -> PreliminaryOverlap:
    """Foresee each patient's arm from what was known before, by a quick model that did not see the patient.

    Parameters
    ----------
    X : DataFrame, shape (n, features)
    treatment : Series of str, shape (n,)
        At least two arms.
    groups, site : Series or None, shape (n,)
        As in a `Cohort`; the site is one more column.
    seed : int

    Returns
    -------
    PreliminaryOverlap

    Notes
    -----
    About .2 CPU seconds whatever the number of rows, as at most 2,000 are looked at; about 1 at 1,000 columns.

    Examples
    --------
    >>> random = np.random.default_rng(0)
    >>> age = random.uniform(20, 80, 200)
    >>> drug = pd.Series(np.where(age > 50, "A", "B"))
    >>> found = preliminary_overlap(pd.DataFrame({"age": age}), drug)
    >>> found.foretold, found.everywhere < 80
    (True, True)
    >>> preliminary_overlap(pd.DataFrame({"age": age}), drug.sample(frac=1, random_state=0, ignore_index=True)).foretold
    False
    """
    random = np.random.default_rng(seed)
    count = len(treatment)
    # Many columns cost as much as many rows.
    most = _MOST_ROWS if X.shape[1] <= 300 else _MOST_ROWS // 2
    rows = np.sort(random.choice(count, most, replace=False)) if count > most else np.arange(count)
    frame = X.iloc[rows].reset_index(drop=True)
    if site is not None:
        name = "the site"
        while name in frame.columns:
            name += "_"
        frame = frame.assign(**{name: site.iloc[rows].to_numpy()})
    labels = sorted(treatment.unique())
    arm = treatment.iloc[rows].map({label: a for a, label in enumerate(labels)}).to_numpy(dtype=int)
    clusters = np.arange(len(rows)) if groups is None else pd.factorize(groups.iloc[rows])[0]
    book = read_codebook(frame)
    codes = book.codes(frame)
    # Lines that may bend, so that an arm that ends at an age is seen to end there.
    Z = _narrowed(fit_encoder(codes, book).encode(codes, "splines"))
    probability, foretold = foresee_arms(Z, arm, fold_of(clusters, _FOLDS, random), len(labels))
    realistic = (probability if foretold else np.bincount(arm) / len(arm) * np.ones(probability.shape)) >= _REALISTIC
    arms = pd.DataFrame(
        {"n": np.bincount(arm, minlength=len(labels)), "realistic": realistic.sum(axis=0)}, index=pd.Index(labels, name="arm")
    )
    return PreliminaryOverlap(
        arms,
        histogram_by_arm(arm, probability, labels),
        judged=len(rows),
        of=count,
        everywhere=int(realistic.all(axis=1).sum()),
        foretold=foretold,
    )


def foresee_arms(Z: np.ndarray, arm: np.ndarray, fold: np.ndarray, count: int) -> tuple[np.ndarray, bool]:
    """Probability of each arm by models of the other folds, shape (n, count), and whether they beat the arms' shares."""
    shares = np.bincount(arm, minlength=count) / len(arm)
    found = np.tile(shares, (len(arm), 1))
    for f in np.unique(fold):
        own = fold == f
        if (~own).any():
            found[own] = _softmax(_design(Z[own]) @ _logistic(_design(Z[~own]), np.eye(count)[arm[~own]]))
    own_arm = np.arange(len(arm)), arm
    gain = float(np.mean(np.log(np.maximum(found[own_arm], 1e-6)) - np.log(shares[arm])))
    return found, gain > 0


def _design(Z: np.ndarray) -> np.ndarray:
    return np.column_stack([np.ones(len(Z)), Z])


def _logistic(design: np.ndarray, given: np.ndarray) -> np.ndarray:
    """Coefficients of a penalised multinomial logistic regression, shape (columns, arms).

    Every step uses a fixed bound of the curvature, so that one factorisation serves all of them.

    References
    ----------
    Boehning: Multinomial logistic regression algorithm. Annals of the Institute of Statistical Mathematics 44, 1992.
    """
    penalty = np.full(design.shape[1], _PENALTY)
    penalty[0] = 1e-6
    bound = np.linalg.inv(design.T @ design / 2 + np.diag(penalty))
    found = np.zeros((design.shape[1], given.shape[1]))
    for _ in range(_STEPS):
        found += bound @ (design.T @ (given - _softmax(design @ found)) - penalty[:, None] * found)
    return found


def _softmax(values: np.ndarray) -> np.ndarray:
    grown = np.exp(values - values.max(axis=1, keepdims=True))
    return np.asarray(grown / grown.sum(axis=1, keepdims=True))


def _narrowed(Z: np.ndarray) -> np.ndarray:
    """The columns, or their directions of greatest spread where there are many; no arm has a say in it."""
    if Z.shape[1] <= _MOST_COLUMNS:
        return Z
    centred = Z - Z.mean(axis=0)
    if Z.shape[1] <= len(Z):
        _, vectors = np.linalg.eigh(centred.T @ centred)
        return np.asarray(centred @ vectors[:, -_MOST_COLUMNS:])
    values, vectors = np.linalg.eigh(centred @ centred.T)
    return np.asarray(vectors[:, -_MOST_COLUMNS:] * np.sqrt(np.maximum(values[-_MOST_COLUMNS:], 0.0)))
