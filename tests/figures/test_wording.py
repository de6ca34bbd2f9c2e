import subprocess
import sys

import pytest

from mac_core.figures.wording import (
    alike,
    decimals,
    join_words,
    learner_explanations,
    learner_title,
    learner_titles,
    loss_words,
    number,
    outcome_scale,
    thinned,
    wrap,
)
from mac_core.runs.run import Target


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (0.43219, "0.432"),
        (-0.5, "-0.5"),
        (12345.6, "12,346"),
        (float("nan"), "not known"),
        (0.0, "0"),
        (99.99, "100"),
        (0.000123, "0.000123"),
        (1e-9, "less than 0.0001"),
        (-1e-9, "above -0.0001"),
    ],
)
def test_numbers_are_written_without_exponents(value, words):
    assert number(value) == words


def test_losses_carry_the_unit_of_the_target():
    assert loss_words("squared", "mmHg").axis == "mean squared error (mmHg squared)"
    assert "unit" in loss_words("absolute").axis
    assert "my_loss" in loss_words("my_loss").axis


def test_titles_come_from_the_registry_and_fall_back_to_the_name():
    titles = learner_titles()
    assert titles["random_forest"] == "Random forest" and "constant" in titles
    assert learner_explanations().keys() == titles.keys()
    assert learner_title("my_own_model", titles) == "My own model"


def test_risks_are_said_per_100_patients():
    scale = outcome_scale(Target("relapse", "Relapse", "binary", ("no", "yes"), "yes"))
    assert scale.factor == 100 and scale.axis == "Relapse (per 100 patients)"
    assert outcome_scale(Target("bp", "Pressure", "number", unit="mmHg")).axis == "Pressure (mmHg)"


def test_words_are_joined_wrapped_and_thinned():
    assert [join_words([]), join_words(["A"]), join_words(["A", "B"])] == ["", "A", "A and B"]
    assert wrap("one two three", 7) == "one two<br>three"
    assert wrap("a_long_column", 7) == "a_long_<br>column"
    assert list(thinned(5, 9)) == [0, 1, 2, 3, 4]
    assert len(set(thinned(1000, 60))) == 60


def test_drawing_imports_no_learning_library():
    code = (
        "import pkgutil, importlib, sys, mac_core.figures as f\n"
        "for m in pkgutil.iter_modules(f.__path__): importlib.import_module('mac_core.figures.' + m.name)\n"
        "from mac_core.figures.wording import learner_titles; learner_titles()\n"
        "assert not {'sklearn', 'scipy', 'statsmodels', 'streamlit'} & set(sys.modules), sorted(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_numbers_beside_each_other_have_the_same_decimals():
    assert alike([0.39, 0.389, 0.5]) == ("0.390", "0.389", "0.500")
    assert alike([0.9996, 0.1]) == ("1.00", "0.10")
    assert alike([-0.0001, 0.5]) == ("0.000", "0.500")
    assert alike([12_345.6, 3.0]) == ("12,346", "3")
    assert decimals([0.0]) == 3 and decimals([float("nan")]) == 3
