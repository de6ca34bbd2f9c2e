from dataclasses import replace

from mac_core.figures.icon_array import count_icons, draw_icons
from mac_core.figures.palette import arm_styles
from tests.figures.figure_checks import check_figure
from tests.figures.made_run import made_expectation


def test_every_pair_of_counts_comes_to_a_hundred():
    for count in range(101):
        for reference in range(101):
            icons = count_icons(count, reference)
            assert icons.event + icons.more == count
            assert icons.event + icons.fewer == reference
            assert icons.event + icons.more + icons.fewer + icons.none == 100
            assert min(icons.event, icons.more, icons.fewer, icons.none) >= 0


def test_what_is_fewer_and_what_is_more_is_named_and_drawn_in_the_arms_colour():
    found = made_expectation()
    figure = draw_icons(found, "A")
    alt, reading = check_figure(figure, axes=False)
    assert alt == "Of 100 patients like this one under A: 21 with Relapse, 9 fewer than with B, 70 without it either way."
    assert "filled" in reading
    assert figure.data[0].marker.color == arm_styles("ABCD")["A"].colour
    places = [(x, y) for trace in figure.data for x, y in zip(trace.x, trace.y, strict=True)]
    assert len(set(places)) == 100
    assert "with B" not in draw_icons(found, "B").layout.meta["alt"]
    more = made_expectation(reference="A")
    assert "9 more than with A" in draw_icons(more, "B").layout.meta["alt"]


def test_no_number_and_no_reference():
    found = made_expectation(reference="D")
    assert "no comparable patients got D" in check_figure(draw_icons(found, "D"), axes=False)[0]
    assert "than with" not in draw_icons(found, "A").layout.meta["alt"]


def test_the_legend_is_broken_into_lines_that_a_narrow_card_holds():
    found = replace(made_expectation(), outcome="recurrence of the disease within two years")
    figure = draw_icons(found, "A")
    lines = [line for trace in figure.data for line in trace.name.split("<br>")]
    assert max(map(len, lines)) <= 24 and len(lines) > len(figure.data)
    assert figure.layout.height > draw_icons(made_expectation(), "A").layout.height
