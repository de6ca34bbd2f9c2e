"""What is shown of a binary outcome when individual advice is closed: one odds ratio for everybody, on the patient's own risk.

The odds ratio between two arms is the same for all patients; since patients differ in risk, the difference in risk is not. The
patient's own risk does not know the arm: it is the outcome models' risk averaged over the arms as they were given.

How far patients differ in risk is estimated too. For a patient of ordinary risk that matters little; far from it, it is most
of what is not known. So the interval of a difference in risk joins both: the odds ratio's, and that of the spread of risks.

References
----------
Kent and others: The Predictive Approaches to Treatment effect Heterogeneity (PATH) statement. Annals of Internal Medicine 172,
2020.
"""

from __future__ import annotations

import numpy as np

__all__ = ["ConstantOdds", "fit_constant_odds", "intercept_for"]


class ConstantOdds:
    """Risks under every arm from the risk that does not know the arm.

    Attributes
    ----------
    slope_ : float
        How much of the difference in log odds between patients is kept (recalibration).
    intercepts_ : ndarray, shape (arms,)
        The log odds ratio of arms a and b is intercepts_[a] - intercepts_[b].
    logits_ : ndarray, shape (n,)
        Log odds of the cohort.
    slope_error_ : float
        Standard error of the slope.
    centres_ : ndarray, shape (arms,)
        Log odds at which the risk under an arm does not depend on the slope.
    """

    # Of runs of before: their intervals know the odds ratio's uncertainty alone.
    slope_error_ = 0.0
    centres_ = np.zeros(6)

    def __init__(self, slope: float, intercepts: np.ndarray, logits: np.ndarray, slope_error: float = 0.0) -> None:
        self.slope_, self.intercepts_, self.logits_, self.slope_error_ = slope, intercepts, logits, slope_error
        weights = [risk * (1 - risk) for risk in self.predict(_expit(logits)).T]
        self.centres_ = np.array([float(weight @ logits / weight.sum()) for weight in weights])

    def predict(self, risk: np.ndarray) -> np.ndarray:
        """Risk under every arm, shape (m, arms), from risks, shape (m,)."""
        return _expit(self.slope_ * _logit(risk)[:, None] + self.intercepts_)

    def at_limits(self, a: int, b: int, limits: tuple[float, float]) -> tuple[tuple[float, float], tuple[float, float]]:
        """Intercepts of arms a and b with which the cohort's average difference is each of the limits.

        Both arms are moved evenly; where one of them would leave 0 to 1, both stop.
        """
        cohort = self.slope_ * self.logits_
        means = [float(_expit(cohort + self.intercepts_[arm]).mean()) for arm in (a, b)]
        middle = sum(means) / 2
        room = min(middle, 1 - middle) - 1e-6
        halves = [float(np.clip(limit / 2, -room, room)) for limit in limits]
        low, high = ((intercept_for(cohort, middle + half), intercept_for(cohort, middle - half)) for half in halves)
        return low, high

    def differences(self, risk: np.ndarray, intercepts: tuple[float, float]) -> np.ndarray:
        """Differences in risk between two arms with these intercepts, shape (m,)."""
        logit = self.slope_ * _logit(risk)
        return np.asarray(_expit(logit + intercepts[0]) - _expit(logit + intercepts[1]))

    def interval(
        self, a: int, b: int, risk: np.ndarray, ends: tuple[tuple[float, float], tuple[float, float]], level: float = 0.95
    ) -> tuple[np.ndarray, np.ndarray]:
        """Limits of the differences in risk between two arms, each of shape (m,).

        They do not know how far the patient's own risk is off; that shows where risks are lowest. In simulated trials they held
        a patient's own difference in about 94 of 100, in 92 of 100 of the fifth with the lowest risks, in 97 of the fifth with
        the highest (`benchmarks/results/treatment.md`).

        Parameters
        ----------
        a, b : int
        risk : ndarray, shape (m,)
        ends : pair of pairs of float
            As `at_limits` gives them.
        level : float
            Coverage, 0 to 1.
        """
        from scipy.special import ndtri

        middle = self.differences(risk, (self.intercepts_[a], self.intercepts_[b]))
        low, high = (self.differences(risk, end) for end in ends)
        below, above = np.maximum(middle - low, 0.0) ** 2, np.maximum(high - middle, 0.0) ** 2
        logit, moves = _logit(risk), []
        for arm in (a, b):
            # When the slope moves, the intercept follows, so that the arm's average stays; patients at the centre stay too.
            own = self.predict(risk)[:, arm]
            moves.append(own * (1 - own) * (logit - self.centres_[arm]))
        spread = (float(ndtri((1 + level) / 2)) * self.slope_error_ * (moves[0] - moves[1])) ** 2
        return middle - np.sqrt(below + spread), middle + np.sqrt(above + spread)


