"""Tables that come with the program, ready for one click. Their sources and licences stand in `examples/README.md`, too."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from mac_core.data.reading import read_table
from mac_core.data.roles import Roles
from mac_core.data.table import PatientTable

__all__ = ["Example", "example", "example_bytes", "examples", "open_example"]

_FOLDER = Path(__file__).with_name("examples")
_UCI_LICENCE = (
    "CC BY 4.0 by the donation policy of the UCI Machine Learning Repository; the page of this set itself was not seen."
)


@dataclass(frozen=True)
class Example:
    """A bundled table.

    Attributes
    ----------
    slug : str
        Its name in addresses.
    title, question : str
        What it is, and what can be asked of it, in words for clinicians.
    source, licence, citation : str
        Where the table is from, and whom to thank.
    roles : Roles
        The right ones.
    settings_name : {"default", "article"}
        Which settings show it best.
    file : str
        In the folder `examples`.
    """

    slug: str
    title: str
    question: str
    source: str
    licence: str
    citation: str
    roles: Roles
    settings_name: Literal["default", "article"]
    file: str


_EXAMPLES = (
    Example(
        slug="indo_rct",
        title="Indomethacin to prevent pancreatitis after ERCP",
        question="Does rectal indomethacin lower the risk of pancreatitis after ERCP, and for which patients most?",
        source="R package medicaldata, table indo_rct (github.com/higgi13425/medicaldata)",
        licence="MIT (package medicaldata); contributed by the authors for teaching.",
        citation="Elmunzer BJ et al. A randomized trial of rectal indomethacin to prevent post-ERCP pancreatitis. "
        "N Engl J Med 2012;366:1414-1422.",
        roles=Roles(
            treatment="rx",
            outcome="post_ERCP_pancreatitis",
            patient_id="id",
            site="site",
            reference="0_placebo",
            higher_is_better=False,
            event="1",
            kind="binary",
            design="randomised",
            harm="significant_bleeding",
            outcome_label="pancreatitis after ERCP",
        ),
        settings_name="default",
        file="indo_rct.csv",
    ),
    Example(
        slug="actg175_cd4",
        title="Four HIV treatments and the CD4 count",
        question="Which CD4 count can be expected after 20 weeks under each of four treatments?",
        source="R package speff2trial 1.0.5, table ACTG175 (also UCI set 890)",
        licence=_UCI_LICENCE + " The R package is GPL-2.",
        citation="Hammer SM et al. A trial comparing nucleoside monotherapy with combination therapy in HIV-infected adults "
        "with CD4 cell counts from 200 to 500 per cubic millimeter. N Engl J Med 1996;335:1081-1090.",
        roles=Roles(
            treatment="arm",
            outcome="cd4_week20",
            patient_id="pidnum",
            reference="ZDV",
            higher_is_better=True,
            kind="number",
            design="randomised",
            outcome_label="CD4 count at week 20",
            outcome_unit="cells/mm3",
            horizon="20 weeks",
            surrogate_for="AIDS or death",
        ),
        settings_name="default",
        file="actg175_cd4.csv",
    ),
    Example(
        slug="smoking_triple",
        title="Combined drugs or patch alone to stop smoking",
        question="Do fewer patients relapse within half a year with three drugs together than with the patch alone?",
        source="R package asaur 0.50, table pharmacoSmoking",
        licence="CC0 (package asaur)",
        citation="Steinberg MB et al. Triple-combination pharmacotherapy for medically ill smokers: a randomized trial. "
        "Ann Intern Med 2009;150:447-454.",
        roles=Roles(
            treatment="grp",
            outcome="relapse",
            patient_id="id",
            reference="patchOnly",
            higher_is_better=False,
            event="1",
            kind="binary",
            design="randomised",
            outcome_label="relapse to smoking",
            horizon="182 days",
        ),
        settings_name="default",
        file="smoking_triple.csv",
    ),
    Example(
        slug="heart_4site",
        title="Heart disease in four hospitals",
        question="How likely is it that coronary angiography will show heart disease?",
        source="UCI Machine Learning Repository, set 45 (Cleveland, Hungary, Switzerland, Long Beach)",
        licence=_UCI_LICENCE,
        citation="Detrano R et al. International application of a new probability algorithm for the diagnosis of coronary "
        "artery disease. Am J Cardiol 1989;64:304-310. Data: Janosi A, Steinbrunn W, Pfisterer M, Detrano R.",
        roles=Roles(
            outcome="heart_disease",
            patient_id="patient_id",
            site="site",
            higher_is_better=False,
            event="1",
            kind="binary",
            outcome_label="heart disease",
        ),
        settings_name="default",
        file="heart_4site.csv",
    ),
    Example(
        slug="patient_treatment",
        title="The source article's example: age, weight, blood pressure, treatment",
        question="Which treatment did patients like this one get?",
        source="Invented by a seeded program (tools/make_patient_treatment.py); no real patients.",
        licence="That of this program",
        citation="None: made for this program, in the form that the source article describes.",
        roles=Roles(treatment="column_4"),
        settings_name="article",
        file="patient_treatment.txt",
    ),
)


def examples() -> tuple[Example, ...]:
    """All bundled tables, the one to start with first."""
    return _EXAMPLES


def example(slug: str) -> Example:
    """Find one by its slug.

    Raises
    ------
    KeyError
        If there is none.
    """
    for found in _EXAMPLES:
        if found.slug == slug:
            return found
    raise KeyError(slug)


def example_bytes(slug: str) -> bytes:
    """Give a bundled table as it stands in its file.

    Examples
    --------
    >>> example_bytes("smoking_triple")[:3]
    b'id,'
    """
    return (_FOLDER / example(slug).file).read_bytes()


def open_example(slug: str) -> PatientTable:
    """Read a bundled table.

    Examples
    --------
    >>> open_example("smoking_triple").frame.shape
    (125, 11)
    """
    return read_table(_FOLDER / example(slug).file)
