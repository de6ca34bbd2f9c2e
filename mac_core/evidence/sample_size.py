"""The smallest number of patients with which a prediction model should be developed: a floor, not a promise.

The criteria are for one plain regression without any choice among learners; flexible learners need more.

References
----------
Riley, Snell, Ensor et al.: Minimum sample size for developing a multivariable prediction model, parts I (continuous) and II
(binary). Statistics in Medicine 38, 2019. Riley, Ensor, Snell et al.: Calculating the sample size required for developing a
clinical prediction model. BMJ 368:m441, 2020. Pate, Riley, Collins et al.: Minimum sample size for developing a multivariable
prediction model using multinomial logistic regression. Statistical Methods in Medical Research 32, 2023.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import combinations
from statistics import NormalDist

from mac_core.data.schema import Schema

__all__ = ["SampleSize", "count_parameters", "minimum_sample_size", "say_sample_size"]

_SHRINKAGE = 0.9
_R2_GAP = 0.05
_MARGIN = 0.05
# What Riley's group advises to assume when nothing is known: 15 % of the largest possible value.
_ASSUMED_SHARE = 0.15
_MOST = 10**9

_OVERFITTING = "so that predictions are at most 10 % too extreme"
_APPARENT = "so that the apparent and the true explained variation differ by at most 0.05"


@dataclass(frozen=True)
class SampleSize:
    """What a plain regression would need.

    Attributes
    ----------
    needed : int
        Patients: the largest of `criteria`.
    events_needed : int or None
        Of a binary target: how many of the needed patients would have the event.
    criteria : tuple of (str, int)
        Each criterion in words with its number of patients.
    parameters : int
        Coefficients of the regression, without the intercept.
    r_squared : float
        Explained variation that was assumed: Cox and Snell's for classes, adjusted for numbers.
    prevalence : float or None
        Share of the event, 0 to 1, of a binary target.
    """

    needed: int
    events_needed: int | None
    criteria: tuple[tuple[str, int], ...]
    parameters: int
    r_squared: float
    prevalence: float | None = None

    def shrinkage(self, patients: int) -> float:
        """Expect this factor of shrinkage with so many patients: 1 is none, 0.6 means predictions 40 % too extreme.

        Examples
        --------
        >>> round(minimum_sample_size(24, prevalence=0.174, r_squared=0.288).shrinkage(623), 2)
        0.9
        """
        if self.r_squared <= 0 or patients < 1:
            return 0.0
        # Criterion 1 solved for S: the number needed grows with S.
        low, high = self.r_squared, 1.0
        if _shrunk(self.parameters, self.r_squared, low + 1e-12) > patients:
            return 0.0
        for _ in range(60):
            middle = (low + high) / 2
            low, high = (middle, high) if _shrunk(self.parameters, self.r_squared, middle) <= patients else (low, middle)
        return low


def minimum_sample_size(
    parameters: int,
    *,
    prevalence: float | None = None,
    shares: Sequence[float] | None = None,
    mean: float | None = None,
    sd: float | None = None,
    r_squared: float | None = None,
    margin: float | None = None,
) -> SampleSize:
    """Count the patients that a plain regression with so many coefficients would need.

    Exactly one kind of target is described: `prevalence` for two classes, `shares` for several, `mean` and `sd` for numbers.

    Parameters
    ----------
    parameters : int
        Coefficients without the intercept: one per number, levels - 1 per category; interactions count. Of one equation, for
        several classes.
    prevalence : float, optional
        Share of the patients with the event, between 0 and 1.
    shares : sequence of float, optional
        Share of each class, together 1.
    mean, sd : float, optional
        Of the outcome, in its unit.
    r_squared : float, optional
        Explained variation that is expected; 15 % of the largest possible one if not given.
    margin : float, optional
        For numbers: how exactly the mean must be known, in the outcome's unit. If not given, 10 % of the mean, or of the
        standard deviation where the mean is nearer to zero than that.

    Returns
    -------
    SampleSize

    Raises
    ------
    ValueError
        If no target or more than one is described, or one that cannot be.

    Examples
    --------
    >>> minimum_sample_size(24, prevalence=0.174, r_squared=0.288).needed
    662
    >>> minimum_sample_size(25, mean=1.9, sd=0.6, r_squared=0.2).needed
    918
    """
    if parameters < 1 or (r_squared is not None and not 0 < r_squared < 1):
        raise ValueError("a regression has at least one coefficient, and its explained variation lies between 0 and 1")
    if (prevalence is not None) + (shares is not None) + (mean is not None and sd is not None) != 1:
        raise ValueError("describe one target: prevalence, or shares, or mean and sd")
    if prevalence is not None:
        return _binary(parameters, prevalence, r_squared)
    if shares is not None:
        return _classes(parameters, list(shares), r_squared)
    assert mean is not None
    assert sd is not None
    return _number(parameters, mean, sd, r_squared, margin)


def say_sample_size(size: SampleSize, *, patients: int, events: int | None = None) -> str:
    """Say in plain words whether there are enough patients.

    Parameters
    ----------
    size : SampleSize
    patients : int
        With a known target.
    events : int, optional
        Of a binary target: patients with the event.

    Examples
    --------
    >>> size = minimum_sample_size(20, prevalence=0.1)
    >>> print(say_sample_size(size, patients=410, events=41))
    You have 41 events among 410 patients; even a plain regression with 20 coefficients would want 241 events among 2,409 \
