"""The seven steps on twelve invented patients: every step's numbers, computed by the engine when somebody asks for them."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from mac_core.figures.wording import learner_title, learner_titles

if TYPE_CHECKING:
    import pandas as pd

    from mac_core.ensemble.estimator import MACRegressor
    from mac_core.ensemble.worked_example import WorkedExample

__all__ = ["choose_example", "show_step"]

_DAYS = st.column_config.NumberColumn(format="%.2f")


def choose_example() -> WorkedExample | None:
    """Ask whether the example is wanted, and for which new patient; None if it is not."""
    wanted = st.toggle(
        "Work every step through with twelve invented patients",
        key="method_example",
        persist_state="session",
        help="Three subtasks, two learners, days in hospital. The engine computes it now, as it computes a study.",
    )
    if not wanted:
        return None
    # Read here: it brings scikit-learn, which the server does without until somebody asks.
    from mac_core.ensemble.worked_example import PATIENTS, work_through

    st.markdown(
        "Of each patient age and blood pressure are known; **days in hospital** are to be predicted, for a thirteenth patient "
        "whom you choose. Two learners compete: linear regression, and nearest neighbours (the mean of similar patients)."
    )
    age, pressure = st.columns(2)
    years = age.slider("Age of the new patient (years)", 30, 85, 60, key="method_age", persist_state="session")
    mmhg = pressure.slider("Blood pressure (mmHg)", 110, 175, 150, key="method_pressure", persist_state="session")
    st.dataframe(
        _by_patient(PATIENTS.set_axis(["age (years)", "blood pressure (mmHg)", "days in hospital"], axis=1), "patient"),
        hide_index=True,
        key="method_patients",
        alt="The twelve patients: age, blood pressure and days in hospital",
    )
    return work_through(_fitted(), age=years, blood_pressure=mmhg)


def show_step(step: int, example: WorkedExample) -> None:
    """Show the numbers of one step, 1 to 7."""
    words, table = _STEPS[step - 1](example)
    st.markdown(f"*With the twelve patients.* {words}")
    if table is not None:
        st.dataframe(
            table,
            hide_index=True,
            column_config={name: _DAYS for name in table.columns if table[name].dtype.kind == "f"},
            key=f"method_table_{step}",
            alt=f"The numbers of step {step}",
        )


@st.cache_resource(show_spinner="Doing the seven steps")
def _fitted() -> MACRegressor:
    from mac_core.ensemble.worked_example import fit_example

    return fit_example()


def _title(learner: str) -> str:
    return learner_title(learner, learner_titles())


def _by_patient(frame: pd.DataFrame, corner: str) -> pd.DataFrame:
    turned = frame.T.rename_axis(corner).reset_index()
    return turned.set_axis([str(name) for name in turned.columns], axis=1)


def _by_subtask(frame: pd.DataFrame) -> pd.DataFrame:
    named = frame.set_axis([f"subtask {number}" for number in frame.columns], axis=1)
    return _named(named)


def _named(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.rename(index=_title).rename_axis(index="learner", columns=None).reset_index()


def _draw(example: WorkedExample) -> tuple[str, pd.DataFrame | None]:
    split = example.split.set_axis([f"subtask {number}" for number in example.split], axis=1)
    return (
        "Each of the three subtasks trains on eight patients and tests on the other four.",
        _by_patient(split, "patient"),
    )


def _train(example: WorkedExample) -> tuple[str, pd.DataFrame | None]:
    return (
        "Each cell is the mean distance, in days, between what the model trained in that subtask predicts for its four test "
        "patients and how long they really stayed. The last two rows are baselines.",
        _by_subtask(example.errors),
    )


def _mean(example: WorkedExample) -> tuple[str, pd.DataFrame | None]:
    errors = example.errors
    first = str(example.ranking.index[0])
    cells = " + ".join(f"{error:.2f}" for error in errors.loc[first])
    return f"For {_title(first).lower()}: ({cells}) / 3 = {errors.loc[first].mean():.2f} days.", None


def _rank(example: WorkedExample) -> tuple[str, pd.DataFrame | None]:
    table = example.ranking.rename("mean error (days)").to_frame()
    table.insert(0, "rank", range(1, len(table) + 1))
    return "Smallest error first:", _named(table)


def _average(example: WorkedExample) -> tuple[str, pd.DataFrame | None]:
    table = example.said.rename(columns=lambda number: f"model of subtask {number}").assign(average=example.averages)
    return "What each of the six models predicts for your patient, in days, and the mean of each learner's three:", _named(
        table
    )


def _choose(example: WorkedExample) -> tuple[str, pd.DataFrame | None]:
    chosen = "; ".join(f"subtask {number} chooses {_title(name).lower()}" for number, name in example.chosen.items())
    return (
        "The error of each average on each subtask's test patients, in days, each patient judged only by models that were not "
        f"trained on that patient. The smallest of a column is chosen: {chosen}.",
        _by_subtask(example.average_errors),
    )


def _together(example: WorkedExample) -> tuple[str, pd.DataFrame | None]:
    said = ", ".join(f"{value:.2f}" for value in example.predictions)
    return (
        f"The subtasks say {said} days for your patient. The loss here is the distance in days, and the value that loses least "
        f"over the three is their median: **{example.prediction:.2f} days**. The mean error as in the article is "
        f"{example.article_error:.2f} days, too good; by models that did not see the patient, corrected for choosing, it is "
        f"**{example.honest_error:.2f}** days. Saying the same for everybody errs by {example.baseline_error:.2f} days.",
        None,
    )


_STEPS = (_draw, _train, _mean, _rank, _average, _choose, _together)
