"""Whoever reads an outcome that stands in for another is told so, on the pages that draw conclusions from it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from mac_core import RunStore
from mac_core.data.examples import example
from tests.figures.made_run import made_run
from tests.pages.words import said

SENTENCE = "is a surrogate: it stands in for AIDS or death"


def test_the_bundled_trial_of_cd4_says_what_it_stands_in_for():
    assert example("actg175_cd4").roles.surrogate_for == "AIDS or death"
    assert example("indo_rct").roles.surrogate_for is None


@pytest.mark.parametrize(("surrogate", "told"), [("AIDS or death", True), (None, False)])
def test_accuracy_says_so(visit, own_home, surrogate, told):
    run = made_run()
    kept = RunStore().save(replace(run, roles=replace(run.roles, surrogate_for=surrogate)))
    assert RunStore().open(kept).roles.surrogate_for == surrogate
    assert (SENTENCE in said(visit("accuracy", run=kept))) == told
