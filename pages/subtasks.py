"""How the patients were split into subtasks: in words, as a map, by class, and one subtask's patients."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from mac_core.figures.class_balance import count_subtasks, draw_class_balance, say_split, subtask_rows, tabulate_subtasks
from mac_core.figures.phenotype_map import draw_phenotype_map, say_phenotypes
from mac_core.figures.subtask_map import draw_subtask_map
from mac_core.figures.wording import decimals
from pages.shared.gates import need_run
from pages.shared.repeated_ids import say_repeated
from pages.shared.show import answer, escape_markdown, heading, show_figure
from pages.shared.terms import explain

if TYPE_CHECKING:
    import pandas as pd

    from mac_core.runs.run import Run

_WAYS = {
    "kfold": "as complements of repeated folds",
    "random": "at random",
    "block": "as consecutive blocks of rows",
    "cluster": "as groups of similar patients",
    "site": "one per site",
    "bootstrap": "with replacement",
}
_MOST_ROWS = 1000


def main() -> None:
    """Draw the page."""
    heading("How was my data split?")
    run = need_run()
    counts = count_subtasks(run.splits, run.observed, run.target.kind)
    how = _WAYS[run.settings.draw]
    answer(say_split(counts, len(run.observed), patients=run.n_patients, how=how, single_class=run.single_class_subtasks))
    say_repeated(run)
    st.markdown(escape_markdown(explain(run.settings.draw), longest=500))
    _ways(run.settings.draw)

    st.header("Who stands in which subtask", anchor=False, help=explain("subtask"))
    show_figure(draw_subtask_map(run.splits, run.lines), key="subtask_map")

    st.header("Are the subtasks alike?", anchor=False, help="Subtasks that differ much teach different things.")
    show_figure(
        draw_class_balance(run.splits, run.observed, run.target.kind, label=run.target.label, unit=run.target.unit),
        key="class_balance",
    )
    _phenotypes(run)
    _table(run, counts)
    _one_subtask(run, counts)


def _ways(way: str) -> None:
    with st.expander("The ways of drawing, in plain words", icon=":material/menu_book:", key="subtask_ways"):
        for name, words in _WAYS.items():
            mark = ", this study's" if name == way else ""
            st.markdown(f"- **Drawn {words}** ({name}{mark}): {escape_markdown(explain(name), longest=500)}")
        st.caption(
            "The article draws at random, and its own example takes consecutive blocks of five rows. Folds are not the "
            "article's way; they are our default because they measured best."
        )


def _phenotypes(run: Run) -> None:
    flat, words = (run.evidence.get(name) for name in ("phenotypes", "phenotype_words"))
    if flat is None:
        return
    st.header("The groups of similar patients", anchor=False, help=explain("phenotype"))
    show_figure(draw_phenotype_map(flat), key="phenotype_map")
    if words is not None and not words.empty:
        st.markdown("What sets each group apart from all other patients:")
        coded = {column.name for column in run.schema.columns if column.levels == ("0", "1")}
        for name, sentence in say_phenotypes(words, coded=coded):
            st.markdown(f"- **{escape_markdown(name)}**: {escape_markdown(sentence, longest=1000)}")
    st.caption("Groups were found by the program from the columns alone; they are no diagnoses.")


def _table(run: Run, counts: pd.DataFrame) -> None:
    number, share = st.column_config.NumberColumn, "%.0f"
    amounts = f"%.{decimals([run.observed.abs().max()]) if run.target.kind == 'number' else 0}f"
    columns = {
        "subtask": st.column_config.TextColumn("Subtask", help=explain("subtask"), pinned=True),
        "trained": number("Train", help="Patients on whom the subtask's models were trained.", format="localized"),
        "tested": number("Test", help="Other patients, on whom these models were tested.", format="localized"),
        "unused": number("Not used", help="Patients who stand in neither of the two.", format="localized"),
        "classes_in_training": number("Classes in training", help="With a single class the models predict it for everybody."),
    }
    for side, word in (("trained", "train"), ("tested", "test")):
        columns |= {f"share_{side} of {name}": number(f"{name}, {word} (of 100)", format=share) for name in run.target.classes}
        columns |= {f"{what}_{side}": number(f"{what}, {word}", format=amounts) for what in ("mean", "low", "high")}
    with st.expander("The same as a table", icon=":material/table_rows:", key="subtask_table"):
        st.dataframe(
            tabulate_subtasks(counts),
            hide_index=True,
            column_config=columns,
            key="subtask_counts",
            alt="Every subtask with its counts",
        )


def _one_subtask(run: Run, counts: pd.DataFrame) -> None:
    st.header("One subtask's patients", anchor=False)
    chosen = st.selectbox("Subtask", list(counts["subtask"]), key="subtask_chosen", persist_state="session")
    if chosen is None:
        return
    rows = subtask_rows(run.splits, chosen, run.rows, run.observed, run.lines)
    if len(rows) > _MOST_ROWS:
        st.caption(f"The first {_MOST_ROWS:,} of {len(rows):,} patients.")
    st.dataframe(
        rows.head(_MOST_ROWS),
        hide_index=True,
        column_config={
            "line": st.column_config.NumberColumn("Line", help="In your file, the header counted.", pinned=True),
            "used as": st.column_config.TextColumn("Use", help="Trained or tested the models of this subtask."),
            "target": st.column_config.Column(run.target.label, help="What is predicted."),
        },
        key="subtask_rows",
        alt=f"The patients of subtask {chosen}",
    )


main()
