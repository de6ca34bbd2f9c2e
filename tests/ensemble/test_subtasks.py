"""Step 1: what each way of drawing promises."""

from __future__ import annotations

import numpy as np
import pytest

from mac_core.ensemble.subtasks import (
    DRAWS,
    MOST_BLOCKS,
    MOST_EVALUATED_ROWS,
    Cohort,
    Subtask,
    draw_subtasks,
    evaluated_rows,
)
from mac_core.errors import InputError


def seed(number: int = 0) -> np.random.SeedSequence:
    return np.random.SeedSequence(number)


def cohort(n: int = 103, *, groups: int | None = None, classes: int | None = 3) -> Cohort:
    rng = np.random.default_rng(5)
    strata = None if classes is None else rng.choice(classes, n, p=np.r_[0.1, np.full(classes - 1, 0.9 / (classes - 1))])
    table = rng.normal(size=(n, 3))
    return Cohort(n, strata, None if groups is None else rng.integers(groups, size=n), lambda: table)


def block(n: int, **options) -> list[tuple[list[int], list[int]]]:
    return [(list(s.train), list(s.test)) for s in draw_subtasks(Cohort(n), "block", seed=seed(), **options)]


def test_block_by_hand():
    assert block(10) == [([0, 1, 2, 3], [4]), ([5, 6, 7, 8], [9])]
    assert block(7, subtask_size=4, test_size=0.5) == [([0, 1], [2, 3]), ([4, 5], [6])]
    assert len(block(200)) == 40


def test_block_of_one_row_trains_and_the_row_before_it_tests():
    assert block(6)[-1] == ([5], [4])


def test_block_keeps_patients_apart():
    groups = np.array([0, 1, 1, 2, 2, 3, 3, 3, 3, 3, 4])
    drawn = draw_subtasks(Cohort(11, groups=groups), "block", seed=seed())
    assert [(list(s.train), list(s.test)) for s in drawn] == [([0, 1, 2], [3, 4]), ([10], [9])] or all(
        not set(groups[s.train]) & set(groups[s.test]) for s in drawn
    )
    # The second block is one patient and cannot be split.
    assert len(drawn) == 2


def test_kfold_tests_everybody_once_per_repeat():
    drawn = draw_subtasks(cohort(), "kfold", n_subtasks=10, seed=seed())
    assert len(drawn) == 10
    for repeat in (drawn[:5], drawn[5:]):
        assert sorted(np.concatenate([s.test for s in repeat])) == list(range(103))
    assert set(drawn[0].test) != set(drawn[5].test)
    assert all(len(s.train) + len(s.test) == 103 for s in drawn)


@pytest.mark.parametrize("draw", ["kfold", "random"])
def test_strata_keep_their_share(draw):
    people = cohort(200)
    share = np.bincount(people.strata) / 200
    for s in draw_subtasks(people, draw, seed=seed()):
        expected = share * len(s.test)
        assert (np.abs(np.bincount(people.strata[s.test], minlength=3) - expected) <= 1).all()


def test_random_share():
    assert {len(s.test) for s in draw_subtasks(cohort(100), "random", test_size=0.25, seed=seed())} == {25}
    assert len(draw_subtasks(Cohort(2), "random", n_subtasks=3, test_size=0.01, seed=seed())) == 3


def test_bootstrap_tests_those_never_drawn():
    for s in draw_subtasks(cohort(), "bootstrap", seed=seed()):
        assert len(s.train) == 103
        assert len(np.unique(s.train)) < 103
        assert set(s.test) == set(range(103)) - set(s.train)
    # With two patients most resamples would leave nobody out.
    assert all(len(s.test) == 1 for s in draw_subtasks(Cohort(2), "bootstrap", seed=seed()))


def test_site_tests_each_site_on_the_others():
    people = cohort(groups=4)
    drawn = draw_subtasks(people, "site", n_subtasks=99, seed=seed())
    assert [np.unique(people.groups[s.test]).tolist() for s in drawn] == [[0], [1], [2], [3]]
    assert all(len(s.train) + len(s.test) == 103 for s in drawn)


def test_cluster_finds_phenotypes():
    centre = np.repeat([0.0, 50.0, 100.0], 40)
    people = Cohort(120, encoded=lambda: centre[:, None] + np.random.default_rng(0).normal(size=(120, 1)))
    drawn = draw_subtasks(people, "cluster", n_subtasks=3, seed=seed())
    assert len(drawn) == 3
    assert all(len(np.unique(centre[np.r_[s.train, s.test]])) == 1 and len(s.test) == 12 for s in drawn)


