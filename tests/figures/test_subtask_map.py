import numpy as np
import pandas as pd

from mac_core.figures.subtask_map import choose_map, draw_subtask_map
from tests.figures.figure_checks import check_figure
from tests.figures.made_run import made_splits


def test_every_cell_shows_what_the_patient_did():
    splits = made_splits(30)
    figure = draw_subtask_map(splits, pd.Series(range(2, 32)))
    z = figure.data[0].z
    assert z.shape == (10, 30)
    assert (np.asarray(z) == 2).sum() == (splits == "tested").sum().sum()
    # Not by colour alone: letters stand in the cells.
    assert set(np.asarray(figure.data[0].text).ravel()) == {"a", "b"}
    alt, _ = check_figure(figure)
    assert "30 patients in 10 subtasks" in alt and "are drawn" not in alt


def test_a_large_cohort_is_thinned_and_says_so():
    figure = draw_subtask_map(made_splits(3000, 40))
    assert figure.data[0].z.shape == (40, 240)
    for text in check_figure(figure):
        assert "Only 240 of 3,000 patients are drawn, evenly spaced." in text


def test_thousands_of_small_subtasks_still_show_the_patients_who_stand_in_the_drawn_ones():
    n = 2000
    block = np.arange(n) // 5
    splits = pd.DataFrame(
        {str(j): np.where(block != j, "unused", np.where(np.arange(n) % 5 == 4, "tested", "trained")) for j in range(400)}
    )
    shown = choose_map(splits)
    assert len(shown.subtasks) == 60
    drawn = splits.iloc[shown.patients, shown.subtasks]
    assert (drawn != "unused").any(axis=1).all()
    assert "60 of 400 subtasks" in check_figure(draw_subtask_map(splits))[0]


def test_nothing_to_draw_is_said():
    check_figure(draw_subtask_map(pd.DataFrame()), axes=False)
