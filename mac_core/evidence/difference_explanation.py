"""Why the treatments differ for this patient as they do: contributions of the values to the difference between two arms.

Only where individual advice is open (`heterogeneity_`): elsewhere the difference is the same for everybody, or follows the
patient's risk by one odds ratio, and the parts of such a difference would tell of noise.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from mac_core.evidence.explanation import Explanation, explain_outputs, minus
from mac_core.treatment.description import blended, inside
from mac_core.treatment.overlap import UNSUPPORTED
from mac_core.treatment.patient_effects import with_level

__all__ = ["explain_differences"]

_MOST_ROWS = 1000  # intermediate patients: each is asked of every arm's models


def explain_differences(
    comparison: Any, patient: pd.DataFrame, background: pd.DataFrame, *, spread: np.ndarray | None = None, seed: int = 0
) -> Mapping[tuple[str, str], Explanation]:
    """Take the differences between the arms apart for one patient.

    Parameters
    ----------
    comparison : TreatmentComparison
        Fitted.
    patient : DataFrame, shape (1, p)
    background : DataFrame, shape (n, p)
        The table's patients.
    spread : ndarray, shape (n,), optional
        As in `explain_prediction`.
    seed : int

    Returns
    -------
    mapping of (arm, against) to Explanation
        Every ordered pair of arms that are supported for this patient; empty where individual advice is closed. `prediction` is
        the difference that `answers` shows, `average` the mean over the patients compared with; the contributions add up to the
        one minus the other.

    Notes
    -----
    Which arms are supported is judged once, for the patient: on the way from another patient to this one it stays the same, so
    that the last step arrives at what is shown.
    """
    if not comparison.heterogeneity_.supported:
        return {}
    columns = list(comparison.feature_names_in_)
    ready = patient[columns]
    usable = comparison.support_.judge(ready, comparison.assignment_.predict(ready)).support != UNSUPPORTED

    def expected(frame: pd.DataFrame) -> np.ndarray:
        plain = frame.reset_index(drop=True)
        expectations = blended(comparison, comparison.models_.predict(plain), comparison.joint_.predict(plain))
        # Who gets which arm counts only for the candidate with one odds ratio.
        propensity = None if comparison.effects_.odds_ is None else comparison.assignment_.predict(plain)
        potential = comparison.effects_.predict(plain, expectations, propensity)
        return inside(comparison, with_level(expectations.blend, potential, np.repeat(usable, len(plain), axis=0)))

    found = explain_outputs(expected, ready, background[columns], spread=spread, most_rows=_MOST_ROWS, seed=seed)
    arms = [(str(arm), one) for arm, one, known in zip(comparison.arms_, found, usable[0], strict=True) if known]
    return {(arm, against): minus(one, other) for arm, one in arms for against, other in arms if arm != against}
