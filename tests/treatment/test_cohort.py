import numpy as np
import pandas as pd
import pytest

from mac_core.errors import InputError
from mac_core.treatment.cohort import make_arm_cohort

N = 40
X = pd.DataFrame({"age": np.arange(N)})
ARM = np.array(["B", "A"] * (N // 2), dtype=object)
OUTCOME = np.arange(N) % 3.0


def test_arms_keep_their_labels_and_stand_in_the_order_of_their_text():
    assert make_arm_cohort(X, [10, 2] * 20, OUTCOME).arms == [10, 2]
    assert make_arm_cohort(X, pd.Categorical(["z", "a"] * 20), OUTCOME).arms == ["a", "z"]
    assert make_arm_cohort(X, [True, False] * 20, OUTCOME).arms == [False, True]


def test_missing_outcomes_are_counted_by_arm_and_kept_apart():
    outcome = OUTCOME.copy()
    outcome[[0, 2, 5]] = np.nan
    cohort = make_arm_cohort(X, ARM, outcome)
    assert cohort.missing.tolist() == [1, 2]
    assert len(cohort.X) == len(cohort.arm) == len(cohort.clusters) == N
    assert np.flatnonzero(~cohort.observed).tolist() == [0, 2, 5]
    assert np.isnan(cohort.outcome).tolist() == (~cohort.observed).tolist()


@pytest.mark.parametrize(
    ("outcome", "binary"),
    [
        (OUTCOME, False),
        (OUTCOME > 1, True),
        ((OUTCOME > 1).astype(int), True),
        (OUTCOME + 1, False),
        ((OUTCOME > 1) + 1, False),
    ],
)
def test_binary_is_zero_and_one(outcome, binary):
    assert make_arm_cohort(X, ARM, outcome).binary is binary


def test_numbers_as_text_are_numbers():
    outcome = pd.Series([str(value) for value in OUTCOME], dtype="str")
    assert make_arm_cohort(X, ARM, outcome).outcome.tolist() == OUTCOME.tolist()


def test_a_patient_without_identifier_is_a_patient_of_its_own():
    groups = ["p", None, "p", np.nan] + [f"q{i}" for i in range(N - 4)]
    clusters = make_arm_cohort(X, ARM, OUTCOME, groups).clusters
    assert clusters[0] == clusters[2]
    assert len(np.unique(clusters)) == N - 1


def blank(where):
    outcome = OUTCOME.copy()
    outcome[where] = np.nan
    return outcome


@pytest.mark.parametrize(
    ("code", "treatment", "outcome", "groups"),
    [
        ("one_arm", ["A"] * N, OUTCOME, None),
        ("too_many_arms", list("ABCDEFG") * 5 + ["A"] * 5, OUTCOME, None),
        ("tiny_arm", ["A"] * (N - 9) + ["B"] * 9, OUTCOME, None),
        ("tiny_arm", ARM, blank(np.flatnonzero(ARM == "B")[:11]), None),
        ("tiny_arm", ARM, OUTCOME, np.where(ARM == "A", 0, np.arange(N))),
        ("arm_without_outcome", ARM, blank(ARM == "B"), None),
        ("not_a_number", ARM, ["good", "bad"] * (N // 2), None),
        ("one_class", ARM, np.zeros(N), None),
        ("lengths_differ", ARM[:-1], OUTCOME, None),
        ("lengths_differ", ARM, OUTCOME[:-1], None),
        ("lengths_differ", ARM, OUTCOME, np.arange(N - 1)),
        ("treatment_unknown", [None, *ARM[1:]], OUTCOME, None),
        ("infinite_outcome", ARM, [np.inf, *OUTCOME[1:]], None),
    ],
)
def test_refusals(code, treatment, outcome, groups):
    with pytest.raises(InputError) as caught:
        make_arm_cohort(X, treatment, outcome, groups)
    assert caught.value.code == code
    assert caught.value.fix
