"""A guard against blank pages: a browser timer that fires while the server turns to another page is ignored.

`st.fragment(run_every=...)` is a timer in the browser. Streamlit stops it when somebody clicks on another page, but not when
the server itself calls `st.switch_page`: a tick that was sent just before arrives while the new page is drawn, waits, and then
runs *as a part of the old page*. The browser takes that for a change of page, clears what the new page drew, and stays blank.
Seen with 1.67.0 (`requirements.txt` names that version exactly); without the guard `tests/browser/test_stale_timers.py` fails.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from streamlit.runtime.scriptrunner.script_runner import ScriptRunner

if TYPE_CHECKING:
    from collections.abc import Callable

    from streamlit.runtime.scriptrunner_utils.script_requests import RerunData

__all__ = ["ignore_stale_timers", "is_stale"]


def is_stale(request: RerunData, shown_page: str) -> bool:
    """Whether `request` is the tick of a timer on another page than the one that was drawn last.

    Parameters
    ----------
    request : RerunData
        What the browser asks to run.
    shown_page : str
        Streamlit's hash of the page that was drawn last, empty before the first.

    Examples
    --------
    >>> from streamlit.runtime.scriptrunner_utils.script_requests import RerunData
    >>> tick = RerunData(page_script_hash="data", fragment_id_queue=["panel"], is_auto_rerun=True)
    >>> is_stale(tick, "accuracy"), is_stale(tick, "data"), is_stale(tick, "")
    (True, False, False)
    """
    is_tick = bool(request.is_auto_rerun and request.fragment_id_queue)
    return is_tick and bool(shown_page) and request.page_script_hash != shown_page


def ignore_stale_timers() -> None:
    """Make every session of this server ignore such ticks. Calling it again changes nothing."""
    run: Callable[[ScriptRunner, RerunData], None] = ScriptRunner._run_script
    if getattr(run, "ignores_stale_timers", False):
        return

    def run_unless_stale(self: ScriptRunner, rerun_data: RerunData) -> None:
        if not is_stale(rerun_data, self._get_script_run_ctx().page_script_hash):
            run(self, rerun_data)

    guarded: Any = run_unless_stale
    guarded.ignores_stale_timers = True
    ScriptRunner._run_script = guarded  # type: ignore[method-assign]
