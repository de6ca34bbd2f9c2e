"""The bundled tables."""

from __future__ import annotations

import runpy
from pathlib import Path

import pytest

from mac_core.data.cohort import make_cohort
from mac_core.data.examples import Example, example, examples, open_example
from mac_core.data.roles import propose_roles

FOLDER = Path(__file__).resolve().parents[2] / "mac_core" / "data" / "examples"
EACH = pytest.mark.parametrize("bundled", examples(), ids=lambda bundled: bundled.slug)


@EACH
def test_every_example_can_be_studied(bundled: Example):
    table = open_example(bundled.slug)
    cohort = make_cohort(table, bundled.roles)
    assert len(cohort.X) >= 100
    assert bundled.roles.harm not in cohort.X and bundled.roles.treatment not in cohort.X
    assert {found.code for found in table.notices} <= {"header_missing", "impossible_value"}
    # The page must not have to correct a table of ours.
    proposed = propose_roles(table)
    assert (proposed.treatment, proposed.outcome, proposed.patient_id, proposed.site) == (
        bundled.roles.treatment,
        bundled.roles.outcome,
        bundled.roles.patient_id,
        bundled.roles.site,
    )


@EACH
def test_every_example_says_whom_to_thank(bundled: Example):
    notes = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert bundled.file in notes
    assert bundled.title and bundled.question.endswith("?") and bundled.source and bundled.licence and bundled.citation


def test_no_file_is_bundled_unexplained():
    assert {path.name for path in FOLDER.iterdir() if path.is_file()} == {bundled.file for bundled in examples()} | {
        "README.md"
    }


@pytest.mark.parametrize(
    ("slug", "column", "counts"),
    [
        ("indo_rct", "rx", {"0_placebo": 307, "1_indomethacin": 295}),
        ("indo_rct", "significant_bleeding", {0: 591, 1: 11}),
        ("smoking_triple", "grp", {"patchOnly": 64, "combination": 61}),
        ("actg175_cd4", "arm", {"ddI": 561, "ZDV": 532, "ZDV+ddI": 522, "ZDV+ddC": 524}),
        ("heart_4site", "heart_disease", {0: 411, 1: 509}),
    ],
)
def test_counts_are_the_published_ones(slug, column, counts):
    assert open_example(slug).frame[column].value_counts().to_dict() == counts


def test_the_articles_example_is_what_its_program_makes():
    script = runpy.run_path(str(FOLDER.parents[2] / "tools" / "make_patient_treatment.py"))
    written = (FOLDER / "patient_treatment.txt").read_bytes()
    assert script["patient_treatment"]().encode() == written
    arms = [line.split(",")[3] for line in written.decode().split()]
    # Some blocks of five hold one treatment among their first four, on which a plain logistic regression cannot be fitted.
    assert sum(len(set(arms[i : i + 4])) == 1 for i in range(0, 200, 5)) == 5


def test_unknown_slugs():
    with pytest.raises(KeyError):
        example("no_such")
