from mac_core.figures import palette
from mac_core.figures.palette import arm_styles, styles


def _luminance(colour: str) -> float:
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def test_an_arm_looks_the_same_whatever_the_order_and_type_of_labels():
    assert arm_styles(["b", "a", "c"]) == arm_styles(["c", "b", "a", "a"])
    assert arm_styles([2, 1]) == arm_styles(["1", "2"])


def test_no_two_of_42_look_the_same():
    looks = styles([str(i) for i in range(42)])
    assert len({(look.colour, look.symbol) for look in looks.values()}) == 42


def test_the_first_six_differ_in_colour_in_symbol_and_in_pattern():
    looks = list(styles("abcdef").values())
    for part in ("colour", "symbol", "pattern"):
        assert len({getattr(look, part) for look in looks}) == 6


def test_hues_stand_out_from_the_light_and_the_dark_ground():
    for look in styles("abcdef").values():
        own = _luminance(look.colour)
        assert (_luminance("#FFFFFF") + 0.05) / (own + 0.05) > 1.9
        assert (own + 0.05) / (_luminance("#0E1117") + 0.05) > 3
    assert (1.05) / (_luminance(palette.GREY) + 0.05) > 3
