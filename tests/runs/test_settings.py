from mac_core.runs.settings import ARTICLE, DEFAULT, Settings


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