@pytest.mark.parametrize("draw", sorted(DRAWS))
@pytest.mark.parametrize("groups", [None, 30])
def test_sides_are_disjoint_and_patients_whole(draw, groups):
    people = cohort(groups=groups or (5 if draw == "site" else None))
    drawn = draw_subtasks(people, draw, seed=seed())
    assert drawn
    for s in drawn:
        assert len(s.train) >= 1
        assert len(s.test) >= 1
        assert not set(s.train) & set(s.test)
        if groups is not None:
            assert not set(people.groups[s.train]) & set(people.groups[s.test])


@pytest.mark.parametrize("draw", sorted(DRAWS))
def test_the_seed_decides(draw):
    def draws(number):
        people = cohort(groups=5 if draw == "site" else None)
        return [(s.train.tolist(), s.test.tolist()) for s in draw_subtasks(people, draw, seed=seed(number))]

    np.random.seed(0)  # noqa: NPY002  the global generator must not matter
    first = draws(1)
    np.random.seed(1)  # noqa: NPY002
    assert draws(1) == first
    if draw not in {"block", "site"}:
        assert draws(2) != first


@pytest.mark.parametrize("draw", ["kfold", "random", "cluster", "bootstrap"])
def test_size_is_capped_and_strata_kept(draw):
    people = cohort(400)
    for s in draw_subtasks(people, draw, n_subtasks=3, subtask_size=40, seed=seed()):
        assert len(s.train) == 40
        assert not set(s.train) & set(s.test)
        if draw != "cluster":
            assert 2 <= (people.strata[s.train] == 0).sum() <= 7


def test_a_large_table_costs_no_more():
    drawn = draw_subtasks(Cohort(200_000), "kfold", n_subtasks=10, seed=seed())
    assert {len(s.train) for s in drawn} == {20_000}
    assert len(evaluated_rows(drawn, 200_000)) == MOST_EVALUATED_ROWS
    assert sum(len(s.test) for s in drawn) == 2 * MOST_EVALUATED_ROWS


def test_a_small_site_of_a_large_table_is_still_tested():
    groups = np.r_[np.zeros(60), np.ones(149_940)].astype(int)
    drawn = draw_subtasks(Cohort(150_000, groups=groups), "site", seed=seed())
    assert len(drawn[0].test) >= 50


@pytest.mark.parametrize(
    ("people", "draw", "code"),
    [
        (Cohort(1), "kfold", "nothing_to_split"),
        (Cohort(9, groups=np.zeros(9, dtype=int)), "random", "nothing_to_split"),
        (Cohort(9), "site", "site_without_groups"),
        (Cohort(10, groups=np.repeat([0, 1], 5)), "block", "nothing_to_split"),
    ],
)
def test_refusals(people, draw, code):
    with pytest.raises(InputError) as caught:
        draw_subtasks(people, draw, seed=seed())
    assert caught.value.code == code


def test_fewer_patients_than_folds():
    drawn = draw_subtasks(Cohort(3), "kfold", n_subtasks=10, seed=seed())
    assert len(drawn) == 10
    assert isinstance(drawn[0], Subtask)
    assert all(len(s.test) == 1 for s in drawn)


def test_of_blocks_every_row_is_judged_although_few_are_tested():
    drawn = draw_subtasks(Cohort(50), "block", test_size=0.2, seed=seed())
    assert len(np.unique(np.concatenate([s.test for s in drawn]))) == 10
    assert evaluated_rows(drawn, 50).tolist() == list(range(50))


def test_a_row_that_every_subtask_trains_on_is_not_judged():
    drawn = [Subtask(np.array([0, 1]), np.array([2])), Subtask(np.array([0, 2]), np.array([1]))]
    assert evaluated_rows(drawn, 4).tolist() == [1, 2, 3]


def test_blocks_of_a_large_table_are_capped_and_lie_apart():
    drawn = draw_subtasks(Cohort(1_000_003), "block", seed=np.random.SeedSequence(0))
    assert len(drawn) == MOST_BLOCKS
    starts = np.array([subtask.train[0] for subtask in drawn])
    assert set(np.diff(starts)) == {500}
    assert all(len(subtask.train) == 4 for subtask in drawn)
    assert len(draw_subtasks(Cohort(5 * MOST_BLOCKS), "block", seed=np.random.SeedSequence(0))) == MOST_BLOCKS
