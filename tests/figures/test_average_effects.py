import pandas as pd
import pytest

from mac_core.figures.average_effects import choose_pairs, draw_average_effects, say_difference, tabulate_effects
from mac_core.runs.run import Target
from tests.figures.figure_checks import check_figure
from tests.figures.made_run import made_effects

BINARY = Target("relapse", "Relapse", "binary", ("no", "yes"), "yes")


def test_each_pair_once_or_all_against_the_reference():
    effects = made_effects()
    assert choose_pairs(effects) == [("B", "A"), ("C", "A"), ("C", "B")]
    assert choose_pairs(effects, "B") == [("A", "B"), ("C", "B")]
    assert choose_pairs(effects, "unknown") == choose_pairs(effects)


def test_the_table_is_per_100_and_turns_round_with_the_reference():
    table = tabulate_effects(made_effects(), BINARY, "B").set_index("arm")
    assert table.loc["A", ["difference", "low", "high"]].tolist() == pytest.approx([-8, -14, -2])


def test_the_zero_line_is_named_and_the_sides_say_what_they_favour():
    figure = draw_average_effects(made_effects(), BINARY, reference="A", higher_is_better=False, design="randomised")
    texts = [note.text.replace("<br>", " ") for note in figure.layout.annotations]
    assert "no difference" in texts and figure.layout.shapes[0].x0 == 0
    assert "← favours the first-named arm" in texts and "favours A →" in texts
    check_figure(figure)


@pytest.mark.parametrize("higher_is_better", [True, False, None])
def test_routine_care_never_speaks_of_effects(higher_is_better):
    figure = draw_average_effects(made_effects(), BINARY, higher_is_better=higher_is_better, design="routine")
    words = " ".join([*check_figure(figure), *(note.text for note in figure.layout.annotations)]).lower()
    assert not any(word in words for word in ("effect", "cause", "benefit", "favour"))
    assert "other differences between the groups may explain this" in words


def test_sentences_give_direction_interval_and_doubt():
    first, second, _ = say_difference(made_effects(), BINARY, design="randomised")
    assert first == (
        "On average Relapse was 8 higher (per 100 patients) with B than with A: 95 % interval 2 higher to 14 higher, "
        "40 patients."
    )
    assert second.endswith("The interval includes no difference.")


def test_pairs_that_cannot_be_compared_are_words():
    effects = made_effects()
    effects.loc[[("B", "A"), ("A", "B")], ["difference", "low", "high"]] = float("nan")
    figure = draw_average_effects(effects, BINARY)
    assert any("too few" in note.text for note in figure.layout.annotations)
    assert "B and A cannot be compared" in check_figure(figure)[0]
    check_figure(draw_average_effects(effects * float("nan"), BINARY), axes=False)
    check_figure(draw_average_effects(pd.DataFrame(), BINARY), axes=False)
    check_figure(draw_average_effects(None, BINARY), axes=False)


def test_pairs_of_long_names_get_the_room_that_their_lines_need():
    effects = made_effects()
    named = effects.rename(index=lambda arm: f"{arm}: combination therapy with monthly visits and a placebo infusion")
    short, long = draw_average_effects(effects, BINARY), draw_average_effects(named, BINARY)
    lines = max(place.count("<br>") + 1 for place in long.layout.yaxis.categoryarray)
    assert lines > 4
    assert (long.layout.height - 170) / 3 >= 15 * lines
    assert short.layout.height == 350


def test_a_mark_near_the_edge_has_its_number_towards_the_middle():
    figure = draw_average_effects(made_effects(), BINARY)
    places = {trace.y[0]: (trace.x[0], trace.textposition) for trace in figure.data}
    assert places["B against A"][1] == "top left" and places["B against A"][0] > 0
    assert places["C against B"][1] == "top right" and places["C against B"][0] < 0
    assert places["C against A"][1] == "top center"
