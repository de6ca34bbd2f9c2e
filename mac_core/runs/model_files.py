"""Fitted models as bytes: skops with a list of types that we wrote ourselves, and a signature checked before anything is read.

A model file can only come from here: nothing that a user uploads is ever loaded, and a byte that changed is noticed first.
"""

from __future__ import annotations

import hashlib
import hmac
from typing import Any

from mac_core.errors import refuse
from mac_core.runs.home import signing_key

__all__ = ["ALLOWED_TYPES", "read_model", "sign", "unknown_types", "write_model"]

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


def write_model(model: Any) -> bytes:
    """Write a fitted model.

    Raises
    ------
    TypeError
        If it holds a type that is not on our list; the sentence names it.
    """
    import skops.io

    content: bytes = skops.io.dumps(model)
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
        if unknown_types(content):
            raise refuse("model_damaged")
        return skops.io.loads(content, trusted=sorted(ALLOWED_TYPES))
    except Exception as error:
        # Another version of a library may fail on its own old files in any way; the run stays readable without its model.
        raise refuse("model_damaged") from error
