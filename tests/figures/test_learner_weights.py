import pandas as pd

from mac_core.figures.learner_weights import draw_learner_weights
from tests.figures.figure_checks import check_figure


def test_weights_are_drawn_in_their_order_and_small_ones_are_not_called_nothing():
    weights = pd.Series({"random_forest": 0.7, "b": 0.297, "c": 0.003})
    figure = draw_learner_weights(weights, {"random_forest": "Random forest"})
    assert list(figure.data[0].x) == [70.0, 29.7, 0.3]
    assert "Random forest 70, B 30, C less than 1" in check_figure(figure)[0]


def test_nothing_to_draw_is_said():
    check_figure(draw_learner_weights(pd.Series(dtype=float)), axes=False)
