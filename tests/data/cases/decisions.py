"""Cases 58 to 74: roles, target, treatment."""

from __future__ import annotations

from mac_core.data.roles import Roles
from tests.data.cases import BOTH, OUTCOME, Case, age, csv, died

DECISIONS = (
    Case(58, "a record number among the predictors", csv(mrn=lambda i: f"{i:05}"), "F", "identifier_dropped", OUTCOME),
    Case(58, "a row counter without a name", csv(nr=lambda i: 7 * i), "W", "rises_with_rows", OUTCOME),
    Case(58, "a name", csv(last_name=lambda i: ["Li", "Wu"][i % 2]), "F", "personal", OUTCOME),
    Case(58, "an e-mail address", csv(contact=lambda i: f"p{i % 5}@clinic.org"), "F", "personal", OUTCOME),
    Case(58, "a date of birth", csv(dob=lambda i: f"1950-01-{i % 28 + 1:02}"), "F", "personal", OUTCOME),
    Case(58, "older than 89", csv(age_years=lambda i: 60 + i), "W", "age_over_89", OUTCOME),
    Case(59, "a column that knows the outcome", csv(icd_at_end=lambda i: ["Z09", "Z51"][died(i)]), "Q", "leak", OUTCOME),
    Case(59, "filled in for the dead only", csv(cause=lambda i: ["", "sepsis"][died(i)]), "Q", "leak_gap", OUTCOME),
    Case(59, "a name from afterwards", csv(length_of_stay=lambda i: i * 3 % 11), "Q", "after_treatment", OUTCOME),
    Case(60, "one column for two roles", csv(), "R", "role_twice", Roles(treatment="died", outcome="died")),
    Case(60, "the outcome is ignored", csv(), "R", "role_twice", Roles(outcome="died", ignore=("died",))),
    Case(61, "one class", csv(ill=lambda i: "yes"), "R", "same_value", Roles(outcome="ill")),
    Case(62, "a class of one", csv(ill=lambda i: ["no", "no", "yes"][i % 3] if i else "?!"), "W", "single_member_class",
         Roles(outcome="ill"), instead="the engine copes with it, and the patient may matter"),
    Case(63, "rare events", csv(rows=400, ill=lambda i: int(i % 100 == 7)), "W", "class_balance", Roles(outcome="ill")),
    Case(64, "missing outcomes", csv(ill=lambda i: "" if i == 4 else i % 2), "W", "outcome_missing", Roles(outcome="ill"),
         instead="left out, counted, and warned of"),
    Case(64, "missing in one arm", csv(ill=lambda i: "" if i % 2 and i < 20 else i % 3 % 2), "W", "missing_by_arm",
         Roles(treatment="arm", outcome="ill")),
    Case(65, "three numbers", csv(grade=lambda i: i % 3), "Q", "kind_assumed", Roles(outcome="grade")),
    Case(65, "which is the event", csv(ill=lambda i: "AB"[i * 3 % 7 % 2]), "Q", "event_assumed", Roles(outcome="ill")),
    Case(66, "perfectly separable", csv(score=lambda i: 10 * died(i) + i % 7), "Q", "leak", OUTCOME),
    Case(67, "one arm", csv(drug=lambda i: "A"), "R", "one_arm", Roles(treatment="drug", outcome="died")),
    Case(68, "an arm of four", csv(drug=lambda i: "C" if i % 10 == 0 else "AB"[i % 2]), "R", "tiny_arm",
         Roles(treatment="drug", outcome="died"), instead="asked on the page, and settled there: left out, or joined"),
    Case(69, "an arm spelled in two ways", csv(drug=lambda i: ["Alpha", "alpha ", "Beta"][i % 3]), "F", "spellings_merged",
         Roles(treatment="drug", outcome="died")),
    Case(69, "A+B and B+A", csv(drug=lambda i: ["AZT+ddI", "ddI+AZT", "AZT"][i % 3]), "F", "spellings_merged",
         Roles(treatment="drug", outcome="died")),
    Case(70, "arms as numbers", csv(drug=lambda i: i % 3), "Q", "coded_treatment", Roles(treatment="drug", outcome="died")),
    Case(70, "a dose", csv(dose_mg=lambda i: i * 2.5), "R", "dose", Roles(treatment="dose_mg", outcome="died")),
    Case(71, "age decides the treatment", csv(drug=lambda i: "AB"[age(i) > 55]), "W", "treatment_decided_by",
         Roles(treatment="drug", outcome="died")),
    Case(72, "the ward decides the treatment", csv(ward=lambda i: ["N", "S"][i % 2]), "W", "treatment_decided_by", BOTH),
    Case(73, "more columns than patients", csv(rows=24, **{f"g{j}": (lambda i, j=j: i * (j + 3) % 11) for j in range(30)}),
         "W", "more_columns_than_patients", OUTCOME),
    Case(73, "two columns tell the same", csv(cm=lambda i: 150 + i * 11 % 37, inches=lambda i: (150 + i * 11 % 37) / 2.54),
         "W", "same_information", OUTCOME),
    Case(74, "nothing left to learn from", csv(), "R", "all_ignored", Roles(outcome="died", ignore=("age", "arm"))),
)  # fmt: skip
