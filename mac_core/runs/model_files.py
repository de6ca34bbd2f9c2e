"""Fitted models as bytes: types of a list that we wrote ourselves, and a signature checked before anything is read.

A model file can only come from here: nothing that a user uploads is ever loaded, and a byte that changed is noticed first.

Its layout, compressed as a whole: a header in JSON (what the model is made of), then the numbers of all arrays. Only estimators
that are not of the pool are written by skops, with a list of their own; nothing is ever unpickled.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import zlib
from importlib import import_module
from typing import Any, Literal

import numpy as np
import pandas as pd

from mac_core.errors import refuse
from mac_core.runs import frames
from mac_core.runs.home import signing_key

__all__ = ["ALLOWED_TYPES", "OUR_TYPES", "read_model", "sign", "write_model"]

# Types of the user's own estimators, beyond those that skops trusts by itself. Each holds numbers, text, or others of these.
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
_MAGIC = b"mac model 2\n"
# Arrays begin at multiples of so many bytes: compiled code reads them where they lie.
_STEP = 64
# Kinds of numbers that an array may hold: truth, integers, floats, dates, durations, text and bytes of fixed length, records.
_KINDS = "biufMmUSV"

# Our own classes that a fitted model is made of.
OUR_TYPES = frozenset(
    {
        "mac_core.data.encoding.Codebook",
        "mac_core.data.encoding.Encoder",
        "mac_core.ensemble.estimator.MACClassifier",
        "mac_core.ensemble.estimator.MACRegressor",
        "mac_core.ensemble.honesty.Estimate",
        "mac_core.ensemble.moderation.Moderation",
        "mac_core.ensemble.predictors.Boosted",
        "mac_core.ensemble.predictors.Foreign",
        "mac_core.ensemble.predictors.Kernel",
        "mac_core.ensemble.predictors.Linear",
        "mac_core.ensemble.predictors.NaiveBayes",
        "mac_core.ensemble.predictors.Neighbours",
        "mac_core.ensemble.predictors.Network",
        "mac_core.ensemble.predictors.Trees",
        "mac_core.ensemble.subtasks.Subtask",
        "mac_core.ensemble.training.Fitted",
        "mac_core.ensemble.weighting.Weighting",
        "mac_core.errors.Notice",
        "mac_core.errors.Place",
        "mac_core.treatment.advice.CohortVerdict",
        "mac_core.treatment.comparison.TreatmentComparison",
        "mac_core.treatment.constant_odds.ConstantOdds",
        "mac_core.treatment.contrast_learners.BoostedContrasts",
        "mac_core.treatment.contrast_learners.ForestContrasts",
        "mac_core.treatment.contrast_learners.RidgeContrasts",
        "mac_core.treatment.heterogeneity.Heterogeneity",
        "mac_core.treatment.joint.JointModel",
        "mac_core.treatment.outcomes.ConstantOutcome",
        "mac_core.treatment.outcomes.OutcomeModels",
        "mac_core.treatment.overlap.Overlap",
        "mac_core.treatment.overlap.Support",
        "mac_core.treatment.patient_effects.Covariates",
        "mac_core.treatment.patient_effects.PatientEffects",
        "mac_core.treatment.propensity.Assignment",
        "mac_core.treatment.propensity.RandomisationCheck",
        "mac_core.treatment.similar_groups.SimilarGroups",
        "mac_core.treatment.similarity.PatientSpace",
        "mac_core.treatment.stability.ResampledLinear",
    }
)

# Parts of models of before that nothing needs any more: read over.
_RETIRED = frozenset({"mac_core.ensemble.expected_errors.ExpectedErrors"})


def write_model(model: Any) -> bytes:
    """Write a fitted model.

    Raises
    ------
    TypeError
        If it holds a type that is not on our list; the sentence names it.
    """
    writer = _Writer()
    header = {"model": writer.pack(model)}
    if writer.foreign:
        header["foreign"] = writer.keep(_foreign(writer.foreign))
    text = json.dumps(header, separators=(",", ":")).encode()
    parts = [len(text).to_bytes(8, "little"), text, *writer.content()]
    # Compressed, a run of 900 patients takes a third, at a fifth of a second.
    return _MAGIC + zlib.compress(b"".join(parts), level=1)


def _foreign(estimators: list[Any]) -> bytes:
    import skops.io

    content: bytes = skops.io.dumps(estimators)
    unknown = sorted(set(skops.io.get_untrusted_types(data=content)) - ALLOWED_TYPES)
    if unknown:
        raise TypeError(f"types that are not on the list: {', '.join(unknown)}")
    return content


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
    try:
        if not content.startswith(_MAGIC):
            raise ValueError("not a model file of this version")
        return _Reader(zlib.decompress(content[len(_MAGIC) :])).model()
    except Exception as error:
        # A type that is not on the list raises here; another version of a library may fail on old files in any way it likes.
        raise refuse("model_damaged") from error


class _Writer:
    """Takes a model apart: what JSON can say stays, arrays and bytes are laid one after another, each once."""

    def __init__(self) -> None:
        self.foreign: list[Any] = []
        self._parts: list[bytes] = []
        self._end = 0
        # The arrays themselves are held too, so that no other one is born at the address of one that is gone.
        self._kept: dict[int, tuple[Any, dict[str, Any]]] = {}

    def content(self) -> list[bytes]:
        return self._parts

    def keep(self, content: bytes) -> list[int]:
        """Lay bytes down; where they begin and how many they are."""
        place = [self._end, len(content)]
        gap = -len(content) % _STEP
        self._parts += [content, bytes(gap)]
        self._end += len(content) + gap
        return place

    def pack(self, value: Any) -> Any:
        if value is None or type(value) in (bool, int, float, str):
            return value
        if type(value) is dict or type(value) in _COLLECTIONS:
            return self._collection(value)
        if isinstance(value, (np.ndarray, np.generic)):
            return self._array(value)
        if isinstance(value, (pd.DataFrame, pd.Series)):
            return {_MARK: "frame", "at": self.keep(frames.to_bytes(value))}
        if isinstance(value, pd.Index):
            return {_MARK: "index", "at": self.keep(frames.to_bytes(pd.DataFrame(index=value)))}
        if type(value) is bytes:
            return {_MARK: "bytes", "at": self.keep(value)}
        if type(value).__module__.startswith("mac_core."):
            return self._ours(value, list(value) if isinstance(value, tuple) else value.__getstate__() or {})
        self.foreign.append(value)
        return {_MARK: "foreign", "number": len(self.foreign) - 1}

    def _ours(self, value: Any, state: Any) -> dict[str, Any]:
        name = f"{type(value).__module__}.{type(value).__qualname__}"
        if name not in OUR_TYPES:
            raise TypeError(f"types that are not on the list: {name}")
        return {_MARK: "ours", "type": name, "state": self.pack(state)}

    def _collection(self, value: Any) -> Any:
        if isinstance(value, dict):
            if all(type(key) is str for key in value) and _MARK not in value:
                return {key: self.pack(item) for key, item in value.items()}
            return {_MARK: "pairs", "items": [[self.pack(key), self.pack(item)] for key, item in value.items()]}
        items = [self.pack(item) for item in value]
        return items if type(value) is list else {_MARK: _COLLECTIONS[type(value)], "items": items}

    def _array(self, value: np.ndarray | np.generic) -> dict[str, Any]:
        if id(value) in self._kept:
            return self._kept[id(value)][1]
        array = np.asarray(value)
        if array.dtype.kind == "O":
            packed = {_MARK: "objects", "shape": array.shape, "items": [self.pack(item) for item in array.ravel()]}
        elif array.dtype.kind in _KINDS and not array.dtype.hasobject:
            # Sums over an array may differ in their last bits if it lies the other way round in memory.
            order: Literal["C", "F"] = "F" if array.flags.f_contiguous and not array.flags.c_contiguous else "C"
            packed = {
                _MARK: "array" if isinstance(value, np.ndarray) else "scalar",
                "dtype": np.lib.format.dtype_to_descr(array.dtype),
                "shape": array.shape,
                "order": order,
                "at": self.keep(array.tobytes(order)),
            }
        else:
            raise TypeError(f"types that are not on the list: numpy array of {array.dtype}")
        self._kept[id(value)] = (value, packed)
        return packed


_COLLECTIONS: dict[type, str] = {list: "list", tuple: "tuple", set: "set", frozenset: "frozenset"}


class _Reader:
    """Puts together what `_Writer` took apart."""

    def __init__(self, content: bytes) -> None:
        length = int.from_bytes(content[:8], "little")
        self._header = json.loads(content[8 : 8 + length])
        # A copy that may be written to: some compiled code asks for that even where it only reads.
        self._content = np.empty(len(content) - 8 - length, dtype=np.uint8)
        self._content[:] = np.frombuffer(content, dtype=np.uint8, offset=8 + length)
        self._foreign: list[Any] = []

    def model(self) -> Any:
        if "foreign" in self._header:
            import skops.io

            self._foreign = skops.io.loads(self._bytes(self._header["foreign"]), trusted=sorted(ALLOWED_TYPES))
        return self._unpack(self._header["model"])

    def _bytes(self, at: list[int]) -> bytes:
        return self._content[at[0] : at[0] + at[1]].tobytes()

    def _unpack(self, value: Any) -> Any:
        if type(value) is list:
            return [self._unpack(item) for item in value]
        if type(value) is not dict:
            return value
        match value.get(_MARK):
            case None:
                return {key: self._unpack(item) for key, item in value.items()}
            case "array" | "scalar" as kind:
                return self._array(value) if kind == "array" else self._array(value)[()]
            case "objects":
                array = np.empty(value["shape"], dtype=object)
                array.ravel()[:] = self._unpack(value["items"])
                return array
            case "frame":
                return frames.from_bytes(self._bytes(value["at"]))
            case "index":
                return frames.from_bytes(self._bytes(value["at"])).index
            case "bytes":
                return self._bytes(value["at"])
            case "pairs":
                return {self._unpack(key): self._unpack(item) for key, item in value["items"]}
            case "tuple" | "set" | "frozenset" as kind:
                return {"tuple": tuple, "set": set, "frozenset": frozenset}[kind](self._unpack(value["items"]))
            case "foreign":
                return self._foreign[value["number"]]
            case "ours":
                return _rebuild(value["type"], self._unpack(value["state"]))
        raise ValueError("not a part of a model")

    def _array(self, value: dict[str, Any]) -> np.ndarray:
        dtype = np.lib.format.descr_to_dtype(_descr(value["dtype"]))
        if dtype.hasobject:
            raise ValueError("an array of objects is never read from bytes")
        start, length = value["at"]
        flat = self._content[start : start + length].view(dtype)
        return flat.reshape(value["shape"], order=value["order"])


def _descr(descr: Any) -> Any:
    # JSON has made lists of the pairs (name, type).
    return descr if isinstance(descr, str) else [tuple(field) for field in descr]


def _rebuild(name: str, state: Any) -> Any:
    if name in _RETIRED:
        return None
    if name not in OUR_TYPES:
        raise refuse("model_damaged")
    module, _, qualified = name.rpartition(".")
    cls = getattr(import_module(module), qualified)
    if isinstance(state, list):
        return cls(*state)
    made = object.__new__(cls)
    if hasattr(made, "__setstate__"):
        made.__setstate__(state)
    else:
        made.__dict__.update(state)  # frozen dataclasses too
    return made
