"""How the patients were split into subtasks."""

from __future__ import annotations

from pages.shared.gates import need_run
from pages.shared.show import answer, heading

heading("How was my data split?")
run = need_run()
answer(run.verdict.sentence)
