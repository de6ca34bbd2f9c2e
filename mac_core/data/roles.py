"""What each column is for: treatment, outcome, patient, site, or ignored; and what the outcome means."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from mac_core.data.factors import propose_factor_groups
from mac_core.data.identifiers import names_a_patient
from mac_core.data.plain_names import plain_name
from mac_core.errors import Place, refuse

if TYPE_CHECKING:
    from mac_core.data.schema import Column
    from mac_core.data.table import PatientTable

__all__ = ["Roles", "check_roles", "propose_roles", "sounds_afterwards"]


@dataclass(frozen=True)
class Roles:
    """The user's decisions about a table.

    Parameters
    ----------
    treatment, outcome, patient_id, site, harm : str or None
        Column names.
    ignore : tuple of str
        Columns that no model sees.
    reference : str or None
        The arm that the others are compared with.
    higher_is_better : bool or None
        Direction of the outcome.
    event : str or None
        For a binary target, the class that counts.
    kind : {"binary", "classes", "number"} or None
        Of the target (the outcome if there is one, else the treatment). None: as the data suggest.
    design : {"randomised", "routine"}
        How treatment was decided. Routine care forbids causal wording.
    outcome_label, outcome_unit, horizon : str or None
        How the outcome is named, in which unit, after how long.
    smallest_difference : float or None
        The smallest difference in the outcome that would matter, in its unit (for binary outcomes a risk, 0 to 1).
    factor_groups : mapping
        Column name to group (`mac_core.data.factors.FACTOR_GROUPS`, or any other name); a column without one stands alone.
    surrogate_for : str or None
        What patients would notice and the outcome only stands in for, for example "AIDS or death" for a CD4 count.
    """

    treatment: str | None = None
    outcome: str | None = None
    patient_id: str | None = None
    site: str | None = None
    ignore: tuple[str, ...] = ()
    reference: str | None = None
    higher_is_better: bool | None = None
    event: str | None = None
    kind: Literal["binary", "classes", "number"] | None = None
    design: Literal["randomised", "routine"] = "routine"
    harm: str | None = None
    outcome_label: str | None = None
    outcome_unit: str | None = None
    horizon: str | None = None
    smallest_difference: float | None = None
    factor_groups: Mapping[str, str] = field(default_factory=dict)
    surrogate_for: str | None = None

    @property
    def taken(self) -> frozenset[str]:
        """The columns that have a role or are ignored: no model learns from them."""
        named = (self.treatment, self.outcome, self.harm, self.patient_id, self.site)
        return frozenset(name for name in (*named, *self.ignore) if name is not None)


# Whole names, in lower case with separators taken away.
_TREATMENT = re.compile(
    r"(treat\w*|tment|trt\w*|tx|arm|studyarm|rx|studygroup|therapy|therapie|behandlung|traitement|tratamiento"
    r"|randomi[sz]\w*|randgroup|intervention|allocation|assignment|\w*治疗方案|治疗)"
)
# These name the treatment when nothing above does.
_PERHAPS_TREATMENT = re.compile(r"(grp|group|drug|hormon|regimen|medication|用药|分组)")
_OUTCOME = re.compile(
    r"(outcome\w*|primaryoutcome|endpoint\w*|death\w*|died\w*|dead|mortality\w*|hospdead|deceased|relapse\w*|recurrence|rückfall\w*|rezidiv"
    r"|progression\w*|event|response|responder|improved\w*|infection|readmi\w*|cured?|remission|success|failure|complications?"
    r"|target|label|class|classification|y|result|diagnosis|malignant|biopsy|risklevel|post[a-z]\w*|score|vpsrest|结局|疗效|\w*wk\d+|\w*week\d+"
    r"|\d+周\w+)"
)
_SITE = re.compile(
    r"(site|sites|centre|center|hospital|clinic|clinicname|hospitalname|institution|inst|country|ward|unit|zentrum|klinik|centro|医院|中心)(id|no|nr|name|code)?"
)
_PERSONAL = re.compile(
    r"(\w*(first|last|sur|middle|full)name|name|vorname|nachname|dob|dateofbirth|birthdate|geburtsdatum|phone\w*|telephone|email|address|"
    r"zip|zipcode|postcode|ssn|姓名|电话|地址)"
)
_AFTERWARDS = re.compile(
    r"(\w*discharge\w*|death\w*|died\w*|dead|deceased|dateofdeath|\w*dod|followup\w*|fu(time|days|months)?|lengthofstay|los|slos|"
    r"hospitaldays|hospitalstay|totcst|totmcst|charges|\w*costs?|time|survtime|survivaltime|futime|\w*tat|dtime|dnr\w*|vitalstatus|"
    r"autopsy\w*)"
)
_BAD = re.compile(
    r"(death|died|dead|mortal|deceas|relapse|recurr|rückfall|rezidiv|infect|readmi|complic|progress|malign|bleed|pain|event|fail)"
)
_REFERENCE = re.compile(
    r"(placebo|control|standard|usual|none|no |keine|sham|untreated|observation|安慰剂|对照)", re.IGNORECASE
)
_MOST_ARMS = 10


def propose_roles(table: PatientTable) -> Roles:
    r"""Guess the roles from names and values, as a first proposal that the user confirms or changes.

    A table without names gets its last column as the treatment if that holds a few words, as in the source article's example.

    Examples
    --------
    >>> from mac_core.data.reading import read_table
    >>> rows = [f"{i},{40 + i % 9},{'AB'[i % 2]},{i % 3 % 2}" for i in range(30)]
    >>> roles = propose_roles(read_table("\n".join(["patient_id,age,arm,died", *rows]).encode()))
    >>> roles.treatment, roles.outcome, roles.patient_id, roles.higher_is_better
    ('arm', 'died', 'patient_id', False)
    """
    columns = table.schema.columns
    patient_id = next((c.name for c in columns if c.kind == "identifier" and names_a_patient(c.name)), None)
    n_rows = len(table.frame)
    levels = {c.name: _n_levels(table, c) for c in columns}
    site = next(
        (c.name for c in columns if _SITE.fullmatch(plain_name(c.name)) and 2 <= levels[c.name] <= max(2, n_rows / 5)), None
    )
    free = [c for c in columns if c.name not in (patient_id, site) and c.kind in ("number", "category") and levels[c.name] > 1]
    few = [c.name for c in free if levels[c.name] <= _MOST_ARMS]
    treatment = next((n for pattern in (_TREATMENT, _PERHAPS_TREATMENT) for n in few if pattern.fullmatch(plain_name(n))), None)
    free = [c for c in free if c.name != treatment]
    # A class for nearly every patient (a free diagnosis) is nothing to predict.
    named = [
        c.name for c in free if _OUTCOME.fullmatch(plain_name(c.name)) and (c.kind == "number" or 4 * levels[c.name] <= n_rows)
    ]
    outcome = named[-1] if named else None
    unnamed_header = any(found.code == "header_missing" for found in table.notices)
    if treatment is None and outcome is None and free:
        last = free[-1]
        if unnamed_header and last.name == columns[-1].name and last.kind == "category" and levels[last.name] <= _MOST_ARMS:
            treatment = last.name
        elif last.name == columns[-1].name:
            outcome = last.name
    elif outcome is None and treatment is not None and free and free[-1].name == columns[-1].name:
        # Tables are usually laid out with what happened at the end.
        after_treatment = [c.name for c in columns].index(treatment) < len(columns) - 1
        outcome = free[-1].name if after_treatment and levels[free[-1].name] in (2, *range(11, n_rows + 1)) else None
    chosen = {patient_id, site, treatment, outcome}
    ignore = tuple(c.name for c in columns if c.name not in chosen and _leave_out(c))
    return Roles(
        treatment=treatment,
        outcome=outcome,
        patient_id=patient_id,
        site=site,
        ignore=ignore,
        reference=_reference(table, treatment),
        higher_is_better=False if outcome is not None and _BAD.search(plain_name(outcome)) else None,
        factor_groups=propose_factor_groups(c for c in columns if c.name not in (*chosen, *ignore)),
    )


def check_roles(table: PatientTable, roles: Roles) -> None:
    r"""Check that the roles fit the table, before anything is learned.

    Raises
    ------
    InputError
        If there is nothing to predict, or a column is unknown or chosen twice.

    Examples
    --------
    >>> from mac_core.data.reading import read_table
    >>> check_roles(read_table(b"age,arm\n40,A\n50,B\n"), Roles(treatment="drug"))
    Traceback (most recent call last):
    ...
    mac_core.errors.InputError: The table has no column drug. Choose one of its columns.
    """
    if roles.treatment is None and roles.outcome is None:
        raise refuse("no_target")
    named = {
        "treatment": roles.treatment,
        "outcome": roles.outcome,
        "harm": roles.harm,
        "patient": roles.patient_id,
        "site": roles.site,
    }
    seen: dict[str, str] = {}
    for role, column in [*named.items(), *(("ignored", column) for column in roles.ignore)]:
        if column is None:
            continue
        if column not in table.schema.names:
            raise refuse("unknown_column", Place(None, column), column=column)
        if column in seen and {role, seen[column]} != {"ignored", "patient"} and role != seen[column]:
            raise refuse("role_twice", Place(None, column), column=column, first=seen[column], second=role)
        seen.setdefault(column, role)
    for column in roles.factor_groups:
        if column not in table.schema.names:
            raise refuse("unknown_column", Place(None, column), column=column)


def sounds_afterwards(name: str) -> bool:
    """Whether a column of this name is usually known only after the treatment.

    Examples
    --------
    >>> sounds_afterwards("Length of stay"), sounds_afterwards("age")
    (True, False)
    """
    return _AFTERWARDS.fullmatch(plain_name(name)) is not None


def _n_levels(table: PatientTable, column: Column) -> int:
    return int(table.frame[column.name].nunique())


def _leave_out(column: Column) -> bool:
    plain = plain_name(column.name)
    return column.kind in ("identifier", "text") or bool(_PERSONAL.fullmatch(plain) or _AFTERWARDS.fullmatch(plain))


def _reference(table: PatientTable, treatment: str | None) -> str | None:
    if treatment is None:
        return None
    return next((level for level in sorted(table.schema[treatment].levels) if _REFERENCE.search(level)), None)
