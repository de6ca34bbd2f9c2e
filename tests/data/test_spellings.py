"""One value written in several ways."""

from __future__ import annotations

import numpy as np
import pytest

from mac_core.data.spellings import merge_spellings


@pytest.mark.parametrize(
    ("words", "merged"),
    [
        (["Male", "male", "MALE ", "M", "F"], ["Male", "Male", "Male", "Male", "F"]),
        (["AZT+ddI", "ddI + AZT", "AZT"], ["AZT+ddI", "AZT+ddI", "AZT"]),
        (["yes", "Y", "1", "no", "0"], ["yes", "yes", "yes", "no", "no"]),
        (["TRUE", "FALSE", "true"], ["TRUE", "FALSE", "TRUE"]),
        # Two ways to say two things are none too many; single letters are no words.
        (["yes", "no"], ["yes", "no"]),
        (["a", "A"], ["a", "A"]),
        (["M", "F"], ["M", "F"]),
    ],
)
def test_the_commonest_spelling_stays(words, merged):
    counts = np.arange(len(words), 0, -1)
    assert merge_spellings("x", list(words), counts, {})[0] == merged
    assert merge_spellings("x", list(words), counts, {"spellings_merged:x": "apart"}) == (words, [])
