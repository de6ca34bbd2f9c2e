"""Names of columns as the patterns of names expect them."""

from __future__ import annotations

import pytest

from mac_core.data.plain_names import plain_name


@pytest.mark.parametrize("name", ["Survival Time", "survival_time", "SURVIVAL.TIME", " survival-\ttime"])
def test_case_blanks_and_separators_do_not_matter(name):
    assert plain_name(name) == "survivaltime"


def test_other_signs_stay():
    assert plain_name("Größe (cm)") == "größe(cm)" and plain_name("年龄") == "年龄"
