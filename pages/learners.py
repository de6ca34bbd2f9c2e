"""Which learners work."""

from __future__ import annotations

from pages.shared.gates import need_run
from pages.shared.show import answer, heading

heading("Which algorithms work for patients like mine, and how sure is the ranking?")
run = need_run()
answer(run.verdict.sentence)
