from mac_core import MACClassifier, MACRegressor
from mac_core.treatment.steps import Steps, count_fits


def test_done_grows_to_total_even_where_a_part_is_smaller_than_expected():
    seen = []
    steps = Steps(lambda done, total, subtask, learner: seen.append((done, total)), expected=[2, 4, 2])
    for size in (2, 3, 2):
        hook = steps.part()
        for done in range(1, size + 1):
            hook(done, size, 0, "line")
    assert seen == [(1, 8), (2, 8), (3, 7), (4, 7), (5, 7), (6, 7), (7, 7)]


def test_fits_are_counted_before_they_are_made():
    assert count_fits(MACClassifier(["logistic_regression"], n_subtasks=5)) == 15
    assert count_fits(MACRegressor(["linear_regression", "decision_tree"], n_subtasks=3)) == 12
