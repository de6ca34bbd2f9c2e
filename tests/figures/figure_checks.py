"""What every figure must keep, whatever it draws."""

from __future__ import annotations

import re

import plotly.graph_objects as go


def check_figure(figure: go.Figure, *, axes: bool = True) -> tuple[str, str]:
    """Assert the promises of every figure; give its alt text and its reading."""
    figure.to_json()  # must be serialisable as it goes to the browser
    alt, reading = figure.layout.meta["alt"], figure.layout.meta["reading"]
    for text in (alt, reading):
        assert text.endswith(".") and len(text) > 20
        assert not re.search(r"\bnan\b|None|<br>|\{|np\.", text), text
    assert figure.layout.paper_bgcolor == figure.layout.plot_bgcolor == "rgba(0, 0, 0, 0)"
    assert figure.layout.font.color is None and figure.layout.font.family is None  # the page's theme sets them
    assert not [trace.type for trace in figure.data if "map" in trace.type.replace("heatmap", "") or "geo" in trace.type]
    if axes:
        assert figure.layout.xaxis.title.text
        assert all(len(line) <= 40 for line in figure.layout.xaxis.title.text.split("<br>"))
    return alt, reading
