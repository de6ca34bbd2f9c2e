import numpy as np
import pandas as pd

from mac_core.evidence.decision_curve import ThresholdCounts
from mac_core.figures.confusion import Confusion, count_confusion, draw_confusion, say_confusion, say_threshold
from tests.figures.figure_checks import check_figure

OBSERVED = pd.Series(["a", "a", "b", "b", "b"])
PREDICTED = pd.DataFrame({"a": [0.9, 0.2, 0.1, 0.5, np.nan], "b": [0.1, 0.8, 0.9, 0.5, np.nan]})


def test_counts_of_a_small_case_with_a_tie_and_a_patient_without_prediction():
    found = count_confusion(OBSERVED, PREDICTED)
    assert found.counts.to_numpy().tolist() == [[1, 1], [1, 1]]
    assert (found.right, found.total, found.unpredicted) == (2, 4, 1)


def test_counts_and_row_percentages_stand_in_the_cells():
    figure = draw_confusion(count_confusion(OBSERVED, PREDICTED), "Drug")
    assert figure.data[0].text[0][0] == "1<br>50 %"
    assert "right for 2 of 4 patients" in check_figure(figure)[0]


def test_a_class_that_nobody_had_is_no_division_by_nothing():
    found = count_confusion(pd.Series(["a"]), pd.DataFrame({"a": [0.4], "b": [0.6]}))
    assert draw_confusion(found).data[0].text[1][0] == "0"


def test_being_right_is_said_beside_what_the_commonest_class_would_get():
    said = say_confusion(count_confusion(OBSERVED, PREDICTED))
    assert said == "The most probable class was right for 2 of 4 patients; always saying a would be right for 2."
    never = say_confusion(count_confusion(pd.Series(["a", "b"]), pd.DataFrame({"a": [0.9, 0.9], "b": [0.1, 0.1]})))
    assert never.endswith("Nobody was predicted b.")
    assert "No patient" in say_confusion(count_confusion(OBSERVED, PREDICTED * np.nan))


def test_nothing_to_draw_is_said():
    check_figure(draw_confusion(count_confusion(OBSERVED, PREDICTED * np.nan)), axes=False)


def test_a_threshold_is_said_in_patients():
    words = say_threshold(ThresholdCounts(0, 0, 5, 20), 0.9, "relapse")
    assert "reaches 0 of 5 patients with relapse (sensitivity 0 %)" in words and words.endswith("Nobody would be acted on.")
    assert "sensitivity" not in say_threshold(ThresholdCounts(0, 3, 0, 4), 0.1)


def test_classes_that_nobody_was_predicted_are_joined_by_or():
    counts = pd.DataFrame([[3, 0, 0], [1, 0, 0], [1, 0, 0]], index=list("abc"), columns=list("abc"))
    assert say_confusion(Confusion(counts, 3, 5, 0)).endswith("Nobody was predicted b or c.")
