"""The form gives back what stands in it, and only offers what suits the target."""

from streamlit.testing.v1 import AppTest


def form(number: bool) -> AppTest:
    def page(number: bool) -> None:
        import streamlit as st

        from mac_core.runs.settings import Settings
        from pages.shared.settings_form import settings_form

        st.session_state["found"] = settings_form(Settings(), number=number, has_site=False, key="s")

    return AppTest.from_function(page, kwargs={"number": number}).run()


def test_nothing_changed_is_the_default():
    from mac_core.runs.settings import DEFAULT

    assert form(number=False).session_state["found"] == DEFAULT


def test_weights_and_the_refit_are_offered_and_explained():
    for number in (False, True):
        at = form(number)
        choice = at.selectbox(key="s_choice")
        assert choice.options == ["Each subtask chooses one (the article)", "All count, by weights"]
        assert "held near what the subtasks would choose" in choice.help
        choice.select("weights").run()
        at.checkbox(key="s_refit").check().run()
        assert not at.exception
        found = at.session_state["found"]
        assert (found.choice, found.refit) == ("weights", True)


def test_numbers_have_nothing_to_moderate():
    assert not [box for box in form(number=True).checkbox if box.key == "s_moderate"]
    assert form(number=False).checkbox(key="s_moderate").value is True
