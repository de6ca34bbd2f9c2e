"""Step 5: average each learner's models over the subtasks, for a patient whom some of them may have seen in training."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np

from mac_core.data.encoding import Encoder, Representation
from mac_core.ensemble.training import Fitted

__all__ = ["ModelAverages", "ask_models"]


class ModelAverages:
    """Sums up predictions subtask by subtask, so that memory does not grow with their number.

    Parameters
    ----------
    n_learners, n_rows, width : int
        `width` is the number of classes, 1 for numbers.

    Examples
    --------
    >>> averages = ModelAverages(1, 2, 1)
    >>> averages.add(0, np.array([[1.0], [1.0]]), unseen=np.array([True, False]))
    >>> averages.add(0, np.array([[3.0], [3.0]]), unseen=np.array([True, True]))
    >>> averages.all_models()[0, :, 0].tolist(), averages.unseen_models()[0, :, 0].tolist()
    ([2.0, 2.0], [2.0, 3.0])
    """

    def __init__(self, n_learners: int, n_rows: int, width: int) -> None:
        self._all = np.zeros((n_learners, n_rows, width))
        self._unseen = np.zeros((n_learners, n_rows, width))
        self._n_all = np.zeros(n_learners)
        self._n_unseen = np.zeros((n_learners, n_rows))

    def add(self, learner: int, values: np.ndarray, unseen: np.ndarray) -> None:
        """Add one model's predictions, shape (n_rows, width); `unseen` marks the rows that it was not trained on."""
        self._all[learner] += values
        self._unseen[learner] += values * unseen[:, None]
        self._n_all[learner] += 1
        self._n_unseen[learner] += unseen

    def all_models(self) -> np.ndarray:
        """f_l(x_i) over all subtasks, shape (n_learners, n_rows, width): leaks, since some models saw the patient."""
        return self._all / np.maximum(self._n_all, 1)[:, None, None]

    def unseen_models(self) -> np.ndarray:
        """f_l^(-i)(x_i) over the subtasks that did not train on patient i; NaN where there is none."""
        counts = self._n_unseen[..., None]
        return np.divide(self._unseen, counts, out=np.full_like(self._unseen, np.nan), where=counts > 0)


def ask_models(
    models: Mapping[str, Sequence[Fitted]],
    reads: Mapping[str, Representation],
    encoders: Sequence[Encoder],
    codes: np.ndarray,
    width: int,
) -> np.ndarray:
    """Ask all models of several learners about patients and average each learner's answers.

    Parameters
    ----------
    models : mapping
        Learner to its models, one per encoder.
    reads : mapping
        Learner to the representation that it reads.
    encoders : sequence of Encoder
    codes : ndarray, shape (n, p)
        The patients, as the study's codebook writes them.
    width : int
        The number of classes, 1 for numbers.

    Returns
    -------
    ndarray, shape (n_learners, n, width)
    """
    values = np.zeros((len(models), len(codes), width))
    for subtask, encoder in enumerate(encoders):
        encoded: dict[str, np.ndarray] = {}
        for place, (name, of_learner) in enumerate(models.items()):
            if reads[name] not in encoded:
                encoded[reads[name]] = encoder.encode(codes, reads[name])
            values[place] += of_learner[subtask].predict(encoded[reads[name]])
    return values / len(encoders)
