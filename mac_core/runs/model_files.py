"""Fitted models as bytes: skops with a list of types that we wrote ourselves, and a signature checked before anything is read.

A model file can only come from here: nothing that a user uploads is ever loaded, and a byte that changed is noticed first.
"""

from __future__ import annotations

import hashlib
import hmac
import zipfile
from importlib import import_module
from typing import Any

import pandas as pd

from mac_core.errors import refuse
from mac_core.runs import frames
from mac_core.runs.home import signing_key

__all__ = ["ALLOWED_TYPES", "OUR_TYPES", "read_model", "sign", "unknown_types", "write_model"]

# Types beyond those that skops trusts by itself. Each one only holds numbers, text, or others of this list.
ALLOWED_TYPES = frozenset(
    {
        "numpy.dtype",
        "collections.defaultdict",
        "sklearn._loss.link.Interval",
        "sklearn._loss.link.LogitLink",
        "sklearn._loss.link.IdentityLink",
        "sklearn._loss.link.MultinomialLogit",
        "sklearn._loss.loss.HalfBinomialLoss",
        "sklearn._loss.loss.HalfMultinomialLoss",
        "sklearn._loss.loss.HalfSquaredError",
        "sklearn.calibration._CalibratedClassifier",
        "sklearn.calibration._SigmoidCalibration",
        "sklearn.ensemble._hist_gradient_boosting.binning._BinMapper",
        "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
        "sklearn.neighbors._kd_tree.KDTree",
        "sklearn.neighbors._ball_tree.BallTree",
        "sklearn.metrics._dist_metrics.EuclideanDistance64",
        "sklearn.tree._tree.Tree",
        "sklearn.utils._bunch.Bunch",
    }
)

_MARK = "__mac__"

# Our own classes that a fitted model is made of.
OUR_TYPES = frozenset(
    {
        "mac_core.data.encoding.Codebook",
        "mac_core.data.encoding.Encoder",
        "mac_core.ensemble.estimator.MACClassifier",
        "mac_core.ensemble.estimator.MACRegressor",
        "mac_core.ensemble.honesty.Estimate",
        "mac_core.ensemble.subtasks.Subtask",
        "mac_core.ensemble.training.Fitted",
        "mac_core.errors.Notice",
        "mac_core.errors.Place",
        "mac_core.treatment.advice.CohortVerdict",
        "mac_core.treatment.comparison.TreatmentComparison",
        "mac_core.treatment.heterogeneity.Heterogeneity",
        "mac_core.treatment.outcomes.ConstantOutcome",
        "mac_core.treatment.outcomes.OutcomeModels",
        "mac_core.treatment.overlap.Overlap",
        "mac_core.treatment.overlap.Support",
        "mac_core.treatment.propensity.Assignment",
        "mac_core.treatment.propensity.RandomisationCheck",
        "mac_core.treatment.similar_groups.SimilarGroups",
        "mac_core.treatment.similarity.PatientSpace",
    }
)


def write_model(model: Any) -> bytes:
    """Write a fitted model.

    Raises
    ------
    TypeError
        If it holds a type that is not on our list; the sentence names it.
    """
    import skops.io

    # Compressed, a run of 900 patients takes 3.5 MB instead of 18, at a tenth more time.
    content: bytes = skops.io.dumps(_pack(model), compression=zipfile.ZIP_DEFLATED, compresslevel=1)
    unknown = unknown_types(content)
    if unknown:
        raise TypeError(f"types that are not on the list: {', '.join(unknown)}")
    return content


def unknown_types(content: bytes) -> list[str]:
    """Name the types in a model file that neither skops nor our list trusts."""
    import skops.io

    return sorted(set(skops.io.get_untrusted_types(data=content)) - ALLOWED_TYPES)


def sign(content: bytes, *, label: str) -> str:
    """Sign a model file; `label` (run and part) is signed with it, so that files cannot be exchanged."""
    return hmac.new(signing_key(), label.encode() + b"\0" + content, hashlib.sha256).hexdigest()


def read_model(content: bytes, signature: str, *, label: str) -> Any:
    """Read a model that `write_model` wrote and `sign` signed.

    Raises
    ------
    InputError
        If the signature does not fit (nothing is read then), or the file holds a type that is not on our list.
    """
    if not hmac.compare_digest(sign(content, label=label), signature):
        raise refuse("model_damaged")
    import skops.io

    try:
        return _unpack(skops.io.loads(content, trusted=sorted(ALLOWED_TYPES)))
    except Exception as error:
        # A type that is not on the list raises here; another version of a library may fail on old files in any way it likes.
        raise refuse("model_damaged") from error


def _pack(value: Any) -> Any:
    """Take our own objects apart into dictionaries, and frames into Arrow: skops knows neither."""
    if isinstance(value, (pd.DataFrame, pd.Series)):
        return {_MARK: "frame", "content": frames.to_bytes(value)}
    if isinstance(value, pd.Index):
        return {_MARK: "index", "content": frames.to_bytes(pd.DataFrame(index=value))}
    if isinstance(value, dict):
        if all(type(key) is str for key in value) and _MARK not in value:
            return {key: _pack(item) for key, item in value.items()}
        return {_MARK: "pairs", "items": [[_pack(key), _pack(item)] for key, item in value.items()]}
    if type(value) in (list, tuple):
        return type(value)(_pack(item) for item in value)
    if isinstance(value, (set, frozenset)):
        return {_MARK: type(value).__name__, "items": [_pack(item) for item in value]}
    name = f"{type(value).__module__}.{type(value).__qualname__}"
    if name.startswith("mac_core."):
        if name not in OUR_TYPES:
            raise TypeError(f"types that are not on the list: {name}")
        state = list(value) if isinstance(value, tuple) else vars(value)
        return {_MARK: "ours", "type": name, "state": _pack(state)}
    return value


def _unpack(value: Any) -> Any:
    if type(value) in (list, tuple):
        return type(value)(_unpack(item) for item in value)
    if not isinstance(value, dict):
        return value
    match value.get(_MARK):
        case None:
            return {key: _unpack(item) for key, item in value.items()}
        case "frame":
            return frames.from_bytes(value["content"])
        case "index":
            return frames.from_bytes(value["content"]).index
        case "pairs":
            return {_unpack(key): _unpack(item) for key, item in value["items"]}
        case "set" | "frozenset" as kind:
            return {"set": set, "frozenset": frozenset}[kind](_unpack(value["items"]))
        case _:
            return _rebuild(value["type"], _unpack(value["state"]))


def _rebuild(name: str, state: Any) -> Any:
    if name not in OUR_TYPES:
        raise refuse("model_damaged")
    module, _, qualified = name.rpartition(".")
    cls = getattr(import_module(module), qualified)
    if isinstance(state, list):
        return cls(*state)
    made = object.__new__(cls)
    made.__dict__.update(state)  # frozen dataclasses too
    return made
