"""Steps 3 to 7 on what was learned, and how far they may be trusted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mac_core.ensemble.honesty import Estimate, Evidence, honest_error
from mac_core.ensemble.leaning import LEAN_ON, prior_share
from mac_core.ensemble.learners import BASELINES
from mac_core.ensemble.learning import Learned
from mac_core.ensemble.losses import aggregate, row_losses, weighted_mean
from mac_core.ensemble.moderation import Moderation, Moderator
from mac_core.ensemble.ranking import rank_learners, subtask_errors
from mac_core.ensemble.selection import average_errors, choose_averages, chosen_error, out_of_sample, top_learners
from mac_core.ensemble.site_errors import site_errors
from mac_core.ensemble.tempering import base_rates
from mac_core.ensemble.training import Work
from mac_core.ensemble.weighting import (
    Weighting,
    combine,
    cross_fitted_predictions,
    find_weights,
    lean_share,
    start_weights,
)

__all__ = ["Conclusions", "conclude"]


@dataclass(frozen=True)
class Conclusions:
    """What a study found; the attributes of the same names of `MACClassifier` say what each is.

    Attributes
    ----------
    weighting : Weighting or None
        Where learners have weights, in the order of `weights`: those that have one.
    out_of_sample : ndarray, shape (n, K)
        K is 1 for numbers.
    """

    errors: pd.DataFrame
    ranking: pd.DataFrame
    averages: pd.DataFrame
    selected: pd.Series
    article_error: float
    honest_error: Estimate
    honest_gain: Estimate
    baseline_error: float
    choices: pd.DataFrame
    moderation: Moderation
    weighting: Weighting | None
    weights: pd.Series | None
    out_of_sample: np.ndarray
    site_errors: pd.DataFrame | None


def conclude(
    work: Work,
    learned: Learned,
    places: Sequence[np.ndarray],
    groups: np.ndarray | None,
    *,
    loss: str,
    top_k: int | None,
    choice: str,
    moderated: bool,
    sites: pd.Index | None,
    seeds: tuple[np.random.SeedSequence, np.random.SeedSequence],
) -> Conclusions:
    """Rank, average, choose and evaluate.

    Parameters
    ----------
    work : Work
    learned : Learned
    places : sequence of ndarray of int
        Per subtask, where its test patients stand in `work.rows`.
    groups : ndarray of int, shape (n,), or None
        The patient (or site) of each row.
    loss : str
    top_k : int or None
    choice : {"per_subtask", "weights"}
    moderated : bool
        Whether chosen probabilities are moderated, where the loss allows it.
    sites : Index or None
        Names of the sites, where every subtask tests one (`groups` then says the site of each row). Sites are resampled whole,
        as patients are, but it is their patients who count as data.
    seeds : pair of SeedSequence
        For resampling patients, and for holding them out of the temperature.

    Returns
    -------
    Conclusions
    """
    rows, names = work.rows, learned.names
    y = work.y[rows]
    # Relative weights: a penalty stands against the number of patients.
    weights = None if work.weights is None else work.weights[rows] / max(work.weights[rows].mean(), 1e-300)
    subtask = pd.RangeIndex(len(places), name="subtask")
    means = [
        subtask_errors(losses, None if weights is None else weights[place])
        for losses, place in zip(learned.held_out, places, strict=True)
    ]
    errors = pd.DataFrame(means, index=subtask, columns=pd.Index(names, name="learner"))
    is_baseline = np.array([name in BASELINES for name in names])
    units = np.arange(len(work.y)) if groups is None else groups
    probable = moderated and work.n_classes > 0 and loss != "zero_one"
    patients = len(units) if sites is not None else len(np.unique(units))
    leaning_on = names.index(LEAN_ON) if probable and LEAN_ON in names else None
    tested = np.array([np.isin(np.arange(len(rows)), place) for place in places])
    moderator = None
    if probable and choice == "per_subtask":
        on = None if leaning_on is None else learned.unseen[leaning_on]
        base = base_rates(work.y, work.n_classes, work.weights)
        moderator = Moderator(learned.unseen, y, tested, base, on, prior_share(patients))
    share = 0.0 if leaning_on is None else lean_share(patients)
    baseline = learned.unseen[names.index("constant")]
    evidence = Evidence(
        learned.held_out,
        tuple(places),
        learned.unseen,
        y,
        eligible=~is_baseline,
        groups=None if groups is None else groups[rows],
        weights=weights,
        baseline=baseline,
        moderator=moderator,
        weighing=(leaning_on, share) if choice == "weights" else None,
    )
    honesty = honest_error(evidence, loss, top_k=top_k, seed=seeds[0])
    ranking = rank_learners(errors, honesty.low, honesty.high, honesty.p_first, is_baseline, learned.seconds, honesty.groups)
    top = top_learners(ranking, top_k)
    which = np.array([names.index(name) for name in top])
    eligible = pd.Index(top, name="learner")
    averages = pd.DataFrame(average_errors(learned.unseen[which], y, places, loss, weights), index=subtask, columns=eligible)
    selected = choose_averages(averages)
    chosen = np.array([top.index(name) for name in selected])
    moderation, values, weighing, weighed = Moderation(), learned.unseen, None, None
    leaking = average_errors(learned.leaking[which], y, places, loss, weights)
    honest = np.full((len(work.y), values.shape[-1]), np.nan)
    rng = np.random.default_rng(seeds[1])
    if choice == "weights":
        # The constant predictor may have a weight, too: where nothing was learned, it is all there is.
        used, classes = np.append(which, names.index("constant")), work.n_classes > 0
        start = start_weights(np.bincount(which[chosen], minlength=len(names)), leaning_on, share)
        # The learner that all lean on is used although the top k may not hold it.
        used = np.union1d(used, np.flatnonzero(start))
        given = (learned.unseen[used], y, start[used], np.ones(len(y)) if weights is None else weights)
        found = find_weights(*given, classes=classes)
        weighing, weighed = _heaviest_first(found, pd.Index([names[place] for place in used], name="learner"))
        moderation = Moderation(share, float(1.0 / found.powers.sum()) if found.powers.any() else np.inf)
        leaking = average_errors(combine(learned.leaking[used], found)[None], y, places, loss, weights)
        honest[rows] = aggregate(cross_fitted_predictions(*given, units[rows], rng, classes=classes)[None], loss)
    else:
        if moderator is not None:
            counted = np.ones(len(y)) if weights is None else weights
            moderation, values = moderator.moderate(which[chosen], counted, units[rows], rng)
        honest[rows] = out_of_sample(values, which[chosen], tested, loss)
    return Conclusions(
        errors=errors,
        ranking=ranking,
        averages=averages,
        selected=selected,
        article_error=chosen_error(leaking),
        honest_error=honesty.error,
        honest_gain=honesty.gain,
        baseline_error=float(weighted_mean(row_losses(baseline, y, loss), weights)),
        choices=pd.DataFrame(honesty.chosen[which].T, index=subtask, columns=eligible),
        moderation=moderation,
        weighting=weighing,
        weights=weighed,
        out_of_sample=honest,
        site_errors=None
        if sites is None
        else site_errors(honest[rows], y, places, sites, loss, weights=weights, seed=seeds[0].spawn(1)[0]),
    )


def _heaviest_first(found: Weighting, names: pd.Index) -> tuple[Weighting, pd.Series]:
    """Leave out who has no weight; and the weights as shares of one."""
    powers = pd.Series(found.powers, index=names, name="weight").sort_values(ascending=False, kind="stable")
    powers = powers[powers > 0]
    return found._replace(powers=powers.to_numpy()), powers / powers.sum()
