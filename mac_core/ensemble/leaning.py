"""Let chosen averages lean on the regularised logistic regression, which errs least where patients are few.

How far is a share between 0 and 1. On few patients the prior says far; what was predicted of patients whom the models had not
seen overrules it where the difference is clear.
"""

from __future__ import annotations

import numpy as np

__all__ = ["LEAN_ON", "lean", "lean_shares", "prior_share"]

LEAN_ON = "logistic_regression"
"""The learner that the others lean on; nobody leans where the pool does not have it."""

# Both chosen where no table of the benchmark errs more than 2 % above plain logistic regression, and all together err less.
_EVEN = 200.0  # patients for whom the prior says one half
_STRENGTH = 4.0  # patients that the prior counts for
_SHARES = np.array([0.05, 0.2, 0.4, 0.6, 0.8, 0.95])
_SMALLEST = 1e-9
_CELLS = 1 << 16  # numbers looked at together: what fits a core's own memory


def prior_share(patients: int) -> float:
    """Share of the logistic regression in every average that a cohort of so many patients is expected to need.

    Examples
    --------
    >>> prior_share(100), prior_share(600)
    (0.8, 0.1)
    """
    return 1.0 / (1.0 + (patients / _EVEN) ** 2)


def lean(values: np.ndarray, on: np.ndarray, share: float | np.ndarray) -> np.ndarray:
    """Mix probabilities with those that they lean on, by one share, or by one for each of their last axis but one."""
    if np.ndim(share) == 0:
        return values if share == 0.0 else (1.0 - share) * values + share * on
    part = np.asarray(share)[..., None]
    return (1.0 - part) * values + part * on


def lean_shares(
    values: np.ndarray,
    on: np.ndarray,
    y: np.ndarray,
    chosen: np.ndarray,
    tested: np.ndarray,
    weights: np.ndarray,
    expected: float,
) -> np.ndarray:
    """Find how far to lean, for each of several weightings of the patients.

    What the choices say of a patient is taken from the subtasks that do not test the patient: choices of ten test patients
    would else look better than they are, and nobody would lean.

    Parameters
    ----------
    values : ndarray, shape (n_learners, n, K)
        Out-of-bag averages; patients with NaN are left out.
    on : ndarray, shape (n, K)
        Those of the learner that is leaned on.
    y : ndarray of int, shape (n,)
    chosen : ndarray of int, shape (r, n_subtasks)
        In each weighting, the learner that each subtask chose.
    tested : ndarray of bool, shape (n_subtasks, n)
    weights : ndarray, shape (r, n)
        How often each patient counts.
    expected : float
        From `prior_share`.

    Returns
    -------
    ndarray, shape (r,)
        Of six values from .05 to .95, the one with the largest posterior: the likelihood of a mixture, with a Beta prior that
        counts like four patients.
    """
    known = np.isfinite(values).all(axis=(0, 2))
    truth = np.flatnonzero(known), y[known]
    right, linear, others = values[:, *truth], on[truth], ~tested[:, known]
    if not known.all():  # no copy of a large array for nothing
        weights = weights[:, known]
    others[:, ~others.any(axis=0)] = True
    # What each choice of each subtask adds to what is said of a patient; most resamples make the same few choices.
    made, place = np.unique(chosen + len(values) * np.arange(chosen.shape[1]), return_inverse=True)
    place = place.reshape(chosen.shape)
    adds = right[made % len(values)] * (others / others.sum(axis=0))[made // len(values)]
    prior = _STRENGTH * (expected * np.log(_SHARES) + (1.0 - expected) * np.log1p(-_SHARES))
    best, at_once = np.empty(len(chosen), dtype=int), max(1, _CELLS // max(len(y), 1))
    for start in range(0, len(chosen), at_once):
        some = slice(start, start + at_once)
        picked = np.zeros((len(chosen[some]), len(made)))
        picked[np.arange(len(picked))[:, None], place[some]] = 1.0
        said = picked @ adds
        likely = [
            np.einsum("rn,rn->r", np.log(np.maximum(lean(said, linear, share), _SMALLEST)), weights[some]) for share in _SHARES
        ]
        best[some] = np.argmax(prior[:, None] + likely, axis=0)
    return _SHARES[best]
