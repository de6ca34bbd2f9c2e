"""How likely each patient was to get each arm; and, where treatment was randomised, whether it looks like that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import pandas as pd
from sklearn.base import clone

from mac_core.treatment.scores import mean_interval
from mac_core.treatment.steps import OnStep
from mac_core.treatment.unseen import honest_predictions

__all__ = ["Assignment", "RandomisationCheck", "check_randomisation", "fit_assignment"]


_SITE = "the site"
_MOST_SITES = 10


class RandomisationCheck(NamedTuple):
    """Whether the covariates predict the treatment of a trial that was declared randomised.

    Attributes
    ----------
    predictable : bool
        The lower limit of the gain exceeds 0.
    gain, low, high : float
        How much smaller the honest log loss per patient is than that of the arms' shares, with interval (nats).

    References
    ----------
    METHOD section 5: the randomisation is used, and checked.
    """

    predictable: bool
    gain: float
    low: float
    high: float


@dataclass(frozen=True)
class Assignment:
    """Probabilities of the arms.

    Attributes
    ----------
    shares : ndarray, shape (arms,)
        Of the cohort.
    honest : ndarray, shape (n, arms)
        For the patients of the cohort: the shares when randomised; else by models that did not see the patient.
    model : MACClassifier or None
        For new patients; None when randomised, where the shares hold for everybody.
    columns : tuple of int
        Which of the model's classes is which arm: column `columns[a]` of its probabilities belongs to arm a.
    check : RandomisationCheck or None
        None in routine care.
    site : str or None
        Name of the column that held the site while fitting.
    sites : tuple of (str, float)
        The ten largest sites with their shares.
    """

    shares: np.ndarray
    honest: np.ndarray
    model: Any
    columns: tuple[int, ...]
    check: RandomisationCheck | None
    site: str | None = None
    sites: tuple[tuple[str, float], ...] = ()

    def predict(self, X: pd.DataFrame) -> np.ndarray | None:
        """Probability of each arm for new patients, shape (m, arms); None when randomised.

        A new patient has no site: probabilities are averaged over the cohort's sites by their shares.
        """
        if self.model is None:
            return None
        if self.site is None:
            return np.asarray(self.model.predict_proba(X))[:, list(self.columns)]
        names, weights = zip(*self.sites, strict=True)
        column = pd.Series(np.repeat(np.array(names, dtype=object), len(X)), dtype="str")
        everywhere = pd.concat([X] * len(names), ignore_index=True).assign(**{self.site: column})
        found = np.asarray(self.model.predict_proba(everywhere))[:, list(self.columns)].reshape(len(names), len(X), -1)
        return np.tensordot(np.array(weights) / sum(weights), found, axes=1)


def fit_assignment(
    model: Any,
    X: pd.DataFrame,
    arm: np.ndarray,
    clusters: np.ndarray,
    *,
    randomised: bool,
    level: float = 0.95,
    site: np.ndarray | None = None,
    on_step: OnStep | None = None,
) -> Assignment:
    """Model who got which arm.

    Parameters
    ----------
    model : MACClassifier
        A clone of it is fitted.
    X : DataFrame, shape (n, features)
    arm : ndarray of int, shape (n,)
        Positions 0..arms-1, each of which occurs.
    clusters : ndarray of int, shape (n,)
        Which patient each row belongs to.
    randomised : bool
        Use the arms' shares, and check that nothing predicts the arm.
    level : float
        Of the check's interval, 0 to 1.
    site : ndarray of str, shape (n,), or None
        Where each patient was treated. In routine care it enters the model, since habits differ between sites; new patients
        have none.
    on_step : callable or None
        Called after every fit as the estimators do.

    Returns
    -------
    Assignment
    """
    count = int(arm.max()) + 1
    shares = np.bincount(arm, minlength=count) / len(arm)
    # The classes are numbered by first appearance and not by name, so that renaming arms changes nothing in any model.
    present, first = np.unique(arm, return_index=True)
    columns = np.empty(count, dtype=int)
    columns[present[np.argsort(first)]] = np.arange(count)
    fitted, known, name = clone(model), X.reset_index(drop=True), None
    sites: tuple[tuple[str, float], ...] = ()
    if site is not None and not randomised:
        name = _SITE
        while name in known.columns:
            name += "_"
        known = known.assign(**{name: pd.Series(site, dtype="str")})
        counts = known[name].value_counts().sort_index().sort_values(ascending=False, kind="stable").head(_MOST_SITES)
        sites = tuple((str(label), float(count)) for label, count in counts.items())
    fitted._fit(known, columns[arm], groups=clusters, on_step=on_step)
    honest = honest_predictions(fitted, known, clusters)[:, columns]
    honest = np.where(np.isnan(honest), shares, honest)
    if not randomised:
        return Assignment(shares, honest, fitted, tuple(int(c) for c in columns), None, name, sites)
    check = check_randomisation(honest, arm, clusters, level=level)
    return Assignment(shares, np.tile(shares, (len(arm), 1)), None, tuple(int(c) for c in columns), check)


def check_randomisation(
    honest: np.ndarray, arm: np.ndarray, clusters: np.ndarray, *, level: float = 0.95
) -> RandomisationCheck:
    """Compare honest predictions of the arm with the arms' shares, patient by patient.

    Examples
    --------
    >>> arm = np.tile([0, 1], 50)
    >>> check_randomisation(np.eye(2)[arm] * 0.8 + 0.1, arm, np.arange(100)).predictable
    True
    >>> check_randomisation(np.full((100, 2), 0.5), arm, np.arange(100)).predictable
    False
    """
    own = np.arange(len(arm)), arm
    shares = np.bincount(arm, minlength=honest.shape[1]) / len(arm)
    gain = np.log(np.clip(honest[own], 1e-6, None)) - np.log(shares[arm])
    mean, low, high, _ = mean_interval(gain, clusters, level)
    return RandomisationCheck(bool(low > 0), mean, low, high)
