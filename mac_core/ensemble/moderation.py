"""After step 6: keep the chosen averages from saying more than the patients they learned from can bear.

Two corrections of probabilities, both switched off by `moderate=False`: each chosen average *leans* on the regularised logistic
regression (`mac_core.ensemble.leaning`), then one *temperature* for the whole model holds back or speaks up
(`mac_core.ensemble.tempering`). Both are found on out-of-bag averages, and both act on what each subtask says, so that the
subtasks still add up to the prediction. Numbers are left alone: there, leaning did not help.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from mac_core.ensemble.leaning import lean, lean_shares
from mac_core.ensemble.tempering import temper, temperatures

__all__ = ["Moderation", "Moderator"]

_FOLDS = 5


class Moderation(NamedTuple):
    """How far the chosen averages lean on `LEAN_ON` (0 to 1), the temperature (1: none), and the base rates it holds back to.

    Models that were saved before base rates counted have none: theirs hold back to equal probabilities.
    """

    share: float = 0.0
    temperature: float = 1.0
    base: tuple[float, ...] | None = None


@dataclass(frozen=True)
class Moderator:
    """What is needed to moderate the averages of a study.

    Attributes
    ----------
    values : ndarray, shape (n_learners, n, K)
        Out-of-bag averages.
    y : ndarray of int, shape (n,)
    tested : ndarray of bool, shape (n_subtasks, n)
    base : tuple of float, length K
        From `base_rates`.
    on : ndarray, shape (n, K), or None
        Out-of-bag averages of the learner that is leaned on; None: nobody leans.
    expected : float
        How far, from `prior_share`.
    """

    values: np.ndarray
    y: np.ndarray
    tested: np.ndarray
    base: tuple[float, ...]
    on: np.ndarray | None = None
    expected: float = 0.0

    def find(self, chosen: np.ndarray, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Shares and temperatures, shape (r,) each, for r weightings of the patients.

        Parameters
        ----------
        chosen : ndarray of int, shape (r, n_subtasks)
            In each weighting, the learner that each subtask chose.
        weights : ndarray, shape (r, n)
            How often each patient counts.
        """
        shares, found = np.zeros(len(chosen)), np.empty(len(chosen))
        if self.on is not None:
            shares = lean_shares(self.values, self.on, self.y, chosen, self.tested, weights, self.expected)
        counts = np.array([np.bincount(choices, minlength=len(self.values)) for choices in chosen])
        for share in np.unique(shares):
            some = shares == share
            used = np.flatnonzero(counts[some].any(axis=0))
            parts = counts[some][:, used] / chosen.shape[1]
            found[some] = temperatures(self._leaning(share, used), self.y, parts, weights[some], self.base)
        return shares, found

    def _leaning(self, share: float | np.ndarray, learners: np.ndarray) -> np.ndarray:
        values = self.values[learners]
        return values if self.on is None else lean(values, self.on, share)

    def say(self, share: float | np.ndarray, temperature: float | np.ndarray, learners: np.ndarray) -> np.ndarray:
        """Averages of some learners, shape (n_of_these, n, K), moderated: by numbers, or by one per patient, shape (n,)."""
        return temper(self._leaning(share, learners), temperature, self.base)

    def moderate(
        self, chosen: np.ndarray, weights: np.ndarray, units: np.ndarray, rng: np.random.Generator
    ) -> tuple[Moderation, np.ndarray]:
        """Find the study's moderation, and moderate each patient's averages by one that was found without the patient.

        Parameters
        ----------
        chosen : ndarray of int, shape (n_subtasks,)
        weights : ndarray, shape (n,)
        units : ndarray of int, shape (n,)
            The patient of each row: rows of one patient are held out together.
        rng : Generator

        Returns
        -------
        Moderation, ndarray of shape (n_learners, n, K)
        """
        _, of_row = np.unique(units, return_inverse=True)
        fold = rng.permutation(int(of_row.max()) + 1)[of_row] % _FOLDS
        # The last row holds nobody out.
        counted = (fold[None, :] != np.arange(_FOLDS + 1)[:, None]) * weights
        shares, found = self.find(np.tile(chosen, (_FOLDS + 1, 1)), counted)
        held = self.say(shares[fold], found[fold], np.arange(len(self.values)))
        return Moderation(float(shares[-1]), float(found[-1]), self.base), held
