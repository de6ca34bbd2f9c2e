from dataclasses import replace

import pandas as pd
import pytest

from mac_core.runs.batch import IN_STUDY, Batch
from mac_core.runs.batch_choice import FLAGS, SUPPORT, choose_patients, verdicts_of

PATIENTS = pd.DataFrame(
    {
        "line": [2, 3, 4, 5, 6],
        "verdict": ["arm", "arm", "cannot_tell", "no_clear_difference", "arm"],
        "verdict for": ["B", "A", "", "", "B"],
        "support under A": ["supported", "supported", "unsupported", "thin", "supported"],
        "support under B": ["supported", "thin", "supported", "supported", "supported"],
        "flags": ["", "unknown age outside the data", "age unknown; sex never seen", f"weight unknown; {IN_STUDY}", IN_STUDY],
    }
)
VERDICTS = pd.DataFrame({"verdict": ["arm", "cannot_tell"], "arm": ["B", ""], "patients": [2, 1]})
BATCH = Batch(PATIENTS, PATIENTS, PATIENTS, VERDICTS, PATIENTS, (), 2, None, (), (), "new.csv", "0" * 64)


def lines(**wanted: object) -> list[int]:
    return choose_patients(BATCH, **wanted)["line"].tolist()


@pytest.mark.parametrize(
    ("wanted", "expected"),
    [
        ({}, [2, 3, 4, 5, 6]),
        ({"verdict": ("arm", "B")}, [2, 6]),
        ({"verdict": ("cannot_tell", "")}, [4]),
        ({"support": "all"}, [2, 6]),
        ({"support": "thin"}, [3, 5]),
        ({"support": "unsupported"}, [4]),
        ({"flag": "any"}, [3, 4, 5, 6]),
        ({"flag": "none"}, [2]),
        ({"flag": "unknown"}, [4, 5]),
        ({"flag": "outside"}, [3, 4]),
        ({"flag": "study"}, [5, 6]),
        ({"verdict": ("arm", "B"), "flag": "study"}, [6]),
        ({"verdict": ("arm", "A"), "support": "all"}, []),
    ],
)
def test_filters(wanted, expected):
    assert lines(**wanted) == expected


def test_every_filter_that_is_offered_works():
    for flag in FLAGS:
        assert set(lines(flag=flag)) < set(PATIENTS["line"])
    for support in SUPPORT:
        assert set(lines(support=support)) < set(PATIENTS["line"])


def test_which_verdicts_occur():
    assert verdicts_of(BATCH) == (("arm", "B"), ("cannot_tell", ""))
    assert verdicts_of(replace(BATCH, verdicts=None)) == ()
