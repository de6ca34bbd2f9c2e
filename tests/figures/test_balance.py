import numpy as np
import pandas as pd

from mac_core.figures.balance import draw_balance
from tests.figures.figure_checks import check_figure

BALANCE = pd.DataFrame(
    {"before": [0.5, 0.05, np.inf], "after": [0.12, 0.02, np.inf]}, index=pd.Index(["age", "sex = f", "site"], name="covariate")
)


def test_before_and_after_with_the_usual_limit():
    figure = draw_balance(BALANCE)
    alt, reading = check_figure(figure)
    assert "1 differ by more than 0.1 between two arms as given, 1 after" in alt and "age with 0.12" in alt
    assert "not measured" in reading
    assert figure.layout.shapes[0].x0 == 0.1
    assert list(figure.data[0].x) == [0.05, 0.5]


def test_many_covariates_show_the_worst():
    many = pd.DataFrame({"before": np.linspace(0, 1, 50), "after": 0.01}, index=[f"lab {i}" for i in range(50)])
    figure = draw_balance(many)
    assert len(figure.data[0].x) == 20 and figure.data[0].x[-1] == 1.0
    check_figure(figure)
    check_figure(draw_balance(None), axes=False)
    check_figure(draw_balance(many.iloc[:0]), axes=False)


def test_where_nobody_is_weighted_nothing_is_drawn_twice():
    alike = BALANCE.assign(after=BALANCE["before"])
    figure = draw_balance(alike)
    alt, reading = check_figure(figure)
    assert [trace.name for trace in figure.data] == ["as given"]
    assert "Nobody is weighted" in alt and "by chance" in reading and "after weighting" not in alt
