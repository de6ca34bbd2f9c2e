"""Are there enough patients for a study? One sentence, before anything is learned; it never stops anybody."""

from __future__ import annotations

from mac_core.data.cohort import Cohort
from mac_core.evidence.sample_size import count_parameters, minimum_sample_size, say_sample_size

__all__ = ["say_enough"]


def say_enough(cohort: Cohort) -> str:
    """Hold the patients that there are against what a plain regression on the same columns would need.

    Examples
    --------
    >>> from mac_core.data.cohort import make_cohort
    >>> from mac_core.data.examples import example, open_example
    >>> say_enough(make_cohort(open_example("smoking_triple"), example("smoking_triple").roles))[:49]
    'You have 89 events among 125 patients; even a pla'
    """
    arms = 0 if cohort.treatment is None else cohort.treatment.nunique()
    parameters = count_parameters(cohort.schema, arms=arms)
    patients = len(cohort.y)
    if cohort.target.kind == "number":
        values = cohort.y.astype(float)
        spread = float(values.std())
        size = minimum_sample_size(parameters, mean=float(values.mean()), sd=spread)
        return say_sample_size(size, patients=patients)
    shares = cohort.y.value_counts()
    if len(shares) == 2:
        known = cohort.target.event is not None and cohort.target.event in shares.index
        events = int((cohort.y == (cohort.target.event if known else shares.index[-1])).sum())
        return say_sample_size(minimum_sample_size(parameters, prevalence=events / patients), patients=patients, events=events)
    size = minimum_sample_size(parameters, shares=[count / patients for count in shares])
    return say_sample_size(size, patients=patients)
