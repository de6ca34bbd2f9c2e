"""What a study learns from, and what makes one impossible."""

from __future__ import annotations

import numpy as np
import pytest

from mac_core.data.cohort import make_cohort
from mac_core.data.examples import example, open_example
from mac_core.data.reading import read_table
from mac_core.data.roles import Roles
from mac_core.errors import CATALOGUE, InputError

N = 60


def table_of(n=N, **columns):
    cells = {
        "patient_id": lambda i: f"P{i:03}",
        "site": lambda i: "NS"[i % 2],
        "age": lambda i: 40 + i * 7 % 31,
        "sex": lambda i: "fm"[i // 2 % 2],
        "arm": lambda i: "AB"[i % 2],
        "died": lambda i: int(i % 3 == 0),
    }
    cells.update(columns)
    rows = [",".join(cells), *(",".join(str(make(i)) for make in cells.values()) for i in range(n))]
    return read_table("\n".join(rows).encode())


BOTH = Roles(treatment="arm", outcome="died", patient_id="patient_id", site="site")


def codes(cohort):
    return [found.code for found in cohort.notices]


class TestQuestions:
    def test_treatment_and_outcome(self):
        cohort = make_cohort(table_of(), BOTH)
        assert cohort.question == "both"
        assert list(cohort.X) == ["age", "sex"] and cohort.schema.names == ("age", "sex")
        assert cohort.target.name == "died" and cohort.target.kind == "binary" and cohort.target.event == "1"
        assert cohort.y.tolist()[:4] == ["1", "0", "0", "1"]
        assert cohort.treatment.tolist()[:2] == ["A", "B"]
        assert cohort.groups.nunique() == N and cohort.site.tolist()[:2] == ["N", "S"]
        assert cohort.outcome_missing.to_dict() == {"A": 0, "B": 0}
        assert cohort.flow == (("rows in the file", N), ("rows used", N))
        assert cohort.notices == ()
        for part in (cohort.X, cohort.y, cohort.treatment, cohort.groups, cohort.site, cohort.lines):
            assert part.index.tolist() == list(range(N))

    def test_outcome_alone_learns_from_the_treatment_too(self):
        cohort = make_cohort(table_of(), Roles(outcome="died", patient_id="patient_id"))
        assert cohort.question == "outcome" and cohort.treatment is None and cohort.outcome_missing is None
        assert list(cohort.X) == ["site", "age", "sex", "arm"]

    def test_treatment_alone(self):
        cohort = make_cohort(table_of(), Roles(treatment="arm", ignore=("died", "patient_id")))
        assert cohort.question == "treatment" and cohort.target.name == "arm"
        assert cohort.y.tolist()[:2] == ["A", "B"] and cohort.groups is None

    def test_numeric_codes_are_labels(self):
        cohort = make_cohort(table_of(arm=lambda i: i % 3), BOTH)
        assert sorted(cohort.treatment.unique()) == ["0", "1", "2"]

    def test_harm_is_kept_and_never_learned_from(self):
        bundled = example("indo_rct")
        cohort = make_cohort(open_example("indo_rct"), bundled.roles)
        assert cohort.harm.sum() == 11 and "significant_bleeding" not in cohort.X


class TestMissing:
    def test_patients_without_outcome_are_counted_per_arm(self):
        cohort = make_cohort(table_of(died=lambda i: "" if i in (0, 1, 2) else int(i % 3 == 0)), BOTH)
        assert len(cohort.y) == N - 3 and cohort.y.notna().all()
        assert cohort.outcome_missing.to_dict() == {"A": 2, "B": 1}
        assert cohort.flow == (
            ("rows in the file", N),
            ("excluded from the learning: no outcome, others of their arm stand for them", 3),
            ("rows used", N - 3),
        )
        assert codes(cohort) == ["outcome_missing_compared"]
        assert cohort.lines.tolist()[0] == 5
        rest = cohort.unobserved
        assert list(rest.X) == list(cohort.X) and rest.treatment.tolist() == ["A", "B", "A"]
        assert not set(rest.groups) & set(cohort.groups) and rest.site.tolist() == ["N", "S", "N"]
        assert make_cohort(table_of(), BOTH).unobserved is None

    def test_an_arm_without_any_outcome_is_named(self):
        with pytest.raises(InputError, match="missing for every patient who got B"):
            make_cohort(table_of(died=lambda i: "" if i % 2 else int(i % 3 == 0)), BOTH)

    def test_patients_without_treatment_are_left_out(self):
        cohort = make_cohort(table_of(arm=lambda i: "" if i < 4 else "AB"[i % 2]), BOTH)
        assert ("excluded: no treatment recorded", 4) in cohort.flow and codes(cohort) == ["treatment_missing"]

    def test_a_row_without_id_is_a_patient_of_its_own(self):
        cohort = make_cohort(table_of(patient_id=lambda i: "" if i < 2 else f"P{i // 2:03}"), BOTH)
        assert cohort.groups.notna().all() and cohort.groups.nunique() == 2 + (N - 2) // 2

    def test_a_row_without_site(self):
        cohort = make_cohort(table_of(site=lambda i: "" if i < 2 else "NS"[i % 2]), BOTH)
        assert cohort.site.tolist()[:3] == ["not recorded", "not recorded", "N"]


class TestTarget:
    def test_a_number(self):
        cohort = make_cohort(table_of(died=lambda i: 10.5 + i), BOTH)
        assert cohort.target.kind == "number" and cohort.y.dtype == np.float64 and codes(cohort) == []

    @pytest.mark.parametrize(
        ("count", "question", "expected"),
        [(3, "outcome", "classes"), (5, "outcome", "classes"), (8, "outcome", "number"), (3, "both", "number")],
    )
    def test_few_whole_numbers_are_guessed_and_asked(self, count, question, expected):
        roles = Roles(outcome="died", treatment="arm" if question == "both" else None)
        cohort = make_cohort(table_of(died=lambda i: i % count), roles)
        assert cohort.target.kind == expected
        assert "kind_assumed" in codes(cohort)

    def test_the_user_decides(self):
        cohort = make_cohort(table_of(died=lambda i: i % 4), Roles(outcome="died", kind="number", outcome_unit="points"))
        assert cohort.target.kind == "number" and cohort.target.unit == "points" and "kind_assumed" not in codes(cohort)

    def test_words(self):
        cohort = make_cohort(
            table_of(died=lambda i: ["low", "mid", "high"][i % 3]), Roles(outcome="died", outcome_label="risk")
        )
        assert (
            cohort.target.kind == "classes"
            and cohort.target.classes == ("high", "low", "mid")
            and cohort.target.label == "risk"
        )

    @pytest.mark.parametrize(
        ("labels", "event", "asked"),
        [
            (("yes", "no"), "yes", True),
            (("alive", "dead"), "dead", True),
            (("left", "right"), "left", True),
            ((0, 1), "1", False),
        ],
    )
    def test_the_event_is_guessed_and_asked(self, labels, event, asked):
        cohort = make_cohort(table_of(died=lambda i: labels[0] if i % 3 == 0 else labels[1]), Roles(outcome="died"))
        assert cohort.target.event == event and ("event_assumed" in codes(cohort)) is asked

    def test_a_class_of_one_is_noticed(self):
        cohort = make_cohort(table_of(died=lambda i: "rare" if i == 7 else ["low", "high"][i % 2]), Roles(outcome="died"))
        assert "single_member_class" in codes(cohort)


class TestPredictors:
    def test_what_cannot_help_is_left_out_and_said(self):
        table = table_of(
            record=lambda i: f"X{i}",
            note=lambda i: f"seen on day {i} again",
            visit=lambda i: f"2020-01-{1 + i % 28:02}",
            same=lambda i: "yes",
            empty=lambda i: "",
        )
        cohort = make_cohort(table, BOTH)
        assert list(cohort.X) == ["age", "sex"]
        assert codes(cohort) == ["identifier_dropped", "text_dropped", "date_dropped", "constant_dropped", "empty_dropped"]

    def test_a_column_that_waits_for_an_answer_is_left_out(self):
        table = table_of(crp=lambda i: "<5" if i == 9 else i)
        assert codes(make_cohort(table, BOTH)) == ["text_dropped"]

    def test_a_column_known_afterwards_is_asked_about(self):
        cohort = make_cohort(table_of(length_of_stay=lambda i: i % 9), BOTH)
        assert codes(cohort) == ["after_treatment"] and "length_of_stay" in cohort.X


@pytest.mark.parametrize(
    ("columns", "roles", "code"),
    [
        ({}, Roles(), "no_target"),
        ({}, Roles(outcome="dead"), "unknown_column"),
        ({}, Roles(outcome="died", treatment="died"), "role_twice"),
        ({"n": 19}, BOTH, "too_few_rows"),
        ({"died": lambda i: ""}, BOTH, "target_missing"),
        ({"died": lambda i: 1}, BOTH, "same_value"),
        ({"arm": lambda i: "A"}, BOTH, "one_arm"),
        ({"arm": lambda i: "A"}, Roles(treatment="arm"), "one_arm"),
        ({"arm": lambda i: "ABCDEFG"[i % 7]}, BOTH, "too_many_arms"),
        ({"arm": lambda i: "B" if i == 5 else "A"}, BOTH, "tiny_arm"),
        ({"arm": lambda i: i % 12 * 2.5}, Roles(treatment="arm"), "dose"),
        ({"arm": lambda i: i % 8 * 5}, BOTH, "dose"),
        ({"died": lambda i: f"word {i % 40}"}, Roles(outcome="died"), "too_many_classes"),
        ({"died": lambda i: "abc"[i % 3]}, Roles(outcome="died", kind="number"), "not_a_number"),
        ({"died": lambda i: i % 3}, Roles(outcome="died", kind="binary"), "not_two_classes"),
        ({"died": lambda i: "abc"[i % 3]}, BOTH, "classes_per_arm"),
        ({}, Roles(outcome="died", event="2"), "unknown_label"),
        ({}, Roles(treatment="arm", outcome="died", reference="C"), "unknown_label"),
        ({}, Roles(outcome="died", ignore=("patient_id", "site", "age", "sex", "arm")), "all_ignored"),
        ({"time": lambda i: 3 + i * 1.5}, Roles(outcome="time", treatment="arm"), "time_to_event"),
    ],
)
def test_what_makes_a_study_impossible(columns, roles, code):
    with pytest.raises(InputError) as caught:
        make_cohort(table_of(**columns), roles)
    assert caught.value.code == code
    assert caught.value.fix and CATALOGUE[code].severity == "refused"