patients. Expect overfitting: predictions for new patients will be too extreme.
    """
    counts = size.events_needed is not None and events is not None
    have = f"{events:,} events among {patients:,} patients" if counts else f"{patients:,} patients"
    want = f"{size.events_needed:,} events among {size.needed:,} patients" if counts else f"{size.needed:,}"
    coefficients = "1 coefficient" if size.parameters == 1 else f"{size.parameters:,} coefficients"
    if patients >= size.needed:
        return (
            f"You have {have}; a plain regression with {coefficients} would want at least {want}. That is a floor: flexible "
            "learners want more."
        )
    return (
        f"You have {have}; even a plain regression with {coefficients} would want {want}. Expect overfitting: predictions for "
        "new patients will be too extreme."
    )


def count_parameters(schema: Schema, *, arms: int = 0) -> int:
    """Count the coefficients of a plain regression on these columns.

    Parameters
    ----------
    schema : Schema
        Of the predictors: a number or date counts once, a category levels - 1 times; a column with gaps once more.
    arms : int
        With two or more treatments whose outcomes are compared per patient: each predictor counts once per arm.

    Examples
    --------
    >>> from mac_core.data.schema import Column
    >>> schema = Schema((Column("age", "number"), Column("stage", "category", levels=("1", "2", "3"))))
    >>> count_parameters(schema), count_parameters(schema, arms=2)
    (3, 7)
    """
    own = sum(
        max(1, len(column.levels) - 1) + (column.missing > 0)
        for column in schema.columns
        if column.kind in ("number", "date", "category")
    )
    return max(1, own * max(1, arms) + max(0, arms - 1))


def _shrunk(parameters: int, r_squared: float, shrinkage: float) -> float:
    """Patients at which a regression is shrunk by this factor (Riley's criterion 1)."""
    if shrinkage >= 1.0:
        return math.inf
    return parameters / ((shrinkage - 1) * math.log(1 - r_squared / shrinkage))


def _largest(shares: Sequence[float]) -> float:
    """Largest possible Cox-Snell R squared of a model for classes of these shares."""
    return 1 - math.exp(2 * sum(share * math.log(share) for share in shares))


def _most_shrunk(r_squared: float, largest: float) -> float:
    return r_squared / (r_squared + _R2_GAP * largest)


def _binary(parameters: int, prevalence: float, r_squared: float | None) -> SampleSize:
    if not 0 < prevalence < 1:
        raise ValueError("the prevalence lies between 0 and 1")
    largest = _largest((prevalence, 1 - prevalence))
    r_squared = _ASSUMED_SHARE * largest if r_squared is None else r_squared
    z = round(NormalDist().inv_cdf(0.975), 2)  # the published numbers rest on 1.96
    criteria = (
        (_OVERFITTING, math.ceil(_shrunk(parameters, r_squared, _SHRINKAGE))),
        (_APPARENT, math.ceil(_shrunk(parameters, r_squared, _most_shrunk(r_squared, largest)))),
        (
            "so that the overall risk is known to within 5 per 100",
            math.ceil((z / _MARGIN) ** 2 * prevalence * (1 - prevalence)),
        ),
    )
    needed = max(count for _, count in criteria)
    return SampleSize(needed, math.ceil(round(needed * prevalence, 6)), criteria, parameters, r_squared, prevalence)


def _classes(parameters: int, shares: list[float], r_squared: float | None) -> SampleSize:
    if len(shares) < 2 or min(shares) <= 0 or abs(sum(shares) - 1) > 1e-6:
        raise ValueError("the shares of the classes are above 0 and add up to 1")
    largest = _largest(shares)
    r_squared = _ASSUMED_SHARE * largest if r_squared is None else r_squared
    pairs = []
    for one, other in combinations(shares, 2):
        both = one + other
        # The overall R squared, carried over to each pair as its share of the largest possible.
        own = r_squared / largest * _largest((one / both, other / both))
        pairs.append(_shrunk(parameters, own, _SHRINKAGE) / both)
    z = NormalDist().inv_cdf(1 - _MARGIN / len(shares) / 2)
    criteria = (
        (f"{_OVERFITTING}, for every pair of classes", math.ceil(max(pairs))),
        (
            _APPARENT,
            math.ceil(_shrunk((len(shares) - 1) * parameters, r_squared, _most_shrunk(r_squared, largest))),
        ),
        (
            "so that the share of every class is known to within 5 per 100",
            math.ceil(max(z**2 * share * (1 - share) / _MARGIN**2 for share in shares)),
        ),
    )
    return SampleSize(max(count for _, count in criteria), None, criteria, parameters, r_squared)


def _number(parameters: int, mean: float, sd: float, r_squared: float | None, margin: float | None) -> SampleSize:
    if not sd > 0:
        raise ValueError("the outcome's standard deviation is above 0")
    r_squared = _ASSUMED_SHARE if r_squared is None else r_squared
    p = parameters
    if margin is None:
        relative = abs(mean) >= sd
        margin = 0.1 * abs(mean) if relative else 0.1 * sd
        known = "so that the mean is known to within 10 %" + ("" if relative else " of the standard deviation")
    else:
        known = f"so that the mean is known to within {margin:g}"

    def overfitted_little(n: int) -> bool:
        apparent = (r_squared * (n - p - 1) + p) / (n - 1)
        return 1 + (p - 2) / (n * math.log(1 - apparent)) >= _SHRINKAGE

    def mean_known(n: int) -> bool:
        return _t_quantile(n - p - 1) * math.sqrt(sd**2 * (1 - r_squared) / n) <= margin * (1 + 1e-12)

    criteria = (
        (_OVERFITTING, _smallest(overfitted_little, p + 2)),
        (_APPARENT, math.ceil(1 + p * (1 - r_squared) / _R2_GAP)),
        ("so that the spread around the predictions is known to within 10 %", 234 + p),
        (known, _smallest(mean_known, p + 12)),
    )
    return SampleSize(max(count for _, count in criteria), None, criteria, parameters, r_squared)


def _smallest(enough: Callable[[int], bool], least: int) -> int:
    """Find the smallest number from `least` on that is enough; more is enough too."""
    if enough(least):
        return least
    low, high = least, 2 * least
    while not enough(high):
        if high > _MOST:
            return _MOST
        low, high = high, 2 * high
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def _t_quantile(freedom: int) -> float:
    """Student's 97.5 % point by Hill's expansion, to 1e-4 from 10 degrees of freedom on and far better above."""
    z = NormalDist().inv_cdf(0.975)
    terms = (
        (z**3 + z) / 4,
        (5 * z**5 + 16 * z**3 + 3 * z) / 96,
        (3 * z**7 + 19 * z**5 + 17 * z**3 - 15 * z) / 384,
    )
    return z + sum(term / freedom ** (power + 1) for power, term in enumerate(terms))
