"""Every figure is drawn from what the engine really delivers, not only from what its contract promises."""

from __future__ import annotations

import pytest

from mac_core.figures.arms import draw_arms
from mac_core.figures.average_effects import draw_average_effects
from mac_core.figures.choice_shares import draw_choice_shares
from mac_core.figures.chosen_averages import draw_chosen_averages
from mac_core.figures.class_balance import count_subtasks, draw_class_balance, subtask_rows
from mac_core.figures.confusion import count_confusion, draw_confusion
from mac_core.figures.coverage import draw_coverage
from mac_core.figures.decision_curve import draw_decision_curve
from mac_core.figures.error_comparison import compare_errors, draw_errors
from mac_core.figures.error_matrix import draw_error_matrix
from mac_core.figures.expectation import Expectation, expect
from mac_core.figures.icon_array import draw_icons
from mac_core.figures.learner_cost import draw_learner_cost
from mac_core.figures.missingness import draw_missingness
from mac_core.figures.outcome_by_arm import draw_outcome_by_arm
from mac_core.figures.patient_outcomes import draw_patient_outcomes
from mac_core.figures.ranking import draw_ranking
from mac_core.figures.reliability import bin_risks, draw_reliability
from mac_core.figures.route import draw_route
from mac_core.figures.subtask_map import draw_subtask_map
from mac_core.figures.wins import draw_wins
from mac_core.figures.wording import learner_titles
from mac_core.runs.run import Run
from tests.figures.figure_checks import check_figure

TITLES = learner_titles()


def _expected(run: Run) -> Expectation:
    answers = run.comparison.answers(run.rows.iloc[[3]])
    return expect(answers.outcomes, answers.differences, run.target, run.roles)


DRAWN = {
    "arms": lambda run: draw_arms(run.arms, run.target),
    "average_effects": lambda run: draw_average_effects(run.average_effects, run.target, design=run.roles.design),
    "chosen_averages": lambda run: draw_chosen_averages(run.averages, run.selected, TITLES),
    "class_balance": lambda run: draw_class_balance(run.splits, run.observed, run.target.kind, label=run.target.label),
    "confusion": lambda run: draw_confusion(count_confusion(run.observed, run.out_of_sample)),
    "errors": lambda run: draw_errors(compare_errors(run.article_error, run.honest_error, run.baseline_error, run.ranking)),
    "error_matrix": lambda run: draw_error_matrix(run.errors, TITLES, loss=run.loss),
    "outcome_by_arm": lambda run: draw_outcome_by_arm(run.observed, run.given, run.target),
    "patient_outcomes": lambda run: draw_patient_outcomes(_expected(run)),
    "icon_array": lambda run: draw_icons(_expected(run), "1_indomethacin"),
    "ranking": lambda run: draw_ranking(run.ranking, TITLES, loss=run.loss),
    "reliability": lambda run: draw_reliability(
        bin_risks(run.observed == "1", run.out_of_sample["1"]),
        curve=run.evidence["curve"],
        histogram=run.evidence["histogram"],
    ),
    "decision_curve": lambda run: draw_decision_curve(run.evidence["decision"]),
    "coverage": lambda run: draw_coverage(run.evidence["coverage"]),
    "learner_cost": lambda run: draw_learner_cost(run.ranking, TITLES, loss=run.loss),
    "choice_shares": lambda run: draw_choice_shares(run.evidence["choices"], run.selected, TITLES),
    "route": lambda run: draw_route(run.model.explain_route(run.rows.iloc[[3]])[0], run.target, TITLES),
    "subtask_map": lambda run: draw_subtask_map(run.splits, run.lines),
    "wins": lambda run: draw_wins(run.selected, TITLES, eligible=run.averages.columns),
}


@pytest.mark.parametrize("name", DRAWN)
def test_it_is_drawn(name: str, real_run: Run) -> None:
    check_figure(DRAWN[name](real_run))


def test_known_numbers_of_the_trial_stand_in_the_words(real_run: Run) -> None:
    # 602 patients; pancreatitis in 52 of 307 with placebo and 27 of 295 with indomethacin (Elmunzer 2012).
    alt = draw_arms(real_run.arms, real_run.target).layout.meta["alt"]
    assert "0_placebo 16.9 in 307 patients" in alt and "1_indomethacin 9.15 in 295 patients" in alt
    assert "602 patients in 5 subtasks" in draw_subtask_map(real_run.splits).layout.meta["alt"]
    assert "No value is missing" in check_figure(draw_missingness(real_run.rows), axes=False)[0]


def test_subtasks_are_counted_from_one_everywhere(real_run: Run) -> None:
    counts = count_subtasks(real_run.splits, real_run.observed, "binary")
    assert counts["subtask"].tolist() == ["1", "2", "3", "4", "5"]
    assert len(subtask_rows(real_run.splits, "5", real_run.rows, real_run.observed, real_run.lines)) == 602
    assert list(draw_subtask_map(real_run.splits).data[0].y) == counts["subtask"].tolist()
