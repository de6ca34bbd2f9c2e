import numpy as np

from mac_core.figures.label_places import place_labels


def test_labels_of_neighbours_go_to_different_sides():
    places = place_labels(
        np.array([0.5, 0.5, 0.5, 0.0, 1.0]), np.array([0.50, 0.51, 0.52, 0.0, 1.0]), ["6", "7", "3", "1", "2"]
    )
    assert len(set(places[:3])) == 3


def test_alone_a_label_stands_right_of_its_mark():
    assert place_labels(np.array([2.0]), np.array([3.0]), ["12"]) == ["middle right"]
    assert place_labels(np.array([]), np.array([]), []) == []


def test_no_label_lies_on_another_mark():
    x, y = np.array([0.0, 0.06, 0.12, 0.18, 1.0]), np.array([0.0, 0.0, 0.0, 0.0, 1.0])
    places = place_labels(x, y, ["1", "2", "3", "4", "5"])
    assert all(place.split()[0] in ("top", "bottom") for place in places[1:3]), "marks stand on both sides of them"


def test_one_place_does_on_a_telephone_and_on_a_wide_screen():
    # The second mark is near the first one's left side on a telephone, and just as far off as a label on a wide screen.
    x, y = np.array([0.5, 0.482, 0.0, 1.0]), np.array([0.5, 0.5, 0.0, 1.0])
    wide = place_labels(x, y, ["7", "6", "1", "2"], widths=[800.0])
    both = place_labels(x, y, ["7", "6", "1", "2"])
    assert wide[0] == "middle right" and both[0] == "middle right"
    assert both[1] == "middle left"
