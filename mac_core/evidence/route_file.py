"""One prediction's route as a file: whoever reads it can do the last step again and finds the number that was shown.

It holds what every subtask chose and said, the rule by which these are combined, and the result; no value of the patient.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from mac_core.ensemble.routes import Route

__all__ = ["combine_subtasks", "recompute_route", "route_file_name", "write_route"]

_VERSION = 1
_RULES = {
    "log": "the mean of the subtasks' probabilities",
    "brier": "the mean of the subtasks' probabilities",
    "zero_one": "the share of the subtasks whose most probable class it is",
    "squared": "the mean of the subtasks' values",
    "absolute": "the median of the subtasks' values",
}


def write_route(route: Route, loss: str, about: Mapping[str, Any], *, treatments: Mapping[str, Any] | None = None) -> str:
    """Write the route as JSON.

    Parameters
    ----------
    route : Route
    loss : {"log", "brier", "zero_one", "squared", "absolute"}
        It decides how the subtasks are combined.
    about : mapping
        Run, target, versions: what a reader wants to know besides; plain values.
    treatments : mapping, optional
        The steps to what is expected under every treatment, as `treatment_route` writes them.

    Returns
    -------
    str
        The same text for the same route.

    Examples
    --------
    >>> subtasks = pd.DataFrame({"learner": ["ridge", "ridge"], "value": [1.0, 2.0]}, index=pd.Index([0, 1], name="subtask"))
    >>> recompute_route(write_route(Route(subtasks, 1.5), "squared", {}))
    {'value': 1.5}
    """
    outputs = [str(name) for name in route.subtasks.columns if name != "learner"]
    numbers = route.subtasks.drop(columns="learner").to_numpy(dtype=float)
    total = route.aggregate.to_numpy() if isinstance(route.aggregate, pd.Series) else [route.aggregate]
    subtasks = [
        {"subtask": str(name), "learner": str(learner), "says": dict(zip(outputs, row.tolist(), strict=True))}
        for name, learner, row in zip(route.subtasks.index, route.subtasks["learner"], numbers, strict=True)
    ]
    content = {
        "schema_version": _VERSION,
        "about": dict(about),
        "loss": loss,
        "rule": _RULES[loss],
        "subtasks": subtasks,
        "prediction": dict(zip(outputs, map(float, total), strict=True)),
    }
    if treatments is not None:
        content["treatments"] = dict(treatments)
    return json.dumps(content, indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def recompute_route(text: str) -> dict[str, float]:
    """Do the last step again from the file alone: combine what the subtasks say by the file's loss.

    Raises
    ------
    ValueError
        If the text is no route of a version that is known here.
    """
    content = json.loads(text)
    if content.get("schema_version") != _VERSION or content.get("loss") not in _RULES:
        raise ValueError("this is no route file that can be read here")
    outputs = list(content["prediction"])
    values = np.array([[each["says"][name] for name in outputs] for each in content["subtasks"]], dtype=float)
    return dict(zip(outputs, combine_subtasks(values, content["loss"]).tolist(), strict=True))


def combine_subtasks(values: np.ndarray, loss: str) -> np.ndarray:
    """Combine what the subtasks say, shape (subtasks, outputs), by the rule of the loss.

    Examples
    --------
    >>> combine_subtasks(np.array([[1.0], [2.0], [9.0]]), "absolute").tolist()
    [2.0]
    """
    if loss == "absolute":
        return np.asarray(np.median(values, axis=0))
    if loss == "zero_one":
        return np.asarray(np.eye(values.shape[1])[values.argmax(axis=1)].mean(axis=0))
    return np.asarray(values.mean(axis=0))


def route_file_name(run_id: str, content: str) -> str:
    """Name the file after its run and its content: two downloads of one name could be taken for each other.

    Examples
    --------
    >>> route_file_name("abc", "{}")
    'route-abc-44136fa355b3.json'
    """
    return f"route-{run_id}-{hashlib.sha256(content.encode()).hexdigest()[:12]}.json"
