"""Step 1: draw subtasks. Each is a small learning problem of its own: patients to train on, other patients to test on."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from mac_core.errors import refuse

__all__ = ["DRAWS", "Cohort", "Subtask", "draw_subtasks", "evaluated_rows"]

BLOCK_SIZE = 5
MOST_BLOCKS = 2_000
MOST_TRAINING_ROWS = 20_000
MOST_EVALUATED_ROWS = 10_000
_FEWEST_TESTED = 50
_FOLDS = 5


@dataclass(frozen=True)
class Subtask:
    """One subtask.

    Attributes
    ----------
    train, test : ndarray of int
        Row positions of A_j and B_j; disjoint. With `bootstrap`, a row may stand in `train` more than once.
    """

    train: np.ndarray
    test: np.ndarray


@dataclass(frozen=True)
class Cohort:
    """What drawing needs to know of the patients.

    Attributes
    ----------
    n : int
        Rows.
    strata : ndarray of int, shape (n,), or None
        Class numbers, kept in proportion on both sides; None for numeric targets.
    groups : ndarray of int, shape (n,), or None
        Patient (or, for `site`, site) of each row; one side of a split holds a group whole.
    encoded : callable
        Gives the encoded table, shape (n, q), for clustering.
    """

    n: int
    strata: np.ndarray | None = None
    groups: np.ndarray | None = None
    encoded: Callable[[], np.ndarray] | None = None


def draw_subtasks(
    cohort: Cohort,
    draw: str = "kfold",
    *,
    n_subtasks: int = 10,
    subtask_size: int | None = None,
    test_size: float = 0.3,
    seed: np.random.SeedSequence,
) -> list[Subtask]:
    """Draw the subtasks of a study.

    Parameters
    ----------
    cohort : Cohort
    draw : {"kfold", "random", "block", "cluster", "site", "bootstrap"}
        kfold: the complements of repeated five-fold cross-validation train, the folds test. random: a stratified share tests.
        block: consecutive blocks of rows; the first rows of a block train, its last test. Of more than 2,000 blocks, so many at
        equal distances are taken. A single row left over at the end
        trains, and the last row of another patient before it tests. cluster: patients grouped by k-means, each group split
        like random. site: each group tests what the others train. bootstrap: rows drawn with replacement train, those never
        drawn test.
    n_subtasks : int
        How many; block and site have as many as there are, cluster at most so many.
    subtask_size : int, optional
        Rows in a block (5); otherwise the most rows that train (20,000).
    test_size : float
        Share that tests, for random, block and cluster.
    seed : SeedSequence

    Returns
    -------
    list of Subtask

    Raises
    ------
    InputError
        If there are not two patients (or groups) to split.

    Examples
    --------
    >>> subtasks = draw_subtasks(Cohort(10), "block", seed=np.random.SeedSequence(0))
    >>> [(list(map(int, s.train)), list(map(int, s.test))) for s in subtasks]
    [([0, 1, 2, 3], [4]), ([5, 6, 7, 8], [9])]
    """
    units = _units(cohort)
    if units.count < 2:
        raise refuse("nothing_to_split", units=units.count)
    children = (np.random.default_rng(child) for child in _children(seed))
    subtasks = list(DRAWS[draw](_Plan(cohort, units, n_subtasks, subtask_size, test_size, children)))
    if not subtasks:
        raise refuse("nothing_to_split", units=1)
    if draw == "block":
        return subtasks
    # The same rows in every repeat, so that each of them is tested as often as on a small table.
    sampled = np.zeros(cohort.n, dtype=bool)
    sampled[next(children).choice(cohort.n, min(cohort.n, MOST_EVALUATED_ROWS), replace=False)] = True
    most = subtask_size or MOST_TRAINING_ROWS
    return [_capped(subtask, cohort, most, sampled, next(children)) for subtask in subtasks]


def evaluated_rows(subtasks: list[Subtask], n: int) -> np.ndarray:
    """Rows whose out-of-sample prediction is made; reported errors rest on them.

    Parameters
    ----------
    subtasks : list of Subtask
    n : int
        Rows of the table.

    Returns
    -------
    ndarray of int, sorted
        Every row that some subtask did not train on; of tables above 10,000 rows, those that some subtask tests.
    """
    tested = np.unique(np.concatenate([subtask.test for subtask in subtasks]))
    if n > MOST_EVALUATED_ROWS:
        return tested
    trained_by = np.zeros(n, dtype=int)
    for subtask in subtasks:
        trained_by[np.unique(subtask.train)] += 1
    return np.union1d(tested, np.flatnonzero(trained_by < len(subtasks)))


@dataclass(frozen=True)
class _Units:
    """What must stay together: rows, or groups of rows. `of_row` is the unit of each row, `strata` the stratum of each unit."""

    count: int
    of_row: np.ndarray
    strata: np.ndarray

    def rows(self, units: np.ndarray) -> np.ndarray:
        chosen = np.zeros(self.count, dtype=bool)
        chosen[units] = True
        return np.flatnonzero(chosen[self.of_row])


def _units(cohort: Cohort) -> _Units:
    strata = np.zeros(cohort.n, dtype=int) if cohort.strata is None else cohort.strata
    if cohort.groups is None:
        return _Units(cohort.n, np.arange(cohort.n), strata)
    _, of_row = np.unique(cohort.groups, return_inverse=True)
    count = int(of_row.max()) + 1
    table = np.zeros((count, int(strata.max()) + 1), dtype=int)
    np.add.at(table, (of_row, strata), 1)
    return _Units(count, of_row, table.argmax(axis=1))


def _children(seed: np.random.SeedSequence) -> Iterator[np.random.SeedSequence]:
    while True:
        yield from seed.spawn(1)


def _by_stratum(units: np.ndarray, strata: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Shuffle, then put stratum after stratum: what is taken from it at regular steps is stratified."""
    shuffled = rng.permutation(units)
    return shuffled[np.argsort(strata[shuffled], kind="stable")]


