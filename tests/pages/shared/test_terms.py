"""Every word that a page explains stands in the glossary, in one or two plain sentences."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from pages.shared.terms import TERMS, explain

ROOT = Path(__file__).parents[3]
PAGES = ROOT / "pages"
# Whose texts are read on the screen; the errors' catalogue says each thing in its own words.
SPEAKERS = ("pages", "mac_core/figures", "mac_core/treatment", "mac_core/evidence")
# What only a statistician knows, as it may stand in a text, and the term that explains it.
TECHNICAL = {
    r"log loss": "log",
    r"Brier": "brier",
    r"\bsubtasks?\b": "subtask",
    r"\blearners?\b": "learner",
    r"model averages?\b": "model average",
    r"\bbaselines?\b": "baseline",
    r"out.of.sample": "out-of-sample",
    r"\binterval": "interval",
    r"\barms?\b": "arm",
    r"[Cc]alibration": "calibration",
    r"net benefit": "net benefit",
    r"[Ss]ensitivity": "sensitivity",
    r"[Ss]pecificity": "specificity",
    r"[Cc]onfusion": "confusion matrix",
    r"\bp = ": "p value",
    r"E-value": "E-value",
    r"[Rr]obustness": "robustness value",
    r"odds": "odds ratio",
    r"\bmedian\b": "median",
    r"percentile": "percentile",
    r"standard deviation": "standard deviation",
    r"standardised": "standardised difference",
    r"correlation": "correlation",
    r"covariate": "covariate",
    r"resample": "resample",
    r"threshold": "threshold",
    r"\bslope\b": "slope",
    r"ROC": "area under the ROC curve",
    r"[Dd]oubly robust": "AIPW",
    r"[Oo]verlap": "overlap",
    r"[Ss]urrogate": "surrogate",
    r"[Pp]henotype": "phenotype",
    r"effective sample": "effective sample size",
    r"bootstrap": "bootstrap",
    r"with replacement": "bootstrap",
    r"[Cc]overage": "coverage",
    r"\bdrift": "drift",
    r"[Ss]tability": "stability",
    r"[Ss]ubgroup": "subgroup",
    r"learning curve": "learning curve",
    r"external validation": "external validation",
}
# Abbreviations that everybody who opens a table knows, and a citation.
EVERYDAY = {"CSV", "TSV", "JSON", "UTC", "HIV", "BBC", "CV", "ROC"}
# Words of a statistician for which the texts have a plain one; they stay out of sight.
AVOIDED = r"heterogene|conformal|propensity|nuisance|cross-fit|out-of-bag|hyperparameter|confound|z-score|quantile|estimand"


def test_every_explained_word_is_there():
    used = {
        term for file in PAGES.rglob("*.py") for term in re.findall(r'explain\("([^"]+)"\)', file.read_text(encoding="utf-8"))
    }
    assert used
    assert used <= set(TERMS)


def sentences() -> Iterator[tuple[str, str]]:
    """Every text of several words that the screens may show, without the docstrings, with the file it stands in."""
    for folder in SPEAKERS:
        for file in sorted((ROOT / folder).rglob("*.py")):
            tree = ast.parse(file.read_text(encoding="utf-8"))
            bodies = [node.body for node in ast.walk(tree) if isinstance(getattr(node, "body", None), list)]
            hidden = {id(body[0].value) for body in bodies if body and isinstance(body[0], ast.Expr)}
            for node in ast.walk(tree):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in hidden:
                    yield from [(file.name, node.value)] if " " in node.value.strip() else []


SENTENCES = list(sentences())


@pytest.mark.parametrize("word", TECHNICAL)
def test_every_technical_word_on_a_screen_is_explained(word):
    met = [text for _, text in SENTENCES if re.search(word, text)]
    assert not met or TECHNICAL[word] in TERMS, f"{word!r} stands in {met[0]!r} and is explained nowhere"


def test_technical_words_are_met_at_all():
    met = [word for word in TECHNICAL if any(re.search(word, text) for _, text in SENTENCES)]
    assert len(met) > 30


def test_abbreviations_are_explained():
    explained = " ".join([*TERMS, *TERMS.values()])
    unknown = {
        (file, short)
        for file, text in SENTENCES
        for short in re.findall(r"\b[A-Z]{2,6}\b", text)
        if short not in EVERYDAY and not re.search(rf"\b{short}\b", explained)
    }
    assert not unknown


def test_words_with_a_plainer_one_stay_out_of_sight():
    met = {(file, found[0], text[:80]) for file, text in SENTENCES if (found := re.search(AVOIDED, text, re.IGNORECASE))}
    assert not met


@pytest.mark.parametrize("term", TERMS)
def test_explanations_are_sentences(term):
    text = explain(term)
    assert text[0].isupper() or text[0].isdigit()
    assert text.endswith(".")


def test_unknown_word():
    with pytest.raises(KeyError):
        explain("abracadabra")
