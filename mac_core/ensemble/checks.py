"""Check what an estimator is given, and say in one sentence what is wrong with it."""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd
from sklearn.utils import check_random_state
from sklearn.utils.multiclass import check_classification_targets
from sklearn.utils.validation import _check_feature_names, _check_sample_weight, column_or_1d, validate_data

from mac_core.ensemble.losses import LOSSES
from mac_core.ensemble.subtasks import DRAWS
from mac_core.ensemble.weighting import CHOICES
from mac_core.errors import InputError, refuse

__all__ = [
    "check_classes",
    "check_groups",
    "check_numbers",
    "check_settings",
    "check_table",
    "check_weights",
    "entropy_of",
    "group_names",
]


def check_settings(settings: dict[str, Any], kind: str) -> None:
    """Refuse a setting (as `get_params` gives them) that makes no sense for this kind of target."""
    rules: dict[str, tuple[bool, str]] = {
        "draw": (settings["draw"] in tuple(DRAWS), ", ".join(DRAWS)),
        "n_subtasks": (_whole(settings["n_subtasks"], 1), "a whole number from 1"),
        "subtask_size": (_whole(settings["subtask_size"], 2, none=True), "None, or a whole number from 2"),
        "test_size": (_share(settings["test_size"]), "a share between 0 and 1"),
        "top_k": (_whole(settings["top_k"], 1, none=True), "None, or a whole number from 1"),
        "choice": (settings["choice"] in CHOICES, ", ".join(CHOICES)),
        "refit": (isinstance(settings["refit"], bool | np.bool_), "True or False"),
        "moderate": (isinstance(settings["moderate"], bool | np.bool_), "True or False"),
        "loss": (settings["loss"] is None or settings["loss"] in LOSSES[kind], ", ".join(LOSSES[kind])),
    }
    for name, (right, allowed) in rules.items():
        if not right:
            raise refuse("bad_setting", setting=name, value=settings[name], allowed=allowed)


def _whole(value: Any, least: int, *, none: bool = False) -> bool:
    if value is None:
        return none
    return isinstance(value, int | np.integer) and not isinstance(value, bool) and bool(value >= least)


def _share(value: Any) -> bool:
    return isinstance(value, float | int | np.floating) and bool(0 < value < 1)


def check_table(estimator: Any, X: Any, *, reset: bool) -> Any:
    """Check the shape and the column names of a table, as scikit-learn does; missing values and text may stay.

    Parameters
    ----------
    estimator : MACClassifier or MACRegressor
    X : DataFrame or array-like
    reset : bool
        True at fit: remember the columns. False: compare with what was remembered.

    Returns
    -------
    DataFrame or ndarray, shape (n, p)

    Raises
    ------
    InputError
        With scikit-learn's own sentence.
    """
    try:
        if not isinstance(X, pd.DataFrame):
            least = 2 if reset else 1
            return validate_data(estimator, X, reset=reset, dtype=None, ensure_all_finite="allow-nan", ensure_min_samples=least)
        _check_feature_names(estimator, X, reset=reset)
        if X.shape[1] == 0:
            raise ValueError(f"0 feature(s) (shape={X.shape}) while a minimum of 1 is required.")
        if reset and len(X) < 2:
            raise ValueError(f"Found array with {len(X)} sample(s) while a minimum of 2 is required.")
        if reset:
            estimator.n_features_in_ = X.shape[1]
        if X.shape[1] != estimator.n_features_in_:
            name, expected = type(estimator).__name__, estimator.n_features_in_
            raise ValueError(f"X has {X.shape[1]} features, but {name} is expecting {expected} features as input.")
    except InputError:
        raise
    except (ValueError, TypeError) as fault:
        raise refuse("unusable_table", reason=fault) from fault
    return X


def check_classes(y: Any, n: int) -> tuple[np.ndarray, np.ndarray]:
    """The classes, sorted, and the number (0 to K - 1) of each row's class."""
    try:
        column = _column(y)
        check_classification_targets(column)
        classes, numbers = np.unique(column, return_inverse=True)
    except (ValueError, TypeError) as fault:
        raise refuse("unusable_target", reason=fault) from fault
    _same_length(column, n)
    if len(classes) < 2:
        raise refuse("one_class", value=classes[0])
    return classes, numbers


def check_numbers(y: Any, n: int) -> np.ndarray:
    """The target as floats."""
    try:
        column = np.asarray(_column(y), dtype=float)
    except (ValueError, TypeError) as fault:
        raise refuse("unusable_target", reason=fault) from fault
    _same_length(column, n)
    return column


def _column(y: Any) -> np.ndarray:
    if y is None:
        raise ValueError("This estimator requires y to be passed, but the target y is None.")
    column = np.asarray(column_or_1d(y, warn=True))
    if pd.isna(column).any():
        raise ValueError("Input y contains NaN.")
    if column.dtype.kind == "f" and np.isinf(column).any():
        raise ValueError("Input y contains infinity or a value too large.")
    return column


def check_weights(sample_weight: Any, n: int) -> np.ndarray:
    """One weight from 0 per row, not all of them 0."""
    try:
        weights = np.asarray(_check_sample_weight(sample_weight, np.zeros((n, 1)), ensure_non_negative=True), dtype=float)
        if not weights.sum() > 0:
            raise ValueError("All weights are zero.")
    except (ValueError, TypeError) as fault:
        raise refuse("unusable_weights", reason=fault) from fault
    return weights


def check_groups(groups: Any, n: int) -> np.ndarray:
    """Number the groups in order of appearance; a row without a group is a group of its own."""
    numbers, _ = pd.factorize(pd.Series(np.asarray(groups, dtype=object)), use_na_sentinel=True)
    _same_length(numbers, n)
    nameless = numbers < 0
    return np.where(nameless, numbers.max() + np.cumsum(nameless), numbers)


def group_names(groups: Any) -> pd.Index:
    """Names of the groups, in the order of `check_groups`; a row without a group is named by its number, from 1."""
    column = pd.Series(np.asarray(groups, dtype=object))
    nameless = np.flatnonzero(column.isna())
    return pd.Index([*map(str, pd.unique(column.dropna())), *(f"row {row + 1}, not named" for row in nameless)], dtype="str")


def _same_length(values: Any, n: int) -> None:
    if len(values) != n:
        raise refuse("unequal_lengths", rows=n, values=len(values))


def entropy_of(random_state: Any) -> int:
    """The whole number that every random choice of a fit is derived from."""
    if _whole(random_state, 0):
        return int(random_state)
    if random_state is None:
        return int(np.random.default_rng().integers(2**62))
    try:
        return int(check_random_state(random_state).randint(2**31 - 1))
    except ValueError as fault:
        raise refuse("bad_setting", setting="random_state", value=random_state, allowed="a whole number from 0") from fault
