"""How the method works, in plain words and in formulas; where the article is silent or would mislead."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from pages.shared.show import escape_markdown, heading
from pages.shared.terms import TERMS
from pages.shared.worked_example import choose_example, show_step

if TYPE_CHECKING:
    from streamlit.delta_generator import DeltaGenerator

_STEPS = (
    (
        "Draw subtasks.",
        "Many small parts of the patients are drawn; each has patients to train on and other patients to test on.",
        r"\begin{gathered} t_j = (A_j, B_j), \quad j = 1, \dots, m \\"
        r" A_j \cap B_j = \varnothing \end{gathered}",
        r"\begin{gathered} T=\{t_1,\dots,t_m\} \\ A_k=\{(x_{ik},y_{ik})\}_{i=1}^{n_k} \end{gathered}",
    ),
    (
        "Train every learner on every subtask.",
        "Filling gaps, encoding and scaling are learned from the training patients of that subtask alone.",
        r"\begin{gathered} h_{lj} = \text{learner } l \text{ fitted on } A_j \\"
        r" e_{lj} = \text{its error on } B_j \end{gathered}",
        None,
    ),
    (
        "Take each learner's mean error.",
        "A learner that does well on many subtasks is likely to do well on patients like these.",
        r"\bar e_l = \frac1m \sum_{j=1}^m e_{lj}",
        None,
    ),
    (
        "Rank the learners.",
        "Simple baselines stand in the ranking too: who is not better than they are has learned nothing.",
        r"\bar e_{(1)} \le \bar e_{(2)} \le \dots",
        None,
    ),
    (
        "Average the best learners' models over the subtasks.",
        "The mean of probabilities for classes, of values for numbers. "
        "By default all learners stay eligible; it measured better.",
        r"f_l(x) = \frac1m \sum_{j=1}^m h_{lj}(x)",
        r"\begin{gathered} f_k(x)=\frac1{n_k}\sum_{i=1}^{n_k} f_{ki}(x) \\"
        r" g_k(x)=\frac1{n_k}\sum_{i=1}^{n_k} g_{ki}(x) \end{gathered}",
    ),
    (
        "Choose for every subtask the average that errs least there.",
        "That average then speaks for the subtask.",
        r"\begin{gathered} l^*(j) = \arg\min_l \text{error of } f_l \text{ on } B_j \\"
        r" \hat y_j(x) = f_{l^*(j)}(x) \end{gathered}",
        r"\hat y_k=\arg\min_{y\in Y}\sum_{(x_i,y_i)\in A_k} L(f_k(x_i),y_i)",
    ),
    (
        "Put the subtasks' predictions together, and report the error.",
        "The prediction is the value that loses least over all subtasks: with the 0/1 loss the vote of the subtasks, with "
        "log loss or Brier score the mean of their probabilities, with the squared loss their mean, "
        "with the absolute loss their median.",
        r"\hat y(x) = \arg\min_y \sum_{j=1}^m L(\hat y_j(x), y)",
        r"\hat y=\arg\min_{y\in Y}\sum_{k=1}^m L(\hat y_k,y)",
    ),
)

_MISLEADS = (
    (
        "Its error is too optimistic.",
        "The averages contain models that were trained on the very patients they are tested on. This error is shown, "
        "called as in the article, and never alone.",
    ),
    (
        "Its formulas and its steps disagree.",
        "Its prediction of a subtask sums over the training patients, its steps test on others; its model averages within a "
        "subtask, its steps average across them. We follow the steps.",
    ),
    (
        "Its name promises clustering and gradients that no step contains.",
        "Clusters of similar patients are offered here as one way to draw subtasks.",
    ),
    (
        "Its example breaks on blocks whose training patients are all of one class.",
        "Here such a block predicts this class for everybody, and the Subtasks page says how often that happened.",
    ),
    (
        "Which treatment patients usually got is not which works best.",
        "Predicting the treatment column tells what was done. Comparing treatments needs an outcome.",
    ),
)


def main() -> None:
    """Draw the page."""
    heading(
        "How does it work, in plain words and formulas?",
        "Many small studies are made from your table; each shows which algorithms work for such patients; what they learned is "
        "averaged; and every number shown comes from models that had not seen the patient.",
    )
    _steps()
    _honesty()
    _treatments()
    st.header("Where the article is silent, or would mislead", anchor=False)
    for claim, answer in _MISLEADS:
        st.markdown(f"- **{claim}** {answer}")
    with st.expander("Glossary", icon=":material/menu_book:", key="method_glossary"):
        for term in sorted(TERMS, key=str.lower):
            st.markdown(f"**{escape_markdown(term)}**: {escape_markdown(TERMS[term], longest=1000)}")


def _steps() -> None:
    st.header("The seven steps", anchor=False)
    st.markdown(
        "The table holds $n$ patients $(x_i, y_i)$: what is known of each, and what is to be predicted. The source article "
        "calls the method Model-Averaging Clustering. Its formulas stand beside ours where it gives any."
    )
    example = choose_example()
    for place, (what, why, ours, article) in enumerate(_STEPS, start=1):
        with st.container(border=True, key=f"method_step_{place}"):
            st.markdown(f"**{place}. {what}** {why}")
            if article is None:
                _formula(ours)
            else:
                left, right = st.columns(2)
                left.caption("Here")
                _formula(ours, left)
                right.caption("In the article")
                _formula(article, right)
            if example is not None:
                show_step(place, example)


def _formula(tex: str, place: DeltaGenerator | None = None) -> None:
    # A little room on both sides: without it two pixels are cut off, which makes a scrolling region that no key reaches.
    (place or st).latex(rf"\;{tex}\;")


def _honesty() -> None:
    st.header("What makes an error honest", anchor=False)
    st.markdown(
        "- **Out of sample.** Patient $i$ is predicted only by models that were not trained on patient $i$. Ranking, choice "
        "and error all rest on these predictions."
    )
    _formula(r"f_l^{(-i)}(x_i) = \underset{j \,:\, i \notin A_j}{\text{mean}} \; h_{lj}(x_i)")
    st.markdown(
        "- **Corrected for choosing.** Picking the best of many and reporting its score flatters it. So the patients are drawn "
        "anew with replacement many times; ranking and choice are redone on those who were drawn, and scored on those who were "
        "not. No model is fitted again. The mean of these scores is the honest error; their spread gives its interval, and how "
        "often a learner came first. (BBC-CV: Tsamardinos, Greasidou and Borboudakis, Machine Learning 107, 2018.)\n"
        "- **Same patient, same side.** With a patient id all rows of a patient are either trained on or tested on.\n"
        "- **Baselines first.** Where the averaged model is no better than saying the same for everybody, the first sentence "
        "of the Accuracy page says that."
    )


def _treatments() -> None:
    st.header("How treatments are compared", anchor=False)
    st.markdown(
        "For each treatment a model predicts the outcome, and another one how likely such a patient was to get that treatment. "
        "Each patient's prediction is then corrected by what was really seen, the more so the less likely the treatment was. "
        "This is right if either of the two models is right (doubly robust, AIPW):"
    )
    _formula(r"G_a(i) = \mu_a(x_i) + \frac{1\{A_i = a\}}{e_a(x_i)} \, \bigl(Y_i - \mu_a(x_i)\bigr)")
    st.markdown(
        "The average difference between two treatments is the mean of $G_a(i) - G_b(i)$ over the patients who could have got "
        "either. Where no comparable patients got a treatment, no number is given. In routine care doctors chose for reasons; "
        "what was not measured cannot be corrected, so these differences are never called effects."
    )


main()
