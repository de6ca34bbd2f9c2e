"""What cannot be used is refused in one sentence."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from mac_core import InputError, MACClassifier, MACRegressor
from mac_core.ensemble.checks import check_groups, entropy_of

X = pd.DataFrame({"age": np.arange(20.0), "sex": ["f", "m"] * 10})
Y = np.arange(20) % 2


@pytest.mark.parametrize(
    ("setting", "value"),
    [
        ("draw", "lottery"),
        ("n_subtasks", 0),
        ("n_subtasks", 2.5),
        ("n_subtasks", True),
        ("subtask_size", 1),
        ("test_size", 0),
        ("test_size", 1.0),
        ("test_size", "half"),
        ("top_k", 0),
        ("loss", "squared"),
        ("random_state", "seed"),
        ("random_state", -1),
    ],
)
def test_settings(setting, value):
    with pytest.raises(InputError) as caught:
        MACClassifier(**{setting: value}).fit(X, Y)
    assert caught.value.code == "bad_setting"
    assert setting in caught.value.message
    assert caught.value.fix.startswith("Allowed: ")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"y": np.zeros(20)}, "one_class"),
        ({"y": [*Y[:-1], np.nan]}, "unusable_target"),
        ({"y": Y[:-1]}, "unequal_lengths"),
        ({"y": np.linspace(0, 1, 20)}, "unusable_target"),
        ({"y": None}, "unusable_target"),
        ({"X": X.iloc[:1], "y": Y[:1]}, "unusable_table"),
        ({"X": X[[]]}, "unusable_table"),
        ({"X": X.assign(age=np.inf)}, "infinite_value"),
        ({"groups": [1, 2]}, "unequal_lengths"),
        ({"sample_weight": np.full(20, -1.0)}, "unusable_weights"),
        ({"sample_weight": np.zeros(20)}, "unusable_weights"),
        ({"sample_weight": [1.0, 2.0]}, "unusable_weights"),
    ],
)
def test_data(change, code):
    with pytest.raises(InputError) as caught:
        MACClassifier(["decision_tree"], n_subtasks=2).fit(**{"X": X, "y": Y, **change})
    assert caught.value.code == code


@pytest.mark.parametrize("y", [["a"] * 20, [*range(19), np.inf]])
def test_numbers(y):
    with pytest.raises(InputError) as caught:
        MACRegressor(["decision_tree"]).fit(X, y)
    assert caught.value.code == "unusable_target"


@pytest.mark.parametrize(
    ("new", "words"),
    [
        (X[["age"]], "sex"),
        (X.assign(extra=1), "extra"),
        (X[["sex", "age"]], "order"),
        (X.assign(age="old"), "age"),
    ],
)
def test_new_patients(new, words):
    model = MACClassifier(["decision_tree"], n_subtasks=2, random_state=0).fit(X, Y)
    with pytest.raises(InputError, match=words):
        model.predict(new)


def test_rows_without_a_group_stand_alone():
    assert check_groups(["p", None, "q", "p", None], 5).tolist() == [0, 2, 1, 0, 3]


def test_entropy():
    assert entropy_of(7) == entropy_of(np.int64(7)) == 7
    assert entropy_of(None) != entropy_of(None)
    first, second = (entropy_of(np.random.RandomState(3)) for _ in range(2))  # noqa: NPY002
    assert first == second
