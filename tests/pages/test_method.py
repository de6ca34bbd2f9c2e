"""Method: it needs no run, shows the article's formulas beside ours, and explains every term."""

from __future__ import annotations

import re

from pages.shared.terms import TERMS
from tests.pages.shown import lead
from tests.pages.words import said


def formulas(at) -> str:
    return " ".join(element.value for element in at.main.latex)


def test_empty(visit):
    at = visit("method")
    assert lead(at).startswith("Many small studies are made from your table")
    assert "No study is open" not in said(at)


def test_ready_with_the_articles_formulas_beside_ours(visit):
    at = visit("method")
    shown = formulas(at)
    for formula in (
        r"\hat y=\arg\min_{y\in Y}\sum_{k=1}^m L(\hat y_k,y)",
        r"\hat y_k=\arg\min_{y\in Y}\sum_{(x_i,y_i)\in A_k} L(f_k(x_i),y_i)",
        r"f_k(x)=\frac1{n_k}\sum_{i=1}^{n_k} f_{ki}(x)",
        r"\hat y(x) = \arg\min_y \sum_{j=1}^m L(\hat y_j(x), y)",
    ):
        assert formula in shown
    words = said(at)
    assert all(f"{step}. " in words for step in range(1, 8))
    assert "never called effects" in words


def test_the_glossary_holds_every_term(visit):
    words = said(visit("method"))
    missing = [term for term in TERMS if f"{term}**:" not in words]
    assert not missing


def test_it_opens_with_a_run_too(visit, made_run_id):
    at = visit("learners", run=made_run_id)
    at.switch_page("method.py").run()
    assert not at.exception


def test_the_worked_example_shows_every_step(visit):
    at = visit("method")
    assert not at.dataframe, "nothing is computed before somebody asks"
    at.toggle(key="method_example").set_value(True).run()
    assert not at.exception, at.exception
    # The patients, and a table for each step but the two that are a sentence.
    assert len(at.dataframe) == 6 and list(at.dataframe[0].value["patient"])[-1] == "days in hospital"
    words = said(at)
    assert words.count("With the twelve patients.") == 7
    first = re.search(r"their median: \*\*([\d.]+) days", words)
    at.slider(key="method_age").set_value(80).run()
    second = re.search(r"their median: \*\*([\d.]+) days", said(at))
    assert first and second and float(second[1]) > float(first[1]) + 1
