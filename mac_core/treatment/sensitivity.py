"""How strong a factor that nobody measured would have to be to explain an average difference away (routine care)."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import permutations
from typing import Any

import numpy as np
import pandas as pd

__all__ = ["e_value", "robustness_value", "sensitivity"]


def e_value(ratio: float) -> float:
    """Smallest risk ratio that a hidden factor needs with both treatment and outcome to explain a risk ratio away.

    References
    ----------
    VanderWeele, Ding: Sensitivity analysis in observational research. Annals of Internal Medicine 167, 2017.

    Examples
    --------
    >>> [round(e_value(ratio), 3) for ratio in (3.9, 2.4, 1.8, 0.8)]
    [7.263, 4.233, 3.0, 1.809]
    """
    if not ratio > 0:
        return float("nan") if np.isnan(ratio) else float("inf")
    above = max(ratio, 1 / ratio)
    return float(above + np.sqrt(above * (above - 1)))


def robustness_value(t: float, freedom: float) -> float:
    """Share of the rest of treatment and of outcome that a hidden factor must explain, both, to bring an estimate to 0.

    Parameters
    ----------
    t : float
        Estimate over its standard error.
    freedom : float
        Degrees of freedom.

    References
    ----------
    Cinelli, Hazlett: Making sense of sensitivity: extending omitted variable bias. JRSS B 82, 2020.

    Examples
    --------
    >>> round(robustness_value(4.18, 783), 3)
    0.139
    """
    strength = abs(t) / np.sqrt(max(freedom, 1.0))
    return float((np.sqrt(strength**4 + 4 * strength**2) - strength**2) / 2)


def sensitivity(
    effects: pd.DataFrame,
    means: np.ndarray,
    outcome: np.ndarray,
    Z: np.ndarray,
    arm: np.ndarray,
    arms: Sequence[Any],
    *,
    binary: bool,
    names: Sequence[str],
    owners: np.ndarray,
) -> pd.DataFrame:
    """Say for every pair of arms how strong a hidden factor would have to be, beside the strongest measured covariate.

    Parameters
    ----------
    effects : DataFrame
        As `TreatmentComparison.average_effects_`.
    means : ndarray, shape (arms,)
        Average outcome if everybody got the arm.
    outcome : ndarray, shape (n,)
        Of patients with an outcome.
    Z : ndarray, shape (n, columns)
        Encoded covariates.
    arm : ndarray of int, shape (n,)
    arms : sequence of labels
    binary : bool
        Risks; otherwise differences are turned into approximate risk ratios, exp(.91 difference / spread).
    names : sequence of str
        Covariates.
    owners : ndarray of int, shape (columns,)
        Which covariate each encoded column belongs to.

    Returns
    -------
    DataFrame
        MultiIndex (arm, against), every ordered pair: e_value (of the estimate), e_value_limit (of the limit nearer to no
        difference; 1 where the interval holds it), robustness_value (of the estimate), robustness_limit (until the interval
        reaches no difference), strongest (covariate), with_treatment and with_outcome (share of the rest that it explains).
    """
    place = {label: position for position, label in enumerate(arms)}
    spread = float(np.std(outcome))
    rows: dict[tuple[Any, Any], tuple[Any, ...]] = {}
    for one, other in permutations(arms, 2):
        if (other, one) in rows:
            rows[one, other] = rows[other, one]
            continue
        row = effects.loc[(one, other)]
        value, low, high = float(row["difference"]), float(row["low"]), float(row["high"])
        if np.isnan(low):
            rows[one, other] = (np.nan,) * 4 + ("", np.nan, np.nan)
            continue
        near = 0.0 if low <= 0 <= high else (low if low > 0 else high)
        pair = (arm == place[one]) | (arm == place[other])
        middle = (means[place[one]] + means[place[other]]) / 2
        ratios = [_ratio(each, middle, spread, binary=binary) for each in (value, near)]
        freedom = pair.sum() - Z.shape[1] - 2
        half = (high - low) / 2
        t = 1.96 * value / half if half > 0 else np.inf
        limit = max(abs(t) - 1.96, 0.0)
        strongest = _strongest(Z[pair], (arm == place[one])[pair], outcome[pair], owners)
        rows[one, other] = (
            e_value(ratios[0]),
            e_value(ratios[1]),
            robustness_value(t, freedom),
            robustness_value(limit, freedom),
            names[strongest[0]] if names else "",
            *strongest[1:],
        )
    columns = [
        "e_value",
        "e_value_limit",
        "robustness_value",
        "robustness_limit",
        "strongest",
        "with_treatment",
        "with_outcome",
    ]
    index = pd.MultiIndex.from_tuples(list(permutations(arms, 2)), names=["arm", "against"])
    return pd.DataFrame([rows[pair] for pair in index], index=index, columns=columns)


def _ratio(difference: float, middle: float, spread: float, *, binary: bool) -> float:
    if not binary:
        return float(np.exp(0.91 * difference / spread)) if spread > 0 else 1.0
    # The two risks lie evenly around their middle, so that the pair can be turned.
    return float(max(middle + difference / 2, 1e-9) / max(middle - difference / 2, 1e-9))


def _strongest(Z: np.ndarray, treated: np.ndarray, outcome: np.ndarray, owners: np.ndarray) -> tuple[int, float, float]:
    """Covariate of which the product of its ties with treatment and outcome, given the others, is largest; both partial R2."""
    with_treatment = _partial(Z, treated.astype(float), owners)
    with_outcome = _partial(np.column_stack([Z, treated]), outcome, np.append(owners, -1))
    best = max(with_treatment, key=lambda covariate: with_treatment[covariate] * with_outcome[covariate])
    return best, with_treatment[best], with_outcome[best]


def _partial(Z: np.ndarray, target: np.ndarray, owners: np.ndarray) -> dict[int, float]:
    """Share of the rest of the target that each covariate explains given the others: one regression gives them all."""
    centred, rest = Z - Z.mean(axis=0), target - target.mean()
    gram = centred.T @ centred
    inverse = np.linalg.pinv(gram, rcond=1e-10, hermitian=True)
    coefficients = inverse @ (centred.T @ rest)
    after = float(((rest - centred @ coefficients) ** 2).sum())
    found = {}
    for covariate in np.unique(owners[owners >= 0]):
        own = np.flatnonzero(owners == covariate)
        block = np.linalg.pinv(inverse[np.ix_(own, own)], rcond=1e-10, hermitian=True)
        gained = float(coefficients[own] @ block @ coefficients[own])
        found[int(covariate)] = gained / (gained + after) if gained + after > 0 else 0.0
    return found
