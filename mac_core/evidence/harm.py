"""The unwanted outcome, arm by arm, as it was observed: it stands beside the benefit and is the same for every patient."""

from __future__ import annotations

import numpy as np
import pandas as pd

from mac_core.data.schema import label_of

__all__ = ["harm_by_arm"]

_HAPPENED = ("1", "yes", "y", "true", "present", "positive", "event", "1_yes", "ja", "oui", "si", "sí", "是")
_Z = 1.959964  # 95 %


def harm_by_arm(harm: pd.Series, treatment: pd.Series) -> pd.DataFrame:
    """Observed harm in each arm, with its interval.

    Parameters
    ----------
    harm : Series, shape (n,)
        Two values (a harm that happened or not), or numbers; missing ones are left out and counted.
    treatment : Series, shape (n,)
        The arm of each patient.

    Returns
    -------
    DataFrame, index arm (sorted)
        event (the value that counts; "" for numbers, whose mean is given), n, missing, value (a share from 0 to 1, or the
        mean), low, high (95 %: Wilson's for shares). Empty if the harm is neither.

    References
    ----------
    Wilson EB. Probable inference, the law of succession, and statistical inference. JASA 22, 1927.

    Examples
    --------
    >>> found = harm_by_arm(pd.Series([0, 1, 0, 0]), pd.Series(["A", "A", "B", "B"]))
    >>> found[["event", "n", "value"]].to_dict("index")
    {'A': {'event': '1', 'n': 2, 'value': 0.5}, 'B': {'event': '1', 'n': 2, 'value': 0.0}}
    """
    known = harm.notna().to_numpy() & treatment.notna().to_numpy()
    arms = treatment.astype(str).to_numpy()
    labels = harm[known].map(label_of)
    levels = sorted(labels.unique())
    columns = ["event", "n", "missing", "value", "low", "high"]
    event = ""
    if len(levels) <= 2:
        event = next((level for level in levels if level.casefold() in _HAPPENED), "")
        if not event:
            # Neither word says that it happened: the rarer one is the harm, and it is named wherever it is shown.
            event = min(levels, key=lambda level: ((labels == level).sum(), level)) if len(levels) == 2 else "1"
        numbers = (labels == event).to_numpy(dtype=float)
    elif pd.api.types.is_numeric_dtype(harm.dtype):
        numbers = harm[known].to_numpy(dtype=float)
    else:
        return pd.DataFrame(columns=columns, index=pd.Index([], name="arm"))
    rows = {}
    for arm in sorted(set(arms[treatment.notna().to_numpy()])):
        mine = numbers[arms[known] == arm]
        missing = int((arms == arm).sum() - len(mine))
        rows[arm] = (event, len(mine), missing, *(_share(mine) if event else _mean(mine)))
    return pd.DataFrame.from_dict(rows, orient="index", columns=columns).rename_axis("arm")


def _share(happened: np.ndarray) -> tuple[float, float, float]:
    n = len(happened)
    if not n:
        return (np.nan, np.nan, np.nan)
    share = float(happened.mean())
    centre = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    half = _Z / (1 + _Z**2 / n) * np.sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
    return share, max(0.0, float(centre - half)), min(1.0, float(centre + half))


def _mean(values: np.ndarray) -> tuple[float, float, float]:
    if not len(values):
        return (np.nan, np.nan, np.nan)
    mean = float(values.mean())
    half = _Z * float(values.std(ddof=1)) / np.sqrt(len(values)) if len(values) > 1 else np.nan
    return mean, mean - half, mean + half
