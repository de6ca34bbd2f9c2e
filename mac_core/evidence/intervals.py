"""Intervals of a share and of a mean, for as few patients as there may be."""

from __future__ import annotations

import numpy as np

__all__ = ["mean_interval", "share_interval", "welch"]

_Z = 1.959963984540054  # 95 %


def share_interval(count: float, n: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share, which stays inside 0 and 1 and holds for few patients.

    Parameters
    ----------
    count : float
        Patients with the event, 0 to n; not whole where the rows of a patient count together (their share, times n).
    n : int
        Patients.

    References
    ----------
    Wilson: Probable inference, the law of succession, and statistical inference. Journal of the American Statistical
    Association 22, 1927.

    Examples
    --------
    >>> [round(end, 4) for end in share_interval(81, 263)]
    [0.2553, 0.3662]
    >>> share_interval(0, 0)
    (nan, nan)
    """
    if not n:
        return (float("nan"), float("nan"))
    share = count / n
    centre = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z / (1 + _Z**2 / n) * float(np.sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2)))
    # Without or with nothing but events one end is exactly the share.
    return (0.0 if share <= 0 else centre - half, 1.0 if share >= 1 else centre + half)


def mean_interval(values: np.ndarray, *, patients: np.ndarray | None = None, level: float = 0.95) -> tuple[float, float, float]:
    """Mean and t-interval of values; where a patient has several rows, the rows of one patient count together.

    Parameters
    ----------
    values : ndarray, shape (n,)
        No NaN.
    patients : ndarray, shape (n,), optional
        The patient of each row.
    level : float
        Between 0 and 1.

    Returns
    -------
    mean, low, high : float
        NaN where they cannot be told: of nobody, or an interval of a single patient.

    Examples
    --------
    >>> [round(value, 3) for value in mean_interval(np.array([1.0, 2.0, 3.0, 4.0]))]
    [2.5, 0.446, 4.554]
    """
    nan = float("nan")
    if not len(values):
        return (nan, nan, nan)
    mean = float(values.mean())
    error, freedom = _standard_error(values, patients)
    if freedom < 1:
        return (mean, nan, nan)
    from scipy.special import stdtrit

    half = float(stdtrit(freedom, (1 + level) / 2)) * error
    return (mean, mean - half, mean + half)


def welch(values: np.ndarray, others: np.ndarray, *, patients: tuple[np.ndarray, np.ndarray] | None = None) -> float:
    """Return the two-sided p-value for equal means of two groups of unequal spread.

    NaN where a group has fewer than two patients or neither has any spread.

    References
    ----------
    Welch: The generalization of Student's problem when several different population variances are involved. Biometrika 34,
    1947.

    Examples
    --------
    >>> round(welch(np.array([1.0, 2.0, 3.0, 4.0]), np.array([3.0, 5.0, 4.0, 8.0])), 4)
    0.1048
    """
    parts = [_standard_error(part, None if patients is None else patients[i]) for i, part in enumerate((values, others))]
    spread = parts[0][0] ** 2 + parts[1][0] ** 2
    if min(parts[0][1], parts[1][1]) < 1 or not spread:
        return float("nan")
    from scipy.special import stdtr

    freedom = spread**2 / sum(error**4 / count for error, count in parts)
    return float(2 * stdtr(freedom, -abs(values.mean() - others.mean()) / np.sqrt(spread)))


def _standard_error(values: np.ndarray, patients: np.ndarray | None) -> tuple[float, int]:
    """Standard error of the mean, and its degrees of freedom."""
    n = len(values)
    if patients is None:
        return (float(values.std(ddof=1)) / float(np.sqrt(n)) if n > 1 else float("nan"), n - 1)
    _, of_row = np.unique(patients, return_inverse=True)
    sums = np.bincount(of_row, weights=values - values.mean())
    count = len(sums)
    if count < 2:
        return (float("nan"), count - 1)
    return (float(np.sqrt((sums**2).sum() * count / (count - 1))) / n, count - 1)