def fit_constant_odds(
    risk: np.ndarray,
    arm: np.ndarray,
    outcome: np.ndarray,
    observed: np.ndarray,
    means: np.ndarray,
    clusters: np.ndarray | None = None,
) -> ConstantOdds:
    """Fit the slope on the patients with an outcome, and the intercepts to the average risks under every arm.

    Parameters
    ----------
    risk : ndarray, shape (n,)
        Of the cohort, by models that did not see the patient.
    arm : ndarray of int, shape (n,)
    outcome : ndarray, shape (n,)
        0 or 1; anything where not observed.
    observed : ndarray of bool, shape (n,)
    means : ndarray, shape (arms,)
        Average risk if everybody got the arm (doubly robust). Averages of 0 or 1 are moved inside by half an event.
    clusters : ndarray of int, shape (n,), or None
        Which patient each row belongs to; None: everybody has one row.

    Examples
    --------
    >>> random = np.random.default_rng(0)
    >>> risk, arm = random.uniform(0.02, 0.6, 4000), random.integers(2, size=4000)
    >>> truth = ConstantOdds(1.0, np.array([0.0, -0.7]), np.zeros(1)).predict(risk)
    >>> outcome = (random.random(4000) < truth[np.arange(4000), arm]).astype(float)
    >>> fitted = fit_constant_odds(risk, arm, outcome, np.ones(4000, bool), truth.mean(axis=0))
    >>> bool(abs(fitted.predict(risk) - truth).max() < 0.05)
    True
    """
    logits = _logit(risk)
    who = np.arange(len(arm)) if clusters is None else clusters
    slope, error = _slope(logits[observed], arm[observed], outcome[observed], len(means), who[observed])
    room = 0.5 / np.maximum(np.bincount(arm[observed], minlength=len(means)), 1)
    inside = np.clip(means, room, 1 - room)
    return ConstantOdds(slope, np.array([intercept_for(slope * logits, mean) for mean in inside]), logits, error)


def intercept_for(logits: np.ndarray, mean: float) -> float:
    """What must be added to log odds so that the average risk is `mean`.

    Examples
    --------
    >>> round(intercept_for(np.ones(3), 0.5), 6)
    -1.0
    """
    low, high = -40.0, 40.0
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _expit(logits + middle).mean() < mean else (low, middle)
    return (low + high) / 2


def _slope(logits: np.ndarray, arm: np.ndarray, outcome: np.ndarray, count: int, who: np.ndarray) -> tuple[float, float]:
    """Slope, 0 to 1.5, of a logistic regression on the log odds with an intercept per arm, and its clustered standard error."""
    design = np.column_stack([logits, np.eye(count)[arm]])
    penalty = np.diag([1e-3, *[1e-2] * count])
    found = np.zeros(count + 1)
    for _ in range(50):
        risk = _expit(design @ found)
        gradient = design.T @ (outcome - risk) - penalty @ found
        hessian = (design * (risk * (1 - risk))[:, None]).T @ design + penalty
        step = np.linalg.solve(hessian, gradient)
        found = found + np.clip(step, -2, 2)
        if np.abs(step).max() < 1e-8:
            break
    rest = design * (outcome - _expit(design @ found))[:, None]
    _, place = np.unique(who, return_inverse=True)
    sums = np.column_stack([np.bincount(place, weights=column) for column in rest.T])
    inverse = np.linalg.inv(hessian)
    variance = (inverse @ (sums.T @ sums) @ inverse)[0, 0]
    return float(np.clip(found[0], 0.0, 1.5)), float(np.sqrt(variance))


def _logit(risk: np.ndarray) -> np.ndarray:
    inside = np.clip(risk, 1e-4, 1 - 1e-4)
    return np.asarray(np.log(inside / (1 - inside)))


def _expit(logit: np.ndarray) -> np.ndarray:
    from scipy.special import expit

    return np.asarray(expit(logit))
