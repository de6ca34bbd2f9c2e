"""What was typed is remembered for an hour, for its owner alone, and never for ever."""

from __future__ import annotations

from pages.shared.typed_values import Typed, TypedValues


def test_it_is_forgotten_after_an_hour():
    now = [0.0]
    kept = TypedValues(lambda: now[0])
    first = kept.keep("local", Typed("run", None, {"age": 1}))
    now[0] = 3000.0
    second = kept.keep("local", Typed("run", 4, {"age": 2}))
    now[0] = 3601.0
    assert kept.find("local", first) is None
    assert kept.find("local", second) == Typed("run", 4, {"age": 2})


def test_a_patient_who_is_predicted_again_takes_the_place_of_the_last_one_and_counts_as_new():
    now = [0.0]
    kept = TypedValues(lambda: now[0])
    name = kept.keep("local", Typed("run", None, {"age": 1}))
    now[0] = 3000.0
    assert kept.keep("local", Typed("run", None, {"age": 2}), name) == name
    now[0] = 6000.0
    assert kept.find("local", name).values == {"age": 2}


def test_nobody_chooses_a_name_or_reads_another_owners_patient():
    kept = TypedValues()
    name = kept.keep("a", Typed("run", None, {"age": 1}), "guessed")
    assert name != "guessed" and len(name) == 16
    assert kept.find("b", name) is None
    assert kept.keep("b", Typed("run", None, {}), name) != name
    assert kept.find("a", name) is not None and kept.find("a", None) is None


def test_only_so_many_are_kept():
    kept = TypedValues()
    names = [kept.keep("local", Typed("run", i, {})) for i in range(501)]
    assert kept.find("local", names[0]) is None and kept.find("local", names[1]) is not None
