"""How the method works."""

from __future__ import annotations

from pages.shared.show import heading
from pages.shared.terms import explain

heading("How does it work, in plain words and formulas?", explain("MAC"))
