import inspect
from dataclasses import fields

from mac_core import MACClassifier
from mac_core.runs.settings import ARTICLE, DEFAULT, SEVEN_STEPS, Settings


def test_the_articles_blocks_train_four_rows_and_test_one():
    assert (ARTICLE.draw, ARTICLE.subtask_size, ARTICLE.loss, ARTICLE.learners) == (
        "block",
        5,
        "zero_one",
        ("logistic_regression",),
    )
    assert ARTICLE.subtask_size * ARTICLE.test_size == 1


def test_the_default_lets_every_learner_stay_eligible():
    assert Settings() == DEFAULT
    assert (DEFAULT.top_k, DEFAULT.learners, DEFAULT.draw) == (None, None, "kfold")


def test_the_seven_steps_to_the_letter_moderate_nothing():
    assert (SEVEN_STEPS.draw, SEVEN_STEPS.top_k, SEVEN_STEPS.moderate) == ("random", 3, False)
    assert ARTICLE.moderate is False


def test_settings_are_the_estimators_own():
    options = inspect.signature(MACClassifier).parameters
    names = {"random_state" if field.name == "seed" else field.name for field in fields(Settings)}
    assert names == set(options)
    for field in fields(Settings):
        if field.name != "seed":
            assert getattr(DEFAULT, field.name) == options[field.name].default
