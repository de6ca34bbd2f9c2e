import pandas as pd
import pytest

from mac_core.figures.class_balance import count_subtasks, draw_class_balance, say_split, subtask_rows
from tests.figures.figure_checks import check_figure
from tests.figures.made_run import made_run

SPLITS = pd.DataFrame({"1": ["trained", "trained", "tested", "unused"], "2": ["tested", "trained", "trained", "trained"]})


def test_counts_and_shares_of_a_small_case():
    table = count_subtasks(SPLITS, pd.Series(["a", "a", "b", "b"]), "classes")
    assert table.loc[0, ["trained", "tested", "unused", "classes_in_training"]].tolist() == [2, 1, 1, 1]
    assert table.loc[0, "share_trained of a"] == 1 and table.loc[0, "share_tested of b"] == 1
    assert table.loc[1, "share_trained of a"] == pytest.approx(1 / 3)


def test_means_and_ranges_of_numbers():
    table = count_subtasks(SPLITS, pd.Series([1.0, 3.0, 5.0, 7.0]), "number")
    assert table.loc[0, ["mean_trained", "low_trained", "high_trained", "mean_tested"]].tolist() == [2, 1, 3, 5]


def test_a_block_too_short_to_split_has_no_test_patients():
    short = pd.DataFrame({0: ["trained", "trained"], 1: ["trained", "tested"]})
    for observed, kind in ((pd.Series([1.0, 2.0]), "number"), (pd.Series(["a", "b"]), "binary")):
        assert count_subtasks(short, observed, kind).loc[0, "tested"] == 0
        check_figure(draw_class_balance(short, observed, kind, label="x"))


def test_single_class_training_sets_are_counted_in_words():
    alt, _ = check_figure(draw_class_balance(SPLITS, pd.Series(["a", "a", "b", "b"]), "classes", label="Drug"))
    assert "1 of 2 training sets hold a single class" in alt


@pytest.mark.parametrize("kind", ["binary", "classes", "number"])
def test_every_kind_is_drawn(kind):
    run = made_run(kind, subtasks=40)
    figure = draw_class_balance(run.splits, run.observed, kind, label=run.target.label, unit=run.target.unit)
    assert "30 of 40 subtasks" in check_figure(figure)[0]
    if kind != "number":
        for row in range(60):
            assert sum(bar.x[row] for bar in figure.data) == pytest.approx(100)
        assert len({bar.marker.pattern.shape for bar in figure.data}) == len(figure.data)


def test_nothing_to_draw_is_said():
    check_figure(draw_class_balance(pd.DataFrame(), pd.Series(dtype=object), "binary", label="x"), axes=False)


def test_the_patients_of_a_subtask_are_listed_with_their_lines():
    rows = pd.DataFrame({"age": [50, 60, 70, 80], "target": [1, 2, 3, 4]})
    table = subtask_rows(SPLITS.set_axis([0, 1], axis=1), "1", rows, pd.Series(["a", "a", "b", "b"]), pd.Series([2, 3, 5, 6]))
    assert table["line"].tolist() == [2, 3, 5]
    assert table.columns.tolist() == ["line", "used as", "target", "age", "target (column)"]


def test_one_patient_is_not_called_patients():
    counts = pd.DataFrame({"subtask": ["1", "2"], "trained": [2, 4], "tested": [1, 1]})
    assert "on 2 to 4 patients and tests them on 1 other." in say_split(counts, 10)
    single = pd.DataFrame({"subtask": ["1"], "trained": [1], "tested": [3]})
    assert say_split(single, 4).endswith("into 1 subtask: each trains models on 1 patient and tests them on 3 others.")


def test_rows_are_not_called_patients_where_ids_repeat():
    counts = pd.DataFrame({"subtask": ["1"], "trained": [12], "tested": [3]})
    said = say_split(counts, 15, patients=9, single_class=1)
    assert said.startswith("Your 15 rows of 9 patients were split") and "on 12 rows" in said and "all training rows" in said
    assert "rows" not in say_split(counts, 15, patients=15)
