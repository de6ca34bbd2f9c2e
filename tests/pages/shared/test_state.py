"""Links carry the open run along."""

from __future__ import annotations

from streamlit.testing.v1 import AppTest


def _script():
    import streamlit as st

    from pages.shared import state

    st.write(state.run_id() or "none", state.draft_id() or "none")
    st.json(state.address_of("accuracy"))
    st.json(state.address_of("data"))


def test_address_wins_and_is_remembered():
    at = AppTest.from_function(_script)
    at.query_params["run"] = "abc"
    at.run()
    assert at.markdown[0].value == "abc none"
    del at.query_params["run"]  # a click in the sidebar drops the query string
    at.run()
    assert at.markdown[0].value == "abc none"
    assert at.query_params["run"] == "abc"
    assert '"abc"' in at.json[0].value
    assert at.json[1].value == "{}"


def test_nonsense_in_the_address_is_an_unknown_id():
    at = AppTest.from_function(_script)
    at.query_params["run"] = "../../etc/passwd"
    at.run()
    assert at.markdown[0].value == "unknown none"
