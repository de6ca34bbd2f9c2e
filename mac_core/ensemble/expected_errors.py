"""How far off predictions were for patients like this one: the article's g_k(x).

The patients judged during the fit keep the loss of their out-of-sample prediction; for a new patient the mean over the nearest
of them is told. It says where in the cohort the model is weak; it is no interval for the patient's own outcome.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from mac_core.data.encoding import Codebook, Encoder, fit_encoder
from mac_core.ensemble.predictors import Neighbours

__all__ = ["ExpectedErrors", "fit_expected_errors"]

_FEWEST, _MOST = 10, 100


@dataclass(frozen=True)
class ExpectedErrors:
    """The judged patients, encoded, and their losses. Made by `fit_expected_errors`."""

    encoder: Encoder
    nearest: Neighbours

    def predict(self, codes: np.ndarray) -> np.ndarray:
        """Mean loss of the nearest judged patients, shape (n,), for patients as codes of the study's codebook."""
        return self.nearest.predict(self.encoder.encode(codes, "scaled"))[:, 0]


def fit_expected_errors(codes: np.ndarray, book: Codebook, losses: np.ndarray) -> ExpectedErrors | None:
    """Remember the judged patients.

    Parameters
    ----------
    codes : ndarray, shape (n, p)
        The judged patients, from `book.codes`.
    book : Codebook
    losses : ndarray, shape (n,)
        Loss of each one's out-of-sample prediction; NaN where there is none.

    Returns
    -------
    ExpectedErrors or None
        With the square root of n neighbours, 10 to 100 (or all, if they are fewer); None if nobody was judged.
    """
    known = np.isfinite(losses)
    if not known.any():
        return None
    encoder = fit_encoder(codes[known], book)
    k = min(int(np.clip(np.sqrt(known.sum()), _FEWEST, _MOST)), int(known.sum()))
    return ExpectedErrors(encoder, Neighbours(encoder.encode(codes[known], "scaled"), losses[known], k, False))
