"""What a page shows besides its words, for tests."""

from __future__ import annotations

import pandas as pd
from streamlit.testing.v1 import AppTest


def lead(at: AppTest) -> str:
    """The first sentence under the page's question, without the signs that format and escape it."""
    return at.main.markdown[0].value.replace("\\", "").replace("\u2060", "").strip("#* ")


def table(at: AppTest, alt: str) -> pd.DataFrame:
    """The data of the one table whose text for readers who cannot see it begins so."""
    found = [element for element in at.main.dataframe if element.proto.alt.startswith(alt)]
    assert len(found) == 1, [element.proto.alt for element in at.main.dataframe]
    return found[0].value


def chart_texts(at: AppTest) -> list[str]:
    """The texts of all charts for readers who cannot see them."""
    return [element.proto.alt for element in at.main.get("plotly_chart")]
