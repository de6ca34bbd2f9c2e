"""Riley's minimum sample sizes against published numbers."""

from __future__ import annotations

import pytest
from scipy import stats

from mac_core.data.schema import Column, Schema
from mac_core.evidence.sample_size import _t_quantile, count_parameters, minimum_sample_size, say_sample_size


@pytest.mark.parametrize(
    ("parameters", "prevalence", "r_squared", "criteria"),
    [
        (24, 0.174, 0.288, [623, 662, 221]),
        (20, 0.1, None, [2409]),
        (30, 0.3, None, [2400]),
    ],
)
def test_binary_as_published(parameters, prevalence, r_squared, criteria):
    size = minimum_sample_size(parameters, prevalence=prevalence, r_squared=r_squared)
    counts = [count for _, count in size.criteria]
    assert size.needed == max(criteria) == max(counts)
    assert len(criteria) == 1 or counts == criteria


def test_number_as_published():
    size = minimum_sample_size(25, mean=1.9, sd=0.6, r_squared=0.2)
    assert size.needed == 918 == size.criteria[0][1]
    assert [count for _, count in size.criteria][1:3] == [401, 259]
    assert size.events_needed is None


def test_a_mean_near_zero_is_measured_against_the_spread():
    near, far = (minimum_sample_size(5, mean=mean, sd=2.0) for mean in (0.0, 20.0))
    assert "standard deviation" in near.criteria[3][0] and near.criteria[3][1] < 1000
    assert "standard deviation" not in far.criteria[3][0]
    assert "within 0.5" in minimum_sample_size(5, mean=0.0, sd=2.0, margin=0.5).criteria[3][0]


def test_several_classes():
    # chi2 with one degree of freedom at 1 - .05 / 3, times .5 * .5 / .05 ** 2
    size = minimum_sample_size(4, shares=(0.5, 0.3, 0.2))
    assert size.criteria[2][1] == 574
    assert size.needed == max(count for _, count in size.criteria)
    # With two classes the pair is everybody: the same as for a binary target.
    two = minimum_sample_size(20, shares=(0.1, 0.9))
    assert [count for _, count in two.criteria][:2] == [
        count for _, count in minimum_sample_size(20, prevalence=0.1).criteria[:2]
    ]


def test_the_t_distribution_needs_no_scipy():
    for freedom, tolerance in ((10, 2e-4), (60, 1e-6), (250, 1e-8)):
        assert _t_quantile(freedom) == pytest.approx(stats.t.ppf(0.975, freedom), abs=tolerance)


def test_more_patients_shrink_less():
    size = minimum_sample_size(20, prevalence=0.1)
    expected = [size.shrinkage(n) for n in (50, 400, 2409, 100_000)]
    assert expected == sorted(expected) and expected[2] == pytest.approx(0.9, abs=1e-3) and expected[3] < 1


def test_the_sentence_says_have_and_want():
    size = minimum_sample_size(20, prevalence=0.1)
    few = say_sample_size(size, patients=410, events=41)
    assert few.startswith("You have 41 events among 410 patients; even a plain regression") and "Expect overfitting" in few
    enough = say_sample_size(size, patients=5000, events=500)
    assert "overfitting" not in enough and "floor" in enough
    number = say_sample_size(minimum_sample_size(1, mean=10.0, sd=2.0), patients=30)
    assert "You have 30 patients" in number and "1 coefficient would" in number


def test_gaps_and_arms_count():
    schema = Schema(
        (
            Column("age", "number", missing=3),
            Column("stage", "category", levels=("1", "2", "3")),
            Column("note", "text"),
            Column("born", "date"),
        )
    )
    assert count_parameters(schema) == 5
    assert count_parameters(schema, arms=3) == 17
    assert count_parameters(Schema(())) == 1


@pytest.mark.parametrize(
    ("parameters", "options"),
    [
        (0, {"prevalence": 0.1}),
        (3, {}),
        (3, {"prevalence": 0.1, "mean": 1.0, "sd": 1.0}),
        (3, {"prevalence": 0.0}),
        (3, {"shares": (0.5, 0.4)}),
        (3, {"mean": 1.0, "sd": 0.0}),
        (3, {"prevalence": 0.1, "r_squared": 1.0}),
    ],
)
def test_what_cannot_be_is_refused(parameters, options):
    with pytest.raises(ValueError):
        minimum_sample_size(parameters, **options)
