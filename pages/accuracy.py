"""How far the averaged model can be trusted."""

from __future__ import annotations

from pages.shared.gates import need_run
from pages.shared.show import answer, heading

heading("How far can the averaged model be trusted?")
run = need_run()
answer(run.verdict.sentence)
