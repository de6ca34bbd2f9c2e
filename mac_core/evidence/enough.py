"""Are there enough patients for a study? One sentence, before anything is learned; it never stops anybody."""

from __future__ import annotations

from mac_core.data.cohort import Cohort
from mac_core.evidence.sample_size import SampleSize, count_parameters, minimum_sample_size, say_sample_size

__all__ = ["far_too_few", "say_enough"]

_FEW = 0.25


def say_enough(cohort: Cohort) -> str:
    """Hold the patients that there are against what a plain regression on the same columns would need.

    A patient who stands in several rows counts once, as does the patient's event.

    Examples
    --------
    >>> from mac_core.data.cohort import make_cohort
    >>> from mac_core.data.examples import example, open_example
    >>> say_enough(make_cohort(open_example("smoking_triple"), example("smoking_triple").roles))[:49]
    'You have 89 events among 125 patients; even a pla'
    """
    size, events = _needed(cohort)
    return say_sample_size(size, patients=cohort.patients, events=events)


def far_too_few(cohort: Cohort) -> bool:
    """Whether there are fewer than a quarter of the patients that even a plain regression on the same columns would want.

    Nearly every table has fewer than all of them; these are so few that it is said first.

    Examples
    --------
    >>> from mac_core.data.cohort import make_cohort
    >>> from mac_core.data.examples import example, open_example
    >>> [far_too_few(make_cohort(open_example(slug), example(slug).roles)) for slug in ("smoking_triple", "heart_4site")]
    [True, False]
    """
    return cohort.patients < _FEW * _needed(cohort)[0].needed


def _needed(cohort: Cohort) -> tuple[SampleSize, int | None]:
    """The size that would be wanted, and of a binary target the patients with the event."""
    arms = 0 if cohort.treatment is None else cohort.treatment.nunique()
    parameters = count_parameters(cohort.schema, arms=arms)
    if cohort.target.kind == "number":
        values = cohort.y.astype(float)
        return minimum_sample_size(parameters, mean=float(values.mean()), sd=float(values.std())), None
    shares = cohort.y.value_counts()
    if len(shares) > 2:
        return minimum_sample_size(parameters, shares=[count / len(cohort.y) for count in shares]), None
    known = cohort.target.event is not None and cohort.target.event in shares.index
    having = cohort.y == (cohort.target.event if known else shares.index[-1])
    events = int(having.sum()) if cohort.groups is None else int(cohort.groups[having].nunique())
    return minimum_sample_size(parameters, prevalence=float(having.mean())), events