def _take(units: np.ndarray, strata: np.ndarray, count: int, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    """Take `count` units, each stratum in proportion (within one); the taken and the others."""
    ordered = _by_stratum(units, strata, rng)
    start = rng.random()
    marks = np.floor(np.arange(len(ordered) + 1) * count / len(ordered) + start)
    taken = np.diff(marks) > 0
    return ordered[taken], ordered[~taken]


def _test_count(n: int, test_size: float) -> int:
    return min(max(int(np.floor(n * test_size + 0.5)), 1), n - 1)


@dataclass(frozen=True)
class _Plan:
    """What a way of drawing works with; `children` gives a fresh generator for every random choice."""

    cohort: Cohort
    units: _Units
    n_subtasks: int
    subtask_size: int | None
    test_size: float
    children: Iterator[np.random.Generator]


def _kfold(plan: _Plan) -> Iterator[Subtask]:
    folds = min(_FOLDS, max(plan.n_subtasks, 2), plan.units.count)
    drawn = 0
    while drawn < plan.n_subtasks:
        ordered = _by_stratum(np.arange(plan.units.count), plan.units.strata, next(plan.children))
        fold = np.empty(plan.units.count, dtype=int)
        fold[ordered] = np.arange(plan.units.count) % folds
        for number in range(min(folds, plan.n_subtasks - drawn)):
            tested = fold[plan.units.of_row] == number
            yield Subtask(np.flatnonzero(~tested), np.flatnonzero(tested))
            drawn += 1


def _random(plan: _Plan) -> Iterator[Subtask]:
    for _ in range(plan.n_subtasks):
        count = _test_count(plan.units.count, plan.test_size)
        test, train = _take(np.arange(plan.units.count), plan.units.strata, count, next(plan.children))
        yield Subtask(plan.units.rows(train), plan.units.rows(test))


def _block(plan: _Plan) -> Iterator[Subtask]:
    size = plan.subtask_size or BLOCK_SIZE
    starts = np.arange(0, plan.cohort.n, size)
    if len(starts) > MOST_BLOCKS:
        starts = starts[np.arange(MOST_BLOCKS) * len(starts) // MOST_BLOCKS]
    for start in map(int, starts):
        rows = np.arange(start, min(start + size, plan.cohort.n))
        if len(rows) == 1:
            others = np.flatnonzero(plan.units.of_row[:start] != plan.units.of_row[start])
            if len(others):
                yield Subtask(rows, others[-1:])
            continue
        count = min(max(int(np.floor(len(rows) * plan.test_size + 1e-9)), 1), len(rows) - 1)
        train, test = rows[:-count], rows[-count:]
        if plan.cohort.groups is not None:
            # A patient who stands on both sides of the line only trains, unless then nobody is left to test.
            apart = test[~np.isin(plan.units.of_row[test], plan.units.of_row[train])]
            if len(apart) == 0:
                others = train[~np.isin(plan.units.of_row[train], plan.units.of_row[test])]
                if len(others) == 0:
                    continue  # the whole block is one patient, who cannot be split
                train, apart = others, test
            test = apart
        yield Subtask(train, test)


def _cluster(plan: _Plan) -> Iterator[Subtask]:
    from mac_core.ensemble.phenotypes import group_patients

    assert plan.cohort.encoded is not None
    encoded = plan.cohort.encoded()
    sums = np.zeros((plan.units.count, encoded.shape[1]))
    np.add.at(sums, plan.units.of_row, encoded)
    means = sums / np.bincount(plan.units.of_row, minlength=plan.units.count)[:, None]
    clusters = group_patients(means, plan.n_subtasks, next(plan.children))
    for cluster in np.unique(clusters):
        members = np.flatnonzero(clusters == cluster)
        test, train = _take(members, plan.units.strata, _test_count(len(members), plan.test_size), next(plan.children))
        yield Subtask(plan.units.rows(train), plan.units.rows(test))


def _site(plan: _Plan) -> Iterator[Subtask]:
    if plan.cohort.groups is None:
        raise refuse("site_without_groups")
    for site in range(plan.units.count):
        tested = plan.units.of_row == site
        yield Subtask(np.flatnonzero(~tested), np.flatnonzero(tested))


def _bootstrap(plan: _Plan) -> Iterator[Subtask]:
    for _ in range(plan.n_subtasks):
        rng = next(plan.children)
        counts = np.ones(plan.units.count, dtype=int)
        while counts.all():  # as long as nobody is left to test
            counts = np.bincount(rng.integers(plan.units.count, size=plan.units.count), minlength=plan.units.count)
        of_row = counts[plan.units.of_row]
        yield Subtask(np.repeat(np.arange(plan.cohort.n), of_row), np.flatnonzero(of_row == 0))


def _capped(subtask: Subtask, cohort: Cohort, most: int, sampled: np.ndarray, rng: np.random.Generator) -> Subtask:
    """Cap the rows that train, and on large tables those that test: cost then grows with subtasks, not with rows."""
    train, test = subtask.train, subtask.test
    strata = np.zeros(cohort.n, dtype=int) if cohort.strata is None else cohort.strata
    if len(train) > most:
        train = np.sort(_take(np.arange(len(train)), strata[train], most, rng)[0])
        train = subtask.train[train]
    if cohort.n > MOST_EVALUATED_ROWS:
        few = min(_FEWEST_TESTED, len(test))
        kept = test[sampled[test]]
        test = kept if len(kept) >= few else np.sort(rng.permutation(test)[:few])
    return Subtask(train, test)


DRAWS: dict[str, Callable[[_Plan], Iterator[Subtask]]] = {
    "kfold": _kfold,
    "random": _random,
    "block": _block,
    "cluster": _cluster,
    "site": _site,
    "bootstrap": _bootstrap,
}
