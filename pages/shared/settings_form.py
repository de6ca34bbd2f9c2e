"""The settings of a study, for readers who want to change them; the defaults are good ones."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from mac_core.ensemble.learners import LEARNERS
from mac_core.runs.settings import Settings
from pages.shared.terms import explain

__all__ = ["settings_form"]

_DRAWS = {
    "kfold": "Repeated folds (our default)",
    "random": "At random (the article)",
    "block": "Consecutive blocks (the article's example)",
    "cluster": "Groups of similar patients",
    "site": "One per site",
    "bootstrap": "With replacement (bootstrap)",
}
_LOSSES = {
    None: "As suits the outcome",
    "zero_one": "Share of wrong answers (0/1)",
    "log": "Log loss",
    "brier": "Brier score",
    "squared": "Squared error",
    "absolute": "Absolute error",
}
_CHOICES = {"per_subtask": "Each subtask chooses one (the article)", "weights": "All count, by weights"}


def settings_form(settings: Settings, *, number: bool, has_site: bool, key: str) -> Settings:
    """Draw the form and give back the settings as they stand in it.

    Parameters
    ----------
    number : bool
        The target is a number, so that only the losses for numbers are offered; otherwise only those for classes.
    """
    draws = [name for name in _DRAWS if name != "site" or has_site or settings.draw == "site"]
    wanted = (None, "squared", "absolute") if number else (None, "zero_one", "log", "brier")
    losses = list(wanted) if settings.loss in wanted else [*wanted, settings.loss]
    left, right = st.columns(2)
    with left:
        draw = st.selectbox(
            "How are subtasks drawn?",
            draws,
            index=draws.index(settings.draw),
            format_func=_DRAWS.__getitem__,
            key=f"{key}_draw",
            help=" ".join((explain("subtask"), explain("draw"), *(f"{_DRAWS[name]}: {explain(name)}" for name in draws))),
        )
    with right:
        loss = st.selectbox(
            "What does an error cost?",
            losses,
            index=losses.index(settings.loss),
            format_func=_LOSSES.__getitem__,
            key=f"{key}_loss",
            help=" ".join((explain("loss"), *(f"{_LOSSES[name]}: {explain(name)}" for name in losses if name))),
        )
    edited = replace(settings, draw=draw, loss=loss)
    with left:
        if draw not in ("block", "site"):
            subtasks = st.number_input(
                "Number of subtasks", 2, 500, settings.n_subtasks, key=f"{key}_subtasks", help=explain("subtask")
            )
            edited = replace(edited, n_subtasks=subtasks)
    with right:
        if draw in ("random", "block", "bootstrap"):
            size = st.number_input(
                "Patients per subtask",
                3,
                None,
                settings.subtask_size,
                key=f"{key}_size",
                placeholder="five" if draw == "block" else "as many as suit",
            )
            edited = replace(edited, subtask_size=size)
    with left:
        if draw in ("random", "block"):
            share = st.number_input(
                "Share of each subtask kept for testing", 0.05, 0.9, settings.test_size, step=0.05, key=f"{key}_test"
            )
            edited = replace(edited, test_size=share)
    learners = st.multiselect(
        "Learners",
        list(LEARNERS),
        default=list(settings.learners or ()),
        format_func=lambda name: LEARNERS[name].title,
        key=f"{key}_learners",
        help=explain("learner"),
        placeholder="All of them",
    )
    left, right = st.columns(2)
    with right:
        choice = st.selectbox(
            "How do the averages come together?",
            list(_CHOICES),
            index=list(_CHOICES).index(settings.choice),
            format_func=_CHOICES.__getitem__,
            key=f"{key}_choice",
            help=" ".join((explain("model average"), *(f"{title}: {explain(name)}" for name, title in _CHOICES.items()))),
        )
        edited = replace(edited, choice=choice)
    with left:
        top_k = st.number_input(
            "Only the best k may be chosen",
            1,
            None,
            settings.top_k,
            key=f"{key}_top_k",
            help=explain("top k"),
            placeholder="all",
        )
    refit = st.checkbox("Train once more on all patients", settings.refit, key=f"{key}_refit", help=explain("refit"))
    edited = replace(edited, refit=refit)
    if not number and edited.loss != "zero_one":
        moderate = st.checkbox(
            "Moderate the probabilities",
            settings.moderate,
            key=f"{key}_moderate",
            help="Every subtask's choice leans on a simple logistic regression: far on little data, unless the patients speak "
            "against it. Then one number holds back or speaks up all probabilities. Both are found on patients that no model "
            "saw. Off: the article's steps to the letter.",
        )
        edited = replace(edited, moderate=moderate)
    with right:
        seed = st.number_input("Seed", 0, 2**31 - 1, settings.seed, key=f"{key}_seed", help=explain("seed"))
    return replace(edited, learners=tuple(learners) or None, top_k=top_k, seed=seed)
