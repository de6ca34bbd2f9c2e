from dataclasses import dataclass

import numpy as np
import pytest

from mac_core.data.roles import Roles
from mac_core.data.schema import Column, Schema
from mac_core.errors import Notice, Place
from mac_core.runs.records import from_json, to_json, to_plain
from mac_core.runs.settings import ARTICLE, Settings


@pytest.mark.parametrize(
    "value",
    [
        Settings(),
        ARTICLE,
        Roles(treatment="ß", ignore=("a", "b"), factor_groups={"x": "genes"}, smallest_difference=0.05, higher_is_better=False),
        Schema((Column("age", "number", low=1.0, high=2.5, typical=2.0), Column("sex", "category", levels=("f", "m")))),
        Notice("code", "question", Place(None, "age"), "5", "A sentence.", "Do this."),
    ],
)
def test_what_is_written_is_read_back(value):
    again = from_json(type(value), to_json(value))
    assert again == value
    assert to_json(again) == to_json(value)


def test_named_tuples_come_back_as_themselves():
    assert isinstance(from_json(Notice, to_json(Notice("c", "fixed", Place(3, "x"), None, "m", "f"))).place, Place)


def test_numpy_scalars_become_plain():
    assert to_plain({"n": np.int64(3), "p": np.float64(0.5), "yes": np.bool_(True)}) == {"n": 3, "p": 0.5, "yes": True}


def test_nothing_is_turned_into_text_silently():
    with pytest.raises(TypeError, match="set cannot be kept"):
        to_json({"levels": {"a"}})


def test_a_record_of_another_version_is_read_by_the_names_it_shares():
    @dataclass(frozen=True)
    class Older:
        draw: str
        gone: int

    assert from_json(Settings, to_json(Older("random", 4))) == Settings(draw="random")
