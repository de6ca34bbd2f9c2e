"""The shrunken stack: candidates for the differences between arms, weighed by how well they foretell the scores' contrasts.

References
----------
van der Laan, Polley, Hubbard: Super learner. Statistical Applications in Genetics and Molecular Biology 6, 2007.
"""

from __future__ import annotations

from itertools import combinations

import numpy as np

from mac_core.treatment.potentials import pairwise

__all__ = ["stack_weights"]


def stack_weights(candidates: np.ndarray, scores: np.ndarray, usable: np.ndarray, *, shrinkage: float = 0.5) -> np.ndarray:
    """Weigh candidates: simplex weights by least squares on the contrasts of all pairs, averaged with equal weights.

    Parameters
    ----------
    candidates : ndarray, shape (candidates, n, arms)
        Potentials by models that did not see the patient.
    scores : ndarray, shape (n, arms)
        Doubly robust scores.
    usable : ndarray of bool, shape (n, arms)
        A contrast counts where both arms are supported.
    shrinkage : float
        Share of the equal weights, 0 to 1.

    Returns
    -------
    ndarray, shape (candidates,)
        One weight per candidate, the same for all arms; not negative, with sum 1.

    Examples
    --------
    >>> scores = np.array([[0.0, 1.0], [0.0, 3.0], [0.0, 5.0]])
    >>> stack_weights(np.stack([scores, np.zeros((3, 2))]), scores, np.ones((3, 2), bool)).round(3).tolist()
    [0.75, 0.25]
    """
    from scipy.optimize import nnls

    count = len(candidates)
    equal = np.full(count, 1 / count)
    both = _each(usable)
    design, target = pairwise(candidates)[:, both], pairwise(scores)[both]
    if len(target) < count:
        return equal
    # A square root of the normal equations stands for the long table; a heavy row makes the weights sum to 1.
    gram, moment = design @ design.T, design @ target
    values, vectors = np.linalg.eigh(gram)
    kept = values > 1e-12 * max(values.max(), 1e-300)
    root = np.sqrt(values[kept])
    size = max(float(np.sqrt(np.trace(gram) / count)), 1e-150)
    heavy, light = 1e3 * size, 1e-2 * size
    # Candidates that say the same of these patients (a fully shrunken ridge is the constant) share their weight; otherwise the
    # last digit would choose between them, and they may differ elsewhere.
    rows = np.vstack([root[:, None] * vectors[:, kept].T, np.full(count, heavy), light * np.eye(count)])
    found, _ = nnls(rows, np.concatenate([(vectors[:, kept].T @ moment) / root, [heavy], light * equal]))
    if found.sum() <= 0:
        return equal
    return np.asarray(shrinkage * equal + (1 - shrinkage) * found / found.sum())


def _each(usable: np.ndarray) -> np.ndarray:
    """Pairs of which both arms are supported, shape (n, pairs)."""
    one, other = np.array(list(combinations(range(usable.shape[1]), 2))).T
    return np.asarray(usable[:, one] & usable[:, other])
